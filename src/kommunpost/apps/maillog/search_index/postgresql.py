# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""The index on PostgreSQL: GIN over the words of the texts that a row names, one index a month. Kept by the database
itself.
"""

from itertools import pairwise

from django.db import connection

from kommunpost.apps.maillog.rules.ids import month_starts, word_key
from kommunpost.apps.maillog.rules.matching import RECIPIENTS, SENDER, SUBJECT
from kommunpost.apps.maillog.search_index.model import Clause, IndexQuery, Scope

_WORDS_OF = {
    SENDER: "maillog_words_of(sender_id)",
    RECIPIENTS: "maillog_words_of(recipients_id)",
    SUBJECT: "maillog_subject_words(subject_id)",
}
_FEW = 5000
_DENSE = 200
"""One row in so many matches: a page is found sooner by reading rows newest first than by collecting all hits of a
month.
"""


def find_ids(query: IndexQuery, *, limit: int) -> list[int]:
    """See ``search_index.find_ids``. Hits cannot be had in order, so many are collected month by month, few all at
    once.
    """
    if not all(clause.fields for clause in query.clauses):
        return []
    if query.hits <= _FEW:
        return _within(query, query.scope.lowest, query.scope.highest, limit=limit)
    found: list[int] = []
    for lowest, highest in _months(query.scope):
        found += _within(query, lowest, highest, limit=limit - len(found))
        if len(found) >= limit:
            break
    return found


def walk_pays(query: IndexQuery, *, total: int) -> bool:
    """Dense hits, or so many words that a month's lookup costs more than a page."""
    return query.hits * _DENSE > total


def _months(scope: Scope) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id), max(id) FROM maillog_logrow WHERE id BETWEEN %s AND %s", [scope.lowest, scope.highest]
        )
        oldest, newest = cursor.fetchone()
    if oldest is None:
        return []
    starts = month_starts(oldest, newest)
    ranges = [(max(start, oldest), min(end - 1, newest)) for start, end in pairwise(starts)]
    return ranges[::-1] if scope.newest_first else ranges


def _within(query: IndexQuery, lowest: int, highest: int, *, limit: int) -> list[int]:
    conditions, values = _where(query)
    order = "DESC" if query.scope.newest_first else "ASC"
    # MATERIALIZED: the planner would otherwise read rows in order and test each, hoping for dense hits. That is our
    # choice.
    statement = f"""WITH hit AS MATERIALIZED (SELECT id FROM maillog_logrow WHERE id BETWEEN %s AND %s AND {conditions})
        SELECT id FROM hit ORDER BY id {order} LIMIT %s"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [lowest, highest, *values, limit])
        return [row[0] for row in cursor.fetchall()]


def _where(query: IndexQuery) -> tuple[str, list[int | list[int]]]:
    values: list[int | list[int]] = []
    conditions = [_clause(clause, values) for clause in query.clauses]
    if query.scope.mailbox_ids is not None:
        conditions.append("mailbox_id = ANY(%s)")
        values.append(sorted(query.scope.mailbox_ids))
    if query.scope.direction is not None:
        conditions.append("direction = %s")
        values.append(query.scope.direction)
    return " AND ".join(conditions), values


def _clause(clause: Clause, values: list[int | list[int]]) -> str:
    alternatives = [
        " AND ".join(f"{_WORDS_OF[field]} && %s::integer[]" for _ in parts) for field, parts in clause.fields
    ]
    values += [sorted({word_key(word) for word in words}) for _field, parts in clause.fields for words in parts]
    return "(" + " OR ".join(f"({alternative})" for alternative in alternatives) + ")"
