# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""The index on PostgreSQL: GIN over the words of the texts that a row names, one index a month. Kept by the database
itself.
"""

from collections.abc import Mapping
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
_WORDS_READ = {
    SENDER: "(SELECT words FROM maillog_correspondents WHERE id = row.sender_id)",
    RECIPIENTS: "(SELECT words FROM maillog_correspondents WHERE id = row.recipients_id)",
    SUBJECT: "(SELECT words FROM maillog_subject WHERE id = row.subject_id)",
}
"""The same words, so written that no index can give them: each row is asked, in order."""

_FEW = 5000
_MANY_WORDS = 50
_DENSE = 100
"""One row in so many matches: a page is found sooner in the order of the rows than by collecting all hits of a
month.
"""


def find_ids(query: IndexQuery, *, limit: int) -> list[int]:
    """See ``search_index.find_ids``. GIN cannot give hits in order: few are collected at once, many month by month."""
    if not all(clause.fields for clause in query.clauses):
        return []
    if query.rows_a_hit < _DENSE and query.words <= _MANY_WORDS:
        return _in_order(query, limit=limit)
    if query.hits <= _FEW:
        return _collected(query, query.scope.lowest, query.scope.highest, limit=limit)
    found: list[int] = []
    for lowest, highest in _months(query.scope):
        found += _collected(query, lowest, highest, limit=limit - len(found))
        if len(found) >= limit:
            break
    return found


def walk_pays(query: IndexQuery) -> bool:
    """Dense hits of so many words that the database would compare too long for each row."""
    return query.rows_a_hit < _DENSE and query.words > _MANY_WORDS


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
    return _in_growing_groups(ranges[::-1] if scope.newest_first else ranges)


def _in_growing_groups(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """1, 1, 2, 4 … neighbouring ranges as one: where the first months had no page, the next will need many."""
    groups: list[tuple[int, int]] = []
    taken = 0
    while taken < len(ranges):
        group = ranges[taken : taken + max(1, taken)]
        groups.append((min(low for low, _ in group), max(high for _, high in group)))
        taken += len(group)
    return groups


def _collected(query: IndexQuery, lowest: int, highest: int, *, limit: int) -> list[int]:
    conditions, values = _where(query, _WORDS_OF)
    order = "DESC" if query.scope.newest_first else "ASC"
    # MATERIALIZED: the planner would otherwise read rows in order and test each, hoping for dense hits. That is our
    # choice.
    statement = f"""WITH hit AS MATERIALIZED (SELECT id FROM maillog_logrow WHERE id BETWEEN %s AND %s AND {conditions})
        SELECT id FROM hit ORDER BY id {order} LIMIT %s"""
    return _ids(statement, [lowest, highest, *values, limit])


def _in_order(query: IndexQuery, *, limit: int) -> list[int]:
    conditions, values = _where(query, _WORDS_READ)
    order = "DESC" if query.scope.newest_first else "ASC"
    statement = f"""SELECT id FROM maillog_logrow AS row WHERE id BETWEEN %s AND %s AND {conditions}
        ORDER BY id {order} LIMIT %s"""
    return _ids(statement, [query.scope.lowest, query.scope.highest, *values, limit])


def _ids(statement: str, values: list[int | list[int]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _where(query: IndexQuery, words_of: Mapping[int, str]) -> tuple[str, list[int | list[int]]]:
    values: list[int | list[int]] = []
    conditions = [_clause(clause, words_of, values) for clause in query.clauses]
    if query.scope.mailbox_ids is not None:
        conditions.append("mailbox_id = ANY(%s)")
        values.append(sorted(query.scope.mailbox_ids))
    if query.scope.direction is not None:
        conditions.append("direction = %s")
        values.append(query.scope.direction)
    return " AND ".join(conditions), values


def _clause(clause: Clause, words_of: Mapping[int, str], values: list[int | list[int]]) -> str:
    alternatives = [
        " AND ".join(f"{words_of[field]} && %s::integer[]" for _ in parts) for field, parts in clause.fields
    ]
    values += [sorted({word_key(word) for word in words}) for _field, parts in clause.fields for words in parts]
    return "(" + " OR ".join(f"({alternative})" for alternative in alternatives) + ")"
