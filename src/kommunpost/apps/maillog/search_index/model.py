"""What the index is asked."""

from dataclasses import dataclass


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

    ``fields`` is field -> parts -> words. ``hits`` is the most rows that can match; ``words`` how many words are looked
    up.
    """

    fields: tuple[tuple[int, tuple[tuple[str, ...], ...]], ...]
    hits: int
    words: int


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """All clauses must hold, within the scope."""

    scope: Scope
    clauses: tuple[Clause, ...]

    @property
    def hits(self) -> int:
        return min(clause.hits for clause in self.clauses)

    @property
    def words(self) -> int:
        return sum(clause.words for clause in self.clauses)
