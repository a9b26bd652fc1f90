"""How hard a text is to read: LIX (Björnsson, Läsbarhet, 1968), as Swedish authorities use it, and its parts."""

import re
from dataclasses import dataclass

from kommunpost.core.swedish.sentences import sentences

_WORD = re.compile(r"[^\W\d_]+(?:[-:’'][^\W\d_]+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,190}")
LONG_WORD = 7
"""Letters from which on a word is long: more than six, as Björnsson has it."""
FEWEST_WORDS = 30
"""With fewer words the figure says little; ``Readability.certain`` is false then."""


@dataclass(frozen=True, slots=True)
class Readability:
    """``words`` and ``long_words`` counted, ``sentences`` with at least one word.

    ``lix``: 25 children's books, 30–40 fiction, 40–50 newspapers, 50–60 official texts, above 60 hard.
    """

    words: int
    long_words: int
    sentences: int

    @property
    def words_per_sentence(self) -> float:
        """Mean length of a sentence; 0 for a text without words."""
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def lix(self) -> float:
        """Words a sentence plus the percentage of long words; 0 for a text without words."""
        return self.words_per_sentence + 100 * self.long_words / self.words if self.words else 0.0

    @property
    def certain(self) -> bool:
        """Whether there are words enough for ``lix`` to mean something."""
        return self.words >= FEWEST_WORDS


def readability(text: str) -> Readability:
    """Count ``text``: running text, signature and quotes already taken off by the caller. Addresses and links are left
    out; a heading or a list item counts as a sentence of its own.
    """
    words = long_words = counted = 0
    plain = _LINK.sub(" ", text)
    for sentence in sentences(plain):
        lengths = [len(word) for word in _WORD.findall(sentence.of(plain))]
        words += len(lengths)
        long_words += sum(length >= LONG_WORD for length in lengths)
        counted += bool(lengths)
    return Readability(words=words, long_words=long_words, sentences=counted)
