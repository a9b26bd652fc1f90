# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Texts of the log, each written once: text -> the id that rows bear (ADR 0007)."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection

from kommunpost.apps.maillog.rules.ids import text_id

CORRESPONDENTS = "maillog_correspondents"
SUBJECTS = "maillog_subject"
_AT_ONCE = 2000


Texts = dict[str, dict[str, int]]
"""Table -> text -> id."""


def intern_texts(texts: Mapping[str, Iterable[str]]) -> Texts:
    """The id of each text of each table (the two names above); those that are new are written. One query, and one more
    for each table with new texts; seldom more.

    Safe beside other writers: ids are taken in rising order, and of two who write the same text one waits for the
    other.
    """
    wanted = {table: {text: text_id(text) for text in some} for table, some in texts.items()}
    known: Texts = {table: {} for table in wanted}
    while any(wanted.values()):
        stored = _stored({table: set(ids.values()) for table, ids in wanted.items()})
        for table, ids in wanted.items():
            there = stored[table]
            known[table] |= {text: identifier for text, identifier in ids.items() if there.get(identifier) == text}
            # Another text has the id that this one wanted (47 bits of a digest): try the next.
            new = {text: _next(identifier, there) for text, identifier in ids.items() if text not in known[table]}
            written = _add(table, new)
            known[table] |= {text: identifier for text, identifier in new.items() if written.get(identifier) == text}
            # Somebody else has written it, or taken its id, since we looked.
            wanted[table] = {text: identifier for text, identifier in new.items() if text not in known[table]}
    return known


def _next(identifier: int, stored: dict[int, str]) -> int:
    while identifier in stored:
        identifier += 1
    return identifier


def _stored(wanted: Mapping[str, Collection[int]]) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {table: {} for table in wanted}
    asked = [(table, identifier) for table, ids in wanted.items() for identifier in sorted(ids)]
    with connection.cursor() as cursor:
        for start in range(0, len(asked), _AT_ONCE):
            cursor.execute(*_question(asked[start : start + _AT_ONCE]))
            for table, identifier, text in cursor.fetchall():
                found[table][identifier] = text
    return found


def _question(asked: Sequence[tuple[str, int]]) -> tuple[str, list[int]]:
    by_table: dict[str, list[int]] = {}
    for table, identifier in asked:
        by_table.setdefault(table, []).append(identifier)
    each = (
        f"SELECT '{table}', id, text FROM {table} WHERE id IN ({','.join(['%s'] * len(ids))})"
        for table, ids in by_table.items()
    )
    return " UNION ALL ".join(each), [identifier for ids in by_table.values() for identifier in ids]


def _add(table: str, wanted: dict[str, int]) -> dict[int, str]:
    """Those that were written now, by id. (Of two that want the same id, one.)"""
    written: dict[int, str] = {}
    ordered = sorted(wanted.items(), key=lambda pair: pair[1])
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        with connection.cursor() as cursor:
            values = [item for text, identifier in part for item in (identifier, text)]
            rows = ",".join(["(%s, %s)"] * len(part))
            cursor.execute(
                f"INSERT INTO {table} (id, text) VALUES {rows} ON CONFLICT (id) DO NOTHING RETURNING id, text",
                values,
            )
            written.update(cursor.fetchall())
    return written
