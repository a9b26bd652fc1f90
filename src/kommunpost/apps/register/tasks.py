"""What the worker does for the register: packages for the archive. May run at any time, twice, by many."""

from kommunpost.apps.register.actions.packaging import make_next as make_next_package
from kommunpost.apps.register.actions.packaging import remove_old as remove_old_packages

__all__ = ["make_next_package", "remove_old_packages"]
