"""What goes into advice and what comes out: plain frozen dataclasses, shared by every place where people write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from kommunpost.core.advice.fixes import Fix
from kommunpost.core.guidelines import Profile
from kommunpost.core.mail.model import Address
from kommunpost.core.swedish.spelling import Speller
from kommunpost.core.swedish.working_days import WorkCalendar


class DraftKind(StrEnum):
    """``INCOMING``: nobody of ours wrote it. ``INTERNAL``: every recipient is ours. Everything else is ``OUTGOING``."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    INTERNAL = "internal"


class Field(StrEnum):
    """The part of the draft that a finding is about."""

    SUBJECT = "subject"
    BODY = "body"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    ATTACHMENTS = "attachments"
    HEADERS = "headers"


class Severity(StrEnum):
    """``STOP`` only for secrecy, where the municipality has chosen to block. The writer decides on all else."""

    STOP = "stop"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as advice sees it: ``size`` in bytes, never the content."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail that somebody is writing.

    ``body`` is the plain text as it stands in the writer's window, ``\\n`` line ends; places and fixes point into it.
    ``appended`` is what the program adds below when it sends (signature, the mail answered): it counts, and is never
    changed. ``headers`` are those that matter (receipt requests), by any case. ``in_reply_to`` is the Message-ID that
    is answered, or empty.
    """

    sender: Address
    to: tuple[Address, ...]
    subject: str
    body: str
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    appended: str = ""
    attachments: tuple[File, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    in_reply_to: str = ""

    @property
    def recipients(self) -> tuple[Address, ...]:
        return (*self.to, *self.cc, *self.bcc)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the directory; what is not known is empty."""

    address: str
    name: str
    title: str = ""
    unit: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What advice may know beside the draft. Only the sender and the recipients need to be in ``people``.

    ``now`` is aware. Keys are addresses in lower case. ``groups`` has the number of people that each list address
    reaches, lists within lists unfolded. ``signature`` is the sender's common signature, empty when it is not known.
    ``answered`` is the text of the mail that is answered, to be quoted; empty when there is none.
    ``speller``: None where spelling is not looked at.
    """

    now: datetime
    profile: Profile
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    mailboxes: frozenset[str] = frozenset()
    groups: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    signature: str = ""
    answered: str = ""
    speller: Speller | None = None

    def is_ours(self, address: str) -> bool:
        """Whether the address is in one of the municipality's domains."""
        return address.rpartition("@")[2].lower() in self.profile.municipality.domains

    def kind(self, draft: Draft) -> DraftKind:
        """Decided by the addresses alone."""
        if not self.is_ours(draft.sender.address):
            return DraftKind.INCOMING
        if draft.recipients and all(self.is_ours(one.address) for one in draft.recipients):
            return DraftKind.INTERNAL
        return DraftKind.OUTGOING


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``start`` to, not including, ``end`` of a field.

    For ``subject`` and ``body`` they count in the text; for recipients and attachments in the list (the first is 0);
    for headers both are 0 and ``Finding.words`` names the header.
    """

    field: Field
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One piece of advice: which clause, where, and a Swedish sentence that helps.

    ``why`` is the clause's own reason. ``words`` are those at the place. ``fix`` can be applied with ``fixes.apply``
    where it is a rewriting; see ``FixKind``.
    """

    clause: str
    severity: Severity
    says: str
    why: str
    place: Place
    words: str = ""
    fix: Fix | None = None
