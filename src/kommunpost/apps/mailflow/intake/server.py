"""The intake server: SMTP and LMTP listeners on an event loop in its own thread, and the group writer beside it."""

import asyncio
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kommunpost.apps.mailflow.intake import smtp
from kommunpost.apps.mailflow.intake.door import Door, Limits, Policy
from kommunpost.apps.mailflow.intake.group import GroupWriter, Receive
from kommunpost.apps.mailflow.intake.smtp import Handler, LmtpSession, SmtpSession
from kommunpost.apps.mailflow.models import Route

BACKLOG = 512
SWITCH_SECONDS = 0.0005
"""How long one Python thread may keep the others waiting. By default 5 ms, and each step of each SMTP dialogue can wait
that long behind the writer. By reasoning: its effect has not been measured apart from the rest (ADR 0006)."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen: ``(host, port)``, port 0 for any; None for not at all."""

    smtp: tuple[str, int] | None
    lmtp: tuple[str, int] | None = None


def tls_context(certificate: str, key: str = "") -> ssl.SSLContext:
    """For STARTTLS, TLS 1.2 or later. Raises ``OSError`` or ``ssl.SSLError`` for files that cannot be used."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(Path(certificate), Path(key) if key else None)
    return context


class IntakeServer:
    """``start()`` when everything is set up; ``stop()`` answers what is being taken, writes it, and ends."""

    def __init__(
        self,
        *,
        listen: Listen,
        receive: Receive,
        policy: Policy,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        hostname: str = "",
    ) -> None:
        self._listen, self._policy, self._clock, self._tls = listen, policy, clock, tls
        self._hostname = hostname or socket.gethostname()
        self._door = Door(limits or Limits())
        self.writer = GroupWriter(receive)
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._run, name="intake-smtp", daemon=True)
        self.smtp_port: int | None = None
        self.lmtp_port: int | None = None

    def start(self) -> None:
        """Listen. Raises ``OSError`` when an address is taken."""
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        except OSError:
            self._end_loop(timeout=5)
            raise
        self.writer.start()

    def stop(self, *, timeout: float = 30) -> None:
        """No new connections; mail on its way gets its answer, for at most ``timeout`` seconds. Twice is once."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._close(timeout), self._loop).result()
        self.writer.stop(timeout=timeout)
        self._end_loop(timeout=timeout)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _end_loop(self, *, timeout: float) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout)

    async def _open(self) -> None:
        if self._listen.smtp is not None:
            self.smtp_port = await self._listener(self._listen.smtp, SmtpSession, Route.SMTP)
        if self._listen.lmtp is not None:
            self.lmtp_port = await self._listener(self._listen.lmtp, LmtpSession, Route.LMTP)

    async def _listener(self, address: tuple[str, int], session: type[SmtpSession | LmtpSession], route: Route) -> int:
        handler = Handler(writer=self.writer, policy=self._policy, door=self._door, route=route, clock=self._clock)
        server = await self._loop.create_server(
            lambda: session(handler, hostname=self._hostname, tls=self._tls), *address, backlog=BACKLOG
        )
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _close(self, timeout: float) -> None:
        for server in self._servers:
            server.close()
        mine = {session for session in smtp.sessions if session.handler.writer is self.writer}
        for session in mine:
            session.leave()
        deadline = self._loop.time() + timeout
        while mine & smtp.sessions and self._loop.time() < deadline:
            await asyncio.sleep(0.01)
        for session in mine & smtp.sessions:
            session.abort()
