"""To the relay, while the program waits. All recipients or none: one answer must be true for all of them."""

import smtplib
from collections.abc import Sequence

from kommunpost.apps.mailflow.relay import Relay, RelayUnreachable, RelayUnset, connect

TRY_AGAIN = "451 4.4.1 Den utgaende e-postservern svarar inte. Forsok igen senare"
LOST = "451 4.4.2 Forbindelsen med den utgaende e-postservern brots. Forsok igen"
TIMEOUT = 60.0
TAKEN = range(200, 300)


def hand_on(url: str, *, sender: str, recipients: Sequence[str], raw: bytes) -> str:
    """The answer for the program: the relay's own, or 451. Refused for one recipient is refused for all, unsent."""
    try:
        client = connect(Relay.at(url), timeout=TIMEOUT)
    except (RelayUnset, RelayUnreachable):
        return TRY_AGAIN
    try:
        return _converse(client, sender, recipients, raw)
    except (OSError, smtplib.SMTPException):
        return LOST
    finally:
        client.close()


def _converse(client: smtplib.SMTP, sender: str, recipients: Sequence[str], raw: bytes) -> str:
    options = ["BODY=8BITMIME"] if client.has_extn("8bitmime") and not raw.isascii() else []
    if not all(address.isascii() for address in (sender, *recipients)):
        options.append("SMTPUTF8")
        client.command_encoding = "utf-8"
    answer = client.mail(sender, options)
    for recipient in recipients:
        if answer[0] not in TAKEN:
            break
        answer = client.rcpt(recipient)
    if answer[0] not in TAKEN:
        return _said(answer)
    return _said(client.data(raw))


def _said(answer: tuple[int, bytes]) -> str:
    """The relay's answer on one line. What is no SMTP answer (-1: the line was cut) is not told as one."""
    code, text = answer
    if code not in range(200, 600):
        raise smtplib.SMTPServerDisconnected("no answer")
    return f"{code} {' '.join(text.decode('ascii', 'replace').split())[:400]}"
