"""The header block as the e-mail log needs it."""

from datetime import datetime

from kommunpost.core.mail.addresses import read_addresses
from kommunpost.core.mail.automatic import asks_silence, kind_of
from kommunpost.core.mail.dates import read_date
from kommunpost.core.mail.headers import Fields, Notes, read_block, skip_envelope, with_newlines
from kommunpost.core.mail.model import Address, HeaderSummary
from kommunpost.core.mail.parameters import Parameters, read_parameters
from kommunpost.core.mail.threads import read_ids, read_message_id
from kommunpost.core.mail.words import GUESSED, codec_name, decode_header, is_utf8

MAX_SUBJECT = 10_000
"""Characters of a subject kept."""
_NOBODY = Address("", "")
_WINDOW = 1_048_576


def read_headers(raw: bytes) -> HeaderSummary:
    """A whole mail, or only its beginning -> what its header block says. Never raises, looks at the first MB at most.

    Broken fields and budgets that did not suffice are in ``defects``; a field that is not there is no defect.
    """
    notes = Notes()
    raw = with_newlines(raw[:_WINDOW], notes)
    fields, _ = read_block(raw, skip_envelope(raw, notes), len(raw), notes)
    return summarise(fields, read_parameters(fields.get(b"content-type")), notes)


def summarise(fields: Fields, content_type: Parameters, notes: Notes) -> HeaderSummary:
    """Fields -> summary. The defects found on the way are added to ``notes``, and all of them are in the summary."""
    _settle_charset(fields, content_type)
    subject = _subject(fields, notes)
    in_reply_to = read_ids(fields.get(b"in-reply-to"), notes, "in-reply-to")
    references = read_ids(fields.get(b"references"), notes, "references")
    replies = bool(in_reply_to or references)
    return HeaderSummary(
        subject=subject,
        sender=_sender(fields, notes),
        to=_addresses(fields, b"to", notes),
        cc=_addresses(fields, b"cc", notes),
        bcc=_addresses(fields, b"bcc", notes),
        date=_date(fields, notes),
        message_id=read_message_id(fields.get(b"message-id"), notes),
        in_reply_to=in_reply_to,
        references=references,
        automatic=kind_of(fields, subject=subject, content_type=content_type, replies=replies),
        reply_to=_addresses(fields, b"reply-to", notes),
        asks_silence=asks_silence(fields),
        sent_by=next(iter(_addresses(fields, b"sender", notes)), None),
        defects=notes.all(),
    )


def _settle_charset(fields: Fields, content_type: Parameters) -> None:
    """Raw 8-bit fields are in the text's charset, when that is one that nobody would guess (Big5, KOI8-R …).

    UTF-16 and its like never stand raw in a field.
    """
    codec = codec_name(content_type.items.get("charset", "")) if content_type.items else None
    if codec is None or codec in GUESSED or codec.startswith("utf"):
        return
    for name in (b"subject", b"from", b"to", b"cc"):
        value = fields.get(name, b"")
        if not value.isascii() and not is_utf8(value):
            fields[name] = value.decode(codec, "replace").encode("utf-8", "replace")


def _subject(fields: Fields, notes: Notes) -> str:
    value = fields.get(b"subject")
    if value is None:
        return ""
    if not value.isascii():
        notes.add("raw_8bit", "subject")
    subject = decode_header(value)
    if len(subject) > MAX_SUBJECT:
        notes.add("subject_too_long", f"subject: {len(subject) - MAX_SUBJECT} characters not kept")
    return subject[:MAX_SUBJECT]


def _addresses(fields: Fields, name: bytes, notes: Notes) -> tuple[Address, ...]:
    value = fields.get(name)
    return read_addresses(value, notes, name.decode("ascii")) if value else ()


def _sender(fields: Fields, notes: Notes) -> Address:
    """The first mailbox of From that has an address; without one, the name that stands there; without From, nobody."""
    found = _addresses(fields, b"from", notes)
    with_address = [address for address in found if "@" in address.address]
    if len({address.address for address in with_address}) > 1:
        notes.add("several_senders", "from")
    return next(iter(with_address), found[0] if found else _NOBODY)


def _date(fields: Fields, notes: Notes) -> datetime | None:
    value = fields.get(b"date")
    if value is None:
        return None
    found = read_date(value)
    if found is None:
        notes.add("date_unreadable", "date")
    return found
