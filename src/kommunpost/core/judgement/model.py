"""What a judgement is: suggestions with reasons. People decide; these words are the ones of the corpus' labels."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Generic, TypeVar


class Record(StrEnum):
    """Is the mail a public record (TF 2:4)? Public unless something speaks against it."""

    PUBLIC = "public_record"
    NOT_PUBLIC = "not_public_record"


class RecordGround(StrEnum):
    """Why a mail is no public record: TF 2:8 (private, union, party) and TF 2:12 (working material)."""

    PRIVATE = "private"
    UNION_POLITICAL = "union_political"
    WORKING_MATERIAL = "working_material"


class Registration(StrEnum):
    """OSL 5:1. ``EXEMPT`` is of obviously small importance; ``NONE`` is for what is no public record."""

    REGISTER = "register"
    EXEMPT = "exempt"
    NONE = "none"


class Secrecy(StrEnum):
    """A warning, never a decision: ``CHECK`` a person must look, ``STRONG`` clearly a matter that secrecy guards."""

    NONE = "none"
    CHECK = "check"
    STRONG = "strong"


class Disposal(StrEnum):
    """What the municipality's own disposal decision may say of the mail. ``KEEP`` unless it is one of the others."""

    KEEP = "keep"
    DUPLICATE = "duplicate"
    OUTSIDE_SCOPE = "outside_scope"
    NO_ACTION_NEEDED = "no_action_needed"
    OTHER_CHANNEL_NO_FACT = "other_channel_no_fact"


@dataclass(frozen=True, slots=True)
class Reason:
    """``rule_id`` is stable (``record:union``); ``says`` is Swedish, for a person; ``words`` are what spoke for it, as
    they stand in the mail (at most five).
    """

    rule_id: str
    says: str
    words: tuple[str, ...] = ()


T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[T_co]):
    """A value, how sure (0 to 1: the share of such suggestions that proved right), and why."""

    value: T_co
    confidence: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a mail probably is. ``provisions`` are ids for ``core.law.provision`` that somebody should test first;
    empty when ``secrecy`` is none. ``question`` is the slug of a recurring question, None when none fits.
    """

    record: Suggestion[Record]
    record_ground: Suggestion[RecordGround | None]
    registration: Suggestion[Registration]
    secrecy: Suggestion[Secrecy]
    provisions: tuple[str, ...]
    disclosure_request: Suggestion[bool]
    log_request: Suggestion[bool]
    unit: Suggestion[str | None]
    authority: Suggestion[str | None]
    disposal: Suggestion[Disposal]
    question: Suggestion[str | None]
    language: Suggestion[str]
    angry: Suggestion[bool]

    def suggestions(self) -> Iterator[tuple[str, Suggestion[object]]]:
        """Every suggestion with its name."""
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Suggestion):
                yield one.name, value

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons, each once, in the order of the suggestions."""
        return tuple(dict.fromkeys(reason for _, one in self.suggestions() for reason in one.reasons))
