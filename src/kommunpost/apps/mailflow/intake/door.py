"""Who may come in, how much they may bring, and to whom: pure but for the counters."""

import ipaddress
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from kommunpost.apps.mailflow.intake.lines import Memory
from kommunpost.apps.mailflow.rules.deliveries import domain_of

ADDRESS = re.compile(
    r"[^\s@<>,;:\"()\[\]\\\x00-\x20\x7f-\x9f\ud800-\udfff]{1,128}@[^\s@<>,;:\"()\\\x00-\x20\x7f-\x9f\ud800-\udfff]{1,255}"
)
MINUTE = 60.0
ROUNDING = 0.001
MOST_HOSTS = 10_000

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one server. Sizes in bytes, times in seconds. A line may be longer than RFC 5322's 998: real mail is.

    ``…_per_minute`` are of each client that is not trusted; 0 is without limit. ``waiting_…``: mail handed over to the
    writer and not answered yet, its octets as the store keeps them.
    """

    size: int = 50 * 1024 * 1024
    recipients: int = 1000
    connections: int = 200
    connections_per_host: int = 50
    line: int = 100_000
    connections_per_minute: int = 0
    mails_per_minute: int = 0
    idle: float = 300
    data: float = 600
    octets_in_memory: int = 1024 * 1024 * 1024
    waiting_mails: int = 2000
    waiting_octets: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Policy:
    """``own_domains`` empty means that every recipient is ours. Unknown recipients at our domains go to the pen."""

    own_domains: frozenset[str] = frozenset()
    trusted: tuple[Network, ...] = ()

    def trusts(self, host: str) -> bool:
        """Whether ``host`` (an IP address) may bring journal reports and mail from our own mailboxes."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self.trusted)

    def is_ours(self, address: str) -> bool:
        """Whether mail to ``address`` is for us."""
        return not self.own_domains or domain_of(address) in self.own_domains

    def whole_address(self, address: str) -> str:
        """``<postmaster>`` without a domain is always accepted (RFC 5321 section 4.5.1): at the first of ours."""
        if address.lower() == "postmaster" and self.own_domains:
            return f"postmaster@{min(self.own_domains)}"
        return address


@dataclass(slots=True)
class Rate:
    """How often each host may do something: ``per_minute`` at once, and as many anew in the course of each minute."""

    per_minute: int
    clock: Callable[[], float]
    full_at: dict[str, float] = field(default_factory=dict)
    """Host -> when its allowance will be whole again. Hosts whose allowance is whole are forgotten."""

    def allows(self, host: str) -> bool:
        """Count one; False, and not counted, when the allowance of ``host`` is used up."""
        if not self.per_minute:
            return True
        now = self.clock()
        if len(self.full_at) >= MOST_HOSTS:
            self.full_at = {one: at for one, at in self.full_at.items() if at > now}
        next_full = max(self.full_at.get(host, now), now) + MINUTE / self.per_minute
        if next_full > now + MINUTE + ROUNDING:
            return False
        self.full_at[host] = next_full
        return True


@dataclass(slots=True)
class Door:
    """Counts connections and mails. ``memory`` is shared by all connections; ``clock`` gives seconds that only rise."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    memory: Memory = field(init=False)
    connection_rate: Rate = field(init=False)
    mail_rate: Rate = field(init=False)
    hosts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.memory = Memory(self.limits.octets_in_memory)
        self.connection_rate = Rate(self.limits.connections_per_minute, self.clock)
        self.mail_rate = Rate(self.limits.mails_per_minute, self.clock)

    def enter(self, host: str) -> bool:
        """Count a connection in; False when there is no room."""
        if self.hosts.total() >= self.limits.connections or self.hosts[host] >= self.limits.connections_per_host:
            return False
        self.hosts[host] += 1
        return True

    def leave(self, host: str) -> None:
        """Count it out."""
        self.hosts[host] -= 1
        if self.hosts[host] <= 0:
            del self.hosts[host]


def is_address(text: str) -> bool:
    """Whether an envelope address can be taken: no quoting tricks, control characters or undecodable bytes."""
    return ADDRESS.fullmatch(text) is not None


def networks(words: list[str]) -> tuple[Network, ...]:
    """``10.0.0.0/8`` and the like. Raises ``ValueError`` with the word that is none."""
    return tuple(ipaddress.ip_network(word, strict=False) for word in words)
