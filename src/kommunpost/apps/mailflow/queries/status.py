"""What waits, which mailboxes are silent, and whether every blob is whole: for operations."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.models import Blob, Direction, Message, OutboxState, OutgoingMail


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """What waits: messages that nobody has read yet, and outgoing mails by state (every state is there)."""

    unread: int
    outbox: dict[OutboxState, int]


@dataclass(frozen=True, slots=True)
class SilentMailbox:
    """A mailbox that no mail has come to since the time asked for. ``last_at`` None: never."""

    mailbox_id: int
    address: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class BlobTrouble:
    """``code``: ``blob_missing``, ``blob_damaged``, ``blob_not_erased`` (the row says it is gone, the store has it)."""

    digest: str
    code: str


def queue_status() -> QueueStatus:
    """What waits to be read and sent."""
    counted = dict(OutgoingMail.objects.values_list("state").annotate(number=Count("pk")))
    return QueueStatus(
        unread=Message.objects.filter(read_at__isnull=True).count(),
        outbox={state: counted.get(str(state), 0) for state in OutboxState},
    )


def silent_mailboxes(*, since: datetime) -> list[SilentMailbox]:
    """Active mailboxes that nothing has come to since ``since``, in order of address."""
    came = Max("deliveries__at", filter=Q(deliveries__direction=Direction.IN))
    rows = Mailbox.objects.filter(is_active=True).annotate(last_at=came).order_by("address")
    silent = rows.filter(Q(last_at__isnull=True) | Q(last_at__lt=since))
    return [SilentMailbox(pk, address, last) for pk, address, last in silent.values_list("pk", "address", "last_at")]


def verify_blobs(*, progress: Callable[[int], None] | None = None) -> Iterator[BlobTrouble]:
    """Read every blob that a row names and compare it with its digest. ``progress`` gets the number read so far."""
    rows = Blob.objects.order_by("digest").values_list("digest", "erased_at")
    for number, (digest, erased_at) in enumerate(rows.iterator(chunk_size=2000), start=1):
        if trouble := _trouble(digest, is_erased=erased_at is not None):
            yield BlobTrouble(digest, trouble)
        if progress is not None:
            progress(number)


def _trouble(digest: str, *, is_erased: bool) -> str:
    if is_erased:
        return "blob_not_erased" if store().exists(digest) else ""
    try:
        store().get(digest)
    except BlobError as error:
        return error.code
    return ""
