"""Take off the triggers of append-only tables: to tamper with the trail, or to empty the tables after a test."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from kommunpost.apps.audit import guards as audit_guards
from kommunpost.apps.maillog import guards as maillog_guards
from kommunpost.apps.register import guards as register_guards

TRAIL = (audit_guards.EVENT_TABLE, audit_guards.HEAD_TABLE)


@contextmanager
def guards_lifted() -> Iterator[None]:
    put_back = lift_guards((*TRAIL, *maillog_guards.tables(connection), *register_guards.TABLES))
    try:
        yield
    finally:
        _execute(put_back)


def lift_guards(tables: Sequence[str] = TRAIL) -> list[str]:
    """Take the triggers of ``tables`` off. Returns the statements that put them back."""
    if connection.vendor == "postgresql":
        _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables)
        return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(tables))
        cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({marks})", tables)
        found = cursor.fetchall()
    _execute(f"DROP TRIGGER {name}" for name, _statement in found)
    return [statement for _name, statement in found]


def _execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
