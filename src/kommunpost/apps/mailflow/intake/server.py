"""The intake server: the sockets, the SMTP process that listens on them, and the thread that writes what it takes."""

import logging
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from typing import Any

from kommunpost.apps.mailflow.intake.door import Limits, Policy
from kommunpost.apps.mailflow.intake.front import Settings
from kommunpost.apps.mailflow.intake.group import Write, write_from
from kommunpost.apps.mailflow.kinds import Route

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005
"""How long one Python thread may keep the others waiting. By default 5 ms, and in a house that is one process the
writer can wait that long behind each page that is drawn."""
AGAIN_AFTER = 1.0
"""Seconds before an SMTP process that ended by itself is started again."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen: ``(host, port)``, port 0 for any; None for not at all."""

    smtp: tuple[str, int] | None
    lmtp: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files for STARTTLS; the key may stand in the certificate's."""

    certificate: str
    key: str = ""


class IntakeServer:
    """``start()`` when everything is set up; ``stop()`` answers what is being taken, writes it, and ends.

    ``front``: the module that is run as the SMTP process.
    """

    def __init__(
        self,
        *,
        listen: Listen,
        write: Write,
        policy: Policy,
        front: str,
        limits: Limits | None = None,
        tls: Certificate | None = None,
        hostname: str = "",
        stop_within: float = 15.0,
        logs: dict[str, Any] | None = None,
    ) -> None:
        self._listen, self._write, self._stop_within = listen, write, stop_within
        self._module = front
        tls = tls or Certificate("")
        self._settings = Settings(
            listeners=(), hostname=hostname or socket.gethostname(), own_domains=tuple(sorted(policy.own_domains)),
            trusted=tuple(map(str, policy.trusted)), limits=limits or Limits(), certificate=tls.certificate,
            key=tls.key, stop_within=stop_within, logs=logs or {},
        )  # fmt: skip
        self._sockets: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, name="intake-writer", daemon=True)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._front: subprocess.Popen[bytes] | None = None
        self.smtp_port: int | None = None
        self.lmtp_port: int | None = None

    def start(self) -> None:
        """Listen. Raises ``OSError`` when an address is taken."""
        try:
            self._bind()
        except OSError:
            self._close()
            raise
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        self._thread.start()

    def stop(self) -> None:
        """No new connections; mail on its way gets its answer, within ``stop_within`` seconds. Twice is once."""
        self._stopping.set()
        with self._lock:
            front = self._front
        if front is not None:
            front.terminate()
        self._close()
        if self._thread.ident is not None:
            self._thread.join(self._stop_within + 5)

    def _bind(self) -> None:
        listeners = []
        if self._listen.smtp is not None:
            listeners.append((self._bound(self._listen.smtp), Route.SMTP.value))
            self.smtp_port = self._sockets[-1].getsockname()[1]
        if self._listen.lmtp is not None:
            listeners.append((self._bound(self._listen.lmtp), Route.LMTP.value))
            self.lmtp_port = self._sockets[-1].getsockname()[1]
        self._settings = replace(self._settings, listeners=tuple(listeners))

    def _bound(self, address: tuple[str, int]) -> int:
        # Ours, so that senders who come while the SMTP process is started again wait, and are not turned away.
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._sockets.append(socket.create_server(address, family=family, backlog=512))
        return self._sockets[-1].fileno()

    def _close(self) -> None:
        for bound in self._sockets:
            bound.close()

    def _run(self) -> None:
        """Have the SMTP process taken from until it ends, and start it again unless that was meant."""
        while not self._stopping.is_set():
            ours, theirs = socket.socketpair()
            with ours, theirs:
                with self._lock:
                    if self._stopping.is_set():
                        return
                    front = self._front = self._started(theirs)
                theirs.close()
                self._write_what_comes(ours)
            status = front.wait()
            if not self._stopping.is_set():
                log.error("intake.front_ended", extra={"status": status})
                self._stopping.wait(AGAIN_AFTER)

    def _write_what_comes(self, link: socket.socket) -> None:
        try:
            link.sendall(self._settings.line())
            write_from(link, self._write)
        except Exception as error:
            # With its link the SMTP process ends. Its senders come again, to the next one: this thread must not end.
            log.error("intake.writer_failed", extra={"error": type(error).__name__})  # noqa: TRY400 -- it may quote

    def _started(self, link: socket.socket) -> "subprocess.Popen[bytes]":
        numbers = [number for number, _route in self._settings.listeners]
        return subprocess.Popen(  # noqa: S603 -- our own Python
            [sys.executable, "-m", self._module], stdin=link.fileno(), pass_fds=numbers
        )
