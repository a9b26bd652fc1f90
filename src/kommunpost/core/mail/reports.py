"""Delivery status, disposition notifications, and Exchange's journal reports."""

import re

from kommunpost.core.mail.headers import Fields, Notes, read_fields
from kommunpost.core.mail.model import Report
from kommunpost.core.mail.words import decode_header, decode_text

MAX_REPORT = 262_144
MAX_JOURNAL_RECIPIENTS = 10_000
_BLANK = re.compile(rb"\n\s*\n")
_JOURNAL_LINE = re.compile(
    r"(?im)^[ \t]*(sender|on-behalf-of|recipients?|to|cc|bcc|message-id|subject)[ \t]*:[ \t]*([^\r\n]*)\r?$"
)
_SEPARATORS = re.compile(r"[\s<>,;:\"()\[\]/]+")
_ADDRESS_ALONE = re.compile(r"(?m)^[ \t]*<?([^\s<>,;:\"()]{1,256}@[^\s<>,;:\"()]{1,256})>?[ \t]*\r?$")
_RECIPIENT_LABELS = frozenset({"recipient", "recipients", "to", "cc", "bcc"})
_DSN_FAILURES = ("failed", "delayed")


def read_delivery_status(content: bytes) -> Report:
    """The fields of a message/delivery-status (RFC 3464) for the first recipient that failed, else the first one."""
    groups = _groups(content)
    about = groups[0] if groups else {}
    recipients = [group for group in groups[1:] if b"final-recipient" in group or b"action" in group] or [about]
    chosen = next((one for one in recipients if _word(one, b"action") in _DSN_FAILURES), recipients[0])
    recipient = chosen.get(b"original-recipient") or chosen.get(b"final-recipient", b"")
    return Report(
        kind="delivery-status",
        original_message_id=_bare(about.get(b"original-message-id", b"")),
        recipient=_after_type(recipient).lower(),
        action=_word(chosen, b"action"),
        status=_word(chosen, b"status"),
        diagnostic=_after_type(chosen.get(b"diagnostic-code", b"")),
    )


def read_recipients(content: bytes) -> dict[str, tuple[str, str]]:
    """Of a message/delivery-status: each recipient in lower case -> (action, status), at most a thousand. The original
    address counts: it is the one that we wrote to.
    """
    found: dict[str, tuple[str, str]] = {}
    for group in _groups(content)[1:]:
        outcome = (_word(group, b"action"), _word(group, b"status")[:20])
        for name in (b"original-recipient", b"final-recipient"):
            address = _after_type(group.get(name, b"")).lower()
            if "@" in address:
                found.setdefault(address, outcome)
    return found


def read_envelope_id(content: bytes) -> str:
    """Of a message/delivery-status: the ENVID that whoever sent the mail gave it (RFC 3464, 2.2.1); or empty."""
    groups = _groups(content)
    return _bare(groups[0].get(b"original-envelope-id", b"")) if groups else ""


def read_disposition(content: bytes) -> Report:
    """The fields of a message/disposition-notification (RFC 8098)."""
    groups = _groups(content)
    about = groups[0] if groups else {}
    recipient = about.get(b"original-recipient") or about.get(b"final-recipient", b"")
    disposition = decode_header(about.get(b"disposition", b""))
    return Report(
        kind="disposition-notification",
        original_message_id=_bare(about.get(b"original-message-id", b"")),
        recipient=_after_type(recipient).lower(),
        action=disposition.rpartition(";")[2].partition("/")[0].strip().lower(),
        diagnostic=decode_header(about.get(b"error", b"") or about.get(b"failure", b"")),
    )


def _groups(content: bytes) -> list[Fields]:
    content = content[:MAX_REPORT].replace(b"\r\n", b"\n").strip(b"\n")
    return [read_fields(group, Notes())[0] for group in _BLANK.split(content, maxsplit=1_000) if group.strip()]


def _bare(value: bytes) -> str:
    return "".join(decode_header(value).split()).strip("<>")[:998]


def _word(fields: Fields, name: bytes) -> str:
    return decode_header(fields.get(name, b"")).partition(" ")[0].lower()


def _after_type(value: bytes) -> str:
    """``rfc822; anna@…`` -> ``anna@…``."""
    text = decode_header(value)
    kind, semicolon, rest = text.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else text


def is_journal(fields: Fields) -> bool:
    """A report of Exchange's envelope journaling, by its own field."""
    return b"x-ms-journal-report" in fields


def looks_like_journal(data: bytes) -> bool:
    """The text of a report in the older forms, which have no field of their own."""
    head = data[:2_000].lower()
    return head.lstrip().startswith(b"sender:") and b"\nmessage-id:" in head and b"\nrecipient" in head


def read_journal_text(data: bytes, charset: str) -> tuple[str, tuple[str, ...]]:
    """The text part of a journal report -> (envelope sender, envelope recipients incl. bcc), in lower case, each once.

    The forms: ``Recipients:`` with one address a line (Exchange 2003), ``Recipient: a@b`` lines (2007), and ``To:``,
    ``Cc:``, ``Bcc:`` lines (2010 and Online), where ``Expanded:`` or ``Forwarded:`` and a list's address may follow.
    """
    text = decode_text(data[: MAX_REPORT * 4], charset)[0]
    sender = ""
    recipients: dict[str, None] = {}
    for label, value in _JOURNAL_LINE.findall(text):
        addresses = [word.lower() for word in _SEPARATORS.split(value) if "@" in word]
        if label.lower() == "recipients" and not addresses:
            recipients |= dict.fromkeys(found.lower() for found in _ADDRESS_ALONE.findall(text))
        elif label.lower() in _RECIPIENT_LABELS and addresses:
            recipients[addresses[0]] = None
        elif label.lower() == "sender" and addresses:
            sender = sender or addresses[0]
    return sender, tuple(recipients)[:MAX_JOURNAL_RECIPIENTS]
