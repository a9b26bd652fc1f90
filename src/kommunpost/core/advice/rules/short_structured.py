"""``short-structured``: a wall of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kommunpost.core.advice.anatomy import WORD, Anatomy
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body

PARAGRAPH = re.compile(r"\S(?:.*?\S)?(?=\s*(?:\n[ \t]*\n|\Z))", re.DOTALL)
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
    for found in PARAGRAPH.finditer(own):
        words = len(WORD.findall(found[0]))
        if words:
            is_list = len(LIST_LINE.findall(found[0])) > 1
            yield Paragraph(found.start(), found.end(), words, is_list)
