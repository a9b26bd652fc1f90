"""Rising numbers as bytes: the distance of each to the one before, seven bits a byte (LEB128), many lists at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_MORE = 0x80
_BITS = 7
_LOW = _MORE - 1
EMPTY: Numbers = np.empty(0, dtype=np.int64)


def encode(numbers: Sequence[int]) -> bytes:
    """Numbers from 0 upwards, in any order, one after the other."""
    coded = bytearray()
    for number in numbers:
        rest = number
        while rest > _LOW:
            coded.append(rest & _LOW | _MORE)
            rest >>= _BITS
        coded.append(rest)
    return bytes(coded)


def decode(coded: bytes) -> Numbers:
    """What ``encode`` was given."""
    data = np.frombuffer(coded, dtype=np.uint8)
    ends = np.flatnonzero(data < _MORE)
    if len(ends) == len(data):
        return data.astype(np.int64)
    lengths = np.diff(ends, prepend=-1)
    numbers = data[ends].astype(np.int64)
    for place in range(1, int(lengths.max())):
        longer = np.flatnonzero(lengths > place)
        numbers[longer] = numbers[longer] << _BITS | data[ends[longer] - place] & _LOW
    return numbers


def decode_rising(lists: Sequence[tuple[int, bytes]]) -> Numbers:
    """All numbers of several rising lists, list by list. Each comes as ``(after, coded)``: the distances of its
    numbers, the first to ``after``. None is empty.
    """
    if not lists:
        return EMPTY
    distances = decode(b"".join(coded for _after, coded in lists))
    sizes = np.array([len(coded) for _after, coded in lists])
    data = np.frombuffer(b"".join(coded for _after, coded in lists), dtype=np.uint8)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    counts = np.add.reduceat(data < _MORE, starts, dtype=np.int64)
    sums = np.cumsum(distances)
    firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    before = sums[firsts] - distances[firsts]
    afters = np.array([after for after, _coded in lists], dtype=np.int64)
    numbers: Numbers = sums + np.repeat(afters - before, counts)
    return numbers


def rising(numbers: Numbers) -> Numbers:
    """The same numbers in order, each once."""
    if len(numbers) < 2 or (numbers[1:] > numbers[:-1]).all():  # noqa: PLR2004 -- one is in order
        return numbers
    # Stable: quick with rising runs put one after the other, which np.unique does not use.
    ordered = np.sort(numbers, kind="stable")
    once: Numbers = ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]
    return once
