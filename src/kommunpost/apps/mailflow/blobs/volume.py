"""One volume of blobs: an SQLite file that holds compressed mail and nothing else (ADR 0006).

SQLite gives what a store of many small things needs: a group of any size for one sync, a file that is whole after a
power cut, many readers and one writer from any process, and bytes that are overwritten when they are erased.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kommunpost.apps.mailflow.blobs.contract import PackedBlob

WAIT_SECONDS = 30.0
_READ_AT_ONCE = 1000
# Before the first table, or they are not heeded. A page given back by an erasure leaves the file at once.
_NEW_FILE = "PRAGMA page_size=4096; PRAGMA auto_vacuum=INCREMENTAL;"
# FULL: a commit is on the disk when it returns. secure_delete: erased bytes are overwritten with zeros.
_EACH_TIME = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=4000;"
)
_TABLE = """CREATE TABLE IF NOT EXISTS blob (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, packed BLOB NOT NULL)"""


class Volume:
    """The file ``path``, made when it is missing. Safe in many threads: each call has a connection to itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._free: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def add(self, blobs: Sequence[PackedBlob]) -> None:
        """Write those that are not here, all or none. They are on the disk when this returns."""
        rows = [(bytes.fromhex(blob.digest), blob.packed) for blob in blobs]
        with self._connection() as connection, _transaction(connection):
            connection.executemany(
                "INSERT INTO blob (digest, packed) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", rows
            )

    def read(self, digest: str) -> bytes | None:
        """The compressed bytes; None when they are not here."""
        with self._connection() as connection:
            found = connection.execute("SELECT packed FROM blob WHERE digest = ?", [bytes.fromhex(digest)]).fetchone()
        return bytes(found[0]) if found else None

    def holds(self, digest: str) -> bool:
        """Whether the blob is here."""
        with self._connection() as connection:
            asked = connection.execute("SELECT 1 FROM blob WHERE digest = ?", [bytes.fromhex(digest)])
            return asked.fetchone() is not None

    def erase(self, digest: str) -> bool:
        """Overwrite and remove the blob; False when it was not here. Raises ``sqlite3.OperationalError`` when somebody
        reads so long that the old bytes cannot be taken out of the write-ahead log; then it is to be done again.
        """
        with self._connection() as connection:
            with _transaction(connection):
                erased = connection.execute("DELETE FROM blob WHERE digest = ?", [bytes.fromhex(digest)]).rowcount
                connection.execute("PRAGMA incremental_vacuum").fetchall()
            # Also when nothing was erased now: an earlier try may have come no further.
            busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise sqlite3.OperationalError("database is locked")
        return bool(erased)

    def digests(self) -> Iterator[str]:
        """All that are here. No transaction stays open between the pieces, for it would hold up every erasure."""
        last = 0
        while rows := self._some_after(last):
            last = rows[-1][0]
            yield from (digest.hex() for _number, digest in rows)

    def octets(self) -> int:
        """The length of the file, without what still waits in the write-ahead log."""
        return self.path.stat().st_size if self.path.exists() else 0

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    def _some_after(self, number: int) -> list[tuple[int, bytes]]:
        with self._connection() as connection:
            asked = "SELECT id, digest FROM blob WHERE id > ? ORDER BY id LIMIT ?"
            return connection.execute(asked, [number, _READ_AT_ONCE]).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._free.pop() if self._free else None
        connection = connection or self._open()
        try:
            yield connection
        except sqlite3.Error:
            # After an error of the disk only a new connection is known to see what is there.
            connection.close()
            raise
        with self._lock:
            self._free.append(connection)

    def _open(self) -> sqlite3.Connection:
        # The files that SQLite lays beside it take its mode: nobody but us reads mail.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            is_new = not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            connection.executescript((_NEW_FILE if is_new else "") + _EACH_TIME)
            if is_new:
                connection.execute(_TABLE)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
