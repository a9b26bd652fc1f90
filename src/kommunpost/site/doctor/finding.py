"""What a check of the doctor says.

An office's ``checks.py`` offers ``check(*, now)`` that yields things of this shape.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """``level``: ``ok``, ``note`` (worth knowing) or ``wrong`` (the exit code says so).

    ``remedy`` is empty for ``ok``.
    """

    code: str
    level: str
    says: str
    remedy: str = ""


def ok(code: str, says: str) -> Finding:
    """Looked at, and as it should be."""
    return Finding(code, "ok", says)


def note(code: str, says: str, remedy: str) -> Finding:
    """Works, but somebody should know."""
    return Finding(code, "note", says, remedy)


def wrong(code: str, says: str, remedy: str) -> Finding:
    """Does not work, or soon will not."""
    return Finding(code, "wrong", says, remedy)
