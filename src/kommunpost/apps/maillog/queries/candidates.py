# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Rows that may answer a search, in order and lazily: by the index and what is pending, or by walking the log."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter

from django.db import connection

from kommunpost.apps.maillog.queries.counts import extent, rows_of
from kommunpost.apps.maillog.rules.matching import Condition
from kommunpost.apps.maillog.search_index import (
    Clause,
    IndexQuery,
    KeySet,
    Scope,
    clauses_for,
    find_moments,
    mailbox_key,
    spans_of,
)

_MOST = 5000
_AT_ONCE = 2000
_DENSE = 20
"""One row in so many lies in the mailboxes: read in order, a page is found at once."""

_DENSER = 4
"""The same where texts are looked at: that costs far more than to step over a row."""

_MANY_KEYS = 2000
_DENSE_WORDS = 100
"""So many words to look up cost more than to read so many rows a hit."""

_COLUMNS = "row.id, row.delivery_id, row.sender_id, row.recipients_id, row.subject_id, row.mailbox_id, row.direction"
LogLine = tuple[int, int, int, int, int, int, int]
"""A row as it stands: the values of ``_COLUMNS``."""


def candidate_lines(scope: Scope, conditions: tuple[Condition, ...], *, first: int) -> Iterator[LogLine]:
    """Rows of the scope in its order, each once. Every row that matches the conditions is among them; not every one of
    them need match. ``first``: how many the caller hopes to need; reads grow from there.
    """
    if scope.lowest > scope.highest:
        return iter(())
    if not conditions and scope.mailbox_ids is None:
        return _walk(scope, first=first)
    # Pending before vocabulary and index: a row that is indexed meanwhile is then seen twice, which does no harm. The
    # other way round it would not be seen.
    pending = _pending(scope)
    query = _query(scope, conditions)
    if _walk_pays(query, has_words=bool(conditions)):
        return _walk(scope, first=max(first, 1000) if conditions else first)
    streams = (_indexed(query, first=first), _lines_of(pending, scope, first=first))
    identifier = itemgetter(0)
    merged = merge(*streams, key=identifier, reverse=scope.newest_first)
    return (next(same) for _, same in groupby(merged, key=identifier))


def lines_at(identifiers: Sequence[int], scope: Scope) -> list[LogLine]:
    """The rows with these ids (one at least) that lie in the scope, in its order."""
    return _rows_in([(identifier, identifier) for identifier in identifiers], scope)


def _query(scope: Scope, conditions: tuple[Condition, ...]) -> IndexQuery:
    clauses = clauses_for(conditions)
    if scope.mailbox_ids is not None:
        keys = KeySet(tuple(map(mailbox_key, sorted(scope.mailbox_ids))), rows_of(scope.mailbox_ids))
        clauses = (*clauses, Clause(((keys,),)))
    return IndexQuery(scope=scope, clauses=clauses, extent=extent())


def _walk_pays(query: IndexQuery, *, has_words: bool) -> bool:
    """Whether reading rows one by one finds a page sooner than the index."""
    if not query.clauses or query.rows_a_hit < (_DENSER if has_words else _DENSE):
        return True
    return query.keys > _MANY_KEYS and query.rows_a_hit < _DENSE_WORDS


def _indexed(query: IndexQuery, *, first: int) -> Iterator[LogLine]:
    size = first
    for moments in find_moments(query, wanted=first):
        start = 0
        while start < len(moments):
            yield from _rows_in(spans_of(moments[start : start + size]), query.scope)
            start += size
            size = min(size * 2, _AT_ONCE)


def _walk(scope: Scope, *, first: int) -> Iterator[LogLine]:
    limit = first
    while True:
        found = _rows(scope, limit=limit)
        yield from found
        if len(found) < limit:
            return
        last = found[-1][0]
        scope = replace(scope, highest=last - 1) if scope.newest_first else replace(scope, lowest=last + 1)
        limit = min(limit * 4, _MOST)


def _pending(scope: Scope) -> list[int]:
    where, values = _where(scope)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT pending.id FROM maillog_pending AS pending CROSS JOIN maillog_logrow AS row
                WHERE row.id = pending.id AND pending.id BETWEEN %s AND %s AND {where} ORDER BY 1 {_order(scope)}""",
            [scope.lowest, scope.highest, *values],
        )
        return [row[0] for row in cursor.fetchall()]


def _lines_of(identifiers: Sequence[int], scope: Scope, *, first: int) -> Iterator[LogLine]:
    stream, size = iter(identifiers), first
    while chunk := list(islice(stream, size)):
        yield from lines_at(chunk, scope)
        size = min(size * 2, _AT_ONCE)


def _rows(scope: Scope, *, limit: int) -> list[LogLine]:
    where, values = _where(scope)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM maillog_logrow AS row WHERE {where} ORDER BY row.id {_order(scope)} LIMIT %s",
            [*values, limit],
        )
        return cursor.fetchall()  # type: ignore[no-any-return]


def _rows_in(spans: Sequence[tuple[int, int]], scope: Scope) -> list[LogLine]:
    """The rows of the scope in these spans of ids (one at least), in order. Each span is one step into the key."""
    # Cut to the scope here: a second range beside the span would tempt SQLite into reading the whole period each time.
    lows = [max(low, scope.lowest) for low, _high in spans]
    highs = [min(high, scope.highest) for _low, high in spans]
    where, values = _in_boxes(scope)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The whole range beside the spans: so the planner leaves out the other months.
            cursor.execute(
                f"""SELECT {_COLUMNS} FROM unnest(%s::bigint[], %s::bigint[]) AS span (low, high)
                    CROSS JOIN LATERAL (SELECT * FROM maillog_logrow AS row WHERE row.id BETWEEN span.low AND span.high
                    AND row.id BETWEEN %s AND %s{where} OFFSET 0) AS row""",
                [lows, highs, min(lows), max(highs), *values],
            )
        else:
            cursor.execute(
                f"""SELECT {_COLUMNS} FROM json_each(%s) AS span CROSS JOIN maillog_logrow AS row
                    WHERE row.id BETWEEN json_extract(span.value, '$[0]')
                    AND json_extract(span.value, '$[1]'){where}""",
                [json.dumps(list(zip(lows, highs, strict=True))), *values],
            )
        return sorted(cursor.fetchall(), reverse=scope.newest_first)


def _where(scope: Scope) -> tuple[str, list[int]]:
    also, values = _in_boxes(scope)
    return f"row.id BETWEEN %s AND %s{also}", [scope.lowest, scope.highest, *values]


def _in_boxes(scope: Scope) -> tuple[str, list[int]]:
    # The plus keeps SQLite from building an index of its own over the whole log, each time.
    where, values = "", []
    if scope.direction is not None:
        where, values = " AND +row.direction = %s", [scope.direction]
    if scope.mailbox_ids is not None:
        mailboxes = sorted(scope.mailbox_ids)
        where, values = f"{where} AND +row.mailbox_id IN ({','.join(['%s'] * len(mailboxes))})", [*values, *mailboxes]
    return where, values


def _order(scope: Scope) -> str:
    return "DESC" if scope.newest_first else "ASC"
