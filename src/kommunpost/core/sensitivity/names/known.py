"""Names that are known beforehand (headers, thread, directory) or found for certain, in every form they may take."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from kommunpost.core.sensitivity.names.gazetteer import Word
from kommunpost.core.sensitivity.names.tokens import LINE_END, Tokens

_PART = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTEST = 2
_SHORT = 3
_AS_WRITTEN, _LOWER_CASE, _ORDINARY_WORD, _DOUBTFUL = 0.95, 0.85, 0.6, 0.3
_NEVER = frozenset(
    """
    kommun kommunen ab hb kb info enheten förvaltningen nämnden kontaktcenter registrator kontakt the via och von af de
    van för
    """.split()
)
SENTENCE_ENDS = frozenset(".!?:\n>•-–*")


@lru_cache(maxsize=20_000)
def folded(lower: str) -> str:
    """``åsa`` -> ``asa``: as names stand in addresses."""
    return (
        "".join(one for one in unicodedata.normalize("NFD", lower) if not unicodedata.combining(one))
        .replace("ø", "o")
        .replace("ł", "l")
    )


def parts(names: Iterable[str]) -> frozenset[str]:
    """The words of the names, folded: "Ferm-Larsson, Agneta" -> agneta, ferm-larsson, ferm, larsson."""
    found: set[str] = set()
    for name in names:
        for piece in _PART.findall(name):
            lower = piece.lower()
            found.update(
                folded(one) for one in (lower, *lower.split("-")) if len(one) >= _SHORTEST and one not in _NEVER
            )
    return frozenset(found)


def raise_known(tokens: Tokens, chances: dict[int, float], known: frozenset[str]) -> None:
    """Lift the chance of each word that is part of a known name, also genitives, capitals and lower case. In place."""
    if not known:
        return
    words = tokens.words
    for index, word in enumerate(words):
        if word.shape in ".9\n" or not _is_known(word, known):
            continue
        certainty = _certainty(words, index, word, chances.get(index, 0.0))
        if certainty > chances.get(index, 0.0):
            chances[index] = certainty


def _is_known(word: Word, known: frozenset[str]) -> bool:
    lower = folded(word.lower)
    return lower in known or (lower.endswith("s") and lower[:-1] in known)


def _certainty(words: list[Word], index: int, word: Word, chance: float) -> float:
    before = words[index - 1] if index else LINE_END
    ordinary = word.ordinary > 0 or word.place > 0
    if word.shape == "a":
        return 0.0 if ordinary or len(word.text) <= _SHORT else _LOWER_CASE
    if not ordinary:
        return _AS_WRITTEN
    if before.text in SENTENCE_ENDS:
        # "Per dag", "Hans bil": the classifier must think so too.
        return _ORDINARY_WORD if chance > _DOUBTFUL else 0.0
    return _AS_WRITTEN if not word.place else max(_ORDINARY_WORD, chance) if chance > _DOUBTFUL else 0.0
