"""Hand a mail to the relay by SMTP, step by step, so that it is always known whether the content may have gone out."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from kommunpost.apps.mailflow.rules.outbox import Answer

TIMEOUT = 60.0
"""Seconds for each step. RFC 5321 section 4.5.3.2 lets the end of data take ten minutes: ``DATA_TIMEOUT``."""
DATA_TIMEOUT = 600.0
GO_AHEAD = 354
LONGEST_ENVELOPE_ID = 100
"""RFC 3461, 4.4."""
_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})\b")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"(?m)^\.")


class RelayUnset(Exception):  # noqa: N818 -- named by what it says.
    """No relay is set (``KOMMUNPOST_RELAY``), or it is not an address of one."""

    code = "relay_unset"


class RelayUnreachable(Exception):  # noqa: N818 -- named by what it says.
    """The relay was not reached, or was lost before any content was sent.

    Safe to try again. ``code`` says at which step.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AnswerLost(Exception):  # noqa: N818 -- named by what it says.
    """The content was sent, wholly or in part, and no answer came: nobody knows whether the relay has the mail."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail goes out. ``tls``: from the first byte (smtps). Otherwise STARTTLS is used whenever it is offered."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False

    @classmethod
    def at(cls, url: str) -> "Relay":
        """From ``smtp://user:password@host:port`` or ``smtps://…``. Raises ``RelayUnset``."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise RelayUnset from error
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise RelayUnset
        tls = parts.scheme == "smtps"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port or (465 if tls else 25), user, password, tls)


@dataclass(frozen=True, slots=True)
class Reports:
    """What is to be told of the mail when it has gone on (RFC 3461). ``envelope_id`` comes back in what is told."""

    envelope_id: str
    on_success: bool = True

    def of_mail(self) -> list[str]:
        """Words for MAIL: the headers are enough to know the mail by, and repeat nothing of it."""
        is_fit = 0 < len(self.envelope_id) <= LONGEST_ENVELOPE_ID and self.envelope_id.isascii()
        return ["RET=HDRS", *([f"ENVID={xtext(self.envelope_id)}"] if is_fit else [])]

    def of_recipient(self, address: str) -> list[str]:
        """Words for RCPT. The address as we wrote it comes back, whatever it is turned into on the way."""
        words = [f"NOTIFY={'SUCCESS,' if self.on_success else ''}FAILURE,DELAY"]
        return [*words, f"ORCPT=rfc822;{xtext(address)}"] if address.isascii() else words


def xtext(text: str) -> str:
    """ASCII as RFC 3461, 4, writes it in a command: nothing in it can end the word or the line."""
    return "".join(one if "!" <= one <= "~" and one not in "+=" else f"+{ord(one):02X}" for one in text)


def hand_over(
    relay: Relay,
    *,
    sender: str,
    recipients: Sequence[str],
    raw: bytes,
    before_data: Callable[[], None],
    reports: Reports | None = None,
    timeout: float = TIMEOUT,
) -> dict[str, Answer]:
    """Send ``raw`` to ``recipients``; the relay's answer for each of them. ``reports``: asked for where it offers DSN.

    ``before_data`` is called when the relay is ready for the content and before a byte of it is sent. Raises
    ``RelayUnreachable`` or ``AnswerLost``; an error of ``before_data`` itself passes through, with nothing sent.
    """
    client = connect(relay, timeout=timeout)
    try:
        return _converse(client, _Envelope(sender, recipients, reports), raw, before_data)
    finally:
        client.close()


def connect(relay: Relay, *, timeout: float = TIMEOUT) -> smtplib.SMTP:
    """A connection ready for MAIL. Raises ``RelayUnreachable``: ``no_connection``, ``no_tls``, ``sign_in_refused``."""
    try:
        client = _open(relay, timeout)
    except ssl.SSLError as error:
        raise RelayUnreachable("no_tls") from error
    except (OSError, smtplib.SMTPException) as error:
        raise RelayUnreachable("no_connection") from error
    try:
        _prepare(client, relay)
    except smtplib.SMTPAuthenticationError as error:
        client.close()
        raise RelayUnreachable("sign_in_refused") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        client.close()
        raise RelayUnreachable("no_tls" if isinstance(error, ssl.SSLError) else "no_connection") from error
    return client


def _open(relay: Relay, timeout: float) -> smtplib.SMTP:
    if relay.tls:
        return smtplib.SMTP_SSL(relay.host, relay.port, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(relay.host, relay.port, timeout=timeout)


def _prepare(client: smtplib.SMTP, relay: Relay) -> None:
    client.ehlo_or_helo_if_needed()
    if not relay.tls and client.has_extn("starttls"):
        client.starttls(context=_opportunistic(relay))
        client.ehlo()
    if relay.user:
        client.login(relay.user, relay.password)


def _opportunistic(relay: Relay) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not relay.user:
        # As between mail servers (RFC 7435): an unchecked certificate still beats clear text. With a password it is
        # checked.
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@dataclass(frozen=True, slots=True)
class _Envelope:
    sender: str
    recipients: Sequence[str]
    reports: Reports | None


def _converse(
    client: smtplib.SMTP, envelope: _Envelope, raw: bytes, before_data: Callable[[], None]
) -> dict[str, Answer]:
    try:
        answers = _address(client, envelope, raw)
        taken = [recipient for recipient, answer in answers.items() if answer.code < 300]  # noqa: PLR2004
        if not taken:
            return answers
        ready = _answer(client.docmd("DATA"))
    except (OSError, smtplib.SMTPException) as error:
        raise RelayUnreachable("lost_before_data") from error
    if ready.code != GO_AHEAD:
        return answers | dict.fromkeys(taken, ready)
    before_data()
    return answers | dict.fromkeys(taken, _send_content(client, raw))


def _address(client: smtplib.SMTP, envelope: _Envelope, raw: bytes) -> dict[str, Answer]:
    # A mail with a null return path has nobody to be told; a relay that does not offer DSN would refuse the words.
    reports = envelope.reports if envelope.sender and client.has_extn("dsn") else None
    options = [*_options(client, envelope, raw), *(reports.of_mail() if reports else [])]
    started = _answer(client.mail(envelope.sender, options))
    if started.code >= 300:  # noqa: PLR2004
        return dict.fromkeys(envelope.recipients, started)
    return {to: _answer(client.rcpt(to, reports.of_recipient(to) if reports else [])) for to in envelope.recipients}


def _options(client: smtplib.SMTP, envelope: _Envelope, raw: bytes) -> list[str]:
    options = [f"SIZE={len(raw)}"] if client.has_extn("size") else []
    options += ["BODY=8BITMIME"] if client.has_extn("8bitmime") and not raw.isascii() else []
    if not all(address.isascii() for address in (envelope.sender, *envelope.recipients)):
        options.append("SMTPUTF8")
        client.command_encoding = "utf-8"
    return options


def _send_content(client: smtplib.SMTP, raw: bytes) -> Answer:
    content = _DOT.sub(b"..", _LINE_END.sub(b"\r\n", raw))
    ending = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    try:
        if isinstance(client.sock, socket.socket):
            client.sock.settimeout(DATA_TIMEOUT)
        client.send(content + ending)
        return _answer(client.getreply())
    except (OSError, smtplib.SMTPException) as error:
        raise AnswerLost from error


def _answer(reply: tuple[int, bytes]) -> Answer:
    code, text = reply
    if code < 200:  # noqa: PLR2004 -- smtplib gives -1 for what is no SMTP reply.
        raise smtplib.SMTPServerDisconnected("not an SMTP reply")
    enhanced = _ENHANCED.match(text)
    return Answer(code, enhanced.group(1).decode("ascii") if enhanced else "")
