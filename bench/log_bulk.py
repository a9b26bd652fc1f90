"""The index, vocabulary and tallies of many rows at once, in memory: the same bytes as the office writes little by
little (held by ``tests/apps/maillog/test_bulk_fill.py``), many times as fast.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.log_world import DAYS, MAILBOXES, START
from kommunpost.apps.maillog.rules.ids import day_of, first_id, row_id
from kommunpost.apps.maillog.rules.periods import EVER, EVERYBODY, SLOTS, month_of, slot_of
from kommunpost.apps.maillog.search_index import MOMENT_BITS, mailbox_key, word_key
from kommunpost.apps.maillog.search_index.postings import MOST_BYTES
from kommunpost.apps.maillog.search_index.varints import encode
from kommunpost.core.swedish.search_words import stem, tokens

Numbers = NDArray[np.int64]
ChunkRow = tuple[int, int, int, bytes]
"""Key, since, until, data: a row of ``maillog_posting``."""

_FIELDS = 3
_BELOW = 31
"""Under a key stand so many bits of moments, counted from the first of the call: 70 years."""
_LONGEST = 5
"""Seven bits a byte: 35 bits of moments are a thousand years."""


class Vocabulary:
    """Words and, for each text met, the numbers of its words. Texts and words are numbered as they come."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self._flat = array("q")
        self._ends = array("q", [0])
        self.counts: list[Numbers] = [np.zeros(0, dtype=np.int64)] * _FIELDS

    def add(self, text: str) -> None:
        """The next text: its number is how many there were."""
        for word in sorted(set(tokens(text))):
            self._flat.append(self.words.setdefault(word, len(self.words) + 1))
        self._ends.append(len(self._flat))

    def of(self, texts: Numbers) -> tuple[Numbers, Numbers]:
        """For texts by number: the words of all, one after the other, and how many each has."""
        ends = np.frombuffer(self._ends, dtype=np.int64)
        starts, sizes = ends[texts], ends[texts + 1] - ends[texts]
        places = np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
        words: Numbers = np.frombuffer(self._flat, dtype=np.int64)[places]
        return words, sizes

    def count(self, field_: int, words: Numbers) -> None:
        seen = np.bincount(words, minlength=len(self.words) + 1)
        seen[: len(self.counts[field_])] += self.counts[field_]
        self.counts[field_] = seen

    def rows(self) -> Iterator[tuple[int, str, str, int, int, int]]:
        """The rows of ``maillog_word``."""
        full = [np.concatenate((one, np.zeros(len(self.words) + 1 - len(one), np.int64))) for one in self.counts]
        for word, number in self.words.items():
            yield number, word, stem(word), int(full[0][number]), int(full[1][number]), int(full[2][number])


@dataclass(slots=True)
class _Open:
    """The last chunk of a key, still growing."""

    since: int
    until: int
    data: bytearray = field(default_factory=bytearray)


class Lists:
    """The lists of moments. Rows come oldest first."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self.full: list[ChunkRow] = []

    def add(self, keys: Numbers, moments: Numbers) -> None:
        """Moments under their keys: in any order, and any number of times, but none older than those of a former
        call.
        """
        base = int(moments.min())
        both = np.sort(keys << _BELOW | moments - base)
        both = both[np.concatenate(([True], both[1:] != both[:-1]))]
        keys, moments = both >> _BELOW, (both & (1 << _BELOW) - 1) + base
        starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        begun = [self._open.get(key) for key in keys[starts].tolist()]
        firsts = np.array([one.until if one else 0 for one in begun])
        distances = np.diff(moments, prepend=0)
        distances[starts] = moments[starts] - firsts
        # What is noted already has no byte at all.
        coded, ends = _encoded(distances, skip=starts[moments[starts] == firsts])
        bounds = [*starts.tolist(), len(keys)]
        for number, key in enumerate(keys[starts].tolist()):
            self._extend(key, begun[number], moments[bounds[number] : bounds[number + 1]],
                         coded, ends[bounds[number] : bounds[number + 1] + 1])  # fmt: skip

    def chunks(self) -> list[ChunkRow]:
        """All chunks, in the order of the table's key."""
        last = [(key, one.since, one.until, bytes(one.data)) for key, one in self._open.items()]
        return sorted(self.full + last)

    def _extend(self, key: int, chunk: _Open | None, moments: Numbers, coded: bytes, ends: Numbers) -> None:
        """``ends``: where the bytes of each moment begin, and those of the last end."""
        place, size = 0, len(moments)
        while place < size:
            if chunk is None or (len(chunk.data) >= MOST_BYTES and ends[place + 1] > ends[place]):
                if chunk is not None:
                    self.full.append((key, chunk.since, chunk.until, bytes(chunk.data)))
                since = int(moments[place])
                chunk = self._open[key] = _Open(since, since, bytearray(1))
                place += 1
                continue
            # Up to the moment before which the chunk is full.
            room = int(ends[place]) + MOST_BYTES - len(chunk.data)
            stop = min(max(int(np.searchsorted(ends, room)), place + 1), size)
            chunk.data += coded[ends[place] : ends[stop]]
            chunk.until = int(moments[stop - 1])
            place = stop


def _encoded(distances: Numbers, *, skip: Numbers) -> tuple[bytes, Numbers]:
    """As ``varints.encode``, but for the numbers at the places ``skip``, which get no byte; and where each begins."""
    sizes = np.ones(len(distances), dtype=np.int64)
    for bits in range(7, 7 * _LONGEST, 7):
        sizes += distances >= 1 << bits
    sizes[skip] = 0
    ends = np.concatenate(([0], np.cumsum(sizes)))
    coded = np.zeros(int(ends[-1]), dtype=np.uint8)
    for place in range(_LONGEST):
        there = np.flatnonzero(sizes > place)
        more = np.where(sizes[there] > place + 1, 0x80, 0)
        coded[ends[there] + place] = distances[there] >> 7 * place & 0x7F | more
    return coded.tobytes(), ends


class Tallies:
    """Rows by mailbox, day and direction."""

    def __init__(self) -> None:
        # A day more at each end: the year is UTC's, the days are Sweden's.
        first = day_of(row_id(START, 0)) - timedelta(days=1)
        self._days = [first + timedelta(days=number) for number in range(int(DAYS) + 4)]
        self._starts = np.array([first_id(day) for day in self._days])
        self._counts = np.zeros((MAILBOXES + 1) * len(self._days) * 2, dtype=np.int64)

    def add(self, identifiers: Numbers, mailboxes: Numbers, directions: Numbers) -> None:
        days = np.searchsorted(self._starts, identifiers, side="right") - 1
        slots = (mailboxes * len(self._days) + days) * 2 + directions
        self._counts += np.bincount(slots, minlength=len(self._counts))

    def rows(self) -> Iterator[tuple[int, int, int, int, bytes]]:
        """The rows of ``maillog_tally``."""
        counts = self._counts.reshape(MAILBOXES + 1, len(self._days), 2)
        numbers = [(mailbox, counts[mailbox]) for mailbox in range(MAILBOXES + 1)]
        for mailbox, of_days in [*numbers, (EVERYBODY, counts.sum(axis=0))]:
            months: dict[int, list[int]] = {}
            for place in np.flatnonzero(of_days.any(axis=1)).tolist():
                day = self._days[place]
                tally = months.setdefault(month_of(day), [0] * SLOTS)
                for direction in (0, 1):
                    tally[slot_of(day, direction)] += int(of_days[place, direction])
            for month, tally in months.items():
                incoming = sum(tally[: SLOTS // 2])
                yield month, mailbox, incoming, sum(tally) - incoming, encode(tally)
            if months:
                incoming, outgoing = of_days.sum(axis=0).tolist()
                yield EVER, mailbox, incoming, outgoing, b""


class Bulk:
    """Rows -> what the office would note of them."""

    def __init__(self) -> None:
        self.vocabulary, self.lists, self.tallies = Vocabulary(), Lists(), Tallies()

    def add(self, rows: Iterable[Sequence[int]]) -> None:
        """Rows of (id, mailbox id, direction, and the numbers of sender, recipients, subject), oldest first."""
        identifiers, mailboxes, directions, *texts = (np.array(column) for column in zip(*rows, strict=True))
        self.tallies.add(identifiers, mailboxes, directions)
        moments = identifiers >> MOMENT_BITS
        keys, beside = [_of_many(mailbox_key, mailboxes)], [moments]
        for place, numbers in enumerate(texts):
            words, sizes = self.vocabulary.of(numbers)
            self.vocabulary.count(place, words)
            keys.append(_of_many(word_key, words, place))
            beside.append(np.repeat(moments, sizes))
        self.lists.add(np.concatenate(keys), np.concatenate(beside))


def _of_many(key: Callable[..., Any], *numbers: Any) -> Numbers:
    """The key of each: it is worked out by arithmetic, so an array does as well as a number."""
    found: Numbers = key(*numbers)
    return found
