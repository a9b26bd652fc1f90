"""Take the audit trail's triggers off: to tamper with it, or to empty the tables after a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from kommunpost.apps.audit import guards


@contextmanager
def guards_lifted() -> Iterator[None]:
    lift_guards()
    try:
        yield
    finally:
        guards.install(connection)


def lift_guards() -> None:
    with connection.cursor() as cursor:
        for name in guards.names(connection):
            table = guards.HEAD_TABLE if "chainhead" in name else guards.EVENT_TABLE
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
