"""Which deliveries follow from an arrival.

Every arrival gives at least one: what nobody answers for goes to the pen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kommunpost.apps.mailflow.kinds import Direction, Route

ADDRESS_LIMIT = 320
PEN = "-"
"""The address of a delivery in the pen when the mail names none."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the envelope (or, for import, the headers) said. Addresses in lower case.

    ``own_domains`` empty: every address is held to be ours. ``direction`` is given only when a person said it.
    """

    route: Route
    sender: str
    recipients: tuple[str, ...]
    trusted: bool = False
    direction: Direction | None = None
    own_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """``mailbox_id`` None is the pen. ``address`` is the mailbox's own, or the one that nobody answers for."""

    mailbox_id: int | None
    address: str
    direction: Direction


class Known(Protocol):
    """A mailbox that an address leads to."""

    @property
    def id(self) -> int: ...
    @property
    def address(self) -> str: ...


def domain_of(address: str) -> str:
    """What stands after the last ``@``, in lower case; empty when there is none."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def plan_deliveries(told: Told, known: Mapping[str, Known]) -> tuple[PlannedDelivery, ...]:
    """The deliveries of one arrival, each mailbox and direction once, in the order of the recipients.

    SMTP, LMTP, journal: each recipient that is ours -> ``in``; an unknown one at our domain -> the pen. The sender's
    mailbox gets ``out`` only where the connection is trusted: anybody can write our address in MAIL FROM.
    Import: the same from headers; nobody is refused, so an unknown address at a foreign domain is simply not ours.
    Outbox: ``out`` from the sender, ``in`` never (the relay brings that by its own way).
    """
    planned: dict[PlannedDelivery, None] = {}
    if told.direction is not Direction.OUT:
        planned.update(dict.fromkeys(_incoming(told, known)))
    if _sends(told) and told.sender in known:
        planned[_for_mailbox(known[told.sender], Direction.OUT)] = None
    if not planned:
        planned[_pen(told)] = None
    return tuple(planned)


def _sends(told: Told) -> bool:
    if told.direction is not None:
        return told.direction is Direction.OUT
    return told.trusted or told.route in {Route.IMPORT, Route.OUTBOX, Route.JOURNAL}


def _incoming(told: Told, known: Mapping[str, Known]) -> Iterable[PlannedDelivery]:
    if told.route is Route.OUTBOX:
        return
    for address in told.recipients:
        if address in known:
            yield _for_mailbox(known[address], Direction.IN)
        elif told.route is not Route.IMPORT and (not told.own_domains or domain_of(address) in told.own_domains):
            yield PlannedDelivery(None, address[:ADDRESS_LIMIT], Direction.IN)


def _for_mailbox(known: Known, direction: Direction) -> PlannedDelivery:
    return PlannedDelivery(known.id, known.address[:ADDRESS_LIMIT], direction)


def _pen(told: Told) -> PlannedDelivery:
    direction = told.direction or Direction.IN
    nearest = told.sender if direction is Direction.OUT else next(iter(told.recipients), "")
    return PlannedDelivery(None, nearest[:ADDRESS_LIMIT] or PEN, direction)
