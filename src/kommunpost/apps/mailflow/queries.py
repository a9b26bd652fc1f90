"""Reads of mailflow for the other offices and for operations. What screens list stands in ``mailbox_lists``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.mailbox_lists import readable_mailbox_ids
from kommunpost.apps.mailflow.models import Blob, Delivery, Direction, Message, OutboxState, OutgoingMail


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as the other offices see it. ``delivery_ids``: those that this actor may see."""

    id: int
    subject: str
    sender_name: str
    sender_address: str
    date: datetime | None
    first_seen_at: datetime
    id_reused: bool
    preview: str
    attachment_count: int
    automatic: str
    delivery_ids: tuple[int, ...]


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


def get_message(actor: Actor, message_id: int) -> MessageRow | None:
    """The one door to a message: None when there is no such, and alike when none of its deliveries is for ``actor``."""
    mine = _visible(actor, message_id)
    message = Message.objects.filter(pk=message_id).first()
    if not mine or message is None:
        return None
    return MessageRow(
        id=message.pk,
        subject=message.subject,
        sender_name=message.sender_name,
        sender_address=message.sender_address,
        date=message.date,
        first_seen_at=message.first_seen_at,
        id_reused=message.id_reused,
        preview=message.preview,
        attachment_count=message.attachment_count,
        automatic=message.automatic,
        delivery_ids=mine,
    )


def message_bytes(actor: Actor, message_id: int) -> bytes | None:
    """The raw mail, through the same door. Raises ``BlobMissing`` or ``BlobDamaged``."""
    if not _visible(actor, message_id):
        return None
    return store().get(Message.objects.values_list("blob_id", flat=True).get(pk=message_id))


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


def _visible(actor: Actor, message_id: int) -> tuple[int, ...]:
    deliveries = Delivery.objects.filter(message_id=message_id)
    readable = readable_mailbox_ids(actor)
    if readable is not None:
        deliveries = deliveries.filter(mailbox_id__in=readable)
    return tuple(deliveries.order_by("pk").values_list("pk", flat=True))
