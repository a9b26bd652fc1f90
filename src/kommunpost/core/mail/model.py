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
    """One mailbox of a header: display name (may be empty) and address in lower case.

    Words that hold no address at all are kept as the name, with an empty address.
    """

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that a reader can save. ``sha256`` and ``size`` (bytes) are of the decoded bytes.

    ``name`` is what the mail claims, "" when it claims none: never a path to write to (see ``names.safe_name``).
    """

    name: str
    type: str
    size: int
    sha256: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Defect:
    """Something in the bytes that could not be read as it claims. ``code`` is stable; ``where``: header or part."""

    code: str
    where: str = ""


class BlockKind(StrEnum):
    """``FORWARD`` is somebody else's mail passed on: it is the matter itself, so screens never fold it away."""

    OWN = "own"
    QUOTE = "quote"
    FORWARD = "forward"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the text: own words, a quote of earlier mail, or a signature. Offsets into ``ParsedMail.text``."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery status or disposition notification (RFC 3464, RFC 8098).

    ``kind``: ``delivery-status`` or ``disposition-notification``. ``action`` is the DSN's action (``failed``,
    ``delayed``, ``delivered`` …) or the MDN's disposition (``displayed``, ``deleted`` …), in lower case.
    """

    kind: str
    original_message_id: str = ""
    recipient: str = ""
    action: str = ""
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """The envelope of an Exchange journal report (recipients include bcc), and the bytes of the mail it carries."""

    sender: str
    recipients: tuple[str, ...]
    original: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeaderSummary:
    """What the e-mail log needs: read from the header block alone, at intake.

    ``message_id``, ``in_reply_to`` and ``references`` are without angle brackets and white space, everywhere in the
    project. ``date`` is UTC. ``asks_silence``: X-Auto-Response-Suppress asks that no automatic answer be sent; it does
    not mean that a machine wrote the mail. ``sent_by`` is the Sender field: who wrote the mail in ``sender``'s name.
    """

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
    reply_to: tuple[Address, ...] = ()
    asks_silence: bool = False
    sent_by: Address | None = None
