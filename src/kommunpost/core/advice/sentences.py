"""Sentences as the rules look at them: with their words in lower case, without list marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kommunpost.core.swedish.sentences import sentences

LIST_MARK = re.compile(r"(?:[-*•–—·]|\d{1,2}[.)])[ \t]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text`` as written, ``start`` and ``end`` its place; ``folded`` in lower case, one space between words."""

    text: str
    start: int
    end: int
    folded: str


def split_sentences(text: str, start: int) -> Iterator[Sentence]:
    """The sentences of ``text`` from ``start`` on."""
    for found in sentences(text[start:]):
        begin, end = found.start + start, found.end + start
        mark = LIST_MARK.match(text, begin, end)
        begin = mark.end() if mark else begin
        words = text[begin:end]
        if words:
            yield Sentence(words, begin, end, " ".join(words.casefold().split()))
