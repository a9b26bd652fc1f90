"""The intake server with its SMTP process: it takes mail, comes again when it is killed, and leaves nothing behind."""

import os
import signal
import smtplib
import socket
import time
from collections.abc import Iterator

import pytest

from kommunpost.apps.mailflow.intake import server as intake_server
from kommunpost.apps.mailflow.intake.door import Policy
from kommunpost.apps.mailflow.intake.server import IntakeServer, Listen

from .conftest import mail
from .test_smtp import OURS, Taken, send, taken

__all__ = ["taken"]

FRONT = "kommunpost.site.serving.front"


@pytest.fixture
def server(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> Iterator[IntakeServer]:
    monkeypatch.setattr(intake_server, "AGAIN_AFTER", 0.01)
    listen = Listen(smtp=("127.0.0.1", 0), lmtp=("127.0.0.1", 0))
    server = IntakeServer(listen=listen, write=taken, policy=Policy(own_domains=OURS), front=FRONT, stop_within=5)
    server.start()
    yield server
    server.stop()


def front_of(server: IntakeServer) -> int:
    front = server._front
    assert front is not None
    return front.pid


def test_mail_reaches_the_writer_and_a_killed_front_comes_again(server: IntakeServer, taken: Taken) -> None:
    send(server.smtp_port, mail(body="ett"))
    first = front_of(server)
    os.kill(first, signal.SIGKILL)
    # Its listener is ours: whoever connects meanwhile waits, or is cut and comes again.
    for _try in range(100):
        try:
            send(server.smtp_port, mail(body="två", message_id="2@x.example"))
            break
        except (OSError, smtplib.SMTPException):
            time.sleep(0.05)
    assert len(taken.mails) == 2
    assert front_of(server) != first


def test_no_process_and_no_listener_are_left_after_a_stop(server: IntakeServer, taken: Taken) -> None:
    send(server.smtp_port, mail())
    pid, port = front_of(server), server.smtp_port
    server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port or 0), timeout=5)
    assert len(taken.mails) == 1


def test_an_address_that_is_taken_is_told_at_the_start(taken: Taken) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = Listen(smtp=other.getsockname())
        server = IntakeServer(listen=listen, write=taken, policy=Policy(own_domains=OURS), front=FRONT)
        with pytest.raises(OSError, match="in use"):
            server.start()
        server.stop()
