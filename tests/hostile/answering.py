"""Answers to a hostile mail, made as the application makes them: of what was parsed, and nothing else."""

from datetime import datetime

from kommunpost.core.mail import Address, Draft, ParsedMail, compose
from kommunpost.core.mail.draft import OutgoingAttachment
from kommunpost.core.mail.reply import answered_id, forward_subject, new_message_id, reference_chain, reply_subject

KINDS = ("reply", "forward", "acknowledgement")
US = Address("Kontaktcenter", "kontaktcenter@botkyrka.example")


def answer_to(mail: ParsedMail, raw: bytes, *, kind: str, to: Address, now: datetime) -> bytes:
    """The bytes of an answer of ``kind``. Raises ``DraftError``."""
    subject = mail.headers.subject
    return compose(
        Draft(
            sender=US,
            to=(to,),
            subject=forward_subject(subject) if kind == "forward" else reply_subject(subject),
            text="Tack för ditt mejl.",
            date=now,
            message_id=new_message_id("botkyrka.example", token="7f3a"),
            in_reply_to="" if kind == "forward" else answered_id(mail),
            references=() if kind == "forward" else reference_chain(mail),
            headers={"Auto-Submitted": "auto-replied"} if kind == "acknowledgement" else {},
            quoted=mail if kind == "reply" else None,
            attachments=(OutgoingAttachment("mejl.eml", "message/rfc822", raw),) if kind == "forward" else (),
        )
    )
