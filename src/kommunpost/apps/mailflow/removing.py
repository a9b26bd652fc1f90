"""The places of this office where a mail lies: its bytes, and what its row says of it. ``sync.removing``: mailboxes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.audit.actions import record
from kommunpost.apps.mailflow.actions.erase import BlobInUse, erase_bytes_of
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Arrival, Blob, Delivery, Message, OutgoingMail
from kommunpost.apps.mailflow.places import Lying, Place, PlaceFailed
from kommunpost.core.mail import ParsedMail, parse

BY = "system:removal"
"""Who acts in the trail while a removal is carried out; who ordered it stands in the removal's own events."""

_EMPTIED: dict[str, object] = {"subject": "", "preview": "", "sender_name": "", "defects": []}


def digests_of(message_id: int) -> set[str]:
    """The digests of all bytes that the message came in: the same mail by two ways has other trace headers."""
    found = set(Message.objects.filter(pk=message_id).values_list("blob_id", flat=True))
    found |= set(Delivery.objects.filter(message_id=message_id).values_list("blob_id", flat=True))
    found |= set(Arrival.objects.filter(delivery__message_id=message_id).values_list("blob_id", flat=True))
    return found | set(OutgoingMail.objects.filter(sent_message_id=message_id).values_list("blob_id", flat=True))


def read_whole(message_id: int) -> ParsedMail | None:
    """The mail, while its bytes are there. Raises whatever the reader raises: a mail that cannot be read is not found
    in texts, and whoever removes it must know.
    """
    digest = Message.objects.values_list("blob_id", flat=True).get(pk=message_id)
    return parse(store().get(digest)) if store().exists(digest) else None


def come_again(message_ids: Collection[int]) -> set[int]:
    """Of messages whose bytes have been removed, those that have come once more: their bytes are in the store again."""
    alive = Q(blob__erased_at__isnull=True)
    found = set(Message.objects.filter(alive, pk__in=message_ids).values_list("pk", flat=True))
    found |= set(Delivery.objects.filter(alive, message_id__in=message_ids).values_list("message_id", flat=True))
    arrivals = Arrival.objects.filter(alive, delivery__message_id__in=message_ids)
    return found | set(arrivals.values_list("delivery__message_id", flat=True))


def _find_bytes(message_id: int) -> list[Lying]:
    alive = Blob.objects.filter(pk__in=digests_of(message_id), erased_at__isnull=True).order_by("pk")
    return [Lying(f"blob:{digest}", digest=digest) for digest in alive.values_list("pk", flat=True)]


def _remove_bytes(message_id: int, lying: Sequence[Lying], now: datetime) -> None:
    for one in lying:
        try:
            erase_bytes_of(message_id=message_id, digest=one.digest, by=BY, now=now)
        except BlobInUse:
            # Somebody else's draft or mail carries the very same bytes: it must be dealt with first.
            raise PlaceFailed("in_use") from None


def _prove_bytes(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001 -- one shape for all places
    named = Blob.objects.filter(pk__in=[one.digest for one in lying], erased_at__isnull=True)
    left = set(named.values_list("pk", flat=True))
    return [one.reference for one in lying if one.digest in left or store().exists(one.digest)]


def _find_row(message_id: int) -> list[Lying]:
    return [Lying(f"message:{message_id}")]


def _remove_row(message_id: int, lying: Sequence[Lying], now: datetime) -> None:  # noqa: ARG001
    with transaction.atomic():
        # Read, it stays: nothing of it is left for the reader to look at.
        Message.objects.filter(pk=message_id, read_at__isnull=True).update(read_at=now)
        Message.objects.filter(pk=message_id).update(**_EMPTIED)
        record(actor=BY, verb="mailflow:message:empty", subject=f"message:{message_id}", at=now)


def _prove_row(message_id: int, lying: Sequence[Lying]) -> list[str]:  # noqa: ARG001
    return [] if Message.objects.filter(pk=message_id, **_EMPTIED).exists() else [f"message:{message_id}"]


BYTES = Place("bytes", _("Mejlet och bilagorna i lagret"), _find_bytes, _remove_bytes, _prove_bytes)
ROW = Place("message", _("Ämne, namn och förhandstext i listor"), _find_row, _remove_row, _prove_row)
__all__ = ["BYTES", "ROW", "come_again", "digests_of", "read_whole"]
