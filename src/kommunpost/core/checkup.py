"""What a check of the installation says: the one shape that every office's ``checks.py`` and the doctor speak in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int


@dataclass(frozen=True, slots=True)
class Finding:
    """``level``: ``ok``, ``note`` (worth knowing) or ``wrong`` (the exit code says so).

    ``says`` and ``remedy`` are English for the command line; ``remedy`` is empty for ``ok``. The screen has its own
    words for each ``code``, and puts ``facts`` into them. No personal data, but addresses of shared mailboxes.
    """

    code: str
    level: str
    says: str
    remedy: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


def ok(code: str, says: str, **facts: Fact) -> Finding:
    """Looked at, and as it should be."""
    return Finding(code, "ok", says, "", facts)


def note(code: str, says: str, remedy: str, **facts: Fact) -> Finding:
    """Works, but somebody should know."""
    return Finding(code, "note", says, remedy, facts)


def wrong(code: str, says: str, remedy: str, **facts: Fact) -> Finding:
    """Does not work, or soon will not."""
    return Finding(code, "wrong", says, remedy, facts)
