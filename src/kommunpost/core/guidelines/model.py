"""What a clause is."""

from dataclasses import dataclass
from enum import StrEnum


class Surface(StrEnum):
    """Where a person meets the clause."""

    ADVICE = "advice"
    INBOX = "inbox"
    REGISTER = "register"
    DISCLOSURE = "disclosure"
    LOG = "log"
    DISPOSAL = "disposal"
    ABSENCE = "absence"
    SECRECY = "secrecy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause of the guidelines, in our own words.

    ``title``, ``text``, ``why``, ``good`` and ``bad`` (two examples) are Swedish for the screen, ``english`` says the
    same as ``text``. ``enforced_in`` names the parts of the program that act on the clause today, such as
    ``apps.maillog``; ``planned_in`` those that shall.
    """

    slug: str
    section: int
    surfaces: tuple[Surface, ...]
    title: str
    text: str
    english: str
    why: str
    good: str
    bad: str
    enforced_in: tuple[str, ...]
    planned_in: tuple[str, ...]
