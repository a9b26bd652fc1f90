"""Fills the log in bulk, by COPY where there is one, and has it indexed by the office's own code. Tells its size."""

import time
from collections.abc import Iterable, Sequence

from django.db import connection

from bench.log_world import Drawn, blocks
from kommunpost.apps.maillog.actions.indexing import index_lock, index_rows
from kommunpost.apps.maillog.actions.months import ensure_months
from kommunpost.apps.maillog.rules.ids import DELIVERY_BITS, NEXT_MILLISECOND, text_id

_CORRESPONDENTS = "maillog_correspondents"
_SUBJECTS = "maillog_subject"
_COLUMNS = "id, delivery_id, sender_id, recipients_id, subject_id, mailbox_id, direction"
_EACH = 1000


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
    filling = _Filling()
    for block in blocks(rows):
        filling.add(block)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return rows / (time.perf_counter() - begun)


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
        self.known: dict[str, dict[str, int]] = {_CORRESPONDENTS: {}, _SUBJECTS: {}}
        self.taken: dict[str, set[int]] = {_CORRESPONDENTS: set(), _SUBJECTS: set()}

    def add(self, block: Sequence[Drawn]) -> None:
        new: dict[str, list[tuple[int, str]]] = {_CORRESPONDENTS: [], _SUBJECTS: []}
        lines, rows = [], []
        for at, mailbox, direction, sender, recipient, subject in block:
            self.number += 1
            identifier = (at << DELIVERY_BITS) | (self.number % NEXT_MILLISECOND)
            texts = (
                self._intern(_CORRESPONDENTS, sender, new), self._intern(_CORRESPONDENTS, recipient, new),
                self._intern(_SUBJECTS, subject, new),
            )  # fmt: skip
            lines.append((identifier, 0, *texts, mailbox, direction))
            rows.append((identifier, mailbox, direction, sender, recipient, subject))
        with index_lock():
            ensure_months([*(line[0] for line in lines[::_EACH]), lines[-1][0]])
            for table, texts_of_it in new.items():
                _put(table, "id, text", texts_of_it)
            _put("maillog_logrow", _COLUMNS, lines)
            index_rows(rows)

    def _intern(self, table: str, text: str, new: dict[str, list[tuple[int, str]]]) -> int:
        identifier = self.known[table].get(text)
        if identifier is None:
            identifier = text_id(text)
            while identifier in self.taken[table]:
                identifier += 1
            self.known[table][text] = identifier
            self.taken[table].add(identifier)
            new[table].append((identifier, text))
        return identifier


def _put(table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ",".join("%s" for _ in columns.split(","))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM maillog_logrow")
        return int(cursor.fetchone()[0])
