"""What the judgement looks at: a mail as plain facts, whether it came as bytes or as a record of the corpus."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kommunpost.core.judgement.foreign import SWEDISH, swedish_words
from kommunpost.core.mail import Address, AutomaticKind, Block, BlockKind, ParsedMail, find_blocks
from kommunpost.core.mail.automatic import kind_of
from kommunpost.core.mail.parameters import read_parameters
from kommunpost.core.mail.reply import bare_subject
from kommunpost.core.swedish.language import UNKNOWN, Language, language

MAX_TEXT = 20_000
"""Characters of own text, and of quoted text, that are looked at: what a mail is stands in its beginning."""
_REPLY = re.compile(r"^\s*(?:sv|re|svar|aw|vs|antw)\s*(?:\[\d+\])?:", re.IGNORECASE)
_FORWARD = re.compile(r"^\s*(?:vb|fw|fwd|vidarebefordrat|wg)\s*:", re.IGNORECASE)


class Kind(StrEnum):
    """Which way the mail goes."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    INTERNAL = "internal"


class MailRecordError(ValueError):
    """A record is not as the corpus' labels say. The message names the key."""

    code = "mail_record_unreadable"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """An attachment: the name it claims, its media type, bytes."""

    name: str
    type: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class MailFacts:
    """A mail to judge. ``own_text`` is what the writer wrote, with forwards but without quotes and signature;
    ``quoted`` is earlier mail. ``earlier`` is true when the same mail has been seen before. ``language`` is of the own
    text (ISO 639-1), ``glosses`` the Swedish for what it says in another.
    """

    kind: Kind
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    own_text: str
    signature: str = ""
    quoted: str = ""
    forwarded: str = ""
    automatic: AutomaticKind | None = None
    files: tuple[FileFacts, ...] = ()
    date: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    earlier: bool = False
    language: str = SWEDISH
    language_sure: float = 1.0
    glosses: str = ""

    @property
    def read_text(self) -> str:
        """Subject and own text, with the Swedish for foreign words: what signs and model read."""
        return "\n".join(filter(None, (self.subject or " ", self.own_text, self.glosses)))

    @property
    def is_reply(self) -> bool:
        return bool(_REPLY.match(self.subject)) or bool(self.quoted)

    @property
    def is_forward(self) -> bool:
        return bool(_FORWARD.match(self.subject)) or bool(self.forwarded)

    @property
    def plain_subject(self) -> str:
        """The subject without ``Sv:`` and ``VB:``."""
        return bare_subject(self.subject)

    @property
    def recipients(self) -> tuple[Address, ...]:
        return self.to + self.cc


def from_parsed(
    mail: ParsedMail, *, domains: frozenset[str], kind: Kind | None = None, earlier: bool = False
) -> MailFacts:
    """A parsed mail -> its facts. Without ``kind`` the municipality's own ``domains`` (lower case) say which way it
    goes.
    """
    headers, subject = mail.headers, mail.headers.subject
    text = mail.text[: 2 * MAX_TEXT]
    parts = _parts(text, find_blocks(text))
    tongue = _tongue(subject, parts.own)
    return MailFacts(
        language=tongue.code,
        language_sure=tongue.confidence,
        glosses=swedish_words(f"{subject}\n{parts.own}", tongue.code),
        own_text=parts.own,
        signature=parts.signature,
        quoted=parts.quoted,
        forwarded=parts.forwarded,
        kind=kind or direction(headers.sender, (*headers.to, *headers.cc), domains=domains),
        sender=headers.sender,
        to=headers.to,
        cc=headers.cc,
        subject=subject,
        automatic=headers.automatic,
        files=tuple(FileFacts(file.name, file.type, file.size) for file in mail.attachments if not file.inline),
        date=headers.date,
        earlier=earlier,
    )


def from_record(record: Mapping[str, Any], *, domains: frozenset[str], earlier: bool = False) -> MailFacts:
    """A mail as the corpus writes it -> its facts. Raises ``MailRecordError`` naming the key that is wrong."""
    sender = _address(_text(record, "from"))
    to, cc = _addresses(record, "to"), _addresses(record, "cc")
    subject, body = _text(record, "subject"), _text(record, "body")[: 2 * MAX_TEXT]
    headers = _headers(record)
    parts = _parts(body, find_blocks(body))
    tongue = _tongue(subject, parts.own)
    return MailFacts(
        language=tongue.code,
        language_sure=tongue.confidence,
        glosses=swedish_words(f"{subject}\n{parts.own}", tongue.code),
        own_text=parts.own,
        signature=parts.signature,
        quoted=parts.quoted,
        forwarded=parts.forwarded,
        kind=_kind(record) or direction(sender, (*to, *cc), domains=domains),
        sender=sender,
        to=to,
        cc=cc,
        subject=subject,
        automatic=_automatic(headers, sender, subject, replies=bool(record.get("in_reply_to"))),
        files=tuple(_file(file) for file in _list(record, "attachments")),
        date=_date(record),
        headers=headers,
        earlier=earlier,
    )


def direction(sender: Address, recipients: Sequence[Address], *, domains: frozenset[str]) -> Kind:
    """Internal when everybody is ours, outgoing when only the sender is, else incoming."""
    if not is_ours(sender.address, domains):
        return Kind.INCOMING
    return Kind.INTERNAL if all(is_ours(one.address, domains) for one in recipients) else Kind.OUTGOING


def is_ours(address: str, domains: frozenset[str]) -> bool:
    """Is the address under one of the municipality's domains, or a part of one?"""
    domain = address.rpartition("@")[2].lower()
    return domain in domains or any(domain.endswith(f".{one}") for one in domains)


def _tongue(subject: str, own_text: str) -> Language:
    """The language of the mail's own words; Swedish when nothing speaks for any."""
    found = language(f"{own_text}\n{subject}")
    return Language(SWEDISH, 0.5) if found.code == UNKNOWN else found


@dataclass(frozen=True, slots=True)
class _Parts:
    own: str
    signature: str
    quoted: str
    forwarded: str


def _parts(text: str, blocks: Sequence[Block]) -> _Parts:
    """Own words (forwards with them), signature, quotes. A mail that is nothing but a quote is its own words."""
    kinds: dict[BlockKind, list[str]] = {kind: [] for kind in BlockKind}
    own: list[str] = []
    for block in blocks:
        piece = text[block.start : block.end]
        kinds[block.kind].append(piece)
        if block.kind in {BlockKind.OWN, BlockKind.FORWARD}:
            own.append(piece)
    joined = "".join(own).strip()
    return _Parts(
        own=(joined or text.strip())[:MAX_TEXT],
        signature="".join(kinds[BlockKind.SIGNATURE]).strip(),
        quoted="".join(kinds[BlockKind.QUOTE]).strip()[:MAX_TEXT],
        forwarded="".join(kinds[BlockKind.FORWARD]).strip()[:MAX_TEXT],
    )


def _kind(record: Mapping[str, Any]) -> Kind | None:
    if record.get("kind") is None:
        return None
    try:
        return Kind(_text(record, "kind"))
    except ValueError:
        raise MailRecordError(f"kind: write one of {', '.join(Kind)}") from None


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MailRecordError(f"{key}: write text")
    return value


def _list(record: Mapping[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise MailRecordError(f"{key}: write a list")
    return value


def _addresses(record: Mapping[str, Any], key: str) -> tuple[Address, ...]:
    values = record.get(key)
    if isinstance(values, str):
        values = [values]
    rows = _list({key: values}, key)
    if not all(isinstance(row, str) for row in rows):
        raise MailRecordError(f"{key}: write a list of addresses")
    return tuple(map(_address, rows))


def _address(text: str) -> Address:
    """``Namn <adress>``: the corpus' names hold commas and brackets, unquoted."""
    name, _, address = text.rpartition("<")
    return Address(name.strip().strip('"'), address.strip("> \t").lower())


def _headers(record: Mapping[str, Any]) -> dict[str, str]:
    value = record.get("headers")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MailRecordError("headers: write names and values between braces")
    return {str(name).lower(): str(text) for name, text in value.items()}


def _automatic(headers: Mapping[str, str], sender: Address, subject: str, *, replies: bool) -> AutomaticKind | None:
    fields = {name.encode(): value.encode() for name, value in headers.items()}
    fields.setdefault(b"from", sender.address.encode())
    content_type = read_parameters(fields.get(b"content-type"))
    return kind_of(fields, subject=subject, content_type=content_type, replies=replies)


def _file(row: object) -> FileFacts:
    if not isinstance(row, dict):
        raise MailRecordError("attachments: write name, type and size between braces")
    size = row.get("size", 0)
    return FileFacts(str(row.get("name", "")), str(row.get("type", "")), size if isinstance(size, int) else 0)


def _date(record: Mapping[str, Any]) -> datetime | None:
    text = _text(record, "date")
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise MailRecordError("date: write it as 2026-03-12T08:41:00+01:00") from None
