"""A case system by mail: the register data to read and to parse, and the mails as they came (ADR 0052).

It goes by our own outbox, which never sends a mail of unknown fate again. The Message-ID is made of the key, so that
the outbox takes it once; an answer that refers to it, from the same address, brings the number.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.models import Direction, Message, OutboxState, OutgoingMail
from kommunpost.apps.mailflow.rules.outbox import OutboxRefused
from kommunpost.apps.register.connectors.contract import ConnectorFailed, Document, Handing, Outcome, Receipt
from kommunpost.apps.register.files import read_mail
from kommunpost.apps.register.kinds import EntryDirection, HandoverState, Secrecy
from kommunpost.apps.register.models import CaseSystem, Handover
from kommunpost.apps.register.rules.handing_over import clean_number
from kommunpost.apps.register.verbs import HANDING_OVER
from kommunpost.core.mail import Address, Draft, ParsedMail, compose
from kommunpost.core.mail.draft import DraftError, OutgoingAttachment
from kommunpost.core.mail.model import BlockKind

ANSWERED_WITHIN = timedelta(days=90)
"""Later answers are typed in."""
MARKS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF"}
"""A machine wrote it. Answers are wished for: only those of somebody's absence are not."""
_NUMBER_LINE = re.compile(
    r"(?im)^[ \t]*(?:diarienummer|diarienr|dnr|ärendenummer|nummer)[ \t]*[:.]?[ \t]*(\S.*?)[ \t]*$"
)

_WENT = (OutboxState.HANDED_OVER, OutboxState.DELIVERED)
_BY_OUTBOX: Mapping[OutboxState, Receipt] = {
    OutboxState.BOUNCED: Receipt(Outcome.REFUSED, trouble="bounced"),
    OutboxState.CANCELLED: Receipt(Outcome.REFUSED, trouble="cancelled"),
    OutboxState.UNKNOWN: Receipt(Outcome.UNKNOWN, trouble="mail_unknown"),
}


@dataclass(frozen=True, slots=True)
class RegistrationMail:
    """From ``mailbox`` to the registration address of ``system``."""

    system: CaseSystem
    domain: str
    clock: Callable[[], datetime]

    def hand_over(self, handing: Handing) -> Receipt:
        message_id = message_id_of(handing.key, self.domain)
        queued = OutgoingMail.objects.filter(message_id=message_id).values_list("pk", flat=True).first()
        return Receipt(Outcome.ACCEPTED, outgoing_id=queued or self._queue(handing, message_id))

    def receipts(self) -> Iterable[tuple[str, Receipt]]:
        """Answers with a number; mail that bounced, or of unknown fate; such that a person has found out about."""
        waiting = Handover.objects.filter(
            system=self.system, state__in=[HandoverState.SENT, HandoverState.UNKNOWN], outgoing__isnull=False
        )
        yield from self._from_answers(waiting)
        for key, state in waiting.filter(outgoing__state__in=list(_BY_OUTBOX)).values_list("key", "outgoing__state"):
            yield str(key), _BY_OUTBOX[OutboxState(state)]
        # A person has said that it went after all.
        went = waiting.filter(state=HandoverState.UNKNOWN, outgoing__state__in=_WENT)
        for key in went.values_list("key", flat=True):
            yield str(key), Receipt(Outcome.ACCEPTED)

    def put_away(self, key: str) -> None:
        """A mail that has been sent is a mail like others."""

    def _queue(self, handing: Handing, message_id: str) -> int:
        mailbox = Mailbox.objects.get(pk=self.system.mailbox_id or 0)
        now = self.clock()
        try:
            raw = compose(_draft(self.system, mailbox, handing, message_id, now))
            return outbox.queue_mail(
                mailbox_id=mailbox.pk, raw=raw, recipients=[self.system.address], not_before=now, by=HANDING_OVER,
                now=now,
            )  # fmt: skip
        except (DraftError, OutboxRefused) as error:
            raise ConnectorFailed("mail_failed") from error

    def _from_answers(self, waiting: QuerySet[Handover]) -> Iterable[tuple[str, Receipt]]:
        """From the address that we wrote to, and naming our Message-ID, which nobody else has seen: never a subject."""
        lately = waiting.filter(changed_at__gt=self.clock() - ANSWERED_WITHIN)
        sent = {
            message_id: str(key)
            for message_id, key in lately.exclude(outgoing__sent_message=None).values_list(
                "outgoing__message_id", "key"
            )
        }
        threads = lately.exclude(outgoing__sent_message__thread="").values("outgoing__sent_message__thread")
        answers = Message.objects.filter(
            thread__in=threads, sender_address__iexact=self.system.address, deliveries__direction=Direction.IN,
            deliveries__mailbox_id=self.system.mailbox_id or 0,
        )  # fmt: skip
        for answer in answers.order_by("pk").distinct():
            mail = read_mail(answer)
            names = (*mail.headers.in_reply_to, *mail.headers.references) if mail else ()
            key = next((sent[name] for name in names if name in sent), "")
            if mail is not None and key and (number := number_in(mail)):
                yield key, Receipt(Outcome.ACCEPTED, number, answer_id=answer.pk)


def message_id_of(key: str, domain: str) -> str:
    """122 random bits: known to whoever got the mail, and found in our own table. A seal would add nothing."""
    return f"kp-overlamning.{key}@{domain}"


def number_in(mail: ParsedMail) -> str:
    """The number on the first line that says ``Diarienummer: …`` in what the sender wrote; quotes do not count."""
    own = "\n".join(mail.text[one.start : one.end] for one in mail.blocks if one.kind is BlockKind.OWN)
    found = _NUMBER_LINE.search(own)
    return clean_number(found[1]) if found else ""


def _draft(system: CaseSystem, mailbox: Mailbox, handing: Handing, message_id: str, now: datetime) -> Draft:
    data = handing.data
    machine = {**data, "key": handing.key}
    return Draft(
        sender=Address(mailbox.name, mailbox.address),
        to=(Address(system.name, system.address),),
        # The diary shows the public title to everybody; the title itself stays in the mail.
        subject=f"För registrering: {data['designation']}",
        text=readable(data, system_name=system.name),
        date=now,
        message_id=message_id,
        attachments=(
            OutgoingAttachment(
                "registrering.json", "application/json", json.dumps(machine, ensure_ascii=False, indent=1).encode()
            ),
            *(_attachment(number, one) for number, one in enumerate(_mails(handing.documents), start=1)),
        ),
        headers=MARKS,
    )


def readable(data: Mapping[str, JSON], *, system_name: str) -> str:
    """What a registrar reads at once: the fields of OSL 5:2 first. Records are in Swedish."""
    case = data["case"]
    rows = [
        ("Vårt nummer", data["designation"]),
        ("Nämnd", _of(data["committee"], "name")),
        ("Ärende", f"{_of(case, 'designation')} {_of(case, 'title')}" if case else "Eget diarienummer, inget ärende"),
        ("Riktning", EntryDirection(str(data["direction"])).label),
        ("Datum", str(data["dated_at"])[:10]),
        ("Avsändare eller mottagare", data["counterpart"]),
        ("Vad handlingen gäller", data["title"]),
        ("Handlingstyp", data["document_type"]),
        ("Handläggare", data["handler"]),
        ("Sekretess", Secrecy(str(data["secrecy"])).label),
    ]
    facts = "\n".join(f"{name}: {value}" for name, value in rows if value)
    return (
        f"Den här handlingen ska registreras i {system_name}.\n\n{facts}\n\n"
        "Handlingen ligger som den kom i den bifogade .eml-filen. Samma uppgifter finns i registrering.json.\n\n"
        "Svara på det här mejlet och skriv numret på en egen rad:\nDiarienummer: \n\n"
        "Det här är ett automatiskt meddelande från Kommunpost."
    )


def _of(value: JSON, name: str) -> str:
    return str(value.get(name, "")) if isinstance(value, Mapping) else ""


def _mails(documents: Iterable[Document]) -> list[Document]:
    # Attachments lie in their mail: each goes once.
    return [one for one in documents if one.place == 0]


def _attachment(number: int, one: Document) -> OutgoingAttachment:
    # Not message/rfc822, which mail servers open and change.
    return OutgoingAttachment(f"handling-{number}.eml", "application/octet-stream", one.content)
