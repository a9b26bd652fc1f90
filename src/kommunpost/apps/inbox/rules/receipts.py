"""May an automatic receipt go? A conjunction of gates, then ceilings, then a fuse. Pure.

RFC 3834 section 2 and 5, RFC 5230 4.5 and 4.6. Whoever is given no receipt waits for an answer all the same: the gates
decide on the machine's mail, never on the clock.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

FUSE = "receipts"
MAX_AGE = timedelta(days=1)
_NOBODY = re.compile(
    r"(?i)^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|noreply|svara[-_.]?ej|inget[-_.]?svar|mailer-daemon|postmaster|"
    r"bounces?|owner-.*|.*-request|.*-bounces?|daemon|root|nobody|listserv|majordomo)(?:[+=].*)?$"
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the gates look at. Addresses in lower case; ``ours``: domains of the municipality."""

    envelope_sender: str
    sender: str
    reply_to: str
    message_id: str
    automatic: str
    asks_silence: bool
    is_spam: bool
    is_imported: bool
    is_addressed: bool
    is_new: bool
    age: timedelta
    ours: frozenset[str]


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


GATES: Mapping[str, Callable[[Incoming], bool]] = {
    "imported": lambda one: not one.is_imported,
    "old": lambda one: one.age < MAX_AGE,
    "not_first": lambda one: one.is_new,
    "null_return_path": lambda one: one.envelope_sender not in {"", "<>"},
    "no_sender": lambda one: "@" in one.sender,
    "automatic": lambda one: one.automatic == "",
    "asks_silence": lambda one: not one.asks_silence,
    "nobody_there": lambda one: (
        not any(
            _NOBODY.match(address.partition("@")[0])
            for address in (one.envelope_sender, one.sender, one.reply_to)
            if address
        )
    ),
    "own_address": lambda one: (
        not any(_domain(address) in one.ours for address in (one.envelope_sender, one.sender, one.reply_to) if address)
    ),
    "own_message_id": lambda one: _domain(one.message_id) not in one.ours,
    "not_addressed": lambda one: one.is_addressed,
    "spam": lambda one: not one.is_spam,
}
"""Every one must let it through. ``not_addressed``: the mailbox, or an alias, stands in To or Cc (RFC 5230 4.5)."""


def shut_gates(one: Incoming) -> tuple[str, ...]:
    """The gates that stop it, in order; empty when it may go."""
    return tuple(name for name, lets_through in GATES.items() if not lets_through(one))


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most ``most`` receipts in ``within``, ``to`` one recipient, from one mailbox, or all together."""

    to: str
    within: timedelta
    most: int


CEILINGS = (
    Ceiling("recipient", timedelta(minutes=10), 2),
    Ceiling("recipient", timedelta(minutes=180), 5),
    Ceiling("recipient", timedelta(days=1), 10),
    Ceiling("mailbox", timedelta(minutes=10), 60),
    Ceiling("all", timedelta(minutes=10), 200),
)
"""Tighter than what helpdesks allow (10 in 10 minutes a case; 10 in 180 minutes; 40 a day): it is a courtesy."""


def full_ceiling(counts: Mapping[Ceiling, int]) -> Ceiling | None:
    """The first ceiling that one more would break."""
    return next((ceiling for ceiling in CEILINGS if counts.get(ceiling, 0) >= ceiling.most), None)
