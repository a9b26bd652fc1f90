"""A PostgreSQL database of our own on the server that is named, and that server's sudden death."""

import os
import pwd
import secrets
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """The URL of a new, empty database on the server that the URL ``server`` leads to; dropped at the end."""
    name = f"kommunpost_faults_{secrets.token_hex(4)}"
    _execute(server, f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        _execute(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Server:
    """The PostgreSQL server behind a URL. To kill it we must be on its machine, as its owner or as root."""

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        self.folder = Path(str(row[0] if row else ""))

    @property
    def may_be_killed(self) -> bool:
        """Whether it is here, and ours to stop."""
        try:
            return os.geteuid() in {0, self.folder.stat().st_uid}
        except OSError:
            return False

    def restart_at_once(self) -> None:
        """``pg_ctl -m immediate``: as if it had crashed; at the start it recovers. Waits for its answer."""
        # The first line of this file is the program that runs, with its folder.
        program = Path(shlex.split((self.folder / "postmaster.opts").read_text(encoding="utf-8"))[0])
        words = [str(program.with_name("pg_ctl")), "-D", str(self.folder), "-m", "immediate", "-w"]
        log = ["-l", str(self.folder / "faults.log")]
        # Not `restart`: it would wait for a shell's descriptors that the new server inherits.
        self._as_owner([*words, *log, "restart"])

    def lock(self, table: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection that holds ``table`` against all others until it is closed."""
        connection: psycopg.Connection[tuple[object, ...]] = psycopg.connect(self._url)
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")  # type: ignore[arg-type]
        return connection

    def cut_connections(self) -> int:
        """End every other session of this database, wherever it is in its work. How many there were."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
        return len(rows)

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self._url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _as_owner(self, words: list[str]) -> None:
        owner = pwd.getpwuid(self.folder.stat().st_uid).pw_name
        if os.geteuid() == 0:
            words = ["su", owner, "-s", "/bin/sh", "-c", shlex.join(words)]
        quiet = subprocess.DEVNULL
        done = subprocess.run(words, stdin=quiet, stdout=quiet, stderr=quiet, check=False, cwd="/")
        if done.returncode:
            raise RuntimeError(f"{shlex.join(words)} ended with {done.returncode}")
        while not self.answers():
            time.sleep(0.02)


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
