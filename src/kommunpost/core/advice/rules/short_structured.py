"""``short-structured``: a wall of text."""

from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body

TOO_LONG = 1.6
"""A text with paragraphs and lists may be this much longer than the municipality's mark before it is too long."""


def check(anatomy: Anatomy) -> Iterator[Finding]:
    limits = anatomy.context.profile.advice
    parts = anatomy.paragraphs
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
