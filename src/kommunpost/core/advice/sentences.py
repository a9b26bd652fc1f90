"""Sentences of a mail: prose, list items and headings, with their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ABBREVIATIONS = frozenset(
    """t ex dvs d v s bl a m fl osv etc kl ca tel tfn nr st s k o eller f d p g a fr o m t om mm jfr resp ev obs ang
    avd kap art max min mvh m v h inkl exkl sid jan feb mar apr jun jul aug sep sept okt nov dec mån tis ons tors fre
    lör sön bil dnr enl forts mdr milj mkr tkr prof dr ing""".split()
)
END = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|\Z)|\n[ \t]*\n|\n(?=[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t])|:(?=[ \t]*\n)")
LAST_WORD = re.compile(r"([^\W\d_]+|\d+)\.\Z")
LIST_MARK = re.compile(r"\s*(?:(?:[-*•–]|\d{1,2}[.)])[ \t]+)?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text`` as written, ``start`` and ``end`` its place; ``folded`` in lower case, one space between words."""

    text: str
    start: int
    end: int
    folded: str


def split_sentences(text: str, start: int) -> Iterator[Sentence]:
    """The sentences of ``text`` from ``start`` on. ``t.ex.``, ``kl. 9``, ``11 kap. 5 §`` and ``1.`` do not end one."""
    begin = start
    for found in END.finditer(text, start):
        if _goes_on(text, begin, found):
            continue
        yield from _sentence(text, begin, found.end())
        begin = found.end()
    yield from _sentence(text, begin, len(text))


def _goes_on(text: str, begin: int, found: re.Match[str]) -> bool:
    if found[0] != ".":
        return False
    last = LAST_WORD.search(text, begin, found.end())
    if last is None:
        return False
    following = text[found.end() :].lstrip(" ")[:1]
    if last[1].isdigit():
        # "1. En skiss" at the start of a line is a list; "12. Sedan" ends a sentence.
        return not text[begin : last.start()].strip()
    return last[1].casefold() in ABBREVIATIONS and not following.isupper()


def _sentence(text: str, begin: int, end: int) -> Iterator[Sentence]:
    mark = LIST_MARK.match(text, begin, end)
    begin = mark.end() if mark else begin
    words = text[begin:end].rstrip()
    if words:
        yield Sentence(words, begin, begin + len(words), " ".join(words.casefold().split()))
