"""A million rows of a table in one statement, made by the database itself from one row and a running number ``n``."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def add_series(like: Model, rows: int, columns: Mapping[str, str]) -> None:
    """Insert ``rows`` copies of ``like`` (not saved), with these columns as SQL of ``n`` (from 0) in place of its own.

    Give ``id`` too; the counter of ids goes on after the highest.
    """
    described = like._meta  # noqa: SLF001 -- public, for all its name
    fields = [one for one in described.concrete_fields if one.column not in columns and not one.primary_key]
    values = {str(one.column): one.get_db_prep_save(getattr(like, one.attname), connection) for one in fields}
    table = described.db_table
    names = [*columns, *values]
    shown = [*columns.values(), *("%s" for _ in values)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(shown)} FROM {series(rows)}",
            list(values.values()),
        )
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            # Plans for checking foreign keys that this session made when the table was empty would read all of it.
            cursor.execute(f"ANALYZE {table}")


def series(rows: int) -> str:
    """A table ``series`` with a column ``n``: 0 and on."""
    if connection.vendor == "postgresql":
        return f"generate_series(0::bigint, {rows - 1}) AS series (n)"
    return f"""(WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {rows - 1})
        SELECT n FROM counted) AS series"""


def moment(seconds: str) -> str:
    """SQL of seconds since 1970 -> SQL of what Django stores for that moment."""
    if connection.vendor == "postgresql":
        return f"to_timestamp({seconds})"
    return f"datetime({seconds}, 'unixepoch')"


def day(seconds: str) -> str:
    """The same for a day (UTC)."""
    return f"date({seconds}, 'unixepoch')" if connection.vendor == "sqlite" else f"to_timestamp({seconds})::date"


def pick(choices: Sequence[object], number: str) -> str:
    """SQL that takes one of ``choices`` (ours, never from outside) by a running number."""
    literals = [str(one) if isinstance(one, int) else f"'{one}'" for one in choices]
    cases = " ".join(f"WHEN {place} THEN {one}" for place, one in enumerate(literals))
    return f"CASE ({number}) % {len(literals)} {cases} END".replace("%", "%%")


def next_id(like: Any) -> int:
    """An id above all that there are."""
    last: int | None = like.objects.order_by("-pk").values_list("pk", flat=True).first()
    return (last or 0) + 1
