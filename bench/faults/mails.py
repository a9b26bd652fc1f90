"""The mails of a load: each one of a kind, and with it what must stand in the house once it is acknowledged."""

import hashlib
import random
from dataclasses import dataclass, field
from typing import Literal

OWN_DOMAIN = "kommun.example"
MAILBOXES = tuple(f"{name}@{OWN_DOMAIN}" for name in ("bygg", "skola", "vatten", "kultur", "socialt", "kansli"))
SIZES = (300, 2_000, 7_000, 21_000, 21_000, 60_000, 300_000)
_LETTERS = "abcdefghijklmnopqrstuvwxyzåäö "

State = Literal["waiting", "acknowledged", "unanswered", "refused"]
Delivery = tuple[str, str]
"""The mailbox's address (or, in the pen, the one that nobody answers for), and ``in`` or ``out``."""


@dataclass(slots=True)
class Way:
    """One handing-over of a mail: its own bytes and recipients, and what the server said of each of them last."""

    raw: bytes = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    states: dict[str, State] = field(default_factory=dict)
    round: int = 0

    def __post_init__(self) -> None:
        self.states = dict.fromkeys(self.recipients, "waiting")

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def acknowledged(self) -> bool:
        """By SMTP the answer is one for all recipients; by LMTP ours is the same for all of them."""
        return "acknowledged" in self.states.values()

    def expected(self) -> set[Delivery]:
        """The deliveries that follow from it. The connection is trusted, so our own sender gets ``out``."""
        found = {(home_of(recipient), "in") for recipient in self.recipients}
        return found | ({(self.sender, "out")} if self.sender in MAILBOXES else set())


@dataclass(slots=True)
class Mail:
    """A mail with the ways by which it is handed over (mostly one)."""

    name: str
    word: str
    ways: list[Way]


def home_of(address: str) -> str:
    """The mailbox behind a plus address; the address itself for one that nobody answers for."""
    local, _, domain = address.partition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return plain if plain in MAILBOXES else address


def make_mail(*, number: int, seed: int, dice: random.Random) -> Mail:
    """The mail with this number: most plain, some to several, to plus addresses, to nobody, from ourselves, twice."""
    name, word = f"{seed}.{number}@prov.example", f"prov{seed}x{number}z"
    sender = dice.choice(MAILBOXES) if dice.random() < 0.06 else "anna.ek@mejl.example"
    recipients = _recipients(dice)
    raw = _raw(name=name, word=word, sender=sender, to=recipients, size=dice.choice(SIZES), dice=dice)
    ways = [Way(raw=raw, sender=sender, recipients=recipients)]
    if dice.random() < 0.12:
        # A forwarding rule brings it once more, with another server's line on top, often for another mailbox.
        traced = f"Received: from mx{dice.randrange(9)}.mejl.example by kommun.example; {_DATE}\r\n".encode() + raw
        ways.append(Way(raw=traced, sender=sender, recipients=dice.choice((recipients, _recipients(dice)))))
    return Mail(name, word, ways)


_DATE = "Mon, 23 Nov 2026 10:00:00 +0100"


def _recipients(dice: random.Random) -> tuple[str, ...]:
    kind = dice.random()
    if kind < 0.6:
        return (dice.choice(MAILBOXES),)
    if kind < 0.75:
        return (dice.choice(MAILBOXES).replace("@", f"+dnr{dice.randrange(99)}@"),)
    if kind < 0.8:
        return (f"okand{dice.randrange(999)}@{OWN_DOMAIN}",)
    several = dice.sample(MAILBOXES, dice.randrange(2, 5))
    return (*several, several[0].replace("@", "+samma@"), f"ingen{dice.randrange(9)}@{OWN_DOMAIN}")


def _raw(*, name: str, word: str, sender: str, to: tuple[str, ...], size: int, dice: random.Random) -> bytes:
    head = (
        f"From: Anna Ek <{sender}>\r\nTo: {', '.join(to)}\r\nSubject: Prov {word}\r\nDate: {_DATE}\r\n"
        f"Message-ID: <{name}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    line = "".join(dice.choices(_LETTERS, k=70))
    body = "\r\n".join(f"{line} {place}" for place in range(max(1, size // 76)))
    return f"{head}{body}\r\n.punkt först\r\n".encode()
