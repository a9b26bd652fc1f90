"""Text of a mail -> its sentences, with their places. Bounded: one pass over the text, no pattern that backtracks."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kommunpost.core.swedish.abbreviations import ABBREVIATIONS, OFTEN_LAST

_STOP = re.compile(
    r"[.!?…\n](?:(?<!\n)[.!?…]*[\"'”’»)\]]{0,3}(?=\s|$)"
    r"|(?<=\n)(?:[ \t]*(?=\n)|(?=[ \t]*(?:[-*•–—>·]|\d{1,3}[.)])[ \t])))"
)
"""It begins with a sign, which ``re`` looks for quickly."""
_LAST_WORD_REVERSED = re.compile(r"[\w.:]*")
_LINE_BEGIN = re.compile(r"[ \t>]*(.)", re.DOTALL)
_NEXT = re.compile(r"\s*+[\"'”’»(\[–-]{0,2}\s*+(\S)")
"""It gives no blank back: a long run of them, as blanked out quotes are, would be tried in every cut."""
_LONGEST_SHORT_LINE = 60
_LONGEST_TINY_WORD = 3
_INITIAL = 2
_TOO_LONG = max(len(part) for one in ABBREVIATIONS for part in one.split(".")) + 1
"""Letters of which no abbreviation has so many in a row."""
_NUMBERED = re.compile(r"(?:^|\n)[ \t>]*\d{1,3}$")


class Sentence(NamedTuple):
    """``text[start:end]``, without white space at its ends. ``terminated``: it ends with ``.``, ``!``, ``?`` or ``…``;
    headings, list items and greetings do not.
    """

    start: int
    end: int
    terminated: bool

    def of(self, text: str) -> str:
        """The sentence's own words."""
        return text[self.start : self.end]


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of ``text`` in order.

    A full stop ends one unless it belongs to an abbreviation ("bl.a.", "kl. 12"), an ordinal ("den 3. mars") or an
    initial ("H. Ek"). A blank line and a new list item end one as well; a short line before a line that begins with a
    capital letter is a heading or a greeting. Never raises.
    """
    found: list[Sentence] = []
    start = 0
    for end in (*_ends(text), len(text)):
        found.extend(_lines_of(text, start, end))
        start = end
    return tuple(found)


def _ends(text: str) -> Iterator[int]:
    for stop in _STOP.finditer(text):
        if text[stop.start()] == "\n" or text[stop.start()] in "!?…" or _is_full_stop(text, stop):
            yield stop.end()


def _is_full_stop(text: str, stop: re.Match[str]) -> bool:
    place, end = stop.span()
    if text[end : end + 1] == " " and text[end + 1 : end + 2].isupper() and text[place - _TOO_LONG : place].isalnum():
        # A long word, a stop, a capital letter: half of all, and nothing more to ask.
        return True
    following = _NEXT.match(text, stop.end())
    if following is None:
        return True
    before = text[max(0, stop.start() - 24) : stop.start()]
    last = _LAST_WORD_REVERSED.match(before[::-1])
    word = (last[0][::-1] if last else "").lower() + "."
    begins_new = following[1].isupper() or following[1].isdigit()
    if not begins_new and "\n" not in text[stop.end() : following.start(1)]:
        # "…!" before a lower-case letter is somebody's own way of writing; a dot there is an abbreviation or a slip.
        return len(word) > _LONGEST_TINY_WORD and word not in ABBREVIATIONS and "." not in word[:-1]
    if word in ABBREVIATIONS:
        return word in OFTEN_LAST and following[1].isupper()
    if before[-1:].isdigit() and _NUMBERED.search(before):
        return False
    is_initial = len(word) == _INITIAL and word[0].isalpha() and before[-1:].isupper()
    return not is_initial


def _lines_of(text: str, start: int, end: int) -> Iterator[Sentence]:
    """Part headings, greetings and signature lines off: a line that ends short, without a comma, before a capital."""
    begin = start
    line_start, position = start, text.find("\n", start, end)
    while position >= 0:
        if 0 < len(text[line_start:position].strip()) < _LONGEST_SHORT_LINE:
            following = _LINE_BEGIN.match(text, position + 1, end)
            if following and _begins_line(following[1]):
                yield from _trimmed(text, begin, position)
                begin = position + 1
        line_start = position + 1
        position = text.find("\n", line_start, end)
    yield from _trimmed(text, begin, end)


def _begins_line(first: str) -> bool:
    return first.isupper() or first.isdigit()


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    written = text[start:end].rstrip()
    kept = written.lstrip()
    if kept:
        terminated = kept.rstrip("\"'”’»)]").endswith((".", "!", "?", "…"))
        yield Sentence(start + len(written) - len(kept), start + len(written), terminated)
