"""SMTP (RFC 5321) and LMTP (RFC 2033) on aiosmtpd: its commands, our reader, our limits, LMTP's answers a recipient.

What aiosmtpd lacks or does otherwise is written here, each with its why; the trials stand in ADR 0006.
"""

import asyncio
import logging
import re
import ssl
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.intake.door import NULL_SENDER, Door, Policy, is_address
from kommunpost.apps.mailflow.intake.group import GroupWriter, IntakeFull, IntakeStopped
from kommunpost.apps.mailflow.intake.reader import COMMAND_LIMIT, BareLineEnd, MailReader, Problem
from kommunpost.apps.mailflow.models import Route

log = logging.getLogger(__name__)

# aiosmtpd writes senders and recipients to its log at INFO: personal data.
logging.getLogger("mail.log").disabled = True

CALLS = {"*": 200, "MAIL": 20_000, "DATA": 20_000, "RSET": 20_000, "RCPT": 400_000, "EHLO": 20, "HELO": 20, "LHLO": 20}
"""How often one connection may give a command; then 421, and an honest sender connects again."""
_PATH = re.compile(r"<(?:@[^:<>]{1,500}:)?([^<>]{0,400})>(?: (.*))?")


class Handler:
    """The answers to EHLO, MAIL, RCPT and DATA, for all connections of one listener. aiosmtpd finds them by name."""

    def __init__(
        self, *, writer: GroupWriter, policy: Policy, door: Door, route: Route, clock: Callable[[], datetime]
    ) -> None:
        self.writer, self.policy, self.door, self.route, self.clock = writer, policy, door, route, clock

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        offered = [line for line in responses[:-1] if not line.startswith("250-AUTH")]
        return [*offered, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        host = session.peer[0]
        if not self.policy.trusts(host) and not self.door.mail_rate.allows(host):
            return "451 4.7.1 Too many mails in a minute, come again"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address == NULL_SENDER:
            return "553 5.1.3 Recipient address missing"
        if len(envelope.rcpt_tos) >= self.door.limits.recipients:
            return "452 4.5.3 Too many recipients"
        address = self._postmaster(address)
        trusted = self.policy.trusts(session.peer[0])
        if not trusted and not self.policy.is_ours(address):
            return "550 5.7.1 Relaying denied"
        if not trusted and self.policy.is_known is not None and not await self._known(address):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def take(self, server: Any, data: bytes) -> str:
        """Hand the mail to the writer and wait until it is durable. The answer, one line."""
        envelope = server.envelope
        sender = "" if envelope.mail_from == NULL_SENDER else envelope.mail_from
        arrived = Arrived(
            raw=data,
            route=self.route,
            at=self.clock().astimezone(UTC),
            sender=sender,
            recipients=tuple(dict.fromkeys(address.lower() for address in envelope.rcpt_tos)),
            trusted=self.policy.trusts(server.session.peer[0]),
            own_domains=self.policy.own_domains,
        )
        try:
            receipt = await asyncio.wrap_future(self.writer.submit(arrived))
        except IntakeFull:
            return "451 4.3.1 Too much mail at once, come again"
        except IntakeStopped:
            return "421 4.3.2 Shutting down, come again"
        except Exception:
            # The writer has said what it was, without personal data. Nothing was kept; the sender still has the mail.
            return "451 4.3.0 Could not be stored, come again"
        return f"250 2.0.0 OK message:{receipt.message_id}"

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, BareLineEnd):
            return "500 5.5.2 Lines end in CRLF"
        log.error("intake.session_failed", extra={"error": type(error).__name__})
        return "451 4.3.0 Local error"

    async def _known(self, address: str) -> bool:
        is_known = self.policy.is_known
        if is_known is None:
            return True
        return await asyncio.get_running_loop().run_in_executor(None, is_known, address)

    def _postmaster(self, address: str) -> str:
        # RFC 5321 section 4.5.1: <postmaster> without a domain is always accepted.
        if address.lower() == "postmaster" and self.policy.own_domains:
            return f"postmaster@{min(self.policy.own_domains)}"
        return address


class _Session(SMTP):
    """One connection."""

    answers_each = False

    def __init__(self, handler: Handler, *, hostname: str, tls: ssl.SSLContext | None) -> None:
        self.handler = handler
        limits = handler.door.limits
        self._host = ""
        self._refused = False
        self.taking = False
        self.leaving = False
        loop = asyncio.get_running_loop()
        super().__init__(
            handler, data_size_limit=limits.size, enable_SMTPUTF8=True, hostname=hostname, ident="Kommunpost",
            tls_context=tls, timeout=limits.idle, auth_exclude_mechanism=["LOGIN", "PLAIN"], command_call_limit=CALLS,
            loop=loop,
        )  # fmt: skip
        # aiosmtpd keeps these on the class, where every EHLO of every connection adds to them.
        self.command_size_limits = defaultdict(lambda: COMMAND_LIMIT)
        # A second call in place of aiosmtpd's own, so that the stream is ours.
        asyncio.StreamReaderProtocol.__init__(
            self, MailReader(limit=COMMAND_LIMIT, loop=loop), client_connected_cb=self._cb_client_connected, loop=loop
        )

    def connection_made(self, transport: Any) -> None:
        if self._original_transport is None:
            self._host = (transport.get_extra_info("peername") or ("unix",))[0]
            if not self._may_enter():
                self._refused = True
                transport.write(b"421 4.7.0 Too many connections, come again\r\n")
                transport.close()
                return
            sessions.add(self)
        super().connection_made(transport)

    def _may_enter(self) -> bool:
        door, host = self.handler.door, self._host
        return (self.handler.policy.trusts(host) or door.connection_rate.allows(host)) and door.enter(host)

    def connection_lost(self, error: Exception | None) -> None:
        if self._refused:
            return
        if self in sessions:
            sessions.discard(self)
            self.handler.door.leave(self._host)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if not self._refused:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        return None if self._refused else super().eof_received()

    def leave(self) -> None:
        """Say goodbye: at once when idle, else when the mail being taken has its answer."""
        self.leaving = True
        if not self.taking and self.transport is not None:
            self._writer.write(b"421 4.3.2 Shutting down, come again\r\n")
            self.transport.close()

    def abort(self) -> None:
        """Cut the connection, whatever it is doing."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if await self.check_helo_needed():
            return
        envelope: Any = self.envelope
        recipients = len(envelope.rcpt_tos)
        if not recipients:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        limits, reader = self.handler.door.limits, self._reader
        if not isinstance(reader, MailReader):
            raise TypeError("aiosmtpd made a stream of its own")
        self._reset_timeout(limits.data)
        self.taking = True
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            data = await reader.read_mail(
                size_limit=limits.size, line_limit=limits.line, memory=self.handler.door.memory
            )
            answer = data.value if isinstance(data, Problem) else await self.handler.take(self, data)
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            await self.push("\r\n".join([answer] * (recipients if self.answers_each else 1)))
            if data is Problem.BARE_LINE_END:
                self._hang_up()
        finally:
            self.taking = False
            self._reset_timeout()
        if self.leaving:
            self.leave()

    def _hang_up(self) -> None:
        # What follows may be a mail that another server took for part of this one: it is never read as commands.
        # An honest sender connects again for its next mail. Postfix does the same (smtpd_forbid_bare_newline=reject).
        if self.transport is not None:
            self.transport.close()
        raise ConnectionResetError

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # aiosmtpd parses with the header parser of `email`: slow, and it takes comments, quotes and line ends.
        match = _PATH.fullmatch(arg)
        if match is None:
            return None, None
        address, rest = match.group(1), match.group(2) or ""
        if not address:
            return NULL_SENDER, rest
        if is_address(address) or address.lower() == "postmaster":
            return address, rest
        return None, None


class SmtpSession(_Session):
    """SMTP: one answer for the mail."""


class LmtpSession(_Session, LMTP):
    """LMTP: one answer for each recipient (RFC 2033 section 4.2); aiosmtpd gives one in all."""

    answers_each = True


sessions: "set[_Session]" = set()
"""Open connections of this process, for the server to close."""
