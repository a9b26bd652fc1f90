"""One connection of SMTP or LMTP: from bytes to commands and mails, and back to answers.

Written for this house, where a library did it before: ADR 0016 has why, and what that must not cost. Each step is one
method, and none waits: what takes time calls back.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.intake.dialogue import Dialogue, Manners, Next, Said
from kommunpost.apps.mailflow.intake.lines import COMMAND_LIMIT, MailData, Problem
from kommunpost.apps.mailflow.kinds import Route

UNREAD_LIMIT = 256 * 1024
"""From so many bytes on that wait for their turn, nothing more is read from the connection."""
GOODBYE_SECONDS = 30.0

Answer = Callable[[str], None]
Take = Callable[[Arrived, Answer], None]
"""Have a mail written; the answer is called once, with the line for the sender, when it is durable or refused."""


@dataclass(slots=True)
class House:
    """What all connections of a process share. ``clock`` gives aware time."""

    take: Take
    manners: Manners
    clock: Callable[[], datetime]
    sessions: "set[Session]" = field(default_factory=set)
    handshakes: "set[asyncio.Task[None]]" = field(default_factory=set)

    def turn_out_the_idle(self, moment: float) -> None:
        """Cut the connections whose time is up; ``moment`` as the loop counts."""
        for session in [one for one in self.sessions if one.deadline < moment]:
            session.time_is_up()


class Session(asyncio.Protocol):
    """One connection, from greeting to goodbye."""

    def __init__(self, house: House, *, route: Route) -> None:
        self._house, self._route = house, route
        self._loop = asyncio.get_running_loop()
        self._held = bytearray()
        self._data: MailData | None = None
        self._waits = False
        """For the writer, or for TLS: commands that come meanwhile are held."""
        self._is_with_writer = self._is_clogged = self._is_going = False
        self._skips_line = False
        self._is_over = self._is_leaving = False
        self.deadline = float("inf")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        host = (transport.get_extra_info("peername") or ("unix",))[0]
        self._dialogue = Dialogue(self._house.manners, host, is_lmtp=self._route is Route.LMTP)
        if not self._may_enter(host):
            self._hang_up("421 4.7.0 Too many connections, come again")
            return
        self._house.sessions.add(self)
        self._touch()
        self._say(self._dialogue.greeting())

    def connection_lost(self, _error: Exception | None) -> None:
        self._is_over = True
        if self._data is not None:
            self._data.drop()
        if self in self._house.sessions:
            self._house.sessions.discard(self)
            self._house.manners.door.leave(self._dialogue.host)

    def data_received(self, data: bytes) -> None:
        if not self._is_over:
            self._held += data
            self._go_on()

    def pause_writing(self) -> None:
        # Whoever sends commands and reads no answers gets no more of them.
        self._is_clogged = True

    def resume_writing(self) -> None:
        self._is_clogged = False
        self._go_on()

    def leave(self) -> None:
        """Say goodbye: at once when idle, else when the mail being taken has its answer."""
        self._is_leaving = True
        if self._data is None and not self._is_with_writer:
            self._hang_up("421 4.3.2 Shutting down, come again")

    def time_is_up(self) -> None:
        """The sender has said nothing for too long, or its mail takes too long, or it does not take our goodbye."""
        if self._is_over:
            self.abort()
        else:
            self._hang_up("421 4.4.2 Timeout, come again")

    def abort(self) -> None:
        """Cut the connection, whatever it is doing."""
        self._transport.abort()

    def _may_enter(self, host: str) -> bool:
        policy, door = self._house.manners.policy, self._house.manners.door
        return (policy.trusts(host) or door.connection_rate.allows(host)) and door.enter(host)

    def _touch(self, seconds: float | None = None) -> None:
        self.deadline = self._loop.time() + (seconds or self._house.manners.door.limits.idle)

    def _say(self, *lines: str) -> None:
        self._transport.write("".join(f"{line}\r\n" for line in lines).encode())

    def _hang_up(self, *lines: str) -> None:
        # What follows is never read as commands.
        self._is_over = True
        self._held.clear()
        self._say(*lines)
        self._transport.close()
        self._touch(GOODBYE_SECONDS)

    def _go_on(self) -> None:
        """Take one step after the other, as far as the bytes reach and nobody must be waited for."""
        if self._is_going:
            # An answer that came at once: the loop that asked for it goes on.
            return
        self._is_going = True
        while self._held and not (self._is_over or self._waits or self._is_clogged):
            step = self._take_line if self._data is None else self._take_data
            if not step():
                break
        self._is_going = False
        if len(self._held) > UNREAD_LIMIT:
            self._transport.pause_reading()
        elif not (self._is_over or self._waits):
            self._transport.resume_reading()

    def _take_line(self) -> bool:
        """Obey one line; False when it has not come whole."""
        end = self._held.find(b"\n")
        if end < 0:
            if len(self._held) > COMMAND_LIMIT:
                self._skips_line = True
                self._held.clear()
            return False
        line = bytes(self._held[: end + 1])
        del self._held[: end + 1]
        self._touch()
        self._do(self._answer_to(line))
        return True

    def _answer_to(self, line: bytes) -> Said:
        if self._skips_line or len(line) > COMMAND_LIMIT:
            self._skips_line = False
            return self._dialogue.refuse("500 5.5.2 Line too long")
        if not line.endswith(b"\r\n") or line.find(b"\r") != len(line) - 2:
            # The mark of smuggling, never of an honest client.
            return self._dialogue.refuse("500 5.5.2 Lines end in CRLF")
        return self._dialogue.obey(line[:-2])

    def _do(self, said: Said) -> None:
        if said.then is Next.END:
            self._hang_up(*said.lines)
            return
        self._say(*said.lines)
        if said.then is Next.DATA:
            door = self._house.manners.door
            self._data = MailData(size_limit=door.limits.size, line_limit=door.limits.line, memory=door.memory)
            self._touch(door.limits.data)
        elif said.then is Next.TLS:
            self._start_tls()

    def _take_data(self) -> bool:
        """Take what has come of a mail; False when its end has not."""
        data = self._data
        if data is None:
            return False
        rest = data.add(self._held)
        self._held.clear()
        if rest is None:
            return False
        self._held += rest
        self._data = None
        self._hand_over(data.take())
        return True

    def _hand_over(self, mail: bytes | Problem) -> None:
        if isinstance(mail, Problem):
            self._answer(mail.value)
            if mail is Problem.BARE_LINE_END:
                # What follows may be a mail that another server took for part of this one. An honest sender connects
                # again for its next mail. Postfix does the same (smtpd_forbid_bare_newline=reject).
                self._hang_up()
            return
        policy, dialogue, memory = self._house.manners.policy, self._dialogue, self._house.manners.door.memory
        size = len(mail)
        if memory.held + size > memory.limit:
            self._answer(Problem.BUSY.value)
            return

        def answered(line: str) -> None:
            memory.held -= size
            self._answer(line)

        self._waits = self._is_with_writer = True
        self.deadline = float("inf")
        # Counted until it is answered, also when the sender is gone: it may wait for a thread to read it.
        memory.held += size
        arrived = Arrived(
            raw=mail,
            route=self._route,
            at=self._house.clock(),
            sender=dialogue.sender or "",
            recipients=tuple(dict.fromkeys(address.lower() for address in dialogue.recipients)),
            trusted=policy.trusts(dialogue.host),
            own_domains=policy.own_domains,
        )
        self._house.take(arrived, answered)

    def _answer(self, line: str) -> None:
        """SMTP gives one answer for the mail, LMTP one for each recipient (RFC 2033 section 4.2)."""
        self._waits = self._is_with_writer = False
        times = len(self._dialogue.recipients) if self._dialogue.is_lmtp else 1
        self._dialogue.forget()
        if self._is_over:
            return
        self._touch()
        self._say(*[line] * times)
        if self._is_leaving:
            self.leave()
        else:
            self._go_on()

    def _start_tls(self) -> None:
        # What came in clear text behind the command must not be obeyed inside the protected session (CVE-2011-0411).
        self._held.clear()
        self._waits = True
        self._transport.pause_reading()
        task = self._loop.create_task(self._shake_hands())
        self._house.handshakes.add(task)
        task.add_done_callback(self._house.handshakes.discard)

    async def _shake_hands(self) -> None:
        tls, transport = self._house.manners.tls, None
        with suppress(OSError):  # ssl.SSLError is one of them
            transport = await self._loop.start_tls(self._transport, self, tls, server_side=True) if tls else None
        if transport is None:
            # asyncio tells us nothing of a connection that was lost between clear and safe.
            self._transport.abort()
            self.connection_lost(None)
            return
        self._transport = transport
        self._dialogue.begin_safely()
        self._waits = False
        self._touch()
        self._go_on()
