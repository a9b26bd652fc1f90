"""The other half of ``bench.advise``: the same drafts over real HTTP, and mail through the submission gateway.

Run in a process of its own with a data folder of its own: ``python -m bench.advise_served MAILS CALLS``. The gateway is
measured with advice and without: then what judges a mail is replaced by something that lets it through unread.
"""

import http.client
import json
import os
import signal
import smtplib
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from unittest import mock

import django
from aiosmtpd.controller import Controller
from django.core.management import call_command

django.setup()

from bench.advise import drafts  # noqa: E402 - Django first
from bench.peers import dovecot  # noqa: E402 - Django first
from kommunpost.core.advice import Draft  # noqa: E402 - Django first
from kommunpost.site.api.clients import make_client  # noqa: E402 - Django first
from kommunpost.site.submission import session  # noqa: E402 - Django first
from kommunpost.site.submission.judging import Verdict  # noqa: E402 - Django first
from kommunpost.site.submission.server import SubmissionServer  # noqa: E402 - Django first

SENDER = "ola.brannstrom@botkyrka.example"
CLIENTS = 4
ROUND = 60
"""Calls that a token may make at once (``site.api.limits.BURST``)."""
BAR = 30.0


def main(mails: int, calls: int) -> None:
    call_command("migrate", verbosity=0)
    over_http(calls)
    gateway(mails)


def over_http(calls: int) -> None:
    """p50 and p95 from the request's first byte to the answer's last, on one connection that stays open."""
    with _web() as port:
        for name, draft in drafts().items():
            times = sorted(_asked(port, draft, calls))
            p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
            verdict = "under" if p95 < BAR else "OVER"
            print(f"{f'{name}, over HTTP':<28}{p50:>8.2f}{p95:>8.2f}{'':>20}   {verdict} the bar of {BAR:.0f} ms")


def _asked(port: int, draft: Draft, calls: int) -> Iterator[float]:
    body = json.dumps({"from": str(draft.sender.address), "to": [one.address for one in draft.to],
                       "subject": draft.subject, "body": draft.body}).encode()  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(calls):
        if number % ROUND == 0:
            headers = {"Authorization": f"Bearer {_token('advice')}", "Content-Type": "application/json"}
        start = time.perf_counter()
        connection.request("POST", "/api/v1/advice", body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        yield (time.perf_counter() - start) * 1000
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"the API answered {answer.status}")


def _token(scope: str) -> str:
    name = f"bench {time.monotonic_ns()}"
    return make_client(name=name, scopes=[scope], by="system:cli", now=datetime.now(UTC))


@contextmanager
def _web() -> Iterator[int]:
    port = dovecot.free_port()
    words = [sys.executable, "-m", "kommunpost", "serve", "--only", "web"]
    environment = os.environ | {"KOMMUNPOST_WEB": f"127.0.0.1:{port}"}
    server = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        dovecot.wait_for(port, seconds=30)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


class Sink:
    """A relay that takes everything."""

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 Taken"


def gateway(mails: int) -> None:
    """Mails a second, through sign-in by token, ``CLIENTS`` connections at once."""
    free = socket.create_server(("127.0.0.1", 0))
    relay_port = free.getsockname()[1]
    free.close()
    relay = Controller(Sink(), hostname="127.0.0.1", port=relay_port)
    relay.start()
    try:
        unread = Verdict(refusal="", subject="", sender=SENDER, says=(), clauses=())
        with mock.patch.object(session, "judge", return_value=unread):
            off = _rate(relay_port, mails)
        on = _rate(relay_port, mails)
    finally:
        relay.stop()
    print(f"gateway, mails a second: {off:.0f} without advice, {on:.0f} with (3 kB mails, {CLIENTS} connections)")


def _rate(relay_port: int, mails: int) -> float:
    server = SubmissionServer(
        host="127.0.0.1", port=0, relay_url=f"smtp://127.0.0.1:{relay_port}", clock=lambda: datetime.now(UTC)
    )
    server.start()
    try:
        tokens = [_token("submission") for _ in range(CLIENTS)]
        each = mails // CLIENTS
        senders = [threading.Thread(target=_send, args=(server.port, token, each)) for token in tokens]
        start = time.perf_counter()
        for one in senders:
            one.start()
        for one in senders:
            one.join()
        return each * CLIENTS / (time.perf_counter() - start)
    finally:
        server.stop()


def _send(port: int, token: str, mails: int) -> None:
    message = EmailMessage()
    draft = drafts()["good"]
    message["From"], message["To"], message["Subject"] = SENDER, "anna.ek@mejl.example", draft.subject
    message.set_content(draft.body)
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.login("server", token)
        for _ in range(mails):
            client.send_message(message)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
