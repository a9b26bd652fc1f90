"""Take in a group of mails: blobs first, then one transaction.

What follows is durable when ``receive_group`` returns.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from django.db import transaction

from kommunpost.apps.audit.actions import record_group
from kommunpost.apps.directory.queries import MailboxRef, find_receivers
from kommunpost.apps.mailflow.actions import rows
from kommunpost.apps.mailflow.arrivals import Arrived, Prepared, prepare
from kommunpost.apps.mailflow.blobs import PackedBlob, store
from kommunpost.apps.mailflow.events import DeliveryListener, DeliveryRecorded
from kommunpost.apps.mailflow.models import Arrival, Blob, Delivery, Direction, Message, Route
from kommunpost.apps.mailflow.rules.deliveries import PEN, PlannedDelivery, plan_deliveries
from kommunpost.apps.mailflow.rules.identity import Identity

AUDIT_CHAIN = "intake:main"
_DELIVERY_FIELDS = (
    "pk", "message_id", "mailbox_id", "address", "direction", "at", "route", "blob_id", "envelope_sender",
)  # fmt: skip
SEEN_AGAIN_ALWAYS = frozenset({Route.SMTP, Route.LMTP, Route.JOURNAL})
"""Ways by which even the very same bytes are an event of their own: somebody sent them again."""
READ_IN_MAILBOX = frozenset({Route.IMAP, Route.GRAPH})
"""Ways that read what lies in a mailbox. That a mail from the journal lies there too is worth a row, once."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one arrival.

    ``new``: the message had not been seen; ``delivery_ids``: all its deliveries of this arrival.
    """

    message_id: int
    delivery_ids: tuple[int, ...]
    new: bool
    new_delivery_ids: tuple[int, ...]


class Sealed(Protocol):
    """What of a delivery never changes lawfully. (The pen may give it a mailbox later.)"""

    @property
    def message_id(self) -> int: ...
    @property
    def direction(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def route(self) -> str: ...
    @property
    def blob_id(self) -> str: ...


@dataclass(slots=True)
class _Delivery:
    """A row of the table. ``pk`` 0 until it is written. The ORM's own took a third of the writer's time to build."""

    pk: int
    message_id: int
    mailbox_id: int | None
    address: str
    direction: str
    at: datetime
    route: str
    blob_id: str
    envelope_sender: str


_Key = tuple[int, int | None, str, str]
"""Message, mailbox, address (only in the pen), direction."""


@dataclass(slots=True)
class _Group:
    """The group on its way through the transaction."""

    prepared: Sequence[Prepared]
    now: datetime
    mailboxes: Mapping[str, MailboxRef]
    time: Callable[[datetime | None], object]
    messages: dict[Identity, int] = field(default_factory=dict)
    created: set[int] = field(default_factory=set)
    deliveries: dict[_Key, _Delivery] = field(default_factory=dict)
    new_deliveries: list[tuple[_Delivery, Prepared]] = field(default_factory=list)
    plans: list[list[_Delivery]] = field(default_factory=list)
    repeats: list[tuple[_Delivery, Prepared]] = field(default_factory=list)


def receive_group(
    *, arrivals: Sequence[Arrived], listeners: Sequence[DeliveryListener], now: datetime, chain: str = AUDIT_CHAIN
) -> list[Receipt]:
    """Take in ``arrivals``, in their order: prepared here, and written as by ``write_group``."""
    prepared = [prepare(arrived, now=now) for arrived in arrivals]
    return write_group(prepared=prepared, listeners=listeners, now=now, chain=chain)


def write_group(
    *, prepared: Sequence[Prepared], listeners: Sequence[DeliveryListener], now: datetime, chain: str = AUDIT_CHAIN
) -> list[Receipt]:
    """Write what was prepared, in its order. The one way by which mail gets into the tables.

    A mail already here adds no message and no delivery: taking in twice is harmless.

    The listeners get the new deliveries inside the transaction. Any error refuses the whole group and leaves nothing
    but blobs that no row names; ``intake.group`` then tries its mails one by one. ``chain``: the audit chain, one a
    process.
    """
    if not prepared:
        return []
    with transaction.atomic(), _written_beside([one.blob for one in prepared]):
        expanded, mailboxes = _look_up(prepared)
        group = _Group(prepared=expanded, now=now, mailboxes=mailboxes, time=rows.time_value())
        _write_blobs(group)
        _write_messages(group)
        _write_deliveries(group)
        _write_repeats(group)
        _tell(group, listeners)
        _audit(group, chain)
    return _receipts(group)


@contextmanager
def _written_beside(blobs: Sequence[PackedBlob]) -> Iterator[None]:
    """The blobs are written by another thread while the rows are: two waits for the disk become one. They are durable
    before the commit, or their error is raised and nothing is committed.
    """
    writing = _BESIDE.submit(store().put_packed, blobs)
    try:
        yield
    finally:
        # Waited for in any case: whoever tries the mails again must not meet a writer of ours.
        error = writing.exception()
    if error is not None:
        raise error


_BESIDE = ThreadPoolExecutor(thread_name_prefix="intake-blobs")


def _look_up(prepared: Sequence[Prepared]) -> tuple[Sequence[Prepared], Mapping[str, MailboxRef]]:
    """Mail to a list (``alla@``) goes to the mailboxes of its members. A list of nobody stays as it stands, and its
    mail goes to the pen.
    """
    asked = {address for one in prepared for address in (one.told.sender, *one.told.recipients) if address}
    found = find_receivers(asked)
    if not found.lists:
        return prepared, found.mailboxes
    members = {member.address: member for each in found.lists.values() for member in each}
    return [_expanded(one, found.lists) for one in prepared], found.mailboxes | members


def _expanded(one: Prepared, members: Mapping[str, Sequence[MailboxRef]]) -> Prepared:
    reached: dict[str, None] = {}
    for address in one.told.recipients:
        reached |= dict.fromkeys([member.address for member in members[address]] if address in members else [address])
    return replace(one, told=replace(one.told, recipients=tuple(reached)))


def _write_blobs(group: _Group) -> None:
    at = group.time(group.now)
    blobs = {one.blob.digest: one.blob for one in group.prepared}
    values = [(digest, blob.size, len(blob.packed), at) for digest, blob in sorted(blobs.items())]
    if erased := rows.add_blobs(values):
        # What an erasure removed while we wrote is put back.
        store().put_packed([blobs[digest] for digest in erased])
        Blob.objects.filter(digest__in=erased).update(erased_at=None, stored_at=group.now)


def _write_messages(group: _Group) -> None:
    wanted = {one.identity: one for one in reversed(group.prepared)}
    ids = {which.message_id for which in wanted if which.message_id}
    same = rows.find_messages(contents=[which.content for which in wanted], message_ids=sorted(ids))
    group.messages = {which: pk for pk, which in same if which in wanted}
    new = sorted(
        (which for which in wanted if which not in group.messages), key=lambda one: (one.content, one.message_id)
    )
    reused = _flag_reused_ids(new, same)
    written = rows.add_messages([_message(group, wanted[which], is_reused=which.message_id in reused) for which in new])
    for pk, which, is_new in written:
        group.messages[which] = pk
        if is_new:
            group.created.add(pk)


def _flag_reused_ids(new: Sequence[Identity], same: Sequence[tuple[int, Identity]]) -> set[str]:
    ids = Counter(which.message_id for which in new if which.message_id)
    old = {pk: which.message_id for pk, which in same if which.message_id in ids}
    if old:
        Message.objects.filter(pk__in=old).update(id_reused=True)
    return {*old.values(), *(one for one, times in ids.items() if times > 1)}


def _message(group: _Group, one: Prepared, *, is_reused: bool) -> rows.Row:
    """The values of ``rows.MESSAGE_COLUMNS``."""
    head, time, name = one.head, group.time, one.identity
    defects = [{"code": code, "where": where} for code, where in head.defects]
    return (
        name.content, name.message_id, one.blob.digest, one.blob.size, head.subject, head.sender_name,
        head.sender_address, time(head.date), time(group.now), is_reused, head.automatic, rows.json_value(defects),
        "", 0,
    )  # fmt: skip


def _write_deliveries(group: _Group) -> None:
    old = [pk for pk in group.messages.values() if pk not in group.created]
    for values in Delivery.objects.filter(message_id__in=old).values_list(*_DELIVERY_FIELDS) if old else ():
        delivery = _Delivery(*values)
        group.deliveries[_key(delivery)] = delivery
    for one in group.prepared:
        pk = group.messages[one.identity]
        plan = [_planned(group, one, pk, delivery) for delivery in plan_deliveries(one.told, group.mailboxes)]
        group.plans.append(plan)
    time = group.time
    written = rows.add_deliveries([
        (new.message_id, new.mailbox_id, new.address, new.direction, time(new.at), new.route, new.blob_id,
         new.envelope_sender)
        for new, _one in group.new_deliveries
    ])  # fmt: skip
    for pk, message_id, mailbox_id, address, direction in written:
        group.deliveries[message_id, mailbox_id, "" if mailbox_id else address, direction].pk = pk


def _planned(group: _Group, one: Prepared, message_id: int, plan: PlannedDelivery) -> _Delivery:
    """The delivery of the plan: the one that stands (then this is a repeat), or a new one, not written yet."""
    delivery = _Delivery(
        0, message_id, plan.mailbox_id, plan.address, plan.direction.value, one.at, one.route.value, one.blob.digest,
        one.envelope_sender,
    )  # fmt: skip
    standing = group.deliveries.setdefault(_key(delivery), delivery)
    if standing is delivery:
        group.new_deliveries.append((delivery, one))
    else:
        group.repeats.append((standing, one))
    return standing


def _key(delivery: _Delivery) -> _Key:
    address = delivery.address if delivery.mailbox_id is None else ""
    return (delivery.message_id, delivery.mailbox_id, address, delivery.direction)


def _write_repeats(group: _Group) -> None:
    always = [pair for pair in group.repeats if pair[1].route in SEEN_AGAIN_ALWAYS]
    once = {
        (delivery.pk, one.blob.digest, one.route.value): (delivery, one)
        for delivery, one in group.repeats
        if one.route not in SEEN_AGAIN_ALWAYS and _is_another_sight(delivery, one)
    }
    if once:
        seen = Arrival.objects.filter(delivery_id__in={pk for pk, _digest, _route in once}).values_list(
            "delivery_id", "blob_id", "route"
        )
        for pk, digest, route in seen:
            once.pop((pk, digest, route), None)
            once.pop((pk, digest, Route.IMPORT.value), None)
    again = [
        Arrival(delivery_id=delivery.pk, at=one.at, route=one.route, blob_id=one.blob.digest)
        for delivery, one in (*always, *once.values())
    ]
    if again:
        Arrival.objects.bulk_create(again)


def _is_another_sight(delivery: _Delivery, one: Prepared) -> bool:
    """Whether the repeat tells something: other bytes, or the same ones found in the mailbox itself."""
    return one.blob.digest != delivery.blob_id or (one.route in READ_IN_MAILBOX and one.route != delivery.route)


def _tell(group: _Group, listeners: Sequence[DeliveryListener]) -> None:
    if not group.new_deliveries:
        return
    mailboxes: dict[int | None, MailboxRef] = {one.id: one for one in group.mailboxes.values()}
    events = [
        _event(delivery, one, mailbox=mailboxes.get(delivery.mailbox_id), is_first=delivery.message_id in group.created)
        for delivery, one in group.new_deliveries
    ]
    for listener in listeners:
        listener(events)


def _event(delivery: _Delivery, one: Prepared, *, mailbox: MailboxRef | None, is_first: bool) -> DeliveryRecorded:
    seen = one.head.seen
    if delivery.direction == Direction.IN and delivery.address != PEN and delivery.address not in seen:
        # A mailbox that got the mail by Bcc or a list stands in its own row, and in nobody else's.
        seen = (*seen, delivery.address)
    return DeliveryRecorded(
        delivery_id=delivery.pk,
        message_id=delivery.message_id,
        mailbox_id=delivery.mailbox_id,
        direction=delivery.direction,
        at=delivery.at,
        sender=one.head.sender_address or delivery.envelope_sender,
        recipients=seen,
        subject=one.head.subject,
        mailbox_kind=mailbox.kind if mailbox else "",
        committee_id=mailbox.committee_id if mailbox else None,
        is_first=is_first,
    )


def _audit(group: _Group, chain: str) -> None:
    if not group.new_deliveries:
        return
    sealed = {delivery.pk: sealed_fields(delivery) for delivery, _one in group.new_deliveries}
    record_group(
        actor="system:intake",
        verb="mailflow:delivery:receive",
        kind="delivery",
        rows=sealed,
        at=group.now,
        chain=chain,
    )


def sealed_fields(delivery: Sealed) -> tuple[int | str | None, ...]:
    """What the audit trail seals of a delivery."""
    at = delivery.at.isoformat(timespec="microseconds")
    return (delivery.message_id, str(delivery.direction), at, str(delivery.route), delivery.blob_id)


def _receipts(group: _Group) -> list[Receipt]:
    fresh: dict[int, Prepared] = {delivery.pk: by for delivery, by in group.new_deliveries}
    told: set[Identity] = set()
    receipts = []
    for one, plan in zip(group.prepared, group.plans, strict=True):
        message_id, is_first = group.messages[one.identity], one.identity not in told
        told.add(one.identity)
        receipts.append(
            Receipt(
                message_id=message_id,
                delivery_ids=tuple(delivery.pk for delivery in plan),
                new=message_id in group.created and is_first,
                new_delivery_ids=tuple(delivery.pk for delivery in plan if fresh.get(delivery.pk) is one),
            )
        )
    return receipts
