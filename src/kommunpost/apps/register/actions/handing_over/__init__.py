"""Handing entries to case systems: queued with the registration, carried by the worker, settled by answers or people.

Only what is queued belongs to registering; ``carrying``, ``answers``, ``settling`` and ``systems`` are named in full.
"""

from kommunpost.apps.register.actions.handing_over.queueing import queue_handover

__all__ = ["queue_handover"]
