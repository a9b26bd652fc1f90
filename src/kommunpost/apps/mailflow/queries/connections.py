"""Connections to real mailboxes as the IT unit sees them, and which of them need somebody's eyes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.models import Connection, ConnectionState, FolderRole, SyncedMail, SyncFolder
from kommunpost.apps.mailflow.rules.sync import SILENT_AFTER, SyncRefused

NOT_READING = frozenset({ConnectionState.TROUBLE, ConnectionState.REFUSED})


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """A connection. ``is_late``: it should be read, but has not been found to be for a quarter of an hour.

    ``refused``: mails on the server that could not be taken in.
    """

    id: int
    mailbox_id: int
    address: str
    kind: str
    kind_label: str
    host: str
    port: int
    security: str
    tenant: str
    login: str
    move_to: str
    stores_sent: bool
    state: str
    state_label: str
    state_since: datetime
    began_at: datetime | None
    heard_at: datetime | None
    mail_at: datetime | None
    counted_at: datetime | None
    found_late: int
    trouble: str
    try_at: datetime | None
    is_late: bool
    refused: int = 0


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder: mails on the server at the last count, and those that we have seen to."""

    name: str
    role_label: str
    counted: int | None
    seen: int
    refused: int


def list_connections(*, now: datetime) -> list[ConnectionRow]:
    """All, by address. Two queries."""
    rows = list(Connection.objects.select_related("mailbox").order_by("mailbox__address"))
    refused = SyncedMail.objects.exclude(trouble="").values_list("folder__connection_id").annotate(Count("pk"))
    number = dict(refused.order_by())
    return [_row(row, refused=number.get(row.pk, 0), now=now) for row in rows]


def get_connection(connection_id: int, *, now: datetime) -> ConnectionRow:
    """One. Raises ``SyncRefused("no_such_connection")``."""
    row = Connection.objects.select_related("mailbox").filter(pk=connection_id).first()
    if row is None:
        raise SyncRefused("no_such_connection")
    refused = SyncedMail.objects.filter(folder__connection=row).exclude(trouble="").count()
    return _row(row, refused=refused, now=now)


def folders_of(connection_id: int) -> list[FolderRow]:
    """The folders that are read: inbox, sent, the others by name. One query."""
    order = {FolderRole.INBOX: 0, FolderRole.SENT: 1}
    counted = SyncFolder.objects.filter(connection_id=connection_id).annotate(
        seen=Count("mails"), bad=Count("mails", filter=~Q(mails__trouble=""))
    )
    rows = sorted(counted, key=lambda one: (order.get(FolderRole(one.role), 2), one.name))
    return [FolderRow(one.name, str(FolderRole(one.role).label), one.counted, one.seen, one.bad) for one in rows]


def unconnected_mailboxes() -> list[tuple[int, str]]:
    """Active mailboxes that are not read: (id, address)."""
    rows = Mailbox.objects.filter(is_active=True, connection__isnull=True).order_by("address")
    return list(rows.values_list("pk", "address"))


def states() -> dict[str, int]:
    """How many connections are in each state; every state is there."""
    counted = dict(Connection.objects.values_list("state").annotate(Count("pk")).order_by())
    return {str(state): counted.get(str(state), 0) for state in ConnectionState}


def readable(*, holder: str, now: datetime, but: Collection[int]) -> list[tuple[int, int]]:
    """(id, version) of those that ``holder`` might read now, without those of ``but``."""
    free = Q(holder=holder) | Q(holder="") | Q(held_until__lte=now)
    due = Q(try_at__isnull=True) | Q(try_at__lte=now)
    rows = Connection.objects.exclude(state=ConnectionState.PAUSED).exclude(pk__in=but).filter(free & due)
    return list(rows.order_by("heard_at", "pk").values_list("pk", "version"))


def versions(ids: Collection[int]) -> dict[int, int]:
    """The present version of each of ``ids`` that is to be read still."""
    rows = Connection.objects.filter(pk__in=ids).exclude(state=ConnectionState.PAUSED)
    return dict(rows.values_list("pk", "version"))


def _row(row: Connection, *, refused: int, now: datetime) -> ConnectionRow:
    since = row.heard_at or row.state_since
    is_reading = row.state not in {ConnectionState.PAUSED, ConnectionState.FIRST}
    return ConnectionRow(
        id=row.pk, mailbox_id=row.mailbox_id, address=row.mailbox.address, kind=row.kind,
        kind_label=str(row.get_kind_display()), host=row.host, port=row.port, security=row.security, tenant=row.tenant,
        login=row.login, move_to=row.move_to, stores_sent=row.stores_sent, state=row.state,
        state_label=str(row.get_state_display()),
        state_since=row.state_since, began_at=row.began_at, heard_at=row.heard_at, mail_at=row.mail_at,
        counted_at=row.counted_at, found_late=row.found_late, trouble=row.trouble, try_at=row.try_at,
        is_late=is_reading and since < now - SILENT_AFTER, refused=refused,
    )  # fmt: skip
