"""Handovers as a place where a mail may lie: what waits to be sent, what lies for the receiver, what went by mail.

What the case system has is out of our reach: it is named, and a person removes it there (ADR 0053).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.actions.erase import BlobInUse, erase_blob, erase_bytes_of
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Blob, OutboxState, OutgoingMail
from kommunpost.apps.mailflow.places import How, Lying, Place, PlaceFailed, numbers
from kommunpost.apps.mailflow.removing import BY, ROW
from kommunpost.apps.mailflow.rules.outbox import OutboxRefused
from kommunpost.apps.register.actions.handing_over.queueing import note
from kommunpost.apps.register.connectors.folder import copies, folder_of
from kommunpost.apps.register.kinds import HandoverState, SystemKind
from kommunpost.apps.register.models import Handover
from kommunpost.apps.register.verbs import RegisterVerb

_THERE = (HandoverState.SENT, HandoverState.RECEIVED, HandoverState.UNKNOWN)
_UNSENT = (HandoverState.WAITING, HandoverState.UNKNOWN)
_IN_OUTBOX = (OutboxState.DRAFT, OutboxState.HELD)


def _find(message_id: int) -> list[Lying]:
    handovers = Handover.objects.filter(entry__files__message_id=message_id).distinct()
    return [one for row in handovers.select_related("system", "outgoing__blob").order_by("pk") for one in _lying(row)]


def _lying(row: Handover) -> Iterator[Lying]:
    if row.data or row.state in _UNSENT:
        yield Lying(f"handover:{row.pk}")
    if _files(row):
        yield Lying(f"handover_copy:{row.pk}")
    if row.outgoing is not None and row.outgoing.blob.erased_at is None:
        yield Lying(f"handover_mail:{row.pk}", digest=row.outgoing.blob_id)
    if row.state in _THERE:
        yield Lying(f"case_system:{row.pk}", how=How.BY_HAND, shows=f"{row.system.name}: {row.number}".rstrip(": "))


def _remove(message_id: int, lying: Sequence[Lying], now: datetime) -> None:  # noqa: ARG001
    for pk in numbers(lying, "handover"):
        _stop(pk, now=now)
    for row in Handover.objects.filter(pk__in=numbers(lying, "handover_copy")).select_related("system"):
        for path in _files(row):
            path.unlink(missing_ok=True)
        note(RegisterVerb.HANDOVER_COPY_REMOVED, row, by=BY, now=now)
    for row in Handover.objects.filter(pk__in=numbers(lying, "handover_mail")).select_related("outgoing"):
        if row.outgoing is not None:
            _erase_mail(row.outgoing, now=now)


def _stop(pk: int, *, now: datetime) -> None:
    with transaction.atomic():
        row = Handover.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.state == HandoverState.SENDING:
            raise PlaceFailed("in_use")
        stopped = row.state in _UNSENT
        fields = {"state": HandoverState.DEAD, "trouble": "removal_begun", "next_try_at": None} if stopped else {}
        Handover.objects.filter(pk=pk).update(data={}, changed_at=now, **fields)
        if stopped:
            note(RegisterVerb.HANDOVER_GIVEN_UP, row, by=BY, now=now, details={"trouble": "removal_begun"})


def _erase_mail(mail: OutgoingMail, *, now: datetime) -> None:
    try:
        if mail.sent_message_id is not None:
            ROW.remove(mail.sent_message_id, (), now)
            erase_bytes_of(message_id=mail.sent_message_id, digest=mail.blob_id, by=BY, now=now)
            return
        if mail.state in _IN_OUTBOX:
            outbox.cancel(outgoing_id=mail.pk, by=BY, now=now)
        elif mail.state in {OutboxState.CLAIMED, OutboxState.UNKNOWN}:
            # Somebody sends it just now, or must first say whether it left.
            raise PlaceFailed("in_use")
        erase_blob(digest=mail.blob_id, by=BY, now=now, but_outgoing=mail.pk)
    except (BlobInUse, OutboxRefused) as error:
        raise PlaceFailed("in_use") from error


def _prove(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001
    waiting = Handover.objects.filter(pk__in=numbers(lying, "handover"))
    left = [f"handover:{row.pk}" for row in waiting if row.data or row.state in _UNSENT]
    copied = Handover.objects.filter(pk__in=numbers(lying, "handover_copy")).select_related("system")
    left += [f"handover_copy:{row.pk}" for row in copied if _files(row)]
    mails = [one for one in lying if one.reference.startswith("handover_mail:")]
    named = Blob.objects.filter(pk__in=[one.digest for one in mails], erased_at__isnull=True)
    alive = set(named.values_list("pk", flat=True))
    return left + [one.reference for one in mails if one.digest in alive or store().exists(one.digest)]


def _files(row: Handover) -> list[Path]:
    if row.kind != SystemKind.FOLDER:
        return []
    folder = folder_of(row.system.committee.code, root=Path(settings.HANDOVER_FOLDER))
    return [path for path in copies(folder, str(row.key)) if path.exists()]


HANDOVERS = Place("handovers", _("Överlämningar till ärendesystem"), _find, _remove, _prove)
