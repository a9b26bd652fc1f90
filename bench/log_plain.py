"""The log as one would first write it: a wide table with the usual indexes. The peer of ``bench.log_search``."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from bench.log_world import blocks

_COLUMNS = "(id, ts, mailbox_id, direction, sender, recipients, subject)"
_SQLITE = (
    """CREATE TABLE plain (id INTEGER PRIMARY KEY, ts REAL, mailbox_id INT, direction INT, sender TEXT,
       recipients TEXT, subject TEXT)""",
    """CREATE INDEX plain_box ON plain (mailbox_id, ts);
       CREATE INDEX plain_ts ON plain (ts);
       CREATE INDEX plain_sender ON plain (sender, ts);
       CREATE VIRTUAL TABLE plain_words USING fts5(subject, content='plain', content_rowid='id',
         tokenize='unicode61 remove_diacritics 0');
       INSERT INTO plain_words (plain_words) VALUES ('rebuild');
       CREATE VIRTUAL TABLE plain_senders USING fts5(sender, content='plain', content_rowid='id', detail='none',
         tokenize='trigram');
       INSERT INTO plain_senders (plain_senders) VALUES ('rebuild')""",
)
_POSTGRESQL = (
    """CREATE TABLE plain (id bigint PRIMARY KEY, ts double precision, mailbox_id int, direction smallint,
       sender text, recipients text, subject text)""",
    """CREATE INDEX plain_box ON plain (mailbox_id, ts);
       CREATE INDEX plain_ts ON plain (ts);
       CREATE INDEX plain_sender ON plain (sender, ts);
       CREATE INDEX plain_words ON plain USING gin (to_tsvector('swedish', subject));
       CREATE INDEX plain_senders ON plain USING gin (sender gin_trgm_ops)""",
)


class Plain:
    """The plain table of ``rows`` rows, filled when it is not there yet: in a SQLite file or a PostgreSQL database."""

    def __init__(self, place: Path | str, rows: int) -> None:
        self.is_sqlite = isinstance(place, Path)
        self.link: Any = (
            sqlite3.connect(place, isolation_level=None) if isinstance(place, Path) else psycopg.connect(place)
        )
        if self.is_sqlite:
            self.link.execute("PRAGMA cache_size = -262144")
        else:
            self.link.autocommit = True
        if not self._is_filled(rows):
            self._fill(rows)

    def ask(self, statement: str, values: list[object]) -> int:
        """How many rows the statement (marks as ``%s``) gives. All are fetched."""
        with closing(self.link.cursor()) as cursor:
            cursor.execute(statement.replace("%s", "?").replace("%%", "%") if self.is_sqlite else statement, values)
            return len(cursor.fetchall())

    def size(self) -> int:
        """Bytes of the table with all its indexes."""
        query = "SELECT pg_total_relation_size('plain')"
        if self.is_sqlite:
            query = "SELECT SUM(pgsize) FROM dbstat"
        return int(self.link.execute(query).fetchone()[0])

    def _is_filled(self, rows: int) -> bool:
        if self.is_sqlite:
            known = self.link.execute("SELECT 1 FROM sqlite_master WHERE name = 'plain_done'").fetchone()
        else:
            known = self.link.execute("SELECT 1 FROM pg_class WHERE relname = 'plain_done'").fetchone()
        return bool(known) and self.link.execute("SELECT number FROM plain_done").fetchone()[0] == rows

    def _fill(self, rows: int) -> None:
        for one in ("plain_words", "plain_senders") if self.is_sqlite else ():
            self.link.execute(f"DROP TABLE IF EXISTS {one}")
        for one in ("plain", "plain_done"):
            self.link.execute(f"DROP TABLE IF EXISTS {one}")
        table, indexes = _SQLITE if self.is_sqlite else _POSTGRESQL
        if self.is_sqlite:
            self._fill_sqlite(rows, table)
        else:
            self._fill_postgresql(rows, table)
        for statement in indexes.split(";"):
            self.link.execute(statement)
        self.link.execute("ANALYZE" if self.is_sqlite else "VACUUM ANALYZE plain")
        self.link.execute("CREATE TABLE plain_done (number bigint)")
        self.link.execute(f"INSERT INTO plain_done VALUES ({int(rows)})")

    def _fill_sqlite(self, rows: int, table: str) -> None:
        # Nothing is lost but the time, if the power goes.
        for pragma in ("journal_mode = OFF", "synchronous = OFF"):
            self.link.execute(f"PRAGMA {pragma}")
        self.link.execute(table)
        self.link.execute("BEGIN")
        self.link.executemany(f"INSERT INTO plain {_COLUMNS} VALUES (?,?,?,?,?,?,?)", _rows(rows))
        self.link.execute("COMMIT")

    def _fill_postgresql(self, rows: int, table: str) -> None:
        self.link.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        self.link.execute("SET maintenance_work_mem = '1GB'")
        self.link.execute(table)
        with self.link.cursor() as cursor, cursor.copy(f"COPY plain {_COLUMNS} FROM STDIN") as copy:
            for row in _rows(rows):
                copy.write_row(row)


def _rows(rows: int) -> Iterator[tuple[object, ...]]:
    number = 0
    for block in blocks(rows):
        for at, *rest in block:
            number += 1
            yield (number, at / 1000, *rest)


def searches(*, is_sqlite: bool) -> tuple[str, str]:
    """The newest 50 of the plain table by words of the subject, and by a part of the sender."""
    words = "SELECT * FROM plain WHERE to_tsvector('swedish', subject) @@ plainto_tsquery('swedish', %s)"
    if is_sqlite:
        words = "SELECT plain.* FROM plain_words JOIN plain ON plain.id = plain_words.rowid WHERE plain_words MATCH %s"
    words += f" ORDER BY {'plain_words.rowid' if is_sqlite else 'id'} DESC LIMIT 50"
    senders = "SELECT * FROM plain WHERE sender LIKE %s ORDER BY id DESC LIMIT 50"
    if is_sqlite:
        # In the order of the virtual table: sorted inside, the hits need not all be collected.
        senders = """SELECT plain.* FROM plain_senders JOIN plain ON plain.id = plain_senders.rowid
            WHERE plain_senders.sender LIKE %s ORDER BY plain_senders.rowid DESC LIMIT 50"""
    return words, senders
