"""What it means that a row matches what somebody searches for. The one truth: every index only finds what to ask here.

A search is words parted by blanks; all must match, each somewhere in the fields that it is asked of. A word matches a
text that
contains it, or that holds another form of it (the same stem): ``ansökan`` finds ``bygglovsansökan``, ``handling`` finds
``handlingarna``. A word of one or two letters matches whole words only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from kommunpost.core.swedish.search_words import LONGEST_PROBE, LONGEST_WORD, normalise, runs, stem

SHORTEST_PART = 3
_AROUND = "\"'”“,;:()!?"

SENDER, RECIPIENTS, SUBJECT = 0, 1, 2
ALL_FIELDS = (SENDER, RECIPIENTS, SUBJECT)
Texts = tuple[str, str, str]
"""Sender, recipients and subject of a row, as stored."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a search, normalised. ``stem`` is empty where only the very letters count."""

    text: str
    stem: str = ""

    def matches(self, text: str) -> bool:
        """Whether ``text`` (as stored) matches."""
        form = _form(text)
        if len(self.text) < SHORTEST_PART and self.text.isalnum():
            return self.text in form and self.text in runs(form)
        # A stem begins its word: where its letters are nowhere, nothing need be stemmed.
        return self.text in form or bool(self.stem and self.stem in form and self.stem in _stems(form))


@dataclass(frozen=True, slots=True)
class Condition:
    """A term, and the fields of which at least one must match it."""

    term: Term
    fields: tuple[int, ...]

    def holds(self, texts: Texts) -> bool:
        return any(self.term.matches(texts[field]) for field in self.fields)


class Place(Enum):
    """Where in a word of the vocabulary a part of a term must lie."""

    WHOLE = "whole"
    START = "start"
    END = "end"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Part:
    """What the vocabulary is asked for: words that hold ``text`` at ``place``, and those with this ``stem``."""

    text: str
    place: Place
    stem: str = ""


def parse_terms(text: str) -> tuple[Term, ...]:
    """The terms of a search as typed. Those without a letter or digit say nothing and are left out."""
    words = (word.strip(_AROUND) for word in normalise(text).split())
    return tuple(dict.fromkeys(_term(word) for word in words if runs(word)))


def conditions_of(*, text: str, sender: str, recipient: str, subject: str) -> tuple[Condition, ...]:
    """The conditions of a search, all of which must hold. ``text`` may match in any field."""
    asked = ((text, ALL_FIELDS), (sender, (SENDER,)), (recipient, (RECIPIENTS,)), (subject, (SUBJECT,)))
    return tuple(Condition(term, fields) for typed, fields in asked for term in parse_terms(typed))


def all_hold(conditions: Iterable[Condition], texts: Texts) -> bool:
    """Whether a row with these texts is an answer."""
    return all(condition.holds(texts) for condition in conditions)


def parts_of(term: Term) -> list[Part]:
    """The parts that every matching text has words for. A text that has words for them all need not match: ask
    ``matches``.
    """
    words = runs(term.text)
    if words == [term.text]:
        whole = len(term.text) < SHORTEST_PART
        return [_part(term.text, Place.WHOLE if whole else Place.ANYWHERE, stem_=term.stem)]
    last = len(words) - 1
    places = [Place.WHOLE] * len(words)
    if term.text.startswith(words[0]):
        places[0] = Place.END
    if term.text.endswith(words[last]):
        # The only word of the term, with a sign before it (``@mejl``), or the last of many.
        places[last] = Place.START
    return [_part(word, place) for word, place in zip(words, places, strict=True)]


def _part(text: str, place: Place, *, stem_: str = "") -> Part:
    if len(text) <= LONGEST_PROBE or (place is Place.WHOLE and len(text) <= LONGEST_WORD):
        return Part(text, place, stem_)
    return Part(text[:LONGEST_PROBE], Place.ANYWHERE, stem_)


def _term(word: str) -> Term:
    has_stem = word.isalpha() and SHORTEST_PART <= len(word) <= LONGEST_WORD
    return Term(word, stem(word) if has_stem else "")


@lru_cache(maxsize=20_000)
def _form(text: str) -> str:
    return normalise(text)


@lru_cache(maxsize=20_000)
def _stems(form: str) -> frozenset[str]:
    return frozenset(stem(word) for word in runs(form) if word.isalpha() and len(word) <= LONGEST_WORD)
