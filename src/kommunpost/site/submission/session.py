"""The SMTP dialogue of the gateway, on aiosmtpd."""

import asyncio
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import format_datetime
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from kommunpost.apps.composing.actions.counting import count_elsewhere
from kommunpost.site.submission.digest import keep_note
from kommunpost.site.submission.handing_on import hand_on
from kommunpost.site.submission.judging import Verdict, judge, smtp_words
from kommunpost.site.submission.sign_in import Writer, writer_of

MAX_HOPS = 50
RECEIVED = re.compile(rb"(?im)^received:")
MARK = b"(Kommunpost submission)"
NOT_YOURS = "550 5.7.1 Avsandaren ar inte din adress"
LOOP = "554 5.4.6 Mejlet gar i cirkel"
# aiosmtpd writes senders and recipients to its log at INFO: personal data.
logging.getLogger("mail.log").setLevel(logging.WARNING)
# It warns at every connection of sign-in without TLS, which ``server`` takes from this machine alone, and at every
# sign-in of a word of its own that is going out of use.
NO_FAULT = ("auth_required == True", "Session.login_data")
logging.getLogger("mail.log").addFilter(lambda record: not str(record.msg).startswith(NO_FAULT))
logger = logging.getLogger(__name__)
_T = TypeVar("_T")


class Gateway:
    """The handler that aiosmtpd asks. Whatever waits (tables, relay) runs in ``pool``, never on the event loop."""

    def __init__(self, *, relay_url: str, hostname: str, clock: Callable[[], datetime], workers: int) -> None:
        self.relay_url, self.hostname, self.clock = relay_url, hostname, clock
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="submission")
        self._tables: list[BaseDatabaseWrapper] = []

    def close(self) -> None:
        """Let what is being handed on come to its end, then close the threads' connections to the tables."""
        self.pool.shutdown(wait=True)
        while self._tables:
            self._tables.pop().close()

    def authenticate(
        self, _server: SMTP, session: Session, _envelope: Envelope, mechanism: str, auth_data: Any
    ) -> AuthResult:
        """aiosmtpd asks this without waiting; the tables are asked in a thread, for they must not be on its loop."""
        if mechanism not in {"LOGIN", "PLAIN"} or not isinstance(auth_data, LoginPassword):
            return AuthResult(success=False, handled=False)
        asked = self.pool.submit(self._with_tables, self._writer, auth_data, str((session.peer or ("",))[0]))
        writer = asked.result()
        return AuthResult(success=writer is not None, handled=False, auth_data=writer)

    def _writer(self, auth_data: LoginPassword, client: str) -> Writer | None:
        user, password = (part.decode("utf-8", "replace") for part in (auth_data.login, auth_data.password))
        return writer_of(user=user, password=password, client=client, now=self.clock())

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name and order
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The envelope's sender must be an address of whoever signed in: bounces go there."""
        writer: Writer | None = session.auth_data
        if writer is None or not address or not writer.may_send_as(address):
            return NOT_YOURS
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, self._with_tables, self._submit, session.auth_data, envelope)

    def _submit(self, writer: Writer, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        head = raw[: raw.find(b"\r\n\r\n") + 2]
        if len(RECEIVED.findall(head)) > MAX_HOPS or MARK in head:
            return LOOP
        now = self.clock()
        recipients = tuple(dict.fromkeys(envelope.rcpt_tos))
        verdict = judge(raw, recipients=recipients, now=now)
        if not writer.may_send_as(verdict.sender):
            return NOT_YOURS
        if verdict.refusal:
            return f"550 5.7.1 {smtp_words(verdict.refusal, wide='SMTPUTF8' in envelope.mail_options)}"
        answer = hand_on(
            self.relay_url, sender=str(envelope.mail_from), recipients=recipients, raw=self._received(now) + raw
        )
        if answer.startswith("2"):
            _remember(verdict, now=now)
        return answer

    def _with_tables(self, work: Callable[..., _T], *arguments: object) -> _T:
        """Run ``work`` in a thread of the pool. Connections stay open: opening one takes as long as many questions."""
        close_old_connections()
        for one in connections.all():
            if not one.allow_thread_sharing:
                # Whoever stops the gateway closes them, when the thread is gone.
                one.inc_thread_sharing()
                self._tables.append(one)
        try:
            return work(*arguments)
        except (InterfaceError, OperationalError):
            connections.close_all()
            raise

    def _received(self, now: datetime) -> bytes:
        """Where a loop is seen. Neither program nor address of the writer's machine is told."""
        return b"Received: by %s %s; %s\r\n" % (
            self.hostname.encode("idna"),
            MARK,
            format_datetime(now).encode("ascii"),
        )


def _remember(verdict: Verdict, *, now: datetime) -> None:
    """The mail has gone: whatever fails here, its program must not be told to send it again."""
    try:
        with transaction.atomic():
            count_elsewhere(sender=verdict.sender, shown=verdict.clauses, now=now)
            if verdict.says:
                keep_note(writer=verdict.sender, subject=verdict.subject, says=verdict.says, now=now)
    except DatabaseError:
        logger.exception("advice on a mail that was handed on could not be kept")
