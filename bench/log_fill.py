"""Fills the log in bulk, by COPY where there is one, with the index made in memory. Tells its size."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from bench.log_bulk import Bulk
from bench.log_world import Drawn, blocks
from kommunpost.apps.maillog.actions.months import ensure_months
from kommunpost.apps.maillog.rules.ids import DELIVERY_BITS, NEXT_MILLISECOND, text_id

_CORRESPONDENTS = "maillog_correspondents"
_SUBJECTS = "maillog_subject"
_COLUMNS = "id, delivery_id, sender_id, recipients_id, subject_id, mailbox_id, direction"
_DAY = 86_400_000 << DELIVERY_BITS


def fill(rows: int) -> float:
    """Fill the empty log with ``rows`` rows. Returns rows a second; 0 when it was full already.

    Raises ``ValueError`` for a log that holds another number of rows: half filled, say.
    """
    there = _count()
    if there:
        if there != rows:
            raise ValueError(f"The database holds {there:,} rows, not {rows:,}: give an empty one.")
        return 0.0
    begun = time.perf_counter()
    # All or nothing: a fill that is broken off leaves an empty log.
    with transaction.atomic():
        filling = _Filling()
        for block in blocks(rows):
            filling.add(block)
        filling.finish()
    _settle()
    return rows / (time.perf_counter() - begun)


def _settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def sizes() -> dict[str, int]:
    """Bytes of each table of ours, and of its indexes together (``logrow index``), months as one."""
    if connection.vendor == "postgresql":
        query = r"""SELECT regexp_replace(coalesce(t.relname, r.relname), '_(\d{4}_\d\d|older|later)$', '')
            || CASE WHEN r.relkind = 'i' THEN ' index' ELSE '' END, sum(pg_total_relation_size(r.oid))
            FROM pg_class r LEFT JOIN pg_index i ON i.indexrelid = r.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
            WHERE r.relkind = 'i' AND t.relname LIKE 'maillog%' GROUP BY 1
            UNION ALL SELECT regexp_replace(relname, '_(\d{4}_\d\d|older|later)$', ''),
            sum(pg_table_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'maillog%' GROUP BY 1"""
    else:
        query = "SELECT name, SUM(pgsize) FROM dbstat WHERE name LIKE '%maillog%' GROUP BY 1"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name.replace("maillog_", ""): int(size) for name, size in cursor.fetchall()}


class _Filling:
    """Interning in memory: nobody else writes here."""

    def __init__(self) -> None:
        self.number = 0
        self.bulk = Bulk()
        self.known: dict[str, dict[str, tuple[int, int]]] = {_CORRESPONDENTS: {}, _SUBJECTS: {}}
        self.taken: dict[str, set[int]] = {_CORRESPONDENTS: set(), _SUBJECTS: set()}
        self.texts = 0

    def add(self, block: Sequence[Drawn]) -> None:
        new: dict[str, list[tuple[int, str]]] = {_CORRESPONDENTS: [], _SUBJECTS: []}
        lines, rows = [], []
        for at, mailbox, direction, sender, recipient, subject in block:
            self.number += 1
            identifier = (at << DELIVERY_BITS) | (self.number % NEXT_MILLISECOND)
            sender_id, sender_number = self._intern(_CORRESPONDENTS, sender, new)
            recipient_id, recipient_number = self._intern(_CORRESPONDENTS, recipient, new)
            subject_id, subject_number = self._intern(_SUBJECTS, subject, new)
            lines.append((identifier, 0, sender_id, recipient_id, subject_id, mailbox, direction))
            rows.append((identifier, mailbox, direction, sender_number, recipient_number, subject_number))
        ensure_months([*range(lines[0][0], lines[-1][0], _DAY), lines[-1][0]])
        for table, texts_of_it in new.items():
            _put(table, "id, text", texts_of_it)
        _put("maillog_logrow", _COLUMNS, lines)
        self.bulk.add(rows)

    def finish(self) -> None:
        """Put index, vocabulary and tallies, each in the order of its key."""
        words = list(self.bulk.vocabulary.rows())
        _put("maillog_word", "id, word, stem, senders, recipients, subjects", words)
        _put("maillog_posting", "key, since, until, data", self.bulk.lists.chunks())
        _put("maillog_tally", "month, mailbox_id, incoming, outgoing, days", sorted(self.bulk.tallies.rows()))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT setval(pg_get_serial_sequence('maillog_word', 'id'), %s)", [len(words)])

    def _intern(self, table: str, text: str, new: dict[str, list[tuple[int, str]]]) -> tuple[int, int]:
        """The id under which a text stands in its table, and its number in the vocabulary."""
        known = self.known[table].get(text)
        if known is None:
            identifier = text_id(text)
            while identifier in self.taken[table]:
                identifier += 1
            known = self.known[table][text] = (identifier, self.texts)
            self.taken[table].add(identifier)
            new[table].append((identifier, text))
            self.bulk.vocabulary.add(text)
            self.texts += 1
        return known


def _put(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ",".join("%s" for _ in columns.split(","))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))


def _count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM maillog_logrow")
        return int(cursor.fetchone()[0])
