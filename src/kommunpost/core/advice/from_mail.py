"""A mail that is already bytes, or a labelled record, as a draft: for the command line, the API and the gateway."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kommunpost.core.advice.model import Draft, File
from kommunpost.core.advice.rules.no_read_receipt import RECEIPT_HEADERS
from kommunpost.core.mail.addresses import read_addresses
from kommunpost.core.mail.headers import Notes, read_block, skip_envelope, with_newlines
from kommunpost.core.mail.model import Address
from kommunpost.core.mail.parse import parse
from kommunpost.core.mail.parsed import ParsedMail

LISTS = ("to", "cc", "bcc")


class RecordRefused(ValueError):  # noqa: N818 - a refusal, not a fault
    """A record that is no mail. ``code``: ``not_an_object``, ``wrong_kind``; ``where`` names the key."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code}: {where}" if where else code)
        self.code = code
        self.where = where


def draft_from_mail(raw: bytes, *, envelope: tuple[str, ...] = ()) -> Draft:
    """A whole mail as a draft. ``envelope``: recipients of the envelope; those in no header field are Bcc."""
    return draft_from_parsed(parse(raw), receipts=receipt_headers(raw), envelope=envelope)


def draft_from_parsed(
    mail: ParsedMail, *, receipts: Mapping[str, str] | None = None, envelope: tuple[str, ...] = ()
) -> Draft:
    """The same for a mail that has been read."""
    headers = mail.headers
    shown = {one.address for one in (*headers.to, *headers.cc, *headers.bcc)}
    hidden = tuple(Address("", one) for one in dict.fromkeys(map(str.lower, envelope)) if one not in shown)
    return Draft(
        sender=headers.sender,
        to=headers.to,
        cc=headers.cc,
        bcc=(*headers.bcc, *hidden),
        subject=headers.subject,
        body=mail.text,
        attachments=tuple(File(one.name, one.type, one.size) for one in mail.attachments if not one.inline),
        headers=dict(receipts or {}),
        in_reply_to=next(iter(headers.in_reply_to), ""),
    )


def receipt_headers(raw: bytes) -> dict[str, str]:
    """The header fields that ask for a receipt, by their names in lower case."""
    notes = Notes()
    raw = with_newlines(raw, notes)
    fields, _ = read_block(raw, skip_envelope(raw, notes), len(raw), notes)
    named = {
        name.decode("ascii", "replace"): value.decode("ascii", "replace").strip() for name, value in fields.items()
    }
    return {name: value for name, value in named.items() if name in RECEIPT_HEADERS}


def draft_from_record(record: object) -> tuple[Draft, datetime | None]:
    """A record with the keys ``from``, ``to``, ``cc``, ``bcc``, ``subject``, ``body``, ``attachments``, ``headers``,
    ``date``, all optional but of their kind; other keys are not looked at. The draft, and when it was written.

    Raises ``RecordRefused``.
    """
    if not isinstance(record, dict):
        raise RecordRefused("not_an_object")
    lists = {name: tuple(map(_address, _several(record, name))) for name in LISTS}
    draft = Draft(
        sender=_address(_text(record, "from")),
        to=lists["to"],
        cc=lists["cc"],
        bcc=lists["bcc"],
        subject=_text(record, "subject"),
        body=_text(record, "body").replace("\r\n", "\n"),
        attachments=tuple(map(_file, _several(record, "attachments"))),
        headers=_headers(record),
    )
    return draft, _moment(_text(record, "date"))


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RecordRefused("wrong_kind", key)
    return value


def _several(record: Mapping[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise RecordRefused("wrong_kind", key)
    return value


def _address(written: object) -> Address:
    """``Namn <adress>`` or an address; names may hold commas and brackets that RFC 5322 would want in quotes."""
    if not isinstance(written, str):
        raise RecordRefused("wrong_kind", "address")
    name, bracket, address = written.rpartition("<")
    if bracket and "@" in address:
        return Address(name.strip().strip('"'), address.strip(" >").lower())
    found = read_addresses(written.encode(), Notes(), "address")
    return found[0] if found else Address(written.strip(), "")


def _file(one: object) -> File:
    if not isinstance(one, dict):
        raise RecordRefused("wrong_kind", "attachments")
    size = one.get("size", 0)
    if not isinstance(size, int):
        raise RecordRefused("wrong_kind", "attachments.size")
    return File(_text(one, "name"), _text(one, "type"), size)


def _headers(record: Mapping[str, Any]) -> dict[str, str]:
    value = record.get("headers") or {}
    if not isinstance(value, dict):
        raise RecordRefused("wrong_kind", "headers")
    return {str(name): str(content) for name, content in value.items()}


def _moment(written: str) -> datetime | None:
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise RecordRefused("wrong_kind", "date") from error
    return moment if moment.tzinfo else None
