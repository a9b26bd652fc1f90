# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Conditions -> words of the vocabulary, by substring and by stem."""

from collections.abc import Iterable, Sequence

from django.db import connection

from kommunpost.apps.maillog.rules.matching import SHORTEST_PART, Condition, Part, Place, parts_of
from kommunpost.apps.maillog.search_index.model import Clause

MOST_WORDS = 2000
"""A part that more words hold (``an``, ``2026``) is left to the exact check: so many words mean hits all over the
log.
"""

_PATTERNS = {Place.WHOLE: "{}", Place.START: "{}%", Place.END: "%{}", Place.ANYWHERE: "%{}%"}
_COLUMNS = "word, senders, recipients, subjects"
WordRow = tuple[str, tuple[int, int, int]]
"""A word, and in how many rows it stands: by field."""


def clauses_for(conditions: Iterable[Condition]) -> tuple[Clause, ...]:
    """The clauses that an index can answer; a condition that too many words would answer gives none."""
    clauses = (_clause(condition) for condition in conditions)
    return tuple(clause for clause in clauses if clause is not None)


def _clause(condition: Condition) -> Clause | None:
    found = [words for part in parts_of(condition.term) if (words := _words_with(part)) is not None]
    if not found:
        return None
    fields, counts = [], []
    for field in condition.fields:
        parts = [[(word, numbers[field]) for word, numbers in rows if numbers[field]] for rows in found]
        if all(parts):
            fields.append((field, tuple(tuple(word for word, _number in rows) for rows in parts)))
            counts.append(tuple(sum(number for _word, number in rows) for rows in parts))
    return Clause(fields=tuple(fields), counts=tuple(counts))


def _words_with(part: Part) -> Sequence[WordRow] | None:
    """The words that hold the part, or ``None`` when they are too many. Words have letters and digits only: no LIKE
    escapes.
    """
    if part.place is Place.WHOLE and not part.stem:
        return _rows(f"SELECT {_COLUMNS} FROM maillog_word WHERE word = %s", [part.text])
    pattern = _PATTERNS[part.place].format(part.text)
    if connection.vendor == "sqlite" and len(part.text) >= SHORTEST_PART:
        query = f"""SELECT {_COLUMNS} FROM maillog_word
            WHERE id IN (SELECT rowid FROM maillog_wordpart WHERE word LIKE %s)"""
    else:
        query = f"SELECT {_COLUMNS} FROM maillog_word WHERE word LIKE %s"
    values = [pattern]
    if part.stem:
        query += f" UNION SELECT {_COLUMNS} FROM maillog_word WHERE stem = %s"
        values.append(part.stem)
    rows = _rows(f"{query} LIMIT {MOST_WORDS + 1}", values)
    return None if len(rows) > MOST_WORDS else rows


def _rows(query: str, values: Sequence[str]) -> list[WordRow]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [(word, (senders, recipients, subjects)) for word, senders, recipients, subjects in cursor.fetchall()]
