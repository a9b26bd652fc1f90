"""Writes the corpus' mails as real MIME, some of them with HTML beside the text."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

from kommunpost.core.mail import Draft, compose
from kommunpost.core.mail.draft import OutgoingAttachment
from kommunpost.core.mail.model import Address
from kommunpost.site.demo.corpus import TownMail, ancestors, split_address
from kommunpost.site.demo.dates import TOWN, move_dates_in_text
from kommunpost.site.demo.files import placeholder

# A receipt request is nothing that our own mails may carry, so `compose` refuses it; people outside do send them.
RECEIPT_HEADERS = frozenset({"Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To"})
EVERY_NTH_AS_HTML = 5


def write_mail(mail: TownMail, *, at: datetime, sent: Mapping[str, datetime], as_id: str = "") -> bytes:
    """The raw bytes of ``mail`` sent at ``at`` (aware).

    ``sent`` says when each mail of the corpus is sent, so that a thread's Message-IDs agree. ``as_id``: a Message-ID
    of its own and no thread, for a mail that comes once more.
    """
    days = (at.astimezone(TOWN).date() - mail.written_at.date()).days
    text = move_dates_in_text(mail.body, days=days)
    thread = [] if as_id else ancestors(mail)
    draft = Draft(
        sender=Address(*split_address(mail.sender)),
        to=tuple(Address(*split_address(one)) for one in mail.to),
        cc=tuple(Address(*split_address(one)) for one in mail.cc),
        subject=move_dates_in_text(mail.subject, days=days),
        text=text,
        html=_as_html(text) if int(mail.id[-4:]) % EVERY_NTH_AS_HTML == 0 else None,
        date=at.astimezone(TOWN),
        message_id=as_id or message_id(mail.id, sent[mail.id]),
        in_reply_to=message_id(thread[-1], sent[thread[-1]]) if thread else "",
        references=tuple(message_id(one, sent[one]) for one in thread),
        attachments=tuple(
            OutgoingAttachment(one.name, one.type, placeholder(one.name, one.type)) for one in mail.files
        ),
    )
    return _receipt_lines(mail) + compose(draft)


def message_id(mail_id: str, at: datetime) -> str:
    """Without angle brackets. Holds the day, so that a demo filled anew next month does not speak of the old mails."""
    return f"{mail_id}.{at:%Y%m%d}@demo.example"


def _receipt_lines(mail: TownMail) -> bytes:
    lines = (f"{name}: {value}\r\n" for name, value in mail.headers.items() if name in RECEIPT_HEADERS)
    return "".join(lines).encode("ascii")


def _as_html(text: str) -> str:
    paragraphs = (escape(paragraph).replace("\n", "<br>\n") for paragraph in text.strip().split("\n\n"))
    return "<html><body>" + "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs) + "</body></html>"
