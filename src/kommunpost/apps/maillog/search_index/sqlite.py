# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""The index on SQLite: FTS5 without content, rowid = id of the row, so that newest first needs no sorting.

Each word is stored with its field before it (``f`` from, ``t`` to, ``s`` subject), and the mailbox as ``m12``.
"""

from collections.abc import Iterable

from django.db import connection

from kommunpost.apps.maillog.rules.matching import RECIPIENTS, SENDER, SUBJECT, Texts
from kommunpost.apps.maillog.search_index.model import Clause, IndexQuery
from kommunpost.core.swedish.search_words import tokens

_MARKS = {SENDER: "f", RECIPIENTS: "t", SUBJECT: "s"}
_MANY_WORDS = 1000
_DENSE = 50
"""One row in so many matches: a page is found in a few thousand rows read one by one."""


def find_ids(query: IndexQuery, *, limit: int) -> list[int]:
    """See ``search_index.find_ids``. The direction is left to the exact check."""
    if not all(clause.fields for clause in query.clauses):
        return []
    order = "DESC" if query.scope.newest_first else "ASC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT rowid FROM maillog_index WHERE maillog_index MATCH %s AND rowid BETWEEN %s AND %s
                ORDER BY rowid {order} LIMIT %s""",
            [_expression(query), query.scope.lowest, query.scope.highest, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def walk_pays(query: IndexQuery) -> bool:
    """FTS5 walks lazily, so it is beaten only where very many words must be opened and hits are dense."""
    return query.words > _MANY_WORDS and query.rows_a_hit < _DENSE


def add(rows: Iterable[tuple[int, int, Texts]]) -> None:
    """Index rows: (id, mailbox id, texts)."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO maillog_index (rowid, words) VALUES (%s, %s)",
            [(identifier, words_of(mailbox_id, texts)) for identifier, mailbox_id, texts in rows],
        )


def remove(rows: Iterable[tuple[int, int, Texts]]) -> None:
    """Take rows out of the index: the same values by which they were added."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO maillog_index (maillog_index, rowid, words) VALUES ('delete', %s, %s)",
            [(identifier, words_of(mailbox_id, texts)) for identifier, mailbox_id, texts in rows],
        )


def words_of(mailbox_id: int, texts: Texts) -> str:
    """The words under which a row is found, each once."""
    words = [f"m{mailbox_id}"]
    for field, mark in _MARKS.items():
        words += [mark + word for word in sorted(set(tokens(texts[field])))]
    return " ".join(words)


def _expression(query: IndexQuery) -> str:
    parts = [_clause(clause) for clause in query.clauses]
    if query.scope.mailbox_ids is not None:
        parts.append(_any(f"m{mailbox_id}" for mailbox_id in sorted(query.scope.mailbox_ids)))
    return " AND ".join(parts)


def _clause(clause: Clause) -> str:
    alternatives = [
        " AND ".join(_any(_MARKS[field] + word for word in words) for words in parts) for field, parts in clause.fields
    ]
    return "(" + " OR ".join(f"({alternative})" for alternative in alternatives) + ")"


def _any(words: Iterable[str]) -> str:
    return "(" + " OR ".join(f'"{word}"' for word in words) + ")"
