"""What a visit to a real mailbox writes. The cursor moves in the transaction that takes the mails in, never else."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet

from kommunpost.apps.audit.actions import record
from kommunpost.apps.mailflow.actions.receive import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived, read_return_path
from kommunpost.apps.mailflow.events import DeliveryListener
from kommunpost.apps.mailflow.kinds import Direction, Route
from kommunpost.apps.mailflow.models import (
    Connection,
    ConnectionState,
    FolderRole,
    OutgoingMail,
    PendingMove,
    SyncedMail,
    SyncFolder,
)
from kommunpost.apps.mailflow.rules.sync import LEASE, SyncRefused, direction_in, is_old, may_become
from kommunpost.apps.mailflow.sync.contract import Page, RemoteFolder, RemoteMail
from kommunpost.apps.mailflow.verbs import SyncVerb
from kommunpost.core.mail import read_headers

log = logging.getLogger(__name__)

WORKER = "system:sync"
TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to read one mailbox, for one process, by the settings that it was taken with."""

    connection_id: int
    holder: str
    version: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What every step of a visit needs: for which mailbox, who listens, and the audit chain of this process."""

    hold: Hold
    address: str
    route: Route
    began_at: datetime
    moves: bool
    listeners: Sequence[DeliveryListener]
    chain: str


def take_hold(*, connection_id: int, holder: str, now: datetime) -> Hold | None:
    """Take the right to read the mailbox; None while another process has it, or when nobody is to read it now."""
    free = Q(holder=holder) | Q(holder="") | Q(held_until__lte=now)
    due = Q(try_at__isnull=True) | Q(try_at__lte=now)
    wanted = Connection.objects.exclude(state=ConnectionState.PAUSED).filter(free & due, pk=connection_id)
    if not wanted.update(holder=holder, held_until=now + LEASE):
        return None
    version = Connection.objects.filter(pk=connection_id).values_list("version", flat=True).first()
    return Hold(connection_id, holder, version) if version is not None else None


def keep_hold(*, hold: Hold, now: datetime) -> None:
    """Renew it. Raises ``SyncRefused("hold_lost")`` when somebody paused or changed the connection, or took it."""
    if not _held(hold).update(held_until=now + LEASE):
        raise SyncRefused("hold_lost")


def let_go(*, hold: Hold) -> None:
    """Let another process take it at once."""
    Connection.objects.filter(pk=hold.connection_id, holder=hold.holder).update(holder="", held_until=None)


def note_reached(*, hold: Hold, now: datetime) -> datetime:
    """The server let us in. When the mailbox was first reached, which is now the first time."""
    with transaction.atomic():
        row = _mine(hold)
        row.began_at = row.began_at or now
        if row.state != ConnectionState.LIVE:
            _step(row, ConnectionState.LIVE if row.heard_at else ConnectionState.FIRST, now=now)
        row.trouble = ""
        row.save(update_fields=["began_at", "state", "state_since", "trouble"])
    return row.began_at


def note_all_read(*, hold: Hold, now: datetime) -> None:
    """Every folder was found to be read."""
    with transaction.atomic():
        row = _mine(hold)
        if row.state != ConnectionState.LIVE:
            _step(row, ConnectionState.LIVE, now=now)
        row.heard_at, row.failures, row.try_at, row.trouble = now, 0, None, ""
        row.save(update_fields=["state", "state_since", "heard_at", "failures", "try_at", "trouble"])


def note_trouble(*, hold: Hold, code: str, is_refusal: bool, wait: timedelta, now: datetime) -> None:
    """The server was not reached, or did not do as it was asked: leave it alone for ``wait``, and let go of it."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().filter(pk=hold.connection_id, version=hold.version).first()
        if row is None or row.state == ConnectionState.PAUSED:
            return
        _step(row, ConnectionState.REFUSED if is_refusal else ConnectionState.TROUBLE, now=now)
        row.trouble, row.failures, row.try_at = code[:40], row.failures + 1, now + wait
        if row.holder == hold.holder:
            row.holder, row.held_until = "", None
        row.save()


def settle_folders(*, visit: Visit, found: Sequence[RemoteFolder]) -> dict[str, SyncFolder]:
    """The folders of the server as rows, by their id there. One that is gone loses its row, not its mails."""
    with transaction.atomic():
        _mine(visit.hold)
        rows = {row.remote_id: row for row in SyncFolder.objects.filter(connection_id=visit.hold.connection_id)}
        for folder in found:
            row = rows.get(folder.remote_id)
            if row is None:
                rows[folder.remote_id] = SyncFolder.objects.create(
                    connection_id=visit.hold.connection_id,
                    remote_id=folder.remote_id,
                    name=folder.name,
                    role=folder.role,
                )
            elif (row.name, row.role) != (folder.name, folder.role):
                row.name, row.role = folder.name, folder.role
                row.save(update_fields=["name", "role"])
        gone = rows.keys() - {folder.remote_id for folder in found}
        SyncFolder.objects.filter(pk__in=[rows.pop(one).pk for one in gone]).delete()
    return rows


def take_page(*, visit: Visit, folder: SyncFolder, page: Page, now: datetime) -> int:
    """Take in the mails of ``page`` and move the cursor, in one transaction; how many deliveries were new.

    If that fails the mails are tried one by one, and one that cannot be taken in is noted and told of: it holds up
    nobody. Raises ``SyncRefused("hold_lost")``; database errors that are no mail's fault pass through.
    """
    try:
        with transaction.atomic():
            _mine(visit.hold)
            return _take_page(visit, folder, page, now=now)
    except (OperationalError, InterfaceError, SyncRefused):
        raise
    except Exception:
        if len(page.mails) == 0:
            raise
        return _take_singly(visit, folder, page, now=now)


def note_count(
    *, visit: Visit, folder: SyncFolder, generation: str, ids: Collection[str], late: int, now: datetime
) -> None:
    """The nightly count of a folder: ids that are gone on the server are let go of, and the number is kept."""
    with transaction.atomic():
        _mine(visit.hold)
        row = SyncFolder.objects.select_for_update().get(pk=folder.pk)
        if row.generation != generation:
            return
        here = set(SyncedMail.objects.filter(folder=row).values_list("remote_id", flat=True))
        for part in _parts(sorted(here.difference(ids))):
            SyncedMail.objects.filter(folder=row, remote_id__in=part).delete()
        row.counted = len(ids)
        row.save(update_fields=["counted"])
        if late:
            details = {"connection": visit.hold.connection_id, "late": late}
            record(
                actor=WORKER,
                verb=SyncVerb.FOUND_LATE,
                subject=f"folder:{row.pk}",
                details=details,
                at=now,
                chain=visit.chain,
            )


def note_counted(*, hold: Hold, late: int, now: datetime) -> None:
    """All folders are counted. ``late``: mails that lay there and had been missed until then."""
    if not _held(hold).update(counted_at=now, found_late=late):
        raise SyncRefused("hold_lost")


def clear_moves(*, visit: Visit, folder: SyncFolder, ids: Sequence[str]) -> None:
    """The server has moved them: they are no longer mails of the folder."""
    with transaction.atomic():
        _mine(visit.hold)
        SyncedMail.objects.filter(folder=folder, remote_id__in=ids).delete()


def known_ids(
    folder: SyncFolder, ids: Collection[str], *, with_trouble: bool = True, are_lasting: bool = False
) -> set[str]:
    """Of ``ids``, those that have been seen to. ``are_lasting``: one that was seen in another folder has moved here."""
    rows = SyncedMail.objects.filter(folder=folder)
    if not with_trouble:
        rows = rows.filter(trouble="")
    found: set[str] = set()
    for part in _parts(sorted(ids)):
        if are_lasting:
            there = SyncedMail.objects.filter(folder__connection_id=folder.connection_id, remote_id__in=part)
            there.exclude(folder=folder).update(folder=folder)
        found.update(rows.filter(remote_id__in=part).values_list("remote_id", flat=True))
    return found


def _take_page(visit: Visit, folder: SyncFolder, page: Page, *, now: datetime) -> int:
    row = _turn(folder, page, visit=visit, now=now)
    planned = [(mail, _arrival(visit, row, mail)) for mail in page.mails]
    arrivals = [arrived for _mail, arrived in planned if arrived is not None]
    receipts = iter(receive_group(arrivals=arrivals, listeners=visit.listeners, now=now, chain=visit.chain))
    new, synced = 0, []
    for mail, arrived in planned:
        receipt = next(receipts) if arrived is not None else None
        new += len(receipt.new_delivery_ids) if receipt else 0
        trouble = TOO_LARGE if mail.raw is None else ""
        synced.append(
            SyncedMail(
                folder=row,
                remote_id=mail.remote_id,
                message_id=receipt.message_id if receipt else None,
                trouble=trouble,
            )
        )
    _write_synced(row, synced, moves=visit.moves, now=now)
    if page.mails:
        latest = max(mail.at for mail in page.mails)
        seen = Connection.objects.filter(pk=visit.hold.connection_id)
        seen.filter(Q(mail_at__isnull=True) | Q(mail_at__lt=latest)).update(mail_at=latest)
    return new


def _take_singly(visit: Visit, folder: SyncFolder, page: Page, *, now: datetime) -> int:
    new, refused = 0, []
    for mail in page.mails:
        alone = replace(page, mails=(mail,), position="", is_restart=False)
        try:
            with transaction.atomic():
                _mine(visit.hold)
                new += _take_page(visit, folder, alone, now=now)
        except (OperationalError, InterfaceError, SyncRefused):
            raise
        except Exception as error:
            facts = {"connection": visit.hold.connection_id, "error": type(error).__name__}
            log.error("sync.mail_refused", extra=facts)  # noqa: TRY400 -- the text may be personal.
            refused.append(SyncedMail(folder=folder, remote_id=mail.remote_id, trouble=type(error).__name__[:60]))
    if len(refused) == len(page.mails) > 1:
        # Not the mails then, but what all of them need: the mailbox waits.
        raise SyncRefused("nothing_taken")
    with transaction.atomic():
        _mine(visit.hold)
        row = _turn(folder, page, visit=visit, now=now)
        _write_synced(row, refused, moves=False, now=now)
    return new


def _turn(folder: SyncFolder, page: Page, *, visit: Visit, now: datetime) -> SyncFolder:
    """Move the cursor. A restart lets go of what was known by number; the mails themselves stay known by content."""
    row = SyncFolder.objects.select_for_update().get(pk=folder.pk)
    if page.is_restart:
        if row.generation:
            details = {"connection": visit.hold.connection_id}
            record(
                actor=WORKER,
                verb=SyncVerb.RESTARTED,
                subject=f"folder:{row.pk}",
                details=details,
                at=now,
                chain=visit.chain,
            )
            # What the server numbered anew may be old or new: the date alone tells.
            row.first_new = 0
        elif page.first_new is not None:
            row.first_new = page.first_new
        SyncedMail.objects.filter(folder=row).delete()
    if page.position:
        row.generation, row.position = page.generation, page.position
        row.save(update_fields=["generation", "position", "first_new"])
    return row


def _arrival(visit: Visit, folder: SyncFolder, mail: RemoteMail) -> Arrived | None:
    if mail.raw is None:
        return None
    role = FolderRole(folder.role)
    sender = read_headers(mail.raw).sender.address.lower() if role is FolderRole.OTHER else ""
    direction = direction_in(role=role, is_own=sender == visit.address)
    if direction is None:
        return None
    if visit.route is Route.GRAPH and role is FolderRole.SENT and _is_our_copy(visit, mail.raw):
        return None
    is_beyond = bool(folder.first_new) and mail.number >= folder.first_new
    old = is_old(at=mail.at, began_at=visit.began_at, is_beyond_first=is_beyond)
    return Arrived(
        raw=mail.raw,
        route=Route.IMPORT if old else visit.route,
        # Of old mail its own headers know best: a mailbox that was moved has the day of the move on every mail.
        at=None if old else mail.at,
        fallback_at=mail.at,
        sender=visit.address if direction is Direction.OUT else read_return_path(mail.raw),
        mailbox=visit.address,
        direction=direction,
    )


def _is_our_copy(visit: Visit, raw: bytes) -> bool:
    """Graph builds the copy in Sent anew, so its bytes are others than those that we sent: its Message-ID is ours."""
    message_id = read_headers(raw).message_id
    ours = OutgoingMail.objects.filter(message_id=message_id, sent_message__isnull=False)
    return bool(message_id) and ours.filter(mailbox__address=visit.address).exists()


def _write_synced(folder: SyncFolder, rows: Sequence[SyncedMail], *, moves: bool, now: datetime) -> None:
    ids = [row.remote_id for row in rows]
    SyncedMail.objects.filter(folder=folder, remote_id__in=ids).exclude(trouble="").delete()
    SyncedMail.objects.bulk_create(rows, ignore_conflicts=True)
    if not moves or folder.role != FolderRole.INBOX:
        return
    taken = SyncedMail.objects.filter(folder=folder, remote_id__in=ids, message__isnull=False, move__isnull=True)
    PendingMove.objects.bulk_create([PendingMove(synced=row, asked_at=now) for row in taken])


def _held(hold: Hold) -> QuerySet[Connection]:
    return Connection.objects.filter(pk=hold.connection_id, holder=hold.holder, version=hold.version).exclude(
        state=ConnectionState.PAUSED
    )


def _mine(hold: Hold) -> Connection:
    row = _held(hold).select_for_update().first()
    if row is None:
        raise SyncRefused("hold_lost")
    return row


def _step(row: Connection, state: ConnectionState, *, now: datetime) -> None:
    if row.state == state:
        return
    if not may_become(row.state, state):
        raise SyncRefused("no_such_step")
    row.state, row.state_since = state, now


def _parts(values: Sequence[str]) -> list[Sequence[str]]:
    return [values[start : start + 500] for start in range(0, len(values), 500)]
