"""The paragraphs of a mail: runs of lines between blank lines."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
LIST_LINE = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``is_list``: it has list marks."""

    start: int
    end: int
    words: int
    is_list: bool


def paragraphs(own: str, *, count: Callable[[int, int], int]) -> Iterator[Paragraph]:
    """``count``: how many words begin between two places of ``own``."""
    start = 0
    for end, following in (*(gap.span() for gap in BLANK_LINES.finditer(own)), (len(own), len(own))):
        words = count(start, end)
        if words:
            text = own[start:end]
            begin = start + len(text) - len(text.lstrip())
            is_list = len(LIST_LINE.findall(text)) > 1
            yield Paragraph(begin, start + len(text.rstrip()), words, is_list)
        start = following
