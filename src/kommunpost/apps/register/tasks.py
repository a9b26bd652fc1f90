"""What the worker does for the register: packages for the archive, handovers to case systems. May run at any time,
twice, by many.
"""

from kommunpost.apps.register.actions.handing_over.answers import look_for_receipts
from kommunpost.apps.register.actions.handing_over.carrying import hand_over_due
from kommunpost.apps.register.actions.packaging import make_next as make_next_package
from kommunpost.apps.register.actions.packaging import remove_old as remove_old_packages

__all__ = ["hand_over_due", "look_for_receipts", "make_next_package", "remove_old_packages"]
