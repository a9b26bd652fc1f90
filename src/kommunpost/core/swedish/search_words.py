"""Text -> the words by which it is found. Pure and cheap: the log runs it over every address and subject."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

LONGEST_WORD = 64
"""A longer run (base64, a pasted link) is kept as overlapping pieces of this length."""

LONGEST_PROBE = LONGEST_WORD // 2
"""Every part of a run that is at most this long lies whole in one of the run's pieces."""

_RUN = re.compile(r"[^\W_]+")
_STEMMER = snowballstemmer.stemmer("swedish")


def normalise(text: str) -> str:
    """The form in which texts are compared: Unicode NFC, lower case. ``å`` stays ``å``: it is a letter, not an accented
    ``a``.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def runs(normalised: str) -> list[str]:
    """The runs of letters and digits in a normalised text, in order, repeats kept. ``@ . - _ + /`` and blanks part
    them.
    """
    return _RUN.findall(normalised)


def tokens(text: str) -> list[str]:
    """The words of ``text``, in order, repeats kept: ``"Anna.Ek@mejl.example"`` -> ``["anna", "ek", "mejl",
    "example"]``.

    No word is longer than ``LONGEST_WORD``.
    """
    words: list[str] = []
    for run in runs(normalise(text)):
        if len(run) <= LONGEST_WORD:
            words.append(run)
        else:
            words.extend(_pieces(run))
    return words


def _pieces(run: str) -> list[str]:
    step = LONGEST_WORD - LONGEST_PROBE
    return [run[start : start + LONGEST_WORD] for start in range(0, len(run) - LONGEST_PROBE, step)]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The Snowball stem of one normalised Swedish word: ``"handlingarna"`` -> ``"handling"``. A word with a digit is
    its own stem.
    """
    if not word.isalpha():
        return word
    return str(_STEMMER.stemWord(word))
