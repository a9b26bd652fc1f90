"""What a parsed mail is: plain frozen dataclasses, shared by everything that reads mail."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AutomaticKind(StrEnum):
    """Why a mail is held to be sent by a machine (RFC 3834 and what clients really send)."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    LIST = "list"
    BULK = "bulk"
    GENERATED = "generated"
    CALENDAR_REPLY = "calendar_reply"


class Envelope(StrEnum):
    """How the content is wrapped by cryptography that we do not open."""

    NONE = "none"
    SMIME_SIGNED = "smime_signed"
    SMIME_ENCRYPTED = "smime_encrypted"
    PGP_SIGNED = "pgp_signed"
    PGP_ENCRYPTED = "pgp_encrypted"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of a header: display name (may be empty) and address in lower case."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that a reader can save. ``sha256`` and ``size`` are of the decoded bytes."""

    name: str
    type: str
    size: int
    sha256: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Defect:
    """Something in the bytes that could not be read as it claims to be. ``code`` is stable, ``where`` a header or part."""

    code: str
    where: str = ""


class BlockKind(StrEnum):
    """``FORWARD`` is somebody else's mail passed on: it is the matter itself, so screens show it and never fold it away."""

    OWN = "own"
    QUOTE = "quote"
    FORWARD = "forward"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the text: the writer's own words, a quote of earlier mail, or a signature. Offsets into ``ParsedMail.text``."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery status or disposition notification (RFC 3464, RFC 8098)."""

    kind: str
    original_message_id: str = ""
    recipient: str = ""
    action: str = ""
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """The envelope of an Exchange journal report, and the mail it carries."""

    sender: str
    recipients: tuple[str, ...]
    original: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeaderSummary:
    """What the e-mail log needs: read from the header block alone, at intake."""

    subject: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    date: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    automatic: AutomaticKind | None
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A whole mail as read. Never partial: what could not be read is in ``defects``.

    ``text`` is what a reader sees (plain body, else HTML as text), ``html`` the raw and unsafe HTML body or None,
    ``html_text`` that body as text or None. ``date`` is UTC.
    """

    headers: HeaderSummary
    text: str
    html: str | None
    html_text: str | None
    attachments: tuple[Attachment, ...]
    nested: tuple["ParsedMail", ...]
    blocks: tuple[Block, ...]
    envelope: Envelope
    report: Report | None
    journal: Journal | None
    calendar_method: str
    defects: tuple[Defect, ...]
