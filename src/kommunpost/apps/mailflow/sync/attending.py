"""One mailbox, attended for as long as it may be: open it, read what is new in every folder, wait, and again.

Whatever breaks in between, the next visit goes on from the cursors. The steps that write are ``actions.syncing``.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kommunpost.apps.mailflow.actions import syncing
from kommunpost.apps.mailflow.actions.copies import copies_due, note_copy
from kommunpost.apps.mailflow.events import DeliveryListener
from kommunpost.apps.mailflow.kinds import Route
from kommunpost.apps.mailflow.models import Connection, FolderRole, PendingMove, SyncFolder
from kommunpost.apps.mailflow.rules.sync import AFTER_REFUSAL, SyncRefused, count_is_due, wait_after_failures
from kommunpost.apps.mailflow.sync.contract import Cursor, Page, RemoteFolder, Source, SourceError

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
"""Seconds between looks at the folders that nobody tells us of: IDLE watches the inbox alone."""
SIGN_IN_REFUSED = "sign_in_refused"
TOO_LARGE = "too_large"
_MOVES_AT_ONCE = 100
_ORDER = {FolderRole.INBOX: 0, FolderRole.SENT: 1, FolderRole.OTHER: 2}
Clock = Callable[[], datetime]
Open = Callable[[Connection], Source]


@dataclass(frozen=True, slots=True)
class House:
    """What the process lends: who listens, its audit chain, the clock, how a mailbox is opened, whether it is to stop.

    ``taken`` hears how many deliveries were new; ``rest`` is called before a wait, to give back what it need not hold.
    """

    listeners: Sequence[DeliveryListener]
    chain: str
    clock: Clock
    open: Open
    is_stopping: Callable[[], bool]
    taken: Callable[[int], None]
    rest: Callable[[], None]


def attend(*, hold: syncing.Hold, house: House) -> None:
    """Attend the mailbox until the process stops, somebody else is to read it, or something breaks.

    What breaks is written down, with when to come again. Never raises for what a server or a mail does.
    """
    try:
        connection = Connection.objects.select_related("mailbox").get(pk=hold.connection_id)
        source = house.open(connection)
        try:
            _attend(connection, hold, source, house)
        finally:
            source.close()
    except (SyncRefused, Connection.DoesNotExist) as refusal:
        log.info("sync.let_go", extra={"connection": hold.connection_id, "why": getattr(refusal, "code", "removed")})
        if getattr(refusal, "code", "") == "nothing_taken":
            _note(hold, house, "nothing_taken")
    except SourceError as error:
        _note(hold, house, error.code, wait=error.wait)
    except Exception as error:
        log.exception("sync.failed", extra={"connection": hold.connection_id, "error": type(error).__name__})
        _note(hold, house, "internal")
    else:
        syncing.let_go(hold=hold)


def read_once(*, connection: Connection, hold: syncing.Hold, source: Source, house: House) -> int:
    """One round through all folders; how many deliveries were new."""
    now = house.clock()
    visit = syncing.Visit(
        hold=hold,
        address=connection.mailbox.address,
        route=Route(connection.kind),
        began_at=syncing.note_reached(hold=hold, now=now),
        moves=bool(connection.move_to),
        listeners=house.listeners,
        chain=house.chain,
    )
    found = [one for one in source.folders() if one.role is not FolderRole.DRAFTS and one.name != connection.move_to]
    found.sort(key=lambda one: (_ORDER[one.role], one.remote_id))
    rows = syncing.settle_folders(visit=visit, found=found)
    new = sum(_read_folder(visit, source, folder, rows[folder.remote_id], house) for folder in found)
    _move(visit, source, found, rows, to=connection.move_to, house=house)
    _store_copies(connection, visit, source, found, house)
    counted_at = Connection.objects.values_list("counted_at", flat=True).get(pk=connection.pk)
    if count_is_due(counted_at=counted_at, now=now):
        new += _count(visit, source, found, rows, house)
    syncing.note_all_read(hold=hold, now=house.clock())
    return new


def _attend(connection: Connection, hold: syncing.Hold, source: Source, house: House) -> None:
    while not house.is_stopping():
        read_once(connection=connection, hold=hold, source=source, house=house)
        house.rest()
        source.wait(LOOK_EVERY, house.is_stopping)
        syncing.keep_hold(hold=hold, now=house.clock())


def _read_folder(visit: syncing.Visit, source: Source, folder: RemoteFolder, row: SyncFolder, house: House) -> int:
    new = 0
    cursor = Cursor(row.generation, row.position)
    lasting = source.ids_are_lasting
    for page in source.news(folder, cursor, lambda ids: syncing.known_ids(row, ids, are_lasting=lasting)):
        new += _take(visit, row, page, house)
        if house.is_stopping():
            raise SyncRefused("stopping")
    return new


def _take(visit: syncing.Visit, row: SyncFolder, page: Page, house: House) -> int:
    now = house.clock()
    syncing.keep_hold(hold=visit.hold, now=now)
    new = syncing.take_page(visit=visit, folder=row, page=page, now=now)
    # A restart made the row anew: which mails are beyond the first ones is asked of it.
    row.refresh_from_db()
    if new:
        house.taken(new)
    return new


def _move(
    visit: syncing.Visit, source: Source, found: Sequence[RemoteFolder], rows: Mapping[str, SyncFolder], *, to: str,
    house: House,
) -> None:  # fmt: skip
    """The second phase of a move: what is taken in, and only that, leaves the inbox."""
    for folder in found:
        row = rows[folder.remote_id]
        waiting = PendingMove.objects.filter(synced__folder=row).order_by("pk")
        while to and (ids := list(waiting.values_list("synced__remote_id", flat=True)[:_MOVES_AT_ONCE])):
            syncing.keep_hold(hold=visit.hold, now=house.clock())
            source.move(folder, ids, to=to)
            syncing.clear_moves(visit=visit, folder=row, ids=ids)


def _store_copies(
    connection: Connection, visit: syncing.Visit, source: Source, found: Sequence[RemoteFolder], house: House
) -> None:
    """What was sent from here lies in Sent too. The server is asked for the Message-ID first: whatever died, once."""
    sent = next((one for one in found if one.role is FolderRole.SENT), None)
    if sent is None or not (connection.stores_sent and source.keeps_copies):
        return
    for one in copies_due(mailbox_id=connection.mailbox_id, since=visit.began_at):
        syncing.keep_hold(hold=visit.hold, now=house.clock())
        was_there, trouble = False, ""
        try:
            was_there = not source.store_copy(sent, one.raw, message_id=one.message_id)
        except SourceError as error:
            if error.code == SIGN_IN_REFUSED:
                # It may be read and not written to (Mail.Read): no copies, and the reading goes on.
                log.warning("sync.copy_refused", extra={"connection": connection.pk})
                return
            if error.code != TOO_LARGE:
                raise
            trouble = TOO_LARGE
            log.warning("sync.copy_too_large", extra={"outgoing_id": one.id})
        note_copy(outgoing_id=one.id, was_there=was_there, trouble=trouble, now=house.clock())


def _count(
    visit: syncing.Visit, source: Source, found: Sequence[RemoteFolder], rows: Mapping[str, SyncFolder], house: House
) -> int:
    """The nightly count: every mail on the server against those that we have; what is missing is taken in now."""
    late = 0
    for folder in found:
        late += _count_folder(visit, source, folder, rows[folder.remote_id], house)
    syncing.note_counted(hold=visit.hold, late=late, now=house.clock())
    return late


def _count_folder(visit: syncing.Visit, source: Source, folder: RemoteFolder, row: SyncFolder, house: House) -> int:
    generation, ids = source.listing(folder)
    if generation != row.generation:
        # Numbered anew this very moment: the next round sees to it.
        return 0
    known = syncing.known_ids(row, ids, with_trouble=False, are_lasting=source.ids_are_lasting)
    missing = [one for one in ids if one not in known]
    late = 0
    for mails in source.fetch(folder, missing):
        late += _take(visit, row, Page(generation, "", mails=mails), house)
    syncing.note_count(visit=visit, folder=row, generation=generation, ids=ids, late=late, now=house.clock())
    return late


def _note(hold: syncing.Hold, house: House, code: str, *, wait: float = 0.0) -> None:
    is_refusal = code == SIGN_IN_REFUSED
    failures = Connection.objects.filter(pk=hold.connection_id).values_list("failures", flat=True).first() or 0
    pause = AFTER_REFUSAL if is_refusal else max(timedelta(seconds=wait), wait_after_failures(failures + 1))
    log.warning("sync.trouble", extra={"connection": hold.connection_id, "why": code})
    syncing.note_trouble(hold=hold, code=code, is_refusal=is_refusal, wait=pause, now=house.clock())
