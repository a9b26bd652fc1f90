# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Key -> the moments at which rows bear it, as lists of numbers in the table ``maillog_posting`` (ADR 0007).

A key is a word in one field, or a mailbox. A moment is a second or so (``MOMENT_BITS``): whoever follows a moment to
its rows asks each whether it matches. A list is cut into chunks of some 900 bytes; the chunks of a key never overlap.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from kommunpost.apps.maillog.search_index.varints import Numbers, decode_rising, rising

MOST_BYTES = 900
"""A chunk is full from here on. With its key it lies in one page of SQLite's tree."""

_FIELDS = 4
_MAILBOX = 3
_AT_ONCE = 2000
_BITS = 7
_MORE = 1 << _BITS

_BETWEEN = """part.key = {key} AND part.since <= %s AND part.since >= COALESCE(
    (SELECT max(before.since) FROM maillog_posting AS before WHERE before.key = {key} AND before.since <= %s), 0)
    AND part.until >= %s"""
_FETCH = {
    "postgresql": f"""SELECT part.since, part.data FROM unnest(%s::bigint[]) AS wanted (key) CROSS JOIN LATERAL
        (SELECT since, data FROM maillog_posting AS part WHERE {_BETWEEN.format(key="wanted.key")}) AS part""",
    "sqlite": f"""SELECT part.since, part.data FROM json_each(%s) AS wanted CROSS JOIN maillog_posting AS part
        WHERE {_BETWEEN.format(key="wanted.value")}""",
}
_LATEST = {
    "postgresql": """SELECT wanted.key, part.since, part.until, part.data FROM unnest(%s::bigint[]) AS wanted (key)
        CROSS JOIN LATERAL (SELECT since, until, data FROM maillog_posting WHERE key = wanted.key
                            ORDER BY since DESC LIMIT 1) AS part""",
    "sqlite": """SELECT part.key, part.since, part.until, part.data FROM json_each(%s) AS wanted
        CROSS JOIN maillog_posting AS part WHERE part.key = wanted.value
        AND part.since = (SELECT max(one.since) FROM maillog_posting AS one WHERE one.key = wanted.value)""",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """The moments of a key from ``since`` to ``until``: ``data`` are their distances, the first to ``since``."""

    key: int
    since: int
    until: int
    data: bytes

    @property
    def moments(self) -> list[int]:
        found: list[int] = decode_rising([(self.since, self.data)]).tolist()
        return found


def word_key(word_id: int, field: int) -> int:
    """The key of a word of the vocabulary in one field (0, 1, 2)."""
    return word_id * _FIELDS + field


def mailbox_key(mailbox_id: int) -> int:
    """The key of a mailbox."""
    return mailbox_id * _FIELDS + _MAILBOX


def fetch(keys: Sequence[int], lowest: int, highest: int) -> Numbers:
    """The moments ``lowest``..``highest`` at which a row bears one of the keys, rising, each once."""
    with connection.cursor() as cursor:
        cursor.execute(_FETCH[connection.vendor], [_listed(keys), highest, lowest, lowest])
        found = decode_rising(cursor.fetchall())
    # Cut before they are sorted: the first and the last chunk reach beyond.
    return rising(found[(found >= lowest) & (found <= highest)])


def add(postings: Mapping[int, Sequence[int]]) -> None:
    """Note moments (rising, each once) under their keys. What is noted already stays as it is.

    One writer at a time: the caller holds the lock of the index.
    """
    keys = sorted(postings)
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        latest = {chunk.key: chunk for chunk in _latest(part)}
        changed: list[Chunk] = []
        for key in part:
            last, moments = latest.get(key), postings[key]
            if last and moments[0] == last.until:
                moments = moments[1:]
            if last and moments and moments[0] < last.until:
                _add_late(key, moments)
            else:
                changed += _extended(key, last, moments)
        _save(changed)


def remove(postings: Mapping[int, Iterable[int]]) -> None:
    """Take moments away from their keys. The caller holds the lock of the index."""
    for key, moments in postings.items():
        gone = set(moments)
        for chunk, hit in _hit(key, sorted(gone)):
            _delete(chunk)
            _save(_extended(key, None, [one for one in chunk.moments if one not in hit]))


def _add_late(key: int, moments: Sequence[int]) -> None:
    for chunk, hit in _hit(key, moments):
        _delete(chunk)
        _save(_extended(key, None, sorted(hit.union(chunk.moments))))


def _hit(key: int, moments: Sequence[int]) -> Iterator[tuple[Chunk, set[int]]]:
    """The chunks in which the moments lie or belong, each with those."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT since FROM maillog_posting WHERE key = %s AND since >= COALESCE(
               (SELECT max(since) FROM maillog_posting WHERE key = %s AND since <= %s), 0) ORDER BY since""",
            [key, key, moments[0]],
        )
        starts = [row[0] for row in cursor.fetchall()]
    hit: dict[int, set[int]] = {}
    for moment in moments if starts else ():
        hit.setdefault(max(bisect_right(starts, moment) - 1, 0), set()).add(moment)
    for place, inside in hit.items():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, since, until, data FROM maillog_posting WHERE key = %s AND since = %s",
                [key, starts[place]],
            )
            yield Chunk(*cursor.fetchone()), inside


def _extended(key: int, last: Chunk | None, moments: Sequence[int]) -> list[Chunk]:
    """The chunks of a key after ``last`` (itself too, with more in it, if there was room)."""
    chunks: list[Chunk] = []
    since, until, data = (last.since, last.until, bytearray(last.data)) if last else (0, 0, bytearray())
    for moment in moments:
        distance = moment - until
        if not data or len(data) >= MOST_BYTES:
            if data and until != (last.until if last else -1):
                chunks.append(Chunk(key, since, until, bytes(data)))
            since, distance, data = moment, 0, bytearray()
        until = moment
        # As ``varints.encode`` does, without a call for each number.
        while distance >= _MORE:
            data.append(distance & _MORE - 1 | _MORE)
            distance >>= _BITS
        data.append(distance)
    if moments:
        chunks.append(Chunk(key, since, until, bytes(data)))
    return chunks


def _latest(keys: Sequence[int]) -> Iterator[Chunk]:
    with connection.cursor() as cursor:
        cursor.execute(_LATEST[connection.vendor], [_listed(keys)])
        for key, since, until, data in cursor.fetchall():
            yield Chunk(key, since, until, bytes(data))


def _save(chunks: Sequence[Chunk]) -> None:
    if not chunks:
        return
    write = "ON CONFLICT (key, since) DO UPDATE SET until = excluded.until, data = excluded.data"
    rows = [(chunk.key, chunk.since, chunk.until, chunk.data) for chunk in chunks]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"""INSERT INTO maillog_posting (key, since, until, data)
                    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bytea[]) {write}""",
                [list(column) for column in zip(*rows, strict=True)],
            )
        else:
            cursor.executemany(
                f"INSERT INTO maillog_posting (key, since, until, data) VALUES (%s, %s, %s, %s) {write}", rows
            )


def _delete(chunk: Chunk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM maillog_posting WHERE key = %s AND since = %s", [chunk.key, chunk.since])


def _listed(keys: Sequence[int]) -> list[int] | str:
    return list(keys) if connection.vendor == "postgresql" else json.dumps(list(keys))
