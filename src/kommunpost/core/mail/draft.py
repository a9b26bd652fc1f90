"""A mail to be written, and the rules that it must keep before it may become bytes."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from kommunpost.core.mail.model import Address, HeaderSummary

ALLOWED_HEADERS = frozenset(
    {
        "auto-submitted",
        "content-language",
        "importance",
        "organization",
        "reply-by",
        "x-auto-response-suppress",
    }
)
"""Extra headers a draft may carry. No receipt headers: guideline ``no-read-receipt``."""
LONGEST_ADDRESS = 254
LONGEST_FIELD = 2_000
LONGEST_MESSAGE_ID = 250
MAX_RECIPIENTS = 1_000

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[^\s@<>\"(),:;\[\]\\]+")
_MESSAGE_ID = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", re.IGNORECASE)


class Answered(Protocol):
    """What is needed of the mail answered: a ``ParsedMail`` has it."""

    @property
    def headers(self) -> HeaderSummary: ...

    @property
    def text(self) -> str: ...


class DraftError(ValueError):
    """A draft that may not be sent. ``code`` is stable, ``where`` names the field; the value itself is never told."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"{code}: {where}")
        self.code = code
        self.where = where


@dataclass(frozen=True, slots=True)
class OutgoingAttachment:
    """A file to send along: its name, media type such as ``application/pdf``, and bytes."""

    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar object to send (RFC 6047): ``method`` is ``REQUEST`` or ``CANCEL``, ``content`` the text."""

    method: str
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail to be written.

    ``date`` is aware. ``message_id``, ``in_reply_to`` and ``references`` are without angle brackets, as everywhere.
    ``text`` is the plain body without the quote; ``quoted`` is the mail answered, whose text follows below with an
    introduction in ``language`` (``sv`` or ``en``). ``bcc`` reaches the envelope (``recipients``), never the bytes.
    """

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    date: datetime
    message_id: str
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    html: str | None = None
    attachments: tuple[OutgoingAttachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    calendar: CalendarPart | None = None
    quoted: Answered | None = None
    language: str = "sv"

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses of the envelope: To, Cc and Bcc, each once, in lower case."""
        everybody = (address.address.lower() for address in (*self.to, *self.cc, *self.bcc))
        return tuple(dict.fromkeys(everybody))


def check_draft(draft: Draft) -> None:
    """Raise ``DraftError`` for the first rule that ``draft`` breaks.

    Codes: ``control_character`` (CR, LF, NUL or any other in a field of one line, RFC 5322 2.2: header injection),
    ``nul`` (in a body), ``not_unicode``, ``too_long``, ``address_invalid``, ``no_recipient``, ``too_many_recipients``,
    ``date_naive``, ``message_id_invalid``, ``header_not_allowed``, ``media_type_invalid``, ``language_unknown``.
    """
    for where, value in _fields(draft):
        check_field(where, value)
    for where, address in _addresses(draft):
        check_address(where, address.address)
    for where, value in _message_ids(draft):
        check_message_id(where, value)
    for where, body in (("text", draft.text), ("html", draft.html or "")):
        _check_body(where, body)
    _check_rest(draft)


def check_address(where: str, address: str) -> None:
    """``local@domain`` in the dot-atom form of RFC 5322 3.4.1; the domain may have Swedish letters (IDNA)."""
    domain = address.rpartition("@")[2]
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise DraftError("address_invalid", where)
    try:
        domain.encode("idna")
    except UnicodeError as error:
        raise DraftError("address_invalid", where) from error


def check_message_id(where: str, value: str) -> None:
    """``left@right`` in printable ASCII, without angle brackets (RFC 5322 3.6.4)."""
    if not is_message_id(value):
        raise DraftError("message_id_invalid", where)


def is_message_id(value: str) -> bool:
    """Whether ``value`` can stand in Message-ID, In-Reply-To or References as it is."""
    return len(value) <= LONGEST_MESSAGE_ID and bool(_MESSAGE_ID.fullmatch(value))


def _fields(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every value that ends up in a header: these must be one line."""
    yield "subject", draft.subject
    for where, address in _addresses(draft):
        yield where, address.name
        yield where, address.address
    for index, attachment in enumerate(draft.attachments):
        yield f"attachments.{index}.name", attachment.name
        yield f"attachments.{index}.type", attachment.type
    for name, value in draft.headers.items():
        yield "headers", name
        yield f"headers.{name}", value
    yield from _message_ids(draft)
    if draft.calendar:
        yield "calendar.method", draft.calendar.method


def _addresses(draft: Draft) -> Iterator[tuple[str, Address]]:
    yield "sender", draft.sender
    for where, addresses in (("to", draft.to), ("cc", draft.cc), ("bcc", draft.bcc), ("reply_to", draft.reply_to)):
        for index, address in enumerate(addresses):
            yield f"{where}.{index}", address


def _message_ids(draft: Draft) -> Iterator[tuple[str, str]]:
    yield "message_id", draft.message_id
    if draft.in_reply_to:
        yield "in_reply_to", draft.in_reply_to
    for index, reference in enumerate(draft.references):
        yield f"references.{index}", reference


def check_field(where: str, value: str) -> None:
    """One line of Unicode: no CR, LF, NUL or other control character, no lone surrogate."""
    if len(value) > LONGEST_FIELD:
        raise DraftError("too_long", where)
    for character in value:
        category = unicodedata.category(character)
        if category == "Cs":
            raise DraftError("not_unicode", where)
        # Zl and Zp: U+2028 and U+2029, which some readers take for line ends once the encoded word is opened.
        if category in {"Cc", "Zl", "Zp"}:
            raise DraftError("control_character", where)


def _check_body(where: str, body: str) -> None:
    if "\0" in body:
        raise DraftError("nul", where)
    try:
        body.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DraftError("not_unicode", where) from error


def _check_rest(draft: Draft) -> None:
    if not draft.recipients:
        raise DraftError("no_recipient", "to")
    if len(draft.recipients) > MAX_RECIPIENTS:
        raise DraftError("too_many_recipients", "to")
    if draft.date.utcoffset() is None:
        raise DraftError("date_naive", "date")
    if draft.language not in {"sv", "en"}:
        raise DraftError("language_unknown", "language")
    for name in draft.headers:
        if name.lower() not in ALLOWED_HEADERS:
            raise DraftError("header_not_allowed", "headers")
    for index, attachment in enumerate(draft.attachments):
        if not _MEDIA_TYPE.fullmatch(attachment.type) or attachment.type.lower().startswith("multipart/"):
            raise DraftError("media_type_invalid", f"attachments.{index}.type")
    if draft.calendar:
        _check_calendar(draft.calendar)


def _check_calendar(calendar: CalendarPart) -> None:
    if calendar.method not in {"REQUEST", "CANCEL"}:
        raise DraftError("media_type_invalid", "calendar.method")
    _check_body("calendar.content", calendar.content)
