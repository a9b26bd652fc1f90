"""What the IT unit does with connections to real mailboxes. Each is one transaction with its audit event.

Whatever changes raises the connection's version: the process that reads by the old settings lets go within seconds.
"""

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from kommunpost.apps.audit.actions import record
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.models import Connection, ConnectionKind, ConnectionState, Security
from kommunpost.apps.mailflow.rules.sync import SyncRefused, may_become
from kommunpost.apps.mailflow.verbs import SyncVerb


@dataclass(frozen=True, slots=True)
class Reach:
    """How a mailbox is reached. ``sealed`` is the sealed secret; empty keeps the one that stands."""

    kind: ConnectionKind
    login: str
    sealed: str = field(repr=False)
    host: str = ""
    port: int = 993
    security: Security = Security.TLS
    tenant: str = ""
    move_to: str = ""
    stores_sent: bool = False


def add_connection(*, actor: Actor, mailbox_id: int, reach: Reach, now: datetime) -> int:
    """Let the mailbox be read; the id of the connection.

    Raises ``NotAllowed``; ``SyncRefused``: ``no_such_mailbox``, ``already_connected``, ``secret_missing``,
    ``host_missing``, ``tenant_missing``, ``unsafe_line``.
    """
    check_may(actor, Permission.CONNECTION_EDIT)
    _check(reach)
    if not reach.sealed:
        raise SyncRefused("secret_missing")
    if not Mailbox.objects.filter(pk=mailbox_id, is_active=True).exists():
        raise SyncRefused("no_such_mailbox")
    try:
        with transaction.atomic():
            row = Connection(mailbox_id=mailbox_id, state_since=now)
            _write(row, reach)
            _audit(row.pk, SyncVerb.ADDED, actor=actor, now=now)
    except IntegrityError as error:
        raise SyncRefused("already_connected") from error
    return row.pk


def change_connection(*, actor: Actor, connection_id: int, reach: Reach, now: datetime) -> None:
    """Other settings for it. Another account or server is another mailbox: what was read stays, and is known by
    content. Raises as ``add_connection``, and ``no_such_connection``.
    """
    check_may(actor, Permission.CONNECTION_EDIT)
    _check(reach)
    with transaction.atomic():
        row = _row(connection_id)
        _write(row, reach)
        _start_anew(row)
        _audit(row.pk, SyncVerb.CHANGED, actor=actor, now=now)


def pause_connection(*, actor: Actor, connection_id: int, now: datetime) -> None:
    """Read it no more for now. Raises ``SyncRefused``: ``no_such_connection``, ``no_such_step``."""
    _to(ConnectionState.PAUSED, SyncVerb.PAUSED, actor=actor, connection_id=connection_id, now=now)


def resume_connection(*, actor: Actor, connection_id: int, now: datetime) -> None:
    """Read on from where it was. What came in between is new mail, with the time at which it came."""
    _to(ConnectionState.NEW, SyncVerb.RESUMED, actor=actor, connection_id=connection_id, now=now)


def read_now(*, actor: Actor, connection_id: int, now: datetime) -> None:
    """Read it at once, whatever failed before, and count every folder."""
    check_may(actor, Permission.CONNECTION_EDIT)
    with transaction.atomic():
        row = _row(connection_id)
        row.counted_at = None
        row.save(update_fields=["counted_at"])
        _start_anew(row)
        _audit(row.pk, SyncVerb.ASKED, actor=actor, now=now)


def remove_connection(*, actor: Actor, connection_id: int, now: datetime) -> None:
    """Forget how the mailbox is reached and how far it was read. No mail is touched, here or there."""
    check_may(actor, Permission.CONNECTION_EDIT)
    with transaction.atomic():
        row = _row(connection_id)
        _audit(row.pk, SyncVerb.REMOVED, actor=actor, now=now)
        row.delete()


def _to(state: ConnectionState, verb: SyncVerb, *, actor: Actor, connection_id: int, now: datetime) -> None:
    check_may(actor, Permission.CONNECTION_EDIT)
    with transaction.atomic():
        row = _row(connection_id)
        if row.state == state or not may_become(row.state, state):
            raise SyncRefused("no_such_step")
        row.state, row.state_since = state, now
        row.save(update_fields=["state", "state_since"])
        _start_anew(row)
        _audit(row.pk, verb, actor=actor, now=now)


def _row(connection_id: int) -> Connection:
    row = Connection.objects.select_for_update().filter(pk=connection_id).first()
    if row is None:
        raise SyncRefused("no_such_connection")
    return row


def _write(row: Connection, reach: Reach) -> None:
    row.kind, row.login, row.tenant, row.move_to = reach.kind, reach.login, reach.tenant, reach.move_to
    row.host, row.port, row.security = reach.host, reach.port, reach.security
    row.stores_sent = reach.stores_sent
    row.secret = reach.sealed or row.secret
    row.save()


def _start_anew(row: Connection) -> None:
    Connection.objects.filter(pk=row.pk).update(
        version=F("version") + 1, failures=0, try_at=None, holder="", held_until=None
    )


def _check(reach: Reach) -> None:
    if reach.kind == ConnectionKind.GRAPH:
        if not reach.tenant:
            raise SyncRefused("tenant_missing")
        return
    if not reach.host:
        raise SyncRefused("host_missing")
    if reach.security == Security.NONE and not is_this_machine(reach.host):
        # The password would go in clear text.
        raise SyncRefused("unsafe_line")


def is_this_machine(host: str) -> bool:
    """Whether ``host`` is this machine, by its own word: names are not looked up."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _audit(pk: int, verb: SyncVerb, *, actor: Actor, now: datetime) -> None:
    record(actor=actor.reference, verb=verb, subject=f"connection:{pk}", at=now)
