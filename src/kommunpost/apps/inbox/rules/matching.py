"""Which article answers a question: stems and compound parts, weighed by how rare they are (BM25). Pure.

Every suggestion says which of the asker's words it met, and shows the sentence that they stand in.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kommunpost.core.swedish.compounds import compound_parts
from kommunpost.core.swedish.search_words import normalise, runs, stem

SATURATION = 1.2
LENGTH_WEIGHT = 0.5
QUESTION_WEIGHT = 3
LEAST_SCORE = 5.0
"""A rare word of the title or the keywords, or two of the text."""
LEAST_SIZE = 50
"""A small base is held to be so large: with three articles no word would be rare."""
LONGEST_QUERY = 4_000
SHORTEST_WORD = 3
LONGEST_PASSAGE = 240
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_COMMON = frozenset(
    """
    och att det som för med den inte har jag till var kan ska från när men hej tack mvh hälsningar vill mig min mitt
    mina vi ni er ert era oss vår vårt våra är på om av en ett de dem du din ditt dina han hon hur vad vem vilka vilken
    man så då nu här där också bara eller efter före under över mot utan hos vid kommer skulle finns behöver undrar
    fråga frågor gärna svar får gör göra blir bli varit vara sedan idag dag kommun kommunen botkyrka the and you
    """.split()
)


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found. ``title`` weighs more than ``text``; ``keywords`` as much as the title."""

    id: int
    title: str
    text: str
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """``words``: the asker's words that were met, the weightiest first. ``passage``: the sentence that has most."""

    id: int
    score: float
    words: tuple[str, ...]
    passage: str


class Index:
    """Documents made ready for questions. Built once, asked often."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {one.id: one for one in documents}
        self._counts = {one.id: _weighed(one) for one in self._documents.values()}
        self._lengths = {pk: sum(counts.values()) for pk, counts in self._counts.items()}
        spread: Counter[str] = Counter()
        for counts in self._counts.values():
            spread.update(counts.keys())
        total = max(len(self._documents), LEAST_SIZE)
        self._rarity = {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in spread.items()}
        self._mean = sum(self._lengths.values()) / len(self._documents) if self._documents else 1.0

    def find(self, question: str, *, limit: int = 3, least: float = LEAST_SCORE) -> list[Hit]:
        """The best documents for ``question``, best first; none that share too little."""
        asked = terms_of(question[:LONGEST_QUERY])
        scored = ((pk, self._score(pk, asked)) for pk in self._documents)
        best = sorted(((score, -pk) for pk, score in scored if score >= least), reverse=True)[:limit]
        return [self._hit(-pk, score, asked) for score, pk in best]

    def _score(self, pk: int, asked: dict[str, str]) -> float:
        counts, length = self._counts[pk], self._lengths[pk] / self._mean
        total = 0.0
        for term in asked:
            if n := counts.get(term, 0):
                saturated = n * (SATURATION + 1) / (n + SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length))
                total += self._rarity[term] * saturated
        return total

    def _hit(self, pk: int, score: float, asked: dict[str, str]) -> Hit:
        met = sorted((term for term in asked if term in self._counts[pk]), key=lambda term: -self._rarity[term])
        words = tuple(dict.fromkeys(asked[term] for term in met))[:5]
        return Hit(pk, score, words, passage(self._documents[pk].text, met))


def terms_of(text: str) -> dict[str, str]:
    """Stems and parts of compounds -> the word as it stood. Words that every mail has are left out."""
    found: dict[str, str] = {}
    for word in runs(normalise(text)):
        if len(word) < SHORTEST_WORD or word in _COMMON or word.isdigit():
            continue
        for form in _forms(word):
            found.setdefault(form, word)
    return found


def passage(text: str, terms: Sequence[str]) -> str:
    """The sentence of ``text`` that has most of ``terms``; the first of equals."""
    wanted = frozenset(terms)
    sentences = [one.strip() for one in _SENTENCE.split(text) if one.strip()]
    if not sentences:
        return ""
    best = max(sentences, key=lambda one: len(wanted & terms_of(one).keys()))
    return best if len(best) <= LONGEST_PASSAGE else best[: LONGEST_PASSAGE - 1].rsplit(" ", 1)[0] + "…"


@lru_cache(maxsize=50_000)
def _forms(word: str) -> tuple[str, ...]:
    whole = stem(word)
    parts = compound_parts(word) or compound_parts(whole)
    return tuple(dict.fromkeys((whole, *(stem(part) for part in parts))))


def _weighed(document: Document) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, weight in (
        (document.title, QUESTION_WEIGHT),
        (document.keywords, QUESTION_WEIGHT),
        (document.text, 1),
    ):
        for word in runs(normalise(text)):
            if len(word) >= SHORTEST_WORD and word not in _COMMON:
                counts.update(dict.fromkeys(_forms(word), weight))
    return counts


def groups_of_alike(texts: Sequence[str], *, least: float = 0.5) -> list[tuple[int, ...]]:
    """Places of texts that say much the same (Jaccard of their terms), greedily, largest groups first."""
    sets = [frozenset(terms_of(text)) for text in texts]
    groups: list[list[int]] = []
    for place, terms in enumerate(sets):
        home = next((group for group in groups if _alike(sets[group[0]], terms) >= least), None)
        if home is None:
            groups.append([place])
        else:
            home.append(place)
    return sorted((tuple(group) for group in groups), key=lambda group: (-len(group), group))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0
