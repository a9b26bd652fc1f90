"""The database is held by somebody else for too long: senders come again, readers read, nothing is kept twice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from bench.faults.database import Server, own_database
from bench.faults.processes import Serving
from bench.faults.rounds import fresh, prepare
from tests.faults.test_disk_full import a_mail, check_kept, send, status

pytestmark = pytest.mark.slow


@contextmanager
def write_lock(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


@pytest.mark.parametrize("file", ["kommunpost.sqlite3", "blobs/mail-0001.sqlite3"])
def test_sqlite_held_longer_than_we_wait(tmp_path: Path, file: str) -> None:
    place = fresh(tmp_path)
    prepare(place)
    mails = [a_mail(number) for number in range(2)]
    with Serving(place) as serving:
        assert send(serving.smtp, mails[0])
        with write_lock(place.data / file):
            assert not send(serving.smtp, mails[1])
            assert status(serving.ports["web"], "healthz") == 200
        assert send(serving.smtp, mails[1])
        assert serving.stop() == 0
    check_kept(place, mails)


@pytest.mark.server
def test_postgres_away_cut_and_held(tmp_path: Path, postgres_url: str) -> None:
    with own_database(postgres_url) as url:
        place, server = fresh(tmp_path, database=url), Server(url)
        prepare(place)
        mails = [a_mail(number) for number in range(4)]
        with Serving(place) as serving:
            assert send(serving.smtp, mails[0])
            assert server.cut_connections() > 0
            # The connection that was cut is found out by the mail that needs it: it is taken, or comes again once.
            assert send(serving.smtp, mails[1]) or send(serving.smtp, mails[1])
            server.restart_at_once()
            assert send(serving.smtp, mails[2]) or send(serving.smtp, mails[2])
            with server.lock("mailflow_message") as holder:
                holder.rollback()
            assert send(serving.smtp, mails[3])
            assert serving.stop() == 0
        check_kept(place, mails)
