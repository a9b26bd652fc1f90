"""Connections that hand over mail as fast as they are answered, and remember exactly what they were told."""

import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.faults.mails import Mail, Way, make_mail

PATIENCE = 30.0
COMES_AGAIN = 0.7
"""The share of unanswered mails that the sender tries once more, as mail servers do; the rest is never heard of."""


@dataclass(slots=True)
class Ledger:
    """All mails of all senders. Each sender appends its own; nothing is ever taken out."""

    mails: list[Mail] = field(default_factory=list)
    longest_wait: float = 0.0
    errors: list[str] = field(default_factory=list)

    def ways(self) -> list[Way]:
        return [way for mail in list(self.mails) for way in mail.ways]

    @property
    def acknowledged(self) -> int:
        return sum(way.acknowledged for way in self.ways())

    @property
    def tried(self) -> int:
        return sum(set(way.states.values()) != {"waiting"} for way in self.ways())


class Sender(threading.Thread):
    """One connection's worth of load until ``stop`` is set; it connects again when the connection breaks.

    ``port()`` is asked before each connection: after a restart it may be another one; 0 is wait.
    """

    def __init__(
        self,
        *,
        number: int,
        ledger: Ledger,
        host: str,
        port: Callable[[], int],
        lmtp: bool,
        seed: int,
        current_round: list[int],
    ) -> None:
        super().__init__(name=f"sender-{number}", daemon=True)
        self._number, self._ledger, self._lmtp = number, ledger, lmtp
        self._host, self._port = host, port
        self._dice = random.Random(f"{seed}.{number}")
        self._seed, self._round = seed * 100 + number, current_round
        self._made = 0
        self._to_do: list[Way] = []
        self.stop = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self._connect_and_send()
        except Exception as error:
            self.error = error
            self._ledger.errors.append(repr(error))

    def _connect_and_send(self) -> None:
        port = self._port()
        if not port:
            time.sleep(0.005)
            return
        try:
            with socket.create_connection((self._host, port), timeout=PATIENCE) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._converse(Conversation(connection, lmtp=self._lmtp))
        except OSError:
            time.sleep(0.01)

    def _converse(self, conversation: "Conversation") -> None:
        conversation.greet()
        while not self.stop.is_set():
            way = self._next()
            begun = time.monotonic()
            try:
                conversation.hand_over(way)
            finally:
                if not way.acknowledged and self._dice.random() < COMES_AGAIN:
                    self._to_do.append(way)
            self._ledger.longest_wait = max(self._ledger.longest_wait, time.monotonic() - begun)
            if not way.acknowledged:
                time.sleep(0.02)

    def _next(self) -> Way:
        if not self._to_do:
            self._made += 1
            mail = make_mail(number=self._made, seed=self._seed, dice=self._dice)
            self._ledger.mails.append(mail)
            self._to_do = list(mail.ways)
        way = self._to_do.pop(0)
        way.round = self._round[0]
        return way


class Conversation:
    """SMTP or LMTP, by hand: so that it is known at which byte it broke off."""

    def __init__(self, connection: socket.socket, *, lmtp: bool) -> None:
        self._connection, self._lmtp = connection, lmtp
        self._stream = connection.makefile("rb")

    def greet(self) -> None:
        """Raises ``OSError`` when the server is gone, here and below."""
        self.answer()
        self.say(b"LHLO prov.example\r\n" if self._lmtp else b"EHLO prov.example\r\n")

    def hand_over(self, way: Way) -> None:
        """Note in ``way.states`` what was said of each recipient; ``unanswered`` when the connection broke."""
        way.states = dict.fromkeys(way.recipients, "unanswered")
        if self.say(b"MAIL FROM:<%s>\r\n" % way.sender.encode()) != 250:
            way.states = dict.fromkeys(way.recipients, "refused")
            return
        for recipient in way.recipients:
            if self.say(b"RCPT TO:<%s>\r\n" % recipient.encode()) != 250:
                raise AssertionError(f"a recipient was refused: {recipient}")
        if self.say(b"DATA\r\n") != 354:
            raise AssertionError("DATA was refused")
        self._connection.sendall(way.raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        for recipient in way.recipients if self._lmtp else way.recipients[:1]:
            state = "acknowledged" if self.answer() == 250 else "refused"
            way.states[recipient] = state
            if not self._lmtp:
                way.states = dict.fromkeys(way.recipients, state)

    def say(self, line: bytes) -> int:
        """Send one command; the code of the answer."""
        self._connection.sendall(line)
        return self.answer()

    def answer(self) -> int:
        """The code of the next answer."""
        while line := self._stream.readline():
            if not line.endswith(b"\n"):
                break
            if line[3:4] != b"-":
                return int(line[:3])
        raise ConnectionResetError
