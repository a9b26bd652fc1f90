"""The mailboxes on their servers: a place where a mail lies (ADR 0055).

A mailbox that we read is emptied of the mail by ourselves: every copy is written down, looked at and removed, one by
one. Of any other the removal asks a person. Nothing here needs the lease of the mailbox: UIDs and lasting ids mean one
mail whoever else is there.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.models import (
    Connection,
    ConnectionState,
    Delivery,
    Message,
    RemoteFind,
    RemoteRemoval,
    SyncedMail,
)
from kommunpost.apps.mailflow.places import How, Lying, NeedsHand, Place, PlaceFailed, numbers
from kommunpost.apps.mailflow.removing import BY, digests_of
from kommunpost.apps.mailflow.sync.contract import Copy, Source, SourceError
from kommunpost.apps.mailflow.verbs import SyncVerb
from kommunpost.core.mail import content_digest

REACHED, BY_HAND = "remote_mailbox", "mailbox"
PASSING = {"unreachable", "busy"}
"""What may be over in a while. Anything else only a person can do something about."""
Open = Callable[[Connection], Source]


def mailboxes(*, open_source: Open) -> Place:
    """The place, with how a mailbox is opened."""

    def remove(message_id: int, lying: Sequence[Lying], now: datetime) -> None:
        _in_each(lying, lambda mailbox_id: _remove_from(mailbox_id, message_id, open_source, now))

    def prove(message_id: int, lying: Sequence[Lying]) -> list[str]:
        left: list[str] = []

        def look(mailbox_id: int) -> None:
            with _opened(mailbox_id, open_source) as (_connection, source):
                if any(is_same for _copy, _raw, is_same in _look(source, message_id, mailbox_id)):
                    left.append(f"{REACHED}:{mailbox_id}")

        _in_each(lying, look)
        return left

    return Place("mailbox", _("Brevlådan i e-postsystemet"), _find, remove, prove)


def _find(message_id: int) -> list[Lying]:
    """Without asking any server: a page waits for none. What lies where is looked for when it is removed."""
    found = Delivery.objects.filter(message_id=message_id, mailbox__isnull=False).order_by("mailbox_id")
    rows = found.values_list("mailbox_id", "mailbox__address").distinct()
    reached = set(_reached().values_list("mailbox_id", flat=True))
    return [
        Lying(f"{REACHED}:{pk}") if pk in reached else Lying(f"{BY_HAND}:{pk}", how=How.BY_HAND, shows=address)
        for pk, address in rows
    ]


def _in_each(lying: Sequence[Lying], act: Callable[[int], None]) -> None:
    """A mailbox that fails holds up no other. Raises ``PlaceFailed``, or ``NeedsHand`` for what a person must do."""
    passing, lasting, by_hand = "", "", list[int]()
    for mailbox_id in numbers(lying, REACHED):
        try:
            act(mailbox_id)
        except SourceError as error:
            if error.code in PASSING:
                passing = error.code
            else:
                lasting = error.code
                by_hand.append(mailbox_id)
    if by_hand:
        rows = Mailbox.objects.filter(pk__in=by_hand).values_list("pk", "address")
        raise NeedsHand(
            lasting, references=[f"{REACHED}:{pk}" for pk in by_hand],
            lying=[Lying(f"{BY_HAND}:{pk}", how=How.BY_HAND, shows=address) for pk, address in rows],
        )  # fmt: skip
    if passing:
        raise PlaceFailed(passing)


def _remove_from(mailbox_id: int, message_id: int, open_source: Open, now: datetime) -> None:
    with _opened(mailbox_id, open_source) as (connection, source):
        facts = {"kind": connection.kind, "began_at": now}
        row, _new = RemoteRemoval.objects.get_or_create(message_id=message_id, mailbox_id=mailbox_id, defaults=facts)
        there: list[int] = []
        looks_alike = False
        for copy, raw, is_same in _look(source, message_id, mailbox_id):
            if not is_same:
                looks_alike = True
                continue
            digest = hashlib.sha256(raw).hexdigest()
            find = _note_find(row, copy, digest, now)
            there.append(find.pk)
            source.remove_copy(copy)
            _note_removed([find], row, now)
        # Removed by a process that died before it could say so.
        _note_removed(row.finds.filter(removed_at__isnull=True).exclude(pk__in=there), row, now)
        if looks_alike:
            raise SourceError("looks_alike")


def _look(source: Source, message_id: int, mailbox_id: int) -> Iterator[tuple[Copy, bytes, bool]]:
    """Copies with their content, and whether that is the message's (ADR 0005): the same name alone removes nothing."""
    message = Message.objects.only("message_id", "size", "content_digest").get(pk=message_id)
    digests = digests_of(message_id)
    seen = SyncedMail.objects.filter(folder__connection__mailbox_id=mailbox_id, message_id=message_id)
    ids = set(seen.values_list("remote_id", flat=True))
    for copy in source.find_copies(message_id=message.message_id, size=message.size, seen=ids):
        raw = source.read_copy(copy)
        if raw is None:
            continue
        is_same = hashlib.sha256(raw).hexdigest() in digests or (
            bool(message.message_id) and content_digest(raw) == message.content_digest
        )
        # Without a name only the very same bytes are the mail; others of its size are somebody else's.
        if is_same or message.message_id:
            yield copy, raw, is_same


def _note_find(row: RemoteRemoval, copy: Copy, digest: str, now: datetime) -> RemoteFind:
    find, _new = RemoteFind.objects.get_or_create(
        removal=row, folder=copy.folder, generation=copy.generation, remote_id=copy.remote_id,
        defaults={"digest": digest, "found_at": now},
    )  # fmt: skip
    return find


def _note_removed(finds: Iterable[RemoteFind], row: RemoteRemoval, now: datetime) -> None:
    for find in finds:
        with transaction.atomic():
            if RemoteFind.objects.filter(pk=find.pk, removed_at__isnull=True).update(removed_at=now):
                details: dict[str, JSON] = {"mailbox": row.mailbox_id, "digest": find.digest}
                record(
                    actor=BY, verb=SyncVerb.MAIL_REMOVED, subject=f"message:{row.message_id}", details=details, at=now
                )


def _reached() -> QuerySet[Connection]:
    return Connection.objects.exclude(state=ConnectionState.PAUSED)


@contextmanager
def _opened(mailbox_id: int, open_source: Open) -> Iterator[tuple[Connection, Source]]:
    connection = _reached().select_related("mailbox").filter(mailbox_id=mailbox_id).first()
    if connection is None:
        raise SourceError("not_connected")
    source = open_source(connection)
    try:
        yield connection, source
    finally:
        source.close()
