"""What a package holds of a register: a case with its parties, notes and entries, and the mail of each entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by name; ``address`` tells apart two of the same name."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Marking:
    """A secrecy marking (OSL 5:5)."""

    provision: str
    marked_on: date
    authority: str
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """How an entry stood until ``at``."""

    version: int
    before: Mapping[str, object]
    reason: str
    at: datetime
    by: Person | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of an entry, as its authority had it. ``digest``: SHA-256 of its bytes, in hex; it names the mail."""

    digest: str
    direction: str
    at: datetime
    mailbox: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of an entry: ``place`` 0 is the mail with the digest ``mail`` itself, 1 and on its attachments."""

    mail: str
    place: int
    name: str
    media_type: str
    size: int
    digest: str
    is_left_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the diary. ``year`` and ``number`` only where it has a diary number of its own."""

    designation: str
    running: int | None
    year: int | None = None
    number: int | None = None
    direction: str
    dated_at: datetime
    counterpart: str
    title: str
    public_title: str
    public_counterpart: str
    document_type: str
    handler: Person | None
    secrecy: str
    markings: tuple[Marking, ...]
    registered_at: datetime
    registered_by: Person | None
    voided_at: datetime | None
    version: int
    mails: tuple[Mail, ...]
    files: tuple[File, ...]
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a case. ``removed_at``: taken off the list."""

    name: str
    role: str
    added_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """A note in a case. One that was cleared has lost its text."""

    kind: str
    text: str
    written_at: datetime
    written_by: Person
    state: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case of one committee, whole."""

    designation: str
    committee: str
    year: int
    number: int
    title: str
    public_title: str
    secrecy: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    handler: Person | None
    version: int
    latest_running: int
    parties: tuple[Party, ...]
    notes: tuple[Note, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done, as the audit trail has it: for PREMIS. ``about``: designation of a case or an entry."""

    number: int
    verb: str
    at: datetime
    by: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who hands over, and with what: the archival creator (arkivbildare) is the committee."""

    municipality: str
    committee: str
    committee_code: str
    version: str


@dataclass(frozen=True, slots=True)
class OpenMail:
    """The bytes of a mail: ``parts[0]`` the mail as it came, then its attachments. ``rendition``: PDF/A, or None."""

    parts: tuple[bytes, ...]
    rendition: bytes | None
