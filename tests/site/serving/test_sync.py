"""``serve --only sync`` against a real Dovecot: pushed mail, kill -9 and another start, a pause under way."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.dovecot import PASSWORD, Dovecot
from tests.servers import ROOT, eventually, kommunpost

pytestmark = [pytest.mark.slow, pytest.mark.server]
BOX = "gatapark@kommun.example"
SETTING_UP = """
import django; django.setup()
from django.utils import timezone
from kommunpost.apps.directory.models import Mailbox, MailboxKind
from kommunpost.apps.mailflow.models import Connection
from kommunpost.site.sealing import seal
box = Mailbox.objects.create(address="{box}", name="Gata och park", kind=MailboxKind.FUNCTION)
Connection.objects.create(mailbox=box, kind="imap", host="127.0.0.1", port={port}, security="none", login="{box}",
    secret=seal("{password}"), state_since=timezone.now())
"""


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    own = {"KOMMUNPOST_DATA": str(folder), "PYTHONPATH": str(ROOT / "src")}
    own["DJANGO_SETTINGS_MODULE"] = "kommunpost.site.settings"
    tool = [sys.executable, *words]
    return subprocess.run(tool, env={**os.environ, **own}, capture_output=True, text=True, check=False, timeout=90)


@pytest.fixture
def folder(tmp_path: Path, dovecot: Dovecot) -> Path:
    assert run(tmp_path, "-m", "kommunpost", "migrate").returncode == 0
    script = SETTING_UP.format(box=BOX, port=dovecot.imap, password=PASSWORD)
    done = run(tmp_path, "-c", script)
    assert done.returncode == 0, done.stderr
    return tmp_path


def letter(number: int) -> bytes:
    top = f"From: Anna <anna@avsandare.example>\r\nTo: {BOX}\r\nSubject: Nummer {number}\r\n"
    return f"{top}Message-ID: <{number}@avsandare.example>\r\n\r\nHej nummer {number}!\r\n".encode()


def ask(folder: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "kommunpost.sqlite3", timeout=20)) as connection:
        return list(connection.execute(question))


def taken(folder: Path) -> list[str]:
    found = ask(folder, "SELECT m.message_id FROM mailflow_delivery d JOIN mailflow_message m ON m.id = d.message_id")
    return sorted(str(one[0]) for one in found)


def wait_for_more(folder: Path) -> None:
    before = len(taken(folder))
    eventually(lambda: len(taken(folder)) > before or before == 200)


def state(folder: Path) -> tuple[object, ...]:
    return ask(folder, "SELECT state, trouble FROM mailflow_connection")[0]


def test_mail_is_pushed_in_and_the_state_tells(folder: Path, dovecot: Dovecot) -> None:
    dovecot.deliver(letter(1), BOX)
    with kommunpost(folder, words=("--only", "sync")) as running:
        assert eventually(lambda: state(folder) == ("live", "")), (folder / "log").read_text()
        dovecot.deliver(letter(2), BOX)
        # IDLE: far below the minute that a look at all folders takes.
        assert eventually(lambda: len(taken(folder)) == 2)
        dovecot.stop()
        assert eventually(lambda: state(folder) == ("trouble", "unreachable"))
        dovecot.start()
        dovecot.deliver(letter(3), BOX)
        assert eventually(lambda: len(taken(folder)) == 3 and state(folder)[0] == "live", within=60)
        assert running.stop() == 0
    listed = run(folder, "-m", "kommunpost", "sync", "list")
    assert json.loads(listed.stdout)["state"] == "live"
    routes = ask(folder, "SELECT route FROM mailflow_delivery ORDER BY id")
    assert routes == [("import",), ("imap",), ("imap",)]
    assert "hemligt" not in (folder / "log").read_text()
    assert "anna@" not in (folder / "log").read_text()


def test_kill_9_while_two_hundred_mails_are_read(folder: Path, dovecot: Dovecot) -> None:
    for number in range(200):
        dovecot.deliver(letter(number), BOX)
    kills = 0
    for _round in range(4):
        with kommunpost(folder, words=("--only", "sync")) as running:
            wait_for_more(folder)
            running.process.send_signal(signal.SIGKILL)
            running.process.wait(30)
            kills += 1
    with kommunpost(folder, words=("--only", "sync")) as running:
        assert eventually(lambda: state(folder) == ("live", ""), within=60), (folder / "log").read_text()
        assert running.stop() == 0
    assert kills == 4
    assert taken(folder) == sorted(f"{number}@avsandare.example" for number in range(200))
    assert ask(folder, "SELECT count(*) FROM mailflow_arrival") == [(0,)]
    assert ask(folder, "SELECT count(*) FROM mailflow_syncedmail") == [(200,)]
    assert run(folder, "-m", "kommunpost", "verify").returncode == 0


def test_a_paused_mailbox_is_let_go_of(folder: Path, dovecot: Dovecot) -> None:
    with kommunpost(folder, words=("--only", "sync")):
        assert eventually(lambda: state(folder) == ("live", ""))
        with closing(sqlite3.connect(folder / "kommunpost.sqlite3", timeout=20)) as connection, connection:
            connection.execute("UPDATE mailflow_connection SET state = 'paused', version = version + 1, holder = ''")
        assert eventually(lambda: "sync.let_go" in (folder / "log").read_text())
        dovecot.deliver(letter(1), BOX)
    assert taken(folder) == []
