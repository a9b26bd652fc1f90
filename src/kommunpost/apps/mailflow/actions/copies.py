"""Copies of sent mail in the mailbox's own Sent folder: which are missing, and which lie there."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef

from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.models import OutgoingMail, RemoteRemoval, SentCopy

log = logging.getLogger(__name__)

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class DueCopy:
    """A sent mail that no copy is known of."""

    id: int
    message_id: str
    raw: bytes = field(repr=False)


def copies_due(*, mailbox_id: int, since: datetime) -> Iterator[DueCopy]:
    """What left from the mailbox after ``since`` and is not known to lie in its Sent folder, oldest first."""
    gone = OutgoingMail.objects.filter(mailbox_id=mailbox_id, sent_message__isnull=False, changed_at__gte=since)
    # What is being removed from the mailbox is not put back into it (ADR 0055).
    removed = RemoteRemoval.objects.filter(mailbox_id=mailbox_id, message_id=OuterRef("sent_message_id"))
    gone = gone.exclude(Exists(removed))
    for mail in list(gone.filter(copy__isnull=True).order_by("pk")[:AT_ONCE]):
        try:
            yield DueCopy(mail.pk, mail.message_id, store().get(mail.blob_id))
        except BlobError as error:
            log.warning("sync.copy_without_bytes", extra={"outgoing_id": mail.pk, "why": error.code})


def note_copy(*, outgoing_id: int, was_there: bool, now: datetime, trouble: str = "") -> None:
    """The copy lies in Sent. ``was_there``: the mail system, or an earlier try that died, had put it there.

    ``trouble``: why it will never lie there.
    """
    SentCopy.objects.get_or_create(
        outgoing_id=outgoing_id, defaults={"at": now, "was_there": was_there, "trouble": trouble}
    )
