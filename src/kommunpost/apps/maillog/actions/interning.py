# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Texts of the log, each written once: text -> the id that rows bear (ADR 0007)."""

from collections.abc import Collection, Iterable

from django.db import connection

from kommunpost.apps.maillog.rules.ids import text_id

CORRESPONDENTS = "maillog_correspondents"
SUBJECTS = "maillog_subject"
_AT_ONCE = 2000


def intern_texts(table: str, texts: Iterable[str]) -> dict[str, int]:
    """The id of each text in ``table`` (one of the two names above); those that are new are written. Two queries,
    seldom more.

    Safe beside other writers: ids are taken in rising order, and of two who write the same text one waits for the
    other.
    """
    wanted = {text: text_id(text) for text in texts}
    known: dict[str, int] = {}
    while wanted:
        stored = _stored(table, set(wanted.values()))
        known |= {text: identifier for text, identifier in wanted.items() if stored.get(identifier) == text}
        # Another text has the id that this one wanted (47 bits of a digest): try the next.
        wanted = {text: _next(identifier, stored) for text, identifier in wanted.items() if text not in known}
        _add(table, wanted)
    return known


def _next(identifier: int, stored: dict[int, str]) -> int:
    while identifier in stored:
        identifier += 1
    return identifier


def _stored(table: str, identifiers: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    ordered = sorted(identifiers)
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), _AT_ONCE):
            part = ordered[start : start + _AT_ONCE]
            marks = ",".join(["%s"] * len(part))
            cursor.execute(f"SELECT id, text FROM {table} WHERE id IN ({marks})", part)
            found.update(cursor.fetchall())
    return found


def _add(table: str, wanted: dict[str, int]) -> None:
    ordered = sorted(wanted.items(), key=lambda pair: pair[1])
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        with connection.cursor() as cursor:
            values = [item for text, identifier in part for item in (identifier, text)]
            rows = ",".join(["(%s, %s)"] * len(part))
            cursor.execute(f"INSERT INTO {table} (id, text) VALUES {rows} ON CONFLICT (id) DO NOTHING", values)
