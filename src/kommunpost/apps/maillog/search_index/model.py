"""What the index is asked."""

from dataclasses import dataclass
from math import prod


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
class Clause:
    """One condition in words of the vocabulary: in some field, for every part, one of the words.

    ``fields`` is field -> parts -> words; ``counts`` the same with the rows that hold one of a part's words.
    """

    fields: tuple[tuple[int, tuple[tuple[str, ...], ...]], ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def hits(self) -> int:
        """The most rows that can match."""
        return sum(min(parts) for parts in self.counts)

    @property
    def words(self) -> int:
        """How many words are looked up."""
        return sum(len(words) for _field, parts in self.fields for words in parts)

    def share(self, total: int) -> float:
        """About which share of ``total`` rows matches, if words stood in rows by chance."""
        return min(1.0, sum(prod(min(count / total, 1.0) for count in parts) for parts in self.counts))


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """All clauses must hold, within the scope. ``total`` is about how many rows the log has."""

    scope: Scope
    clauses: tuple[Clause, ...]
    total: int

    @property
    def hits(self) -> int:
        """The most rows that can match."""
        return min(clause.hits for clause in self.clauses)

    @property
    def words(self) -> int:
        """How many words are looked up."""
        return sum(clause.words for clause in self.clauses)

    @property
    def rows_a_hit(self) -> float:
        """About how many rows one reads, newest first, to meet one that matches."""
        share = prod(clause.share(max(self.total, 1)) for clause in self.clauses)
        return 1 / share if share else float("inf")
