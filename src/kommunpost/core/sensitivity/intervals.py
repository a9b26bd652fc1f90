"""Stretches of a text that do not overlap, and whether another touches them: by bisection, so that no input is slow."""

from bisect import bisect_left
from collections.abc import Iterable


class Intervals:
    """Kept stretches, each from ``start`` to, not including, ``end``."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, stretches: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(stretches):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def touches(self, start: int, end: int) -> bool:
        """Whether a kept stretch shares a character with this one."""
        following = bisect_left(self._starts, end)
        return following > 0 and self._ends[following - 1] > start

    def holds(self, start: int, end: int) -> bool:
        """Whether this one lies whole in a kept stretch."""
        following = bisect_left(self._starts, start + 1)
        return following > 0 and self._ends[following - 1] >= end

    def add(self, start: int, end: int) -> None:
        """Keep one more; it must not touch any."""
        place = bisect_left(self._starts, start)
        self._starts.insert(place, start)
        self._ends.insert(place, end)
