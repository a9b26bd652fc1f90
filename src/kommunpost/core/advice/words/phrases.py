"""Lists of phrases, each a regular expression, looked for where a word of a text begins as one of them does.

``re`` tries the alternatives of a pattern one after the other at every letter; with hundreds of them that was most of
the time that advice took. A text's words are sorted once by their first two letters instead.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

WORD_START = re.compile(r"\b\w")
LETTER = re.compile(r"[\w -]")
OPTIONAL = ("?", "*", "{0")
SIGHT = 2
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
        self._by_beginning: dict[str, list[str]] = {}
        for one in alternatives:
            for beginning in beginnings(one):
                self._by_beginning.setdefault(beginning, []).append(one)
        loose = self._by_beginning.pop("", [])
        self._loose = re.compile(rf"\b(?:{'|'.join(loose)}){end}") if loose else None
        self._letters = {one for one in self._by_beginning if len(one) < SIGHT}
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
        for beginning in words.starts.keys() & self._beginnings(words):
            match = (self._compiled.get(beginning) or self._compile(beginning)).match
            yield from (found for at in words.starts[beginning] if at >= start and (found := match(words.text, at)))
        if self._loose is not None:
            yield from self._loose.finditer(words.text, start)

    def _beginnings(self, words: Words) -> Set[str]:
        """Those of the list; with them those of the text whose first letter is enough for one of the list."""
        listed = self._by_beginning.keys()
        return listed | {one for one in words.starts if one[0] in self._letters} if self._letters else listed

    def _compile(self, beginning: str) -> re.Pattern[str]:
        """The alternatives that a word with these first letters may begin."""
        fitting = self._by_beginning.get(beginning, [])
        if len(beginning) == SIGHT:
            fitting = self._by_beginning.get(beginning[0], []) + fitting
        pattern = re.compile(rf"(?:{'|'.join(fitting)}){self._end}")
        # The letters of a text are its writer's choice: only those of the lists are kept.
        if beginning in self._by_beginning:
            self._compiled[beginning] = pattern
        return pattern


def split_alternatives(pattern: str) -> Iterator[str]:
    """The parts of ``a|b(?:c|d)|e`` at its outermost bars."""
    start = 0
    for index, sign, depth in _signs(pattern):
        if sign == "|" and depth == 0:
            yield pattern[start:index]
            start = index + 1
    yield pattern[start:]


def beginnings(pattern: str) -> set[str]:
    """The first two letters of every match, or the first where the second may vary; ``""`` when neither can be said."""
    firsts = _firsts(pattern)
    found: set[str] = set()
    for first, rest in firsts:
        if first == "":
            return {""}
        if len(first) == SIGHT:
            found.add(first)
            continue
        seconds = {second[:1] for second, _ in _firsts(rest)}
        found |= {first} if "" in seconds else {first + second for second in seconds}
    return found


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
