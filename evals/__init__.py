"""How well mail is read: scores on labelled mail, with the uncertainty they have, and what must not get worse."""

PARTS = ("detect", "judge", "advise")
"""Modules of this package that measure something; see ``__main__``."""
