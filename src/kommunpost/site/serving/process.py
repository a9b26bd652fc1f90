"""One process from start to stop: bind everything, start everything, wait for a signal, stop in the right order.

The order of the stop: mail intake first (whoever is being answered gets the answer, the rest are told to come again),
then the web, then the worker, which may finish what it has begun. A second signal ends the process at once: what was
acknowledged is committed, and tasks that ran are taken up again.
"""

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from kommunpost.site.serving.addresses import Address, parse_address
from kommunpost.site.serving.mail import MailServers
from kommunpost.site.serving.submission import SubmissionPart, submission_from_settings
from kommunpost.site.serving.sync import SyncPart
from kommunpost.site.serving.web import WebServer
from kommunpost.site.worker.jobs import JOBS
from kommunpost.site.worker.loop import Worker

PARTS = ("smtp", "web", "worker", "submission", "sync")
WORKER_STOPS_WITHIN = 20.0
_STOPS = frozenset({signal.SIGINT, signal.SIGTERM})

log = logging.getLogger("kommunpost.serve")


class Part(Protocol):
    """A piece of the process. It is bound or ready when made."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Listening:
    """Where people and machines reach us; None for the parts that this process does not run."""

    web: Address | None
    smtp: Address | None
    lmtp: Address | None
    submission: Address | None = None

    def lines(self) -> list[str]:
        """For the terminal, one line each."""
        shown = (
            ("web", self.web, "http://{}/"), ("SMTP", self.smtp, "{}"), ("LMTP", self.lmtp, "{}"),
            ("SEND", self.submission, "{}"),
        )  # fmt: skip
        return [f"{name:<5}{form.format(address)}" for name, address, form in shown if address is not None]


def serve(*, parts: frozenset[str], on_ready: Callable[[Listening], None]) -> int:
    """Run the parts until SIGINT or SIGTERM. ``on_ready`` is called once all of them answer. Returns the exit code.

    Raises CommandError when an address is taken or nonsense; nothing is running then.
    """
    with _stop_signals() as stopping:
        # Mail first: what is wrong with its settings is told before the web has bound its port and begun its threads.
        mail, web = _make_mail(parts), _make_web(parts)
        gateway = submission_from_settings(asked_for=parts == {"submission"}) if "submission" in parts else None
        # In the order of the start: who works, who shows, who takes in. The stop is the other way round.
        worker = _WorkerPart() if "worker" in parts else None
        reader = SyncPart() if "sync" in parts else None
        wanted = [part for part in (worker, web, reader, mail, gateway) if part is not None]
        to_stop: list[Part] = [web] if web is not None else []
        try:
            for part in wanted:
                part.start()
                to_stop.append(part)
            # What is loaded by now stays: the collector need not walk through it again and again.
            gc.collect()
            gc.freeze()
            log.info("serve.ready")
            on_ready(_listening(web, mail, gateway))
            stopping.wait()
        finally:
            _stop([part for part in wanted if part in to_stop])
    log.info("serve.stopped")
    return 0


def announce(listening: Listening) -> None:
    """Say where we are, and ``READY`` last: whoever started us may wait for that line."""
    sys.stdout.write("".join(f"{line}\n" for line in [*listening.lines(), "READY (Ctrl-C stops)"]))
    sys.stdout.flush()


class _WorkerPart:
    def __init__(self) -> None:
        self._worker = Worker(jobs=JOBS)

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        if not self._worker.stop(within=WORKER_STOPS_WITHIN):
            log.warning("serve.worker_left_behind", extra={"seconds": WORKER_STOPS_WITHIN})


def _make_web(parts: frozenset[str]) -> WebServer | None:
    if "web" not in parts:
        return None
    address = parse_address(settings.WEB_ADDRESS, setting="KOMMUNPOST_WEB")
    return WebServer(address=address, application=get_wsgi_application())


def _make_mail(parts: frozenset[str]) -> MailServers | None:
    return MailServers.from_settings() if "smtp" in parts else None


def _listening(web: WebServer | None, mail: MailServers | None, gateway: SubmissionPart | None) -> Listening:
    return Listening(
        web=web.address if web else None,
        smtp=mail.smtp_address if mail else None,
        lmtp=mail.lmtp_address if mail else None,
        submission=gateway.address if gateway else None,
    )


def _stop(started: list[Part]) -> None:
    for part in reversed(started):
        try:
            part.stop()
        except Exception as error:
            log.error("serve.stop_failed", extra={"part": type(part).__name__, "error": type(error).__name__})  # noqa: TRY400
    connections.close_all()


class _Stopping:
    """Waits for SIGINT or SIGTERM: a byte in a socket, which stays there until it is read.

    An event would not do. Python runs a handler between two steps of the main thread, and one that is just about to
    sleep on a lock (it waits for its turn with the other threads of a process that has just become ready) takes that
    step first: it slept on, stopped by nobody but a second signal.
    """

    def __init__(self) -> None:
        self._ours, self.theirs = socket.socketpair()
        # Python insists: a signal must never wait. One that finds no room is one of thousands.
        self.theirs.setblocking(False)  # noqa: FBT003 -- Python has it so
        self.is_asked = False

    def wait(self) -> None:
        """Return when one of the two has come, now or before."""
        while not _STOPS.intersection(self._ours.recv(64)):
            pass

    def close(self) -> None:
        self._ours.close()
        self.theirs.close()


@contextmanager
def _stop_signals() -> Iterator[_Stopping]:
    """Our own handlers for SIGINT and SIGTERM; those before are put back."""
    stopping = _Stopping()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stopping.is_asked:
            os._exit(128 + number)
        stopping.is_asked = True

    # First where the bytes go, last taken away: no handler without it.
    before_descriptor = signal.set_wakeup_fd(stopping.theirs.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, on_signal) for number in _STOPS}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before_descriptor)
        stopping.close()
