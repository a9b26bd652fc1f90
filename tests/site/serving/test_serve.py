"""``kommunpost serve`` as a user starts it: a process of its own, real sockets, real signals."""

import json
import os
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.postgres import free_port
from tests.servers import ROOT, eventually, kommunpost

from kommunpost.apps.mailflow.blobs import FolderStore

pytestmark = pytest.mark.slow

MAIL = (
    "From: Invånare Hemligsson <invanare@post.example>\r\nTo: {to}\r\nSubject: Hemligt ärende {number}\r\n"
    "Message-ID: <{number}@post.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\nHej\r\n"
)


def send(port: int, *, number: int, to: str = "kommun@kommun.example") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail("invanare@post.example", [to], MAIL.format(number=number, to=to).encode())


def rows(folder: Path, table: str) -> int:
    with sqlite3.connect(folder / "kommunpost.sqlite3", timeout=20) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def read(port: int, path: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def command(folder: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = {"KOMMUNPOST_DATA": str(folder), "PYTHONPATH": str(ROOT / "src"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "kommunpost", *words],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_takes_in_shows_health_and_stops_with_0(tmp_path: Path) -> None:
    with kommunpost(tmp_path, DATABASE_URL="") as running:
        assert read(running.web, "healthz") == (200, "ok\n")
        status, body = read(running.web, "readyz")
        assert (status, set(json.loads(body).values())) == (200, {True})
        send(running.smtp, number=1)
        assert rows(tmp_path, "mailflow_delivery") == 1
        assert 'kommunpost_intake_total{outcome="accepted"} 1.0' in read(running.web, "metrics")[1]
        assert read(running.web, "metrics", **{"X-Forwarded-For": "192.0.2.7"})[0] == 404
        assert running.stop() == 0
    assert rows(tmp_path, "worker_heartbeat") == 0


def test_says_nothing_personal_in_its_log(tmp_path: Path) -> None:
    with kommunpost(tmp_path, DATABASE_URL="", KOMMUNPOST_LOG_LEVEL="DEBUG") as running:
        send(running.smtp, number=1)
        read(running.web, "hemligt-arende?fran=invanare@post.example")
        running.stop()
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "serve.ready" in log
    assert not any(word in log.lower() for word in ("hemligt", "hemligsson", "@post.example", "@kommun.example"))


def test_second_start_on_a_taken_port_says_so_in_a_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for setting, other in (("KOMMUNPOST_WEB", "KOMMUNPOST_SMTP"), ("KOMMUNPOST_SMTP", "KOMMUNPOST_WEB")):
            done = command(tmp_path, "serve", DATABASE_URL="", **{setting: address, other: "127.0.0.1:0"})
            assert done.returncode == 2
            last = done.stderr.strip().splitlines()[-1]
            assert address in last
            assert setting in last
            assert "Traceback" not in done.stderr


def test_acknowledged_mail_survives_a_kill(tmp_path: Path) -> None:
    with kommunpost(tmp_path, DATABASE_URL="") as running:
        for number in range(5):
            send(running.smtp, number=number)
        running.process.send_signal(signal.SIGKILL)
        running.process.wait(20)
    assert rows(tmp_path, "mailflow_delivery") == 5
    with kommunpost(tmp_path, DATABASE_URL="") as running:
        send(running.smtp, number=0)
        assert rows(tmp_path, "mailflow_message") == 5
        assert running.stop(signal.SIGINT) == 0


def test_postgres_wants_migrate_to_be_said(tmp_path: Path, postgres_url: str) -> None:
    done = command(tmp_path, "serve", DATABASE_URL=postgres_url)
    assert (done.returncode, "--migrate" in done.stderr) == (2, True)
    with kommunpost(tmp_path, words=("--migrate",), DATABASE_URL=postgres_url) as first:
        with kommunpost(tmp_path, words=("--only", "worker"), DATABASE_URL=postgres_url) as second:
            send(first.smtp, number=1)
            assert read(first.web, "readyz")[0] == 200
            assert second.stop() == 0
        assert first.stop() == 0


@pytest.mark.server
def test_mail_comes_through_postfix_and_waits_there_while_we_are_away(
    tmp_path: Path, postfix: Callable[[int], int]
) -> None:
    ours = free_port()
    door = postfix(ours)
    with kommunpost(tmp_path, smtp=ours, DATABASE_URL="") as running:
        send(door, number=1)
        assert eventually(lambda: rows(tmp_path, "mailflow_delivery") == 1)
        running.stop()
    send(door, number=2)
    with kommunpost(tmp_path, smtp=ours, DATABASE_URL="") as running:
        assert eventually(lambda: rows(tmp_path, "mailflow_delivery") == 2, within=40)
        assert eventually(lambda: rows(tmp_path, "maillog_logrow") == 2)
        running.stop()


def test_backup_under_load_restores_whole(tmp_path: Path) -> None:
    data, copy, restored = tmp_path / "data", tmp_path / "copy", tmp_path / "restored"
    data.mkdir()
    with kommunpost(data, DATABASE_URL="") as running:
        for number in range(30):
            send(running.smtp, number=number)
            if number == 10:
                backup = subprocess.Popen(
                    [sys.executable, "-m", "kommunpost", "backup", str(copy)],
                    env={
                        **os.environ,
                        "KOMMUNPOST_DATA": str(data),
                        "PYTHONPATH": str(ROOT / "src"),
                        "DATABASE_URL": "",
                    },
                    stdout=subprocess.DEVNULL,
                )
        assert backup.wait(60) == 0
        running.stop()
    done = command(tmp_path / "unused", "restore", str(copy), "--into", str(restored), DATABASE_URL="")
    assert done.returncode == 0, done.stdout + done.stderr
    messages = rows(restored, "mailflow_message")
    assert 11 <= messages <= 30
    assert len(list(FolderStore(restored / "blobs").digests())) >= messages
    again = command(tmp_path / "unused", "restore", str(copy), "--into", str(restored))
    assert (again.returncode, "not empty" in again.stderr) == (2, True)
