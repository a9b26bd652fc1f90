"""From a draft to the bytes of a mail.

Decisions: the bytes are 7-bit, so that every relay can carry them unchanged. A paragraph is one line, carried by
quoted-printable, and the reader's program wraps it; ``format=flowed`` (RFC 3676) is not used, because Outlook and Gmail
do not read it and would show the hard breaks. Nothing is random: the same draft gives the same bytes.
"""

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from kommunpost.core.mail.draft import Draft, OutgoingAttachment, check_draft
from kommunpost.core.mail.headers_out import address_field, file_name_parameters, id_field, text_field
from kommunpost.core.mail.reply import introduction, original_text, quote_history

LONGEST_LINE = 998
"""RFC 5322 2.1.1, without CRLF."""
PLAIN_WIDTH = 76


@dataclass(frozen=True, slots=True)
class _Part:
    """A MIME part: its header lines, and its body with CRLF line ends."""

    headers: tuple[str, ...]
    body: bytes


def compose(draft: Draft) -> bytes:
    """Write ``draft`` as a MIME message with CRLF line ends (RFC 5322, 2045-2047, 2231).

    Bcc is never in the bytes. Raises ``DraftError`` when a field breaks a rule, see ``draft.check_draft``.
    """
    check_draft(draft)
    content = _content(draft)
    head = [*_head(draft), "MIME-Version: 1.0", *content.headers]
    return "\r\n".join([*head, "", ""]).encode("ascii") + content.body


def _head(draft: Draft) -> list[str]:
    lines = [
        f"Date: {format_datetime(draft.date)}",
        address_field("From", [draft.sender]),
        address_field("To", draft.to) if draft.to else "",
        # A mail with hidden recipients alone still says that it has some (RFC 5322 3.6.3 and appendix A.1.3).
        "" if draft.to or draft.cc else "To: undisclosed-recipients:;",
        address_field("Cc", draft.cc) if draft.cc else "",
        address_field("Reply-To", draft.reply_to) if draft.reply_to else "",
        text_field("Subject", draft.subject),
        id_field("Message-ID", [draft.message_id]),
        id_field("In-Reply-To", [draft.in_reply_to]) if draft.in_reply_to else "",
        id_field("References", draft.references) if draft.references else "",
        *(text_field(name, value) for name, value in draft.headers.items()),
    ]
    return [line for line in lines if line]


def _content(draft: Draft) -> _Part:
    body = _bodies(draft)
    if not draft.attachments:
        return body
    return _multipart("mixed", [body, *map(_attachment, draft.attachments)], seed=draft.message_id)


def _bodies(draft: Draft) -> _Part:
    with_quote = _with_quote(draft)
    parts = [_text("plain", with_quote.text)]
    if with_quote.html is not None:
        parts.append(_text("html", with_quote.html))
    if draft.calendar:
        parts.append(_text("calendar", draft.calendar.content, more=f"; method={draft.calendar.method}"))
    return parts[0] if len(parts) == 1 else _multipart("alternative", parts, seed=draft.message_id)


def _with_quote(draft: Draft) -> Draft:
    """The draft with the mail answered below its own words (guideline ``reply-with-history``)."""
    if draft.quoted is None:
        return draft
    text = f"{draft.text.rstrip()}\n\n{quote_history(draft.quoted, language=draft.language)}"
    if draft.html is None:
        return replace(draft, text=text)
    quote = escape(original_text(draft.quoted)).replace("\n", "<br>\n")
    intro = escape(introduction(draft.quoted, language=draft.language))
    return replace(
        draft, text=text, html=f'{draft.html}\n<p>{intro}</p>\n<blockquote type="cite">{quote}</blockquote>\n'
    )


def _text(subtype: str, text: str, *, more: str = "") -> _Part:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1]:
        lines.append("")
    raw = "\n".join(lines)
    encoding, body = ("7bit", raw.encode("ascii")) if _is_plain(lines) else _shorter(raw.encode())
    charset = "us-ascii" if raw.isascii() else "utf-8"
    headers = (f"Content-Type: text/{subtype}; charset={charset}{more}", f"Content-Transfer-Encoding: {encoding}")
    return _Part(headers, body.replace(b"\n", b"\r\n"))


def _is_plain(lines: Sequence[str]) -> bool:
    """Short ASCII lines that no relay or mbox would touch: no blanks at the end, no "From " at the start."""
    return all(
        line.isascii()
        and line.replace("\t", " ").isprintable()
        and len(line) <= PLAIN_WIDTH
        and not line.endswith((" ", "\t"))
        and not line.startswith(("From ", ".", "--"))
        for line in lines
    )


def _shorter(raw: bytes) -> tuple[str, bytes]:
    quoted = b2a_qp(raw, istext=True).replace(b"\nFrom ", b"\n=46rom ").replace(b"\n.", b"\n=2E")
    quoted = _start_safely(quoted)
    based = encodebytes(raw.replace(b"\n", b"\r\n"))
    return ("quoted-printable", quoted) if len(quoted) <= len(based) else ("base64", based)


def _start_safely(quoted: bytes) -> bytes:
    if quoted.startswith(b"From "):
        return b"=46" + quoted[1:]
    return b"=2E" + quoted[1:] if quoted.startswith(b".") else quoted


def _attachment(attachment: OutgoingAttachment) -> _Part:
    media_type = attachment.type.lower()
    if media_type.startswith("message/"):
        return _message(attachment)
    charset = _charset(media_type, attachment.content)
    headers = (
        f"Content-Type: {media_type}{charset}{file_name_parameters(attachment.name, parameter='name')}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment{file_name_parameters(attachment.name, parameter='filename')}",
    )
    return _Part(headers, encodebytes(attachment.content).replace(b"\n", b"\r\n"))


def _charset(media_type: str, content: bytes) -> str:
    if not media_type.startswith("text/"):
        return ""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "; charset=utf-8"


def _message(attachment: OutgoingAttachment) -> _Part:
    """A mail inside the mail. RFC 2046 5.2.1 forbids to encode it, so one that is not 7-bit goes as a file."""
    content = attachment.content
    lines = content.split(b"\r\n")
    carried = content.isascii() and b"\0" not in content and max(map(len, lines)) <= LONGEST_LINE
    if (
        not carried
        or attachment.type.lower() != "message/rfc822"
        or any(b"\n" in line or b"\r" in line for line in lines)
    ):
        return _attachment(replace(attachment, type="application/octet-stream"))
    headers = (
        "Content-Type: message/rfc822",
        "Content-Transfer-Encoding: 7bit",
        f"Content-Disposition: attachment{file_name_parameters(attachment.name, parameter='filename')}",
    )
    return _Part(headers, content)


def _multipart(subtype: str, parts: Sequence[_Part], *, seed: str) -> _Part:
    """``parts`` between boundaries. A boundary has "=_", which neither base64 nor quoted-printable can hold."""
    boundary = _boundary(subtype, parts, seed=seed)
    pieces = []
    for part in parts:
        head = "\r\n".join([f"--{boundary}", *part.headers, "", ""]).encode("ascii")
        pieces.append(head + part.body + b"\r\n")
    body = b"".join(pieces) + f"--{boundary}--\r\n".encode("ascii")
    return _Part((f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"',), body)


def _boundary(subtype: str, parts: Sequence[_Part], *, seed: str) -> str:
    for attempt in range(len(parts) + 2):
        boundary = "=_" + sha256(f"{seed} {subtype} {attempt}".encode()).hexdigest()[:32]
        if not any(boundary.encode("ascii") in part.body for part in parts):
            return boundary
    raise AssertionError("A part held the digests of its own boundaries.")
