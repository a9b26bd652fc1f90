"""Whether a text tells something private of somebody who can be recognised.

Two things must come together: somebody is pointed out (a personal identity number, a name that is neither the writer's
nor a reader's nor a colleague's, initials, an address), and close by stands what is private. ``core.sensitivity`` finds
people and private matters; ``words/private.txt`` adds words that are private only beside a person.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from kommunpost.core.advice.words import phrases
from kommunpost.core.advice.words.phrases import Phrases, Words
from kommunpost.core.sensitivity import Label, Span, find_spans
from kommunpost.core.sensitivity.sensitive import sensitive_places

IDENTITY = frozenset({Label.PERSON, Label.PERSONNUMMER, Label.ADDRESS})
PRIVATE = frozenset({Label.HEALTH, Label.SOCIAL, Label.CRIME, Label.RELIGION_ETHNICITY, Label.UNION_POLITICAL})
NEAR = 280
"""Characters between a person and what is told of them: two or three sentences."""
SURE = 0.7
SIX_DIGITS = re.compile(r"\d{6}")
NUMBER = re.compile(r"\d{6}[-+–\s]?\d{4}|\d{8}[-+–\s]?\d{4}")
OF_THE_READER = re.compile(r"\b(?:du|dig|din|ditt|dina)\b", re.IGNORECASE)
FEWEST_OF_THE_READER = 2
WEAK = re.compile(
    r"^(?:gått bort|avlid\w*|död\w*|dog|trygghetslarm\w*|hemtjänst\w*"
    r"|insats\w*|medicin\w*|gravid\w*|allergi\w*|rullstol\w*|blind|placer\w*|våld\w*|hota\w*|full på|dricker"
    r"|slagit|läkarintyg\w*|"
    r"sjukdom\w*|diagnos\w*|stöld\w*|bup|umgänge\w*|brukare\w*|vräk\w*|häkt\w*|matas|ångest\w*)$",
    re.IGNORECASE,
)
"""Private words that also stand in general information."""


@dataclass(frozen=True, slots=True)
class Secret:
    """``start`` to ``end`` holds what is private; ``words`` are short enough to show."""

    start: int
    end: int
    words: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A text, its words sorted, and where in it the text proper begins."""

    text: str
    words: Words
    start: int = 0


@lru_cache(maxsize=1)
def _private_words() -> Phrases:
    return phrases("private.txt")


def secrets(told: Told, *, known: frozenset[str], to_outsider: bool) -> Iterator[Secret]:
    """What in a text should not go by mail. ``known``: names, in lower case, that point out nobody."""
    text = " " * told.start + told.text[told.start :]
    words = [found.span() for found in _private_words().find(told.words, start=told.start)]
    words += sensitive_places(text)
    numbers = [found.span() for found in NUMBER.finditer(text)] if SIX_DIGITS.search(text) else []
    spans = [one for window in _windows(len(text), [*words, *numbers]) for one in _spans(text, *window)]
    words += [(one.start, one.end) for one in spans if one.label in PRIVATE]
    yield from _numbers(text, spans)
    people = [one for one in spans if one.label in IDENTITY and not _is_known(text, one, known)]
    yield from _told_of(text, people, words)
    if to_outsider:
        yield from _told_of_reader(text, words)


def _windows(length: int, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The passages around the places, joined where they meet: names are costly to look for, and only count there."""
    windows: list[tuple[int, int]] = []
    for start, end in sorted(places):
        first, last = max(start - NEAR, 0), min(end + NEAR, length)
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(last, windows[-1][1]))
        else:
            windows.append((first, last))
    return windows


def _spans(text: str, start: int, end: int) -> Iterator[Span]:
    """The spans of a passage, which is widened to whole words."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    for one in find_spans(text[start:end]):
        yield replace(one, start=one.start + start, end=one.end + start)


def _numbers(text: str, spans: Iterable[Span]) -> Iterator[Secret]:
    for one in spans:
        if one.label == Label.PERSONNUMMER and one.confidence >= SURE:
            yield Secret(one.start, one.end, text[one.start : one.end], is_number=True)


def _is_known(text: str, one: Span, known: frozenset[str]) -> bool:
    if one.label != Label.PERSON:
        return False
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text[one.start : one.end].casefold())
    return bool(words) and all(word in known or word.removesuffix("s") in known for word in words)


def _told_of(text: str, people: Iterable[Span], words: list[tuple[int, int]]) -> Iterator[Secret]:
    people = tuple(people)
    for start, end in words:
        if any(start - NEAR <= one.end and one.start <= end + NEAR for one in people):
            yield Secret(start, end, text[start:end])


def _told_of_reader(text: str, words: list[tuple[int, int]]) -> Iterator[Secret]:
    """ "Du placerades i familjehem": two private matters in a passage about the reader, none of them a general word."""
    strong = [(start, end) for start, end in words if not WEAK.match(text[start:end])]
    if len({text[start:end].casefold() for start, end in strong}) < FEWEST_OF_THE_READER:
        return
    start, end = strong[0]
    if OF_THE_READER.search(text, max(start - NEAR // 2, 0), end + NEAR // 2):
        yield Secret(start, end, text[start:end])
