"""What is found in a text, how sure we are, and what the caller may tell beforehand."""

from dataclasses import dataclass, field
from enum import StrEnum


class Label(StrEnum):
    """Kinds of personal and sensitive data. The last five: special categories and the like (GDPR articles 9 and 10)."""

    PERSON = "PERSON"
    PERSONNUMMER = "PERSONNUMMER"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    PROPERTY = "PROPERTY"
    VEHICLE = "VEHICLE"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    HEALTH = "HEALTH"
    SOCIAL = "SOCIAL"
    UNION_POLITICAL = "UNION_POLITICAL"
    RELIGION_ETHNICITY = "RELIGION_ETHNICITY"
    CRIME = "CRIME"


SENSITIVE = frozenset(
    {Label.HEALTH, Label.SOCIAL, Label.UNION_POLITICAL, Label.RELIGION_ETHNICITY, Label.CRIME, Label.PERSONNUMMER}
)
"""Labels that by themselves speak for secrecy or a special category."""


class Setting(StrEnum):
    """``BALANCED``: as many hits as misses, for marking and routing. ``REVIEW``: misses next to nothing and marks too
    much, for somebody who reads before a record is disclosed.
    """

    BALANCED = "balanced"
    REVIEW = "review"


THRESHOLD: dict[Setting, float] = {Setting.BALANCED: 0.5, Setting.REVIEW: 0.1}
"""Confidence from which on a span is told of."""


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` of the original text holds ``label``. ``confidence`` 0–1; ``rule`` names what found it."""

    start: int
    end: int
    label: Label
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the text.

    ``names``: people in the mail's headers, its thread, the directory, a case ("Anna Ek"); found in every form.
    ``own_domains``: the municipality's, whose function addresses are no personal data. ``public``: addresses and phone
    numbers of functions, in any written form (``kontaktcenter@botkyrka.example``, ``08-465 004 00``).
    """

    names: tuple[str, ...] = ()
    own_domains: frozenset[str] = field(default_factory=frozenset)
    public: frozenset[str] = field(default_factory=frozenset)


NOTHING_KNOWN = Context()
