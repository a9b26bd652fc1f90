"""What the index is asked."""

from dataclasses import dataclass
from math import prod

MOMENT_BITS = 25
"""A row's id without these is its moment: 1,024 ms."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows with ``lowest <= id <= highest`` in these mailboxes (``None``: all) and this direction (``None``: both), in
    order.
    """

    lowest: int
    highest: int
    mailbox_ids: frozenset[int] | None
    direction: int | None
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of which one must stand in a row, and about how many rows have one of them."""

    keys: tuple[int, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: for some alternative (a field, say), one key of each of its sets.

    Alternatives whose sets are not all met by some key of the vocabulary are left out: no row can match by them.
    """

    alternatives: tuple[tuple[KeySet, ...], ...]

    @property
    def rows(self) -> int:
        """The most rows that can match."""
        return sum(min(one.rows for one in sets) for sets in self.alternatives)

    @property
    def keys(self) -> int:
        """How many keys are looked up."""
        return sum(len(one.keys) for sets in self.alternatives for one in sets)

    def share(self, total: int) -> float:
        """About which share of ``total`` rows matches, if words stood in rows by chance."""
        return min(1.0, sum(prod(min(one.rows / total, 1.0) for one in sets) for sets in self.alternatives))


@dataclass(frozen=True, slots=True)
class Extent:
    """How much the index holds: about how many rows, from which first to which last id."""

    rows: int
    lowest: int
    highest: int

    @property
    def moments(self) -> int:
        """How many moments there are from first to last."""
        return max((self.highest >> MOMENT_BITS) - (self.lowest >> MOMENT_BITS) + 1, 1)


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """All clauses (one at least) must hold, within the scope."""

    scope: Scope
    clauses: tuple[Clause, ...]
    extent: Extent

    @property
    def rows(self) -> int:
        """The most rows that can match."""
        return min(clause.rows for clause in self.clauses)

    @property
    def keys(self) -> int:
        """How many keys are looked up."""
        return sum(clause.keys for clause in self.clauses)

    @property
    def rows_a_hit(self) -> float:
        """About how many rows one reads, in order, to meet one that matches."""
        share = prod(clause.share(max(self.extent.rows, 1)) for clause in self.clauses)
        return 1 / share if share else float("inf")
