# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Conditions -> keys of the index, through the words of the vocabulary: by substring and by stem."""

from collections.abc import Iterable, Sequence

from django.db import connection

from kommunpost.apps.maillog.rules.matching import SHORTEST_PART, Condition, Part, Place, parts_of
from kommunpost.apps.maillog.search_index.model import Clause, KeySet
from kommunpost.apps.maillog.search_index.postings import word_key

MOST_WORDS = 2000
"""A part that more words hold (``an``, ``2026``) is left to the exact check: so many words mean hits all over the
log.
"""

_PATTERNS = {Place.WHOLE: "{}", Place.START: "{}%", Place.END: "%{}", Place.ANYWHERE: "%{}%"}
LAST_LETTER = "\U0010ffff"
_COLUMNS = "id, senders, recipients, subjects"
WordRow = tuple[int, int, int, int]
"""A word's id, and in how many rows it stands: as part of the sender, the recipients, the subject."""


def clauses_for(conditions: Iterable[Condition]) -> tuple[Clause, ...]:
    """The clauses that an index can answer; a condition that too many words would answer gives none."""
    clauses = (_clause(condition) for condition in conditions)
    return tuple(clause for clause in clauses if clause is not None)


def _clause(condition: Condition) -> Clause | None:
    found = [words for part in parts_of(condition.term) if (words := _words_with(part)) is not None]
    if not found:
        return None
    alternatives = (tuple(_keys_in(field, rows) for rows in found) for field in condition.fields)
    return Clause(tuple(sets for sets in alternatives if all(one.keys for one in sets)))


def _keys_in(field: int, words: Iterable[WordRow]) -> KeySet:
    there = [word for word in words if word[field + 1]]
    return KeySet(tuple(word_key(word[0], field) for word in there), sum(word[field + 1] for word in there))


def _words_with(part: Part) -> Sequence[WordRow] | None:
    """The words that hold the part, or ``None`` when they are too many. Words have letters and digits only: no LIKE
    escapes.
    """
    if part.place is Place.WHOLE and not part.stem:
        return _rows(f"SELECT {_COLUMNS} FROM maillog_word WHERE word = %s", [part.text])
    query, values = _having(part)
    if part.stem:
        query += f" UNION SELECT {_COLUMNS} FROM maillog_word WHERE stem = %s"
        values.append(part.stem)
    rows = _rows(f"{query} LIMIT {MOST_WORDS + 1}", values)
    return None if len(rows) > MOST_WORDS else rows


def _having(part: Part) -> tuple[str, list[str]]:
    """The query for words with the part at its place, and its values."""
    query = f"SELECT {_COLUMNS} FROM maillog_word WHERE "
    pattern = _PATTERNS[part.place].format(part.text)
    if connection.vendor != "sqlite" or len(part.text) < SHORTEST_PART:
        return query + "word LIKE %s", [pattern]
    if part.place is Place.START:
        # Next to each other in the order of words. (PostgreSQL reads a LIKE so by itself.)
        return query + "word >= %s AND word < %s", [part.text, part.text + LAST_LETTER]
    within = f"{query}id IN (SELECT rowid FROM maillog_wordpart WHERE "
    if part.place is Place.ANYWHERE and len(part.text) == SHORTEST_PART:
        # Three letters are the index's own unit: no word need be looked at again.
        return within + "maillog_wordpart MATCH %s)", [f'"{part.text}"']
    return within + "word LIKE %s)", [pattern]


def _rows(query: str, values: Sequence[str]) -> list[WordRow]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()  # type: ignore[no-any-return]
