"""The SMTP process: talks with strangers, reads what they bring, and hands it over ready to be written (ADR 0016).

It has no database and no store. What it needs comes over one socket, its standard input: first its settings, a line of
JSON; then the answers to the mails that it hands over there (``intake.wire``). The socket closed is the end of it.
"""

import asyncio
import gc
import json
import logging
import logging.config
import signal
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from ipaddress import ip_network
from typing import Any, cast

from kommunpost.apps.mailflow.arrivals import Arrived, Prepared, prepare
from kommunpost.apps.mailflow.intake.dialogue import Manners
from kommunpost.apps.mailflow.intake.door import Door, Limits, Policy
from kommunpost.apps.mailflow.intake.session import Answer, House, Session
from kommunpost.apps.mailflow.intake.tls import tls_context
from kommunpost.apps.mailflow.intake.wire import encode, take_answers
from kommunpost.apps.mailflow.kinds import Route

log = logging.getLogger(__name__)

BACKLOG = 512
LARGE = 2 * 1024 * 1024
"""A larger mail is read by a thread, so that nobody's dialogue stands still meanwhile."""
BUSY = "451 4.3.1 Too much mail at once, come again"
NOT_STORED = "451 4.3.0 Could not be stored, come again"


@dataclass(frozen=True, slots=True)
class Settings:
    """``listeners``: file number of a bound socket, and the way (``smtp``, ``lmtp``). ``stop_within``: seconds."""

    listeners: tuple[tuple[int, str], ...]
    hostname: str
    own_domains: tuple[str, ...]
    trusted: tuple[str, ...]
    limits: Limits
    certificate: str = ""
    key: str = ""
    stop_within: float = 15.0
    logs: dict[str, Any] = field(default_factory=dict)
    """For ``logging.config``: what is logged here is written as in the process that started us, and as private."""

    def line(self) -> bytes:
        """As it is sent."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> "Settings":
        """What ``line`` gave."""
        plain: dict[str, Any] = json.loads(line)
        listeners = tuple((int(number), str(route)) for number, route in plain.pop("listeners"))
        limits = Limits(**plain.pop("limits"))
        domains, trusted = tuple(plain.pop("own_domains")), tuple(plain.pop("trusted"))
        return cls(listeners=listeners, limits=limits, own_domains=domains, trusted=trusted, **plain)

    def policy(self) -> Policy:
        """Who is trusted, and what is ours."""
        return Policy(own_domains=frozenset(self.own_domains), trusted=tuple(map(ip_network, self.trusted)))


@dataclass(slots=True)
class Link(asyncio.Protocol):
    """The way to the writer. Each mail handed over is answered once; when the link breaks, ``on_end`` is called."""

    limits: Limits
    on_end: Callable[[], None]
    _waiting: dict[int, tuple[Answer, int]] = field(default_factory=dict)
    _octets: int = 0
    _number: int = 0
    _held: bytearray = field(default_factory=bytearray)
    _transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        self.on_end()

    def data_received(self, data: bytes) -> None:
        self._held += data
        for number, message in take_answers(self._held):
            answer, size = self._waiting.pop(number)
            self._octets -= size
            # Why the writer refused it, it has logged. Nothing was kept; the sender still has the mail.
            answer(NOT_STORED if message is None else f"250 2.0.0 OK message:{message}")

    def hand_over(self, prepared: Prepared, answer: Answer) -> None:
        """Send a mail to the writer, or say that too many wait for it."""
        size = len(prepared.blob.packed)
        too_many = len(self._waiting) >= self.limits.waiting_mails
        if self._transport is None or too_many or self._octets + size > self.limits.waiting_octets:
            answer(BUSY)
            return
        self._number += 1
        self._octets += size
        self._waiting[self._number] = (answer, size)
        self._transport.write(encode(self._number, prepared))


class Front:
    """The listeners of one process and its link to the writer. ``run`` returns when the link is closed, or after
    ``stop``.
    """

    def __init__(self, settings: Settings, link: socket.socket, *, clock: Callable[[], datetime]) -> None:
        self._settings, self._socket, self._clock = settings, link, clock
        self._listeners: list[asyncio.Server] = []
        self._ended = asyncio.Event()
        self._link = Link(limits=settings.limits, on_end=self._ended.set)
        self._house = House(
            take=self._take,
            manners=Manners(
                policy=settings.policy(),
                door=Door(settings.limits),
                hostname=settings.hostname,
                tls=tls_context(settings.certificate, settings.key) if settings.certificate else None,
            ),
            clock=clock,
        )

    async def run(self) -> None:
        """Listen, take, hand over."""
        loop = asyncio.get_running_loop()
        transport, _link = await loop.create_connection(lambda: self._link, sock=self._socket)
        for number, route in self._settings.listeners:
            self._listeners.append(await self._listen(socket.socket(fileno=number), Route(route)))
        sweeping = loop.create_task(self._sweep())
        await self._ended.wait()
        sweeping.cancel()
        transport.close()

    async def stop(self) -> None:
        """Take no more; mail on its way gets its answer; then let ``run`` return."""
        for listener in self._listeners:
            listener.close()
        sessions = self._house.sessions
        for session in list(sessions):
            session.leave()
        deadline = asyncio.get_running_loop().time() + self._settings.stop_within
        while sessions and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        for session in list(sessions):
            session.abort()
        self._ended.set()

    async def _listen(self, bound: socket.socket, route: Route) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: Session(self._house, route=route), sock=bound, backlog=BACKLOG)

    async def _sweep(self) -> None:
        pause = min(1.0, self._settings.limits.idle / 4)
        while True:
            await asyncio.sleep(pause)
            self._house.turn_out_the_idle(asyncio.get_running_loop().time())

    def _take(self, arrived: Arrived, answer: Answer) -> None:
        if len(arrived.raw) > LARGE:
            reading = asyncio.get_running_loop().run_in_executor(None, self._read, arrived)
            reading.add_done_callback(lambda done: self._hand_over(done.result(), answer))
        else:
            self._hand_over(self._read(arrived), answer)

    def _read(self, arrived: Arrived) -> Prepared | None:
        """None for a mail that we are at fault with: the sender keeps it, and everybody else's goes on."""
        try:
            return prepare(arrived, now=self._clock())
        except Exception as error:
            log.error("intake.not_prepared", extra={"error": type(error).__name__})  # noqa: TRY400 -- it may quote it
            return None

    def _hand_over(self, prepared: Prepared | None, answer: Answer) -> None:
        if prepared is None:
            answer(NOT_STORED)
        else:
            self._link.hand_over(prepared, answer)


def serve(*, clock: Callable[[], datetime]) -> None:
    """The whole life of the process: settings and link come over standard input. ``clock`` gives aware time."""
    link = socket.socket(fileno=0)
    settings = Settings.of_line(_first_line(link))
    logging.config.dictConfig({"version": 1} | settings.logs)
    # What is loaded stays: the collector need not walk through it again and again.
    gc.freeze()
    asyncio.run(_serve(settings, link, clock))


async def _serve(settings: Settings, link: socket.socket, clock: Callable[[], datetime]) -> None:
    front, loop = Front(settings, link, clock=clock), asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()
    loop.add_signal_handler(signal.SIGTERM, lambda: stopping.add(loop.create_task(front.stop())))
    # Ctrl-C reaches the whole group of processes; who started us says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    await front.run()


def _first_line(link: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        # Nothing else is sent before we have handed something over.
        line += link.recv(65536) or b"\n"
    return bytes(line)
