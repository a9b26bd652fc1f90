"""Take in a group of mails: blobs first, then one transaction.

What follows is durable when ``receive_group`` returns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record_group
from kommunpost.apps.directory.queries import resolve_addresses
from kommunpost.apps.mailflow.arrivals import Arrived, Prepared, plausible, prepare, storable
from kommunpost.apps.mailflow.blobs import StoredBlob, store
from kommunpost.apps.mailflow.events import DeliveryListener, DeliveryRecorded
from kommunpost.apps.mailflow.models import Arrival, Blob, Delivery, Direction, Message, Route
from kommunpost.apps.mailflow.rules.deliveries import Known, PlannedDelivery, plan_deliveries
from kommunpost.apps.mailflow.rules.identity import Identity

AUDIT_CHAIN = "intake:main"
SEEN_AGAIN_ALWAYS = frozenset({Route.SMTP, Route.LMTP, Route.JOURNAL})
"""Ways by which even the very same bytes are an event of their own: somebody sent them again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one arrival.

    ``new``: the message had not been seen; ``delivery_ids``: all its deliveries of this arrival.
    """

    message_id: int
    delivery_ids: tuple[int, ...]
    new: bool
    new_delivery_ids: tuple[int, ...]


_Key = tuple[int, int | None, str, str]
"""Message, mailbox, address (only in the pen), direction."""


@dataclass(slots=True)
class _Group:
    """The group on its way through the transaction."""

    prepared: Sequence[Prepared]
    now: datetime
    known: Mapping[str, Known]
    messages: dict[Identity, Message] = field(default_factory=dict)
    created: set[int] = field(default_factory=set)
    deliveries: dict[_Key, Delivery] = field(default_factory=dict)
    new_deliveries: list[tuple[Delivery, Prepared]] = field(default_factory=list)
    plans: list[list[Delivery]] = field(default_factory=list)
    repeats: list[tuple[Delivery, Prepared]] = field(default_factory=list)


def receive_group(
    *, arrivals: Sequence[Arrived], listeners: Sequence[DeliveryListener], now: datetime, chain: str = AUDIT_CHAIN
) -> list[Receipt]:
    """Take in ``arrivals``, in their order.

    A mail already here adds no message and no delivery: taking in twice is harmless.

    The listeners get the new deliveries inside the transaction. Any error refuses the whole group and leaves nothing
    but
    blobs that no row names; ``intake.group`` then tries its mails one by one. ``chain``: the audit chain, one a
    process.
    """
    prepared = [prepare(arrived, now=now) for arrived in arrivals]
    if not prepared:
        return []
    stored = store().put_many([one.arrived.raw for one in prepared])
    with transaction.atomic():
        group = _Group(prepared=prepared, now=now, known=_resolve(prepared))
        _write_blobs(group, stored)
        _write_messages(group, {blob.digest: blob for blob in stored})
        _write_deliveries(group)
        _write_repeats(group)
        _tell(group, listeners)
        _audit(group, chain)
    return [_receipt(group, number) for number in range(len(prepared))]


def _resolve(prepared: Iterable[Prepared]) -> dict[str, Known]:
    asked = {address for one in prepared for address in (one.told.sender, *one.told.recipients) if address}
    return {address: Known(found.id, found.address) for address, found in resolve_addresses(asked).items()}


def _write_blobs(group: _Group, stored: Sequence[StoredBlob]) -> None:
    by_digest = {blob.digest: blob for blob in stored}
    # Locked, so that an erasure that runs now waits for us, or we for it; then what it erased is put back.
    here = {row.digest: row for row in Blob.objects.select_for_update().filter(digest__in=by_digest)}
    if erased := [row.digest for row in here.values() if row.erased_at is not None]:
        raws = {one.blob_digest: one.arrived.raw for one in group.prepared}
        store().put_many([raws[digest] for digest in erased])
        Blob.objects.filter(digest__in=erased).update(erased_at=None, stored_at=group.now)
    rows = [
        Blob(digest=blob.digest, size=blob.size, stored_size=blob.stored_size, stored_at=group.now)
        for digest, blob in sorted(by_digest.items())
        if digest not in here
    ]
    if rows:
        Blob.objects.bulk_create(rows, ignore_conflicts=True)


def _write_messages(group: _Group, stored: Mapping[str, StoredBlob]) -> None:
    wanted = {one.identity: one for one in reversed(group.prepared)}
    found = _find_messages(wanted)
    reused = _flag_reused_ids(wanted, found)
    new = [
        _message(one, stored[one.blob_digest], reused=which.message_id in reused, now=group.now)
        for which, one in sorted(wanted.items(), key=lambda item: (item[0].content, item[0].message_id))
        if which not in found
    ]
    if new:
        # On a race with another process the row that won is handed back and locked; nothing of it changes.
        Message.objects.bulk_create(
            new,
            update_conflicts=True,
            unique_fields=["content_digest", "message_id"],
            update_fields=["content_digest"],
        )
    group.created = {message.pk for message in new}
    group.messages = found | {Identity(message.content_digest, message.message_id): message for message in new}


def _find_messages(wanted: Mapping[Identity, Prepared]) -> dict[Identity, Message]:
    contents = [which.content for which in wanted]
    # Locked until commit: two processes that take in the same old message must not both find that a delivery is
    # missing.
    rows = Message.objects.select_for_update().filter(content_digest__in=contents).order_by("pk")
    rows = rows.only("id", "content_digest", "message_id")
    by_identity = {Identity(row.content_digest, row.message_id): row for row in rows}
    return {which: row for which, row in by_identity.items() if which in wanted}


def _flag_reused_ids(wanted: Mapping[Identity, Prepared], found: Mapping[Identity, Message]) -> set[str]:
    new = [which for which in wanted if which not in found and which.message_id]
    ids = [which.message_id for which in new]
    if not ids:
        return set()
    old = set(Message.objects.filter(message_id__in=set(ids)).values_list("message_id", flat=True))
    if old:
        Message.objects.filter(message_id__in=old).update(id_reused=True)
    return old | {one for one in ids if ids.count(one) > 1}


def _message(one: Prepared, blob: StoredBlob, *, reused: bool, now: datetime) -> Message:
    summary = one.summary
    return Message(
        content_digest=one.identity.content,
        message_id=one.identity.message_id,
        blob_id=blob.digest,
        size=blob.size,
        subject=storable(summary.subject),
        sender_name=storable(summary.sender.name)[:320],
        sender_address=storable(summary.sender.address)[:320],
        date=plausible(summary.date),
        first_seen_at=now,
        id_reused=reused,
        automatic=summary.automatic or "",
        defects=[{"code": defect.code, "where": storable(defect.where)} for defect in summary.defects],
    )


def _write_deliveries(group: _Group) -> None:
    old = [message.pk for message in group.messages.values() if message.pk not in group.created]
    for delivery in Delivery.objects.filter(message_id__in=old) if old else ():
        group.deliveries[_key(delivery)] = delivery
    for one in group.prepared:
        message = group.messages[one.identity]
        plan = [_planned(group, one, message.pk, delivery) for delivery in plan_deliveries(one.told, group.known)]
        group.plans.append(plan)
    Delivery.objects.bulk_create([delivery for delivery, _one in group.new_deliveries])


def _planned(group: _Group, one: Prepared, message_id: int, plan: PlannedDelivery) -> Delivery:
    """The delivery of the plan: the one that stands (then this is a repeat), or a new one, not written yet."""
    delivery = Delivery(
        message_id=message_id,
        mailbox_id=plan.mailbox_id,
        address=plan.address,
        direction=plan.direction,
        at=one.at,
        route=one.arrived.route,
        blob_id=one.blob_digest,
        envelope_sender=storable(one.arrived.sender)[:320],
    )
    standing = group.deliveries.setdefault(_key(delivery), delivery)
    if standing is delivery:
        group.new_deliveries.append((delivery, one))
    else:
        group.repeats.append((standing, one))
    return standing


def _key(delivery: Delivery) -> _Key:
    address = delivery.address if delivery.mailbox_id is None else ""
    return (delivery.message_id, delivery.mailbox_id, address, str(delivery.direction))


def _write_repeats(group: _Group) -> None:
    always = [pair for pair in group.repeats if pair[1].arrived.route in SEEN_AGAIN_ALWAYS]
    once = {
        (delivery.pk, one.blob_digest): (delivery, one)
        for delivery, one in group.repeats
        if one.arrived.route not in SEEN_AGAIN_ALWAYS and one.blob_digest != delivery.blob_id
    }
    if once:
        seen = Arrival.objects.filter(delivery_id__in={pk for pk, _digest in once}).values_list(
            "delivery_id", "blob_id"
        )
        for pair in seen:
            once.pop(pair, None)
    rows = [
        Arrival(delivery_id=delivery.pk, at=one.at, route=one.arrived.route, blob_id=one.blob_digest)
        for delivery, one in (*always, *once.values())
    ]
    if rows:
        Arrival.objects.bulk_create(rows)


def _tell(group: _Group, listeners: Sequence[DeliveryListener]) -> None:
    if not group.new_deliveries:
        return
    events = [_event(delivery, one) for delivery, one in group.new_deliveries]
    for listener in listeners:
        listener(events)


def _event(delivery: Delivery, one: Prepared) -> DeliveryRecorded:
    summary = one.summary
    seen = dict.fromkeys(storable(address.address) for address in (*summary.to, *summary.cc) if address.address)
    if delivery.direction == Direction.IN and delivery.address != "-":
        # A mailbox that got the mail by Bcc or a list stands in its own row, and in nobody else's.
        seen[delivery.address] = None
    return DeliveryRecorded(
        delivery_id=delivery.pk,
        message_id=delivery.message_id,
        mailbox_id=delivery.mailbox_id,
        direction=str(delivery.direction),
        at=delivery.at,
        sender=storable(summary.sender.address) or delivery.envelope_sender,
        recipients=tuple(seen),
        subject=storable(summary.subject),
    )


def _audit(group: _Group, chain: str) -> None:
    if not group.new_deliveries:
        return
    rows = {delivery.pk: sealed_fields(delivery) for delivery, _one in group.new_deliveries}
    record_group(
        actor="system:intake",
        verb="mailflow:delivery:receive",
        kind="delivery",
        rows=rows,
        at=group.now,
        chain=chain,
    )


def sealed_fields(delivery: Delivery) -> tuple[int | str | None, ...]:
    """What the audit trail seals of a delivery: all that never changes lawfully.

    (The pen may give it a mailbox later.)
    """
    at = delivery.at.isoformat(timespec="microseconds")
    return (delivery.message_id, str(delivery.direction), at, str(delivery.route), delivery.blob_id)


def _receipt(group: _Group, number: int) -> Receipt:
    one = group.prepared[number]
    message = group.messages[one.identity]
    ids = tuple(delivery.pk for delivery in group.plans[number])
    fresh = {delivery.pk for delivery, by in group.new_deliveries if by is one}
    is_first = next(other for other in group.prepared if other.identity == one.identity) is one
    return Receipt(
        message_id=message.pk,
        delivery_ids=ids,
        new=message.pk in group.created and is_first,
        new_delivery_ids=tuple(pk for pk in ids if pk in fresh),
    )
