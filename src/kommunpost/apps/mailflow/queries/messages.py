"""The one door to a message, for the other offices."""

from dataclasses import dataclass
from datetime import datetime

from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Delivery, Message
from kommunpost.apps.mailflow.queries.visibility import readable_mailbox_ids


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


def _visible(actor: Actor, message_id: int) -> tuple[int, ...]:
    deliveries = Delivery.objects.filter(message_id=message_id)
    readable = readable_mailbox_ids(actor)
    if readable is not None:
        deliveries = deliveries.filter(mailbox_id__in=readable)
    return tuple(deliveries.order_by("pk").values_list("pk", flat=True))
