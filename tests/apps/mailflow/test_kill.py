"""Mail that was acknowledged is there, once, after kill -9 under load."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from .conftest import mail
from .test_import import environment, run

ENOUGH = 120


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    for _try in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server does not listen")


def pour(port: int, client: int, acknowledged: list[str]) -> None:
    """Send until the server is gone; note what it said 250 to."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as connection:
            for number in range(10_000):
                name = f"{client}.{number}@x.example"
                raw = mail(message_id=name, body="x" * 2000)
                connection.sendmail("anna@x.example", ["bygg@kommun.example"], raw)
                acknowledged.append(name)
    except (OSError, smtplib.SMTPException):
        return


def stored(data: Path) -> list[str]:
    script = (
        "import django; django.setup()\n"
        "from kommunpost.apps.mailflow.models import *\n"
        "from kommunpost.apps.mailflow.blobs import store\n"
        "for one in Delivery.objects.select_related('message'):\n"
        "    store().get(one.blob_id)\n"
        "    print(one.message.message_id.strip('<>'))"
    )
    extra = {"DJANGO_SETTINGS_MODULE": "kommunpost.site.settings"}
    tool = [sys.executable, "-c", script]
    done = subprocess.run(tool, env=environment(data) | extra, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.slow
def test_kill_under_load(tmp_path: Path) -> None:
    port, acknowledged = free_port(), list[str]()
    assert run(tmp_path, "migrate").returncode == 0
    extra = {"KOMMUNPOST_SMTP": f"127.0.0.1:{port}", "KOMMUNPOST_OWN_DOMAINS": "kommun.example"}
    tool = [sys.executable, "-m", "kommunpost", "serve", "--only", "smtp"]
    with (tmp_path / "server.txt").open("wb") as said:
        server = subprocess.Popen(tool, env=environment(tmp_path) | extra, stdout=said, stderr=said)
    clients = [threading.Thread(target=pour, args=(port, number, acknowledged)) for number in range(4)]
    try:
        wait_for(port)
        for client in clients:
            client.start()
        deadline = time.monotonic() + 60
        while len(acknowledged) < ENOUGH and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    for client in clients:
        client.join()
    assert len(acknowledged) >= ENOUGH
    there = stored(tmp_path)
    assert len(there) == len(set(there))
    assert set(acknowledged) <= set(there)
    assert len(there) <= len(acknowledged) + len(clients)
