"""``kommunpost sync``: the real mailboxes that are connected: ``list`` their states, ``try`` one, ``read`` one now.

``read`` is for when no ``serve`` reads it: one round through all folders, and it tells how much was new. JSON, one line
a mailbox; nothing of any mail.
"""

import argparse
import json
import os
import socket
from datetime import UTC, datetime

from kommunpost.apps.mailflow.actions import syncing
from kommunpost.apps.mailflow.models import Connection
from kommunpost.apps.mailflow.queries.connections import list_connections
from kommunpost.apps.mailflow.rules.sync import SyncRefused
from kommunpost.apps.mailflow.sync.attending import read_once
from kommunpost.apps.mailflow.sync.contract import SourceError
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.serving.sources import open_source
from kommunpost.site.serving.sync import house


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="print all connections with their states, one a line; exit 1 when one is not read")
    probe = verbs.add_parser("try", help="sign in and print the folders; takes in nothing")
    probe.add_argument("id", type=int, help="the number that list shows")
    read = verbs.add_parser("read", help="read what is new, once, unless some process reads it already")
    read.add_argument("id", type=int, help="the number that list shows")


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "list":
        return _list()
    connection = Connection.objects.select_related("mailbox").filter(pk=arguments.id).first()
    if connection is None:
        raise CommandError("there is no such connection. kommunpost sync list shows them.")
    try:
        return _try(connection) if arguments.verb == "try" else _read(connection)
    except SourceError as error:
        raise CommandError(f"the mailbox cannot be read: {error.code}.") from error


def _list() -> int:
    rows = list_connections(now=datetime.now(UTC))
    for row in rows:
        told = {
            "id": row.id, "mailbox": row.address, "kind": row.kind, "state": row.state, "trouble": row.trouble or None,
            "heard_at": row.heard_at.isoformat() if row.heard_at else None, "late": row.is_late, "refused": row.refused,
        }  # fmt: skip
        print(json.dumps(told, ensure_ascii=False))
    return 1 if any(row.is_late or row.trouble or row.refused for row in rows) else 0


def _try(connection: Connection) -> int:
    source = open_source(connection)
    try:
        folders = [{"name": one.name, "role": str(one.role)} for one in source.folders()]
    finally:
        source.close()
    print(json.dumps({"id": connection.pk, "folders": folders}, ensure_ascii=False))
    return 0


def _read(connection: Connection) -> int:
    holder = f"cli-{os.getpid()}@{socket.gethostname()}"[:120]
    hold = syncing.take_hold(connection_id=connection.pk, holder=holder, now=datetime.now(UTC))
    if hold is None:
        raise CommandError("somebody reads it already, or it is paused or left alone for a while after a failure.")
    try:
        source = open_source(connection)
        try:
            lent = house(lambda: False, connection_id=connection.pk)
            new = read_once(connection=connection, hold=hold, source=source, house=lent)
        finally:
            source.close()
    except SyncRefused as refusal:
        raise CommandError(f"the reading was broken off: {refusal.code}.") from refusal
    finally:
        syncing.let_go(hold=hold)
    print(json.dumps({"id": connection.pk, "new": new}))
    return 0
