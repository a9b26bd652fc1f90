"""An index query -> moments at which rows may match, newest or oldest first, lazily."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

from kommunpost.apps.maillog.search_index.model import MOMENT_BITS, Extent, IndexQuery, KeySet
from kommunpost.apps.maillog.search_index.postings import fetch
from kommunpost.apps.maillog.search_index.varints import EMPTY, Numbers, rising

_FEW = 5000
"""So many moments are looked up at once, for the whole period."""

_ENOUGH = 4
"""A window of time is as wide as would hold so many times the hits that are wanted, if hits came evenly."""

_DEARER = 300
"""To read one more row and look at it costs as much as to read so many moments."""


def find_moments(query: IndexQuery, *, wanted: int) -> Iterator[list[int]]:
    """Moments in the order of the scope, in portions. At others no row matches. ``wanted``: about how many hits."""
    for lowest, highest in _windows(query, wanted=wanted):
        found = _in_window(query, lowest, highest)
        if len(found):
            yield (found[::-1] if query.scope.newest_first else found).tolist()


def _windows(query: IndexQuery, *, wanted: int) -> Iterator[tuple[int, int]]:
    """The period of the query, parted into growing pieces: cheap where the first has a page of hits."""
    scope, extent = query.scope, query.extent
    lowest = max(scope.lowest, extent.lowest) >> MOMENT_BITS
    highest = min(scope.highest, extent.highest) >> MOMENT_BITS
    span = extent.moments
    # Words of one text often come together, an address above all: between "by chance" and "always" lies the middle.
    expected = sqrt(query.rows * extent.rows / query.rows_a_hit)
    width = span if query.rows <= _FEW else max(1, int(span * min(1.0, _ENOUGH * wanted / max(expected, 1.0))))
    while lowest <= highest:
        if scope.newest_first:
            yield max(lowest, highest - width + 1), highest
            highest -= width
        else:
            yield lowest, min(highest, lowest + width - 1)
            lowest += width
        width *= 4


def _in_window(query: IndexQuery, lowest: int, highest: int) -> Numbers:
    window = _Window(lowest, highest, query.extent)
    found: Numbers | None = None
    for clause in sorted(query.clauses, key=lambda one: one.rows):
        if found is not None and not window.pays(clause.rows, found):
            continue
        alternatives = [_of_sets(sets, found, window) for sets in clause.alternatives]
        found = rising(np.concatenate(alternatives)) if alternatives else EMPTY
        if not len(found):
            break
    return EMPTY if found is None else found


def _of_sets(sets: Sequence[KeySet], among: Numbers | None, window: "_Window") -> Numbers:
    found = among
    for one in sorted(sets, key=lambda one: one.rows):
        if found is None or window.pays(one.rows, found):
            moments = fetch(one.keys, window.lowest, window.highest)
            found = moments if found is None else _both(found, moments)
    return EMPTY if found is None else found


@dataclass(frozen=True, slots=True)
class _Window:
    lowest: int
    highest: int
    extent: Extent

    def pays(self, rows: int, found: Numbers) -> bool:
        """Whether to read where ``rows`` rows lie, of the whole index, costs less than to look at those of ``found``
        that it would rule out.
        """
        inside = rows * (self.highest - self.lowest + 1) / self.extent.moments
        share = min(1.0, rows / max(self.extent.rows, 1))
        return inside < _DEARER * len(found) * (1 - share)


def _both(one: Numbers, other: Numbers) -> Numbers:
    """What stands in both of two rising lists."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    if not len(few):
        return few
    places = np.searchsorted(many, few)
    places[places == len(many)] = 0
    both: Numbers = few[many[places] == few]
    return both


def spans_of(moments: Sequence[int]) -> list[tuple[int, int]]:
    """The moments as ranges of row ids, neighbours joined, in the order given."""
    if not moments:
        return []
    cuts = [0, *(place for place, (a, b) in enumerate(pairwise(moments), start=1) if abs(b - a) != 1), len(moments)]
    ranges = (sorted((moments[start], moments[end - 1])) for start, end in pairwise(cuts))
    return [(low << MOMENT_BITS, ((high + 1) << MOMENT_BITS) - 1) for low, high in ranges]
