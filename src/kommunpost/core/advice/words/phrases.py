"""Lists of phrases, each a regular expression, looked for where a word of a text begins as one of them does.

``re`` tries the alternatives of a pattern one after the other at every letter; with hundreds of them that was most of
the time that advice took. A text's words are sorted once by their first three letters instead.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

WORD_START = re.compile(r"\b\w")
LETTER = re.compile(r"[\w -]")
OPTIONAL = ("?", "*", "{0")
SIGHT = 3
"""First letters that words are sorted by."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text in lower case, and where its words begin, by their first letters."""

    text: str
    starts: dict[str, list[int]]


def words_of(text: str) -> Words:
    """Sort the words of ``text``, which is in lower case."""
    starts: dict[str, list[int]] = {}
    for found in WORD_START.finditer(text):
        start = found.start()
        starts.setdefault(text[start : start + SIGHT], []).append(start)
    return Words(text, starts)


class Phrases:
    """``alternatives``: regular expressions in lower case; each matches from the beginning of a word to ``end``."""

    def __init__(self, alternatives: Iterable[str], *, end: str = r"(?!\w)") -> None:
        self._end = end
        self._alternatives = tuple(alternatives)
        self._by_beginning: dict[str, list[int]] = {}
        for index, one in enumerate(self._alternatives):
            for beginning in beginnings(one):
                self._by_beginning.setdefault(beginning, []).append(index)
        loose = self._by_beginning.pop("", [])
        self._loose = re.compile(rf"\b{self._joined(loose)}") if loose else None
        self._short = frozenset(one for one in self._by_beginning if len(one) < SIGHT)
        self._compiled: dict[str, re.Pattern[str]] = {}

    def search(self, words: Words) -> re.Match[str] | None:
        """The first phrase in the text."""
        return min(self._matches(words, 0), key=re.Match.start, default=None)

    def find(self, words: Words, *, start: int = 0) -> Iterator[re.Match[str]]:
        """The phrases from ``start`` on, in order, none within another."""
        end = start
        for found in sorted(self._matches(words, start), key=lambda one: (one.start(), -one.end())):
            if found.start() >= end:
                yield found
                end = found.end()

    def _matches(self, words: Words, start: int) -> Iterator[re.Match[str]]:
        for written, listed in self._fitting(words):
            match = (self._compiled.get(listed) or self._compile(listed)).match
            yield from (found for at in words.starts[written] if at >= start and (found := match(words.text, at)))
        if self._loose is not None:
            yield from self._loose.finditer(words.text, start)

    def _fitting(self, words: Words) -> Iterator[tuple[str, str]]:
        """The beginnings of words in the text, each with the longest of the list's that it begins with."""
        known = words.starts.keys() & self._by_beginning.keys()
        yield from ((one, one) for one in known)
        for short in self._short:
            longer = (one for one in words.starts.keys() - known if one.startswith(short))
            yield from ((one, short) for one in longer if one[:-1] == short or one[:-1] not in self._short)

    def _compile(self, listed: str) -> re.Pattern[str]:
        """The alternatives that a word with these first letters may begin, in the order of the list."""
        fitting = {at for one in accumulate(listed) for at in self._by_beginning.get(one, ())}
        pattern = self._compiled[listed] = re.compile(self._joined(sorted(fitting)))
        return pattern

    def _joined(self, indexes: Iterable[int]) -> str:
        return f"(?:{'|'.join(self._alternatives[one] for one in indexes)}){self._end}"


def split_alternatives(pattern: str) -> Iterator[str]:
    """The parts of ``a|b(?:c|d)|e`` at its outermost bars."""
    start = 0
    for index, sign, depth in _signs(pattern):
        if sign == "|" and depth == 0:
            yield pattern[start:index]
            start = index + 1
    yield pattern[start:]


def beginnings(pattern: str, sight: int = SIGHT) -> set[str]:
    """The first letters of every match, fewer where those after may vary; ``""`` when none can be said."""
    firsts = _firsts(pattern)
    if any(first == "" for first, _ in firsts):
        return {""}
    if sight == 1:
        return {first for first, _ in firsts}
    return {first + after for first, rest in firsts for after in beginnings(rest, sight - 1)}


def _firsts(pattern: str) -> set[tuple[str, str]]:
    """Pairs of a first letter and what the pattern goes on with; ``("", "")`` where a letter need not come."""
    if LETTER.match(pattern):
        return {("", "")} if pattern[1:].startswith(OPTIONAL) else {(pattern[0], pattern[1:])}
    if not pattern.startswith("(?:"):
        return {("", "")}
    end = next(index for index, sign, depth in _signs(pattern) if sign == ")" and depth == 0)
    inner, rest = pattern[3:end], pattern[end + 1 :]
    if rest.startswith(("*", "{", "+")):
        return {("", "")}
    is_optional = rest.startswith("?")
    rest = rest[1:] if is_optional else rest
    found = {
        (first, f"{after}{rest}" if first else "") for one in split_alternatives(inner) for first, after in _firsts(one)
    }
    return found | _firsts(rest) if is_optional else found


def _signs(pattern: str) -> Iterator[tuple[int, str, int]]:
    """Place, sign and depth of brackets (after it), of every sign that is neither escaped nor in a set."""
    depth, index, in_set = 0, 0, False
    while index < len(pattern):
        sign = pattern[index]
        if sign == "\\":
            index += 2
            continue
        if in_set:
            in_set = sign != "]"
        elif sign == "[":
            in_set = True
        else:
            depth += (sign == "(") - (sign == ")")
            yield index, sign, depth
        index += 1
