"""``short-structured``: a wall of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kommunpost.core.advice.anatomy import WORD, Anatomy
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body

BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
LIST_LINE = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]", re.MULTILINE)
TOO_LONG = 1.6
"""A text with paragraphs and lists may be this much longer than the municipality's mark before it is too long."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    end: int
    words: int
    is_list: bool


def check(anatomy: Anatomy) -> Iterator[Finding]:
    limits = anatomy.context.profile.advice
    parts = tuple(paragraphs(anatomy.own))
    longest = max(parts, key=lambda one: one.words, default=None)
    if longest is None:
        return
    total = sum(one.words for one in parts)
    place = in_body(longest.start, longest.end)
    if longest.words >= limits.long_paragraph_words and not longest.is_list:
        says = (
            f"Ett stycke har {longest.words} ord. Dela upp det, börja med det viktigaste och använd en lista om du "
            "har flera punkter."
        )
        yield finding("short-structured", says, place, words=anatomy.own[longest.start : longest.end])
    elif total >= TOO_LONG * limits.long_text_words:
        says = f"Mejlet har {total} ord. Korta det, eller lägg bakgrunden i ett dokument."
        yield finding("short-structured", says, place, words=anatomy.own[longest.start : longest.end])


def paragraphs(own: str) -> Iterator[Paragraph]:
    """Runs of lines between blank lines. A run with list marks is a list."""
    start = 0
    for end, following in (*(gap.span() for gap in BLANK_LINES.finditer(own)), (len(own), len(own))):
        text = own[start:end]
        words = len(WORD.findall(text))
        if words:
            begin = start + len(text) - len(text.lstrip())
            is_list = len(LIST_LINE.findall(text)) > 1
            yield Paragraph(begin, start + len(text.rstrip()), words, is_list)
        start = following
