"""Import: a group of mails from files. Silent (nothing answers imported mail), and harmless to do again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kommunpost.apps.mailflow.actions.receive import Receipt, receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.blobs.contract import digest_of
from kommunpost.apps.mailflow.events import DeliveryListener
from kommunpost.apps.mailflow.models import Delivery, Route

IMPORT_CHAIN = "intake:import"


@dataclass(frozen=True, slots=True)
class Imported:
    """Of one group: mails that gave something new, mails that were here, and the places of those refused."""

    new: int
    already_there: int
    refused: tuple[int, ...]


def import_group(*, arrivals: Sequence[Arrived], listeners: Sequence[DeliveryListener], now: datetime) -> Imported:
    """Take in ``arrivals`` (route import) in one transaction; if that fails, one by one: a poison mail stands alone."""
    waiting = _not_yet_here([replace(arrived, route=Route.IMPORT) for arrived in arrivals])
    try:
        receipts = _receive(list(waiting.values()), listeners, now)
    except Exception:
        return _import_singly(waiting, len(arrivals), listeners, now)
    new = sum(bool(receipt.new_delivery_ids) for receipt in receipts)
    return Imported(new=new, already_there=len(arrivals) - new, refused=())


def _import_singly(
    waiting: dict[int, Arrived], total: int, listeners: Sequence[DeliveryListener], now: datetime
) -> Imported:
    new, refused = 0, []
    for place, arrived in waiting.items():
        try:
            new += sum(bool(receipt.new_delivery_ids) for receipt in _receive([arrived], listeners, now))
        except Exception:
            # The caller names the file; there is no sender to tell.
            refused.append(place)
    if waiting and len(refused) == len(waiting) > 1:
        # Not the mails then, but the database or the disk: say so rather than refuse a whole archive one by one.
        _receive(list(waiting.values()), listeners, now)
    return Imported(new=new, already_there=total - new - len(refused), refused=tuple(refused))


def _receive(arrivals: list[Arrived], listeners: Sequence[DeliveryListener], now: datetime) -> list[Receipt]:
    return receive_group(arrivals=arrivals, listeners=listeners, now=now, chain=IMPORT_CHAIN)


def _not_yet_here(arrivals: Sequence[Arrived]) -> dict[int, Arrived]:
    """Place -> arrival, without those whose very bytes an earlier import put in a mailbox: a resumed import skips fast.

    Bytes that lie in the pen are tried again, for the directory may have learnt the address since.
    """
    if any(arrived.mailbox or arrived.direction for arrived in arrivals):
        return dict(enumerate(arrivals))
    digests = [digest_of(arrived.raw) for arrived in arrivals]
    placed = Delivery.objects.filter(blob_id__in=set(digests), mailbox__isnull=False, blob__erased_at__isnull=True)
    here = set(placed.values_list("blob_id", flat=True))
    return {place: one for place, (one, digest) in enumerate(zip(arrivals, digests, strict=True)) if digest not in here}
