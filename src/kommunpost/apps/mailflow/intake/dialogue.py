"""What is said in SMTP (RFC 5321) and LMTP (RFC 2033): commands in, answers out. No sockets, no waiting."""

import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from kommunpost.apps.mailflow.intake.commands import Refused, check_mail_words, read_path
from kommunpost.apps.mailflow.intake.door import Door, Policy

CALLS = {"*": 200, "MAIL": 20_000, "DATA": 20_000, "RSET": 20_000, "RCPT": 400_000, "EHLO": 20, "HELO": 20, "LHLO": 20}
"""How often one connection may give a command (``*``: all others, and nonsense); then 421, and an honest sender
connects again."""


class Next(Enum):
    """What follows an answer."""

    COMMAND = auto()
    DATA = auto()
    TLS = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Said:
    """Lines without their ends, and what the connection is to do after them."""

    lines: tuple[str, ...]
    then: Next = Next.COMMAND


@dataclass(frozen=True, slots=True)
class Manners:
    """What all dialogues of a process go by."""

    policy: Policy
    door: Door
    hostname: str
    tls: ssl.SSLContext | None = None


@dataclass(slots=True)
class Dialogue:
    """The state of one connection. ``sender`` None: no mail has been begun; empty is ``<>``."""

    manners: Manners
    host: str
    is_lmtp: bool
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)
    _is_greeted: bool = False
    _is_safe: bool = False
    _calls: Counter[str] = field(default_factory=Counter)

    def greeting(self) -> str:
        """The first line."""
        return f"220 {self.manners.hostname} {'LMTP' if self.is_lmtp else 'ESMTP'} Kommunpost"

    def obey(self, line: bytes) -> Said:
        """The answer to a command line, given without its end."""
        verb, _blank, rest = line.partition(b" ")
        name = verb.decode("ascii", "replace").upper()
        command = _COMMANDS.get(name)
        if command is None or (name in _HELLOS and (name == "LHLO") is not self.is_lmtp):
            return self.refuse("500 5.5.2 Error: command not recognized")
        if self._is_too_often(name):
            return TOO_OFTEN
        try:
            # Not strict: an address with other bytes than UTF-8 is refused by what an address may hold.
            return command(self, rest.decode("utf-8", "surrogateescape").strip())
        except Refused as refused:
            return Said((str(refused),))

    def refuse(self, answer: str) -> Said:
        """The answer to a line that is no command. These too are counted."""
        return TOO_OFTEN if self._is_too_often("*") else Said((answer,))

    def forget(self) -> None:
        """No mail is begun."""
        self.sender, self.recipients = None, []

    def begin_safely(self) -> None:
        """TLS is there: all that was said in clear is forgotten (RFC 3207 section 4.2)."""
        self._is_safe, self._is_greeted = True, False
        self.forget()

    def hello(self, name: str) -> Said:
        """EHLO and LHLO."""
        if not name:
            raise Refused(f"501 5.5.4 Syntax: {'LHLO' if self.is_lmtp else 'EHLO'} hostname")
        self._is_greeted = True
        self.forget()
        offers = [f"SIZE {self.manners.door.limits.size}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
        offers += ["STARTTLS"] if self.manners.tls and not self._is_safe else []
        offered = (f"250-{offer}" for offer in offers)
        return Said((f"250-{self.manners.hostname}", *offered, "250 ENHANCEDSTATUSCODES"))

    def short_hello(self, name: str) -> Said:
        """HELO."""
        if not name:
            raise Refused("501 5.5.4 Syntax: HELO hostname")
        self._is_greeted = True
        self.forget()
        return Said((f"250 {self.manners.hostname}",))

    def mail(self, text: str) -> Said:
        """MAIL FROM."""
        if not self._is_greeted:
            raise Refused("503 5.5.1 Error: send HELO first")
        if self.sender is not None:
            raise Refused("503 5.5.1 Error: nested MAIL command")
        manners, path = self.manners, read_path(text, of="FROM")
        check_mail_words(path.words, size_limit=manners.door.limits.size)
        if not manners.policy.trusts(self.host) and not manners.door.mail_rate.allows(self.host):
            raise Refused("451 4.7.1 Too many mails in a minute, come again")
        self.sender = path.address
        return Said(("250 2.1.0 OK",))

    def rcpt(self, text: str) -> Said:
        """RCPT TO."""
        if self.sender is None:
            raise Refused("503 5.5.1 Error: need MAIL command")
        policy, path = self.manners.policy, read_path(text, of="TO")
        if path.words:
            raise Refused(f"555 5.5.4 {len(path.words)} parameters not recognized")
        if not path.address:
            raise Refused("553 5.1.3 Recipient address missing")
        if len(self.recipients) >= self.manners.door.limits.recipients:
            raise Refused("452 4.5.3 Too many recipients")
        address = policy.whole_address(path.address)
        if not policy.trusts(self.host) and not policy.is_ours(address):
            raise Refused("550 5.7.1 Relaying denied")
        self.recipients.append(address)
        return Said(("250 2.1.5 OK",))

    def data(self, text: str) -> Said:
        """DATA."""
        if not self.recipients:
            raise Refused("503 5.5.1 Error: need RCPT command")
        if text:
            raise Refused("501 5.5.4 Syntax: DATA")
        return Said(("354 End data with <CR><LF>.<CR><LF>",), then=Next.DATA)

    def starttls(self, text: str) -> Said:
        """STARTTLS."""
        if self.manners.tls is None:
            raise Refused("454 4.7.0 TLS not available")
        if self._is_safe:
            raise Refused("503 5.5.1 Error: TLS already active")
        if text:
            raise Refused("501 5.5.4 Syntax: STARTTLS")
        return Said(("220 2.0.0 Ready to start TLS",), then=Next.TLS)

    def rset(self, _text: str) -> Said:
        """RSET."""
        self.forget()
        return Said(("250 2.0.0 OK",))

    def _is_too_often(self, name: str) -> bool:
        counted = name if name in CALLS else "*"
        self._calls[counted] += 1
        return self._calls[counted] > CALLS[counted]


TOO_OFTEN = Said(("421 4.7.0 Too many commands, come again",), then=Next.END)
_HELLOS = frozenset({"EHLO", "HELO", "LHLO"})
_COMMANDS: dict[str, Callable[[Dialogue, str], Said]] = {
    "EHLO": Dialogue.hello,
    "LHLO": Dialogue.hello,
    "HELO": Dialogue.short_hello,
    "MAIL": Dialogue.mail,
    "RCPT": Dialogue.rcpt,
    "DATA": Dialogue.data,
    "STARTTLS": Dialogue.starttls,
    "RSET": Dialogue.rset,
    "NOOP": lambda _dialogue, _text: Said(("250 2.0.0 OK",)),
    "HELP": lambda _dialogue, _text: Said(("214 2.0.0 RFC 5321",)),
    "VRFY": lambda _dialogue, _text: Said(("252 2.5.2 Cannot verify, but will take a mail",)),
    "QUIT": lambda _dialogue, _text: Said(("221 2.0.0 Bye",), then=Next.END),
}
