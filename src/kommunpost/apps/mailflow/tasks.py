"""What the worker does for mailflow, by schedule. Plain functions: they may be run at any time, twice, and by many."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from kommunpost.apps.mailflow import relay
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.actions.returning import note_report
from kommunpost.apps.mailflow.actions.scanning import note_files
from kommunpost.apps.mailflow.arrivals import plausible, storable
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.events import DeliveryListener
from kommunpost.apps.mailflow.models import Message
from kommunpost.apps.mailflow.rules.threads import ancestors_of, thread_of
from kommunpost.core.mail import HeaderSummary, ParsedMail, parse
from kommunpost.core.mail.model import BlockKind

log = logging.getLogger(__name__)

PREVIEW = 200
SEND_AT_ONCE = 20
READ_AT_ONCE = 100


def send_due(
    *, worker: str, listeners: Sequence[DeliveryListener], clock: Callable[[], datetime], limit: int = SEND_AT_ONCE
) -> int:
    """Hand over up to ``limit`` mails whose time has come; how many were tried. ``worker``: unique to the process.

    ``clock`` and not ``now``: a slow relay must not make the later mails look as if they had been sent before.
    Without a relay (``KOMMUNPOST_RELAY``) nothing is claimed; mail waits.
    """
    outbox.end_stale_claims(now=clock())
    try:
        way_out = relay.Relay.at(settings.RELAY_URL)
    except relay.RelayUnset:
        return 0
    tried = 0
    # One claim at a time: what a worker holds when it dies is one mail, not twenty.
    while tried < limit and (claims := outbox.claim_due(worker=worker, limit=1, now=clock())):
        _send(claims[0], way_out, listeners, clock)
        tried += 1
    return tried


def read_new_messages(*, now: datetime, limit: int = READ_AT_ONCE) -> int:
    """Read the whole body of up to ``limit`` messages that nobody has read yet; how many. Oldest first."""
    ids = list(Message.objects.filter(read_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:limit])
    for pk in ids:
        _read(pk, now=now)
    return len(ids)


def _send(
    claim: outbox.Claim, way_out: relay.Relay, listeners: Sequence[DeliveryListener], clock: Callable[[], datetime]
) -> None:
    try:
        answers = relay.hand_over(
            way_out,
            sender=claim.sender,
            recipients=claim.recipients,
            raw=store().get(claim.digest),
            before_data=lambda: outbox.note_data(claim=claim, now=clock()),
            reports=relay.Reports(claim.message_id, on_success=settings.DELIVERY_REPORTS),
        )
    except relay.AnswerLost:
        outbox.record_unknown(claim=claim, now=clock())
    except relay.RelayUnreachable as error:
        outbox.record_no_connection(claim=claim, why=error.code, now=clock())
    except BlobError as error:
        log.error("outgoing:%d cannot be sent: %s", claim.id, error.code)  # noqa: TRY400 -- the code says it all.
        outbox.record_no_connection(claim=claim, why=error.code, now=clock())
    else:
        outbox.record_answers(claim=claim, answers=answers, listeners=listeners, now=clock())


def _read(pk: int, *, now: datetime) -> None:
    message = Message.objects.get(pk=pk)
    facts: dict[str, object]
    mail: ParsedMail | None = None
    try:
        mail = parse(store().get(message.blob_id))
        facts = _facts(mail)
    except BlobError as error:
        facts = {"defects": [*message.defects, {"code": error.code, "where": ""}]}
    except Exception as error:
        # Nothing vanishes: the mail stands with its log row, and says that it could not be read.
        log.error("message:%d could not be read: %s", pk, type(error).__name__)  # noqa: TRY400 -- text may be personal.
        facts = {"defects": [*message.defects, {"code": "unreadable", "where": type(error).__name__}]}
    with transaction.atomic():
        if message.message_id and _is_reused(message):
            Message.objects.filter(message_id=message.message_id).update(id_reused=True)
        first = Message.objects.filter(pk=pk, read_at__isnull=True).update(read_at=now, **facts)
        if first and mail is not None:
            note_report(message_id=pk, mail=mail, now=now)
            note_files(message_id=pk, number=len(mail.attachments), now=now)


def _is_reused(message: Message) -> bool:
    # Two processes that took in the two contents at the same moment did not see each other.
    return Message.objects.filter(message_id=message.message_id).exclude(pk=message.pk).exists()


def _facts(mail: ParsedMail) -> dict[str, object]:
    defects = dict.fromkeys((*mail.headers.defects, *mail.defects))
    return {
        "preview": preview(mail),
        "attachment_count": len(mail.attachments),
        "automatic": mail.headers.automatic or "",
        "date": plausible(mail.headers.date),
        "defects": [{"code": defect.code, "where": storable(defect.where)} for defect in defects],
        "thread": _thread(mail.headers),
    }


def _thread(headers: HeaderSummary) -> str:
    ancestors = [storable(one) for one in ancestors_of(headers.references, headers.in_reply_to)]
    found = Message.objects.filter(message_id__in=ancestors).exclude(thread="") if ancestors else Message.objects.none()
    return thread_of(headers.message_id, ancestors, known=dict(found.values_list("message_id", "thread")))


def preview(mail: ParsedMail) -> str:
    """The first 200 characters of what the writer wrote: no quotes, no signature, blanks run together."""
    own = " ".join(mail.text[block.start : block.end] for block in mail.blocks if block.kind is BlockKind.OWN)
    return storable(" ".join((own or mail.text)[: PREVIEW * 10].split()))[:PREVIEW]
