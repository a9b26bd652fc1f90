"""Let a clamd look at the attachments of mail that has been read. Nothing waits for it."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow import clamd
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.models import FileScan, Message, ScanState
from kommunpost.apps.mailflow.rules.scanning import TRIES, WAIT
from kommunpost.core.mail import parse

log = logging.getLogger(__name__)

WORKER = "system:scan"
CHAIN = "mailflow:scan"
AT_ONCE = 20
"""Mails in one round."""


def note_files(*, message_id: int, number: int, now: datetime) -> None:
    """The mail's ``number`` files wait for clamd, if one is set. Inside the transaction that notes the mail as read."""
    if settings.CLAMD_URL and number:
        FileScan.objects.bulk_create(
            [FileScan(message_id=message_id, number=one, due_at=now, at=now) for one in range(number)],
            ignore_conflicts=True,
        )


def note_older(*, since: datetime, by: str, now: datetime) -> tuple[int, int]:
    """The files of mail that came since ``since`` and was read when nobody scanned wait for clamd too; how many mails
    and files. Safe to run again: a file that has a verdict keeps it.
    """
    older = Message.objects.filter(
        first_seen_at__gte=since, read_at__isnull=False, attachment_count__gt=0, blob__erased_at__isnull=True,
        scans__isnull=True,
    ).order_by("pk")  # fmt: skip
    mails = files = 0
    with transaction.atomic():
        for pk, number in list(older.values_list("pk", "attachment_count")):
            note_files(message_id=pk, number=number, now=now)
            mails, files = mails + 1, files + number
        if mails:
            details: dict[str, JSON] = {"mails": mails, "files": files}
            record(actor=by, verb="mailflow:scan:ask", subject="scan:older", details=details, at=now, chain=CHAIN)
    return mails, files


def scan_due(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Have the files of up to ``limit`` mails looked at; how many mails. Without a clamd they wait."""
    try:
        where = clamd.Clamd.at(settings.CLAMD_URL)
    except clamd.ClamdUnset:
        return 0
    due = FileScan.objects.filter(due_at__lte=now)
    # The newest mail first: what comes in today does not wait for a year of older mail (``note_older``).
    ids = list(dict.fromkeys(due.order_by("-message_id").values_list("message_id", flat=True)[:limit]))
    done = 0
    for message_id in ids:
        try:
            _scan(where, message_id, now=now)
        except clamd.ClamdUnreachable as error:
            log.warning("scan.unreachable", extra={"why": error.code})
            due.update(due_at=now + WAIT)
            break
        done += 1
    return done


def take_out(*, actor: Actor, message_id: int, number: int | None, now: datetime) -> None:
    """Note that ``actor`` takes out a file with a virus in it; ``number`` None is the whole mail.

    Raises ``NotAllowed``.
    """
    check_may(actor, Permission.INFECTED_TAKE)
    with transaction.atomic():
        record(
            actor=actor.reference, verb="mailflow:file:take_out_infected", subject=f"message:{message_id}",
            details={"number": number}, at=now,
        )  # fmt: skip


def _scan(where: clamd.Clamd, message_id: int, *, now: datetime) -> None:
    """All waiting files of one mail, and then one transaction."""
    waiting = list(FileScan.objects.filter(message_id=message_id, due_at__lte=now).order_by("number"))
    contents = _contents(message_id)
    verdicts: dict[int, tuple[ScanState, str]] = {}
    for one in waiting:
        verdict = _verdict(where, contents.get(one.number), tries=one.tries + 1)
        verdicts[one.pk] = verdict
    with transaction.atomic():
        for one in waiting:
            _write(one, *verdicts[one.pk], now=now)
        found = {str(one.number): str(verdicts[one.pk][0]) for one in waiting}
        record(actor=WORKER, verb="mailflow:message:scan", subject=f"message:{message_id}", details={"files": found},
               at=now, chain=CHAIN)  # fmt: skip


def _contents(message_id: int) -> Mapping[int, bytes]:
    """Nothing for a mail whose bytes are gone or cannot be read."""
    try:
        raw = store().get(Message.objects.values_list("blob_id", flat=True).get(pk=message_id))
        return {number: one.content for number, one in enumerate(parse(raw).attachments)}
    except BlobError as error:
        log.warning("scan.no_content", extra={"why": error.code})
        return {}


def _verdict(where: clamd.Clamd, content: bytes | None, *, tries: int) -> tuple[ScanState, str]:
    if content is None:
        return ScanState.FAILED, ""
    try:
        signature = clamd.scan(where, content)
    except clamd.TooLarge:
        return ScanState.TOO_LARGE, ""
    except clamd.ClamdFailed:
        return (ScanState.UNSCANNED if tries < TRIES else ScanState.FAILED), ""
    return (ScanState.INFECTED, signature[:120]) if signature else (ScanState.CLEAN, "")


def _write(one: FileScan, state: ScanState, signature: str, *, now: datetime) -> None:
    # Only what still waits: of two that scan at once the first has said it.
    FileScan.objects.filter(pk=one.pk, state=ScanState.UNSCANNED).update(
        state=state,
        signature=signature,
        tries=one.tries + 1,
        due_at=now + WAIT if state == ScanState.UNSCANNED else None,
        at=now,
    )
