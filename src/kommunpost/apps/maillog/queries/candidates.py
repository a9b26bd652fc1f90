# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Ids that may answer a search, in order and lazily: from the index and what is pending, or by walking the rows."""

from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from itertools import groupby

from django.db import connection

from kommunpost.apps.maillog.queries.counts import rows_in_all
from kommunpost.apps.maillog.rules.matching import Condition
from kommunpost.apps.maillog.search_index import IndexQuery, Scope, clauses_for, find_ids, walk_pays

_FIRST = 100
_MOST = 5000
_MOST_UNIONS = 100


def candidate_ids(scope: Scope, conditions: tuple[Condition, ...], *, first: int = _FIRST) -> Iterator[int]:
    """Ids in the order of the scope, each once. Every row that matches is among them; not every one of them need match.

    ``first``: how many the caller hopes to need. Reads grow from there.
    """
    if scope.lowest > scope.highest:
        return iter(())
    if not conditions:
        return _walk(scope, first=first)
    # Pending before vocabulary and index: a row that is indexed meanwhile is then seen twice, which does no harm. The
    # other
    # way round it would not be seen.
    pending = _pending(scope)
    query = IndexQuery(scope=scope, clauses=clauses_for(conditions), total=rows_in_all())
    if not query.clauses or (all(clause.fields for clause in query.clauses) and walk_pays(query)):
        return _walk(scope, first=max(first, 1000))
    found = _indexed(query, first=first)
    return (identifier for identifier, _ in groupby(merge(found, pending, reverse=scope.newest_first)))


def _narrowed(scope: Scope, last: int) -> Scope:
    return replace(scope, highest=last - 1) if scope.newest_first else replace(scope, lowest=last + 1)


def _indexed(query: IndexQuery, *, first: int) -> Iterator[int]:
    limit = first
    while True:
        found = find_ids(query, limit=limit)
        yield from found
        if len(found) < limit:
            return
        query = replace(query, scope=_narrowed(query.scope, found[-1]))
        limit = min(limit * 4, _MOST)


def _walk(scope: Scope, *, first: int) -> Iterator[int]:
    limit = first
    while True:
        found = _rows(scope, limit=limit)
        yield from found
        if len(found) < limit:
            return
        scope = _narrowed(scope, found[-1])
        limit = min(limit * 4, _MOST)


def _pending(scope: Scope) -> list[int]:
    order = "DESC" if scope.newest_first else "ASC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM maillog_pending WHERE id BETWEEN %s AND %s ORDER BY id {order}",
            [scope.lowest, scope.highest],
        )
        return [row[0] for row in cursor.fetchall()]


def _rows(scope: Scope, *, limit: int) -> list[int]:
    statement, values = _walk_statement(scope, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _walk_statement(scope: Scope, *, limit: int) -> tuple[str, list[int]]:
    order = "DESC" if scope.newest_first else "ASC"
    where, values = "id BETWEEN %s AND %s", [scope.lowest, scope.highest]
    if scope.direction is not None:
        where, values = f"{where} AND direction = %s", [*values, scope.direction]
    if scope.mailbox_ids is None:
        return f"SELECT id FROM maillog_logrow WHERE {where} ORDER BY id {order} LIMIT %s", [*values, limit]
    mailboxes = sorted(scope.mailbox_ids)
    if len(mailboxes) > _MOST_UNIONS:
        marks = ",".join(["%s"] * len(mailboxes))
        return (
            f"SELECT id FROM maillog_logrow WHERE {where} AND mailbox_id IN ({marks}) ORDER BY id {order} LIMIT %s",
            [*values, *mailboxes, limit],
        )
    # Each mailbox's rows lie in order in the index; a mailbox_id IN (…) would make the database sort them all.
    one = f"SELECT id FROM maillog_logrow WHERE mailbox_id = %s AND {where} ORDER BY id {order} LIMIT %s"
    union = " UNION ALL ".join(f"SELECT id FROM ({one}) AS box{mailbox}" for mailbox in mailboxes)
    each = [value for mailbox in mailboxes for value in (mailbox, *values, limit)]
    return f"{union} ORDER BY id {order} LIMIT %s", [*each, limit]
