"""The list of bureaucratic words with plain ones, and finding them in a text by looking words up."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from kommunpost.core.advice.words import lines

TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
PREFIX_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """``weight``: 3 out of use or legal jargon, 2 office Swedish, 1 only in company. ``fits``: can be put in its place.

    ``plain`` is empty where the word is best left out.
    """

    words: tuple[str, ...]
    plain: str
    weight: int
    fits: bool


@dataclass(frozen=True, slots=True)
class Hit:
    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WordList:
    """``phrases`` by their first word, the longest first; ``stems`` by their first four letters.

    ``seconds``: the second words of phrases by the first, "" where a phrase is that word alone.
    """

    phrases: Mapping[str, Sequence[Entry]]
    stems: Mapping[str, Sequence[Entry]]
    seconds: Mapping[str, Set[str]]

    def find(self, text: str) -> Iterator[Hit]:
        """The hits in ``text``, from the front, the longest first, never overlapping."""
        folded = [word.casefold() for word in TOKEN.findall(text)]
        found, after = [], 0
        for index in self._may_begin(folded):
            entry = self._at(folded, index) if index >= after else None
            if entry is not None:
                after = index + len(entry.words)
                found.append((entry, index, after - 1))
        if found:
            # Few texts have any: only then places are needed.
            places = [token.span() for token in TOKEN.finditer(text)]
            yield from (Hit(entry, places[first][0], places[last][1]) for entry, first, last in found)

    def _may_begin(self, folded: Sequence[str]) -> list[int]:
        """Where a stem stands, or the first word of a phrase and its second."""
        firsts, stems, seconds = self.phrases, self.stems, (*folded[1:], "")
        places = [at for at, word in enumerate(folded) if word in firsts or word[:PREFIX_LENGTH] in stems]
        return [
            at for at in places if folded[at][:PREFIX_LENGTH] in stems or {"", seconds[at]} & self.seconds[folded[at]]
        ]

    def _at(self, folded: Sequence[str], index: int) -> Entry | None:
        word = folded[index]
        for entry in self.phrases.get(word, ()):
            if tuple(folded[index : index + len(entry.words)]) == entry.words:
                return entry
        return next((one for one in self.stems.get(word[:PREFIX_LENGTH], ()) if word.startswith(one.words[0])), None)


@lru_cache(maxsize=1)
def word_list() -> WordList:
    """The list in ``words/bureaucratic.txt``. A line of the wrong form stops the program."""
    phrases: dict[str, list[Entry]] = {}
    stems: dict[str, list[Entry]] = {}
    for line in lines("bureaucratic.txt"):
        for entry in _entries(line):
            if entry.words[-1].endswith("*"):
                stem = Entry((entry.words[0].rstrip("*"),), entry.plain, entry.weight, fits=False)
                stems.setdefault(stem.words[0][:PREFIX_LENGTH], []).append(stem)
            else:
                phrases.setdefault(entry.words[0], []).append(entry)
    longest_first = {word: sorted(found, key=lambda one: -len(one.words)) for word, found in phrases.items()}
    seconds = {word: {"".join(one.words[1:2]) for one in found} for word, found in phrases.items()}
    return WordList(longest_first, stems, seconds)


def _entries(line: str) -> Iterator[Entry]:
    weight, rest = int(line[0]), line[2:]
    for form in rest.split(";"):
        fits = "=" in form
        words, plain = form.split("=" if fits else "~")
        yield Entry(tuple(words.strip().split()), plain.strip(), weight, fits)
