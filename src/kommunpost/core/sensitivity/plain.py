"""The text as the patterns read it, and the way back to the original.

Soft hyphens and zero-width characters are left out, all blanks become a space, all dashes a hyphen, and letters are
composed (NFC): "1964–08‑23\u00a03234" and "640823-3234" are then looked for alike. Most texts need nothing of it.
"""

import re
import unicodedata
from dataclasses import dataclass

_ODD = re.compile(
    "[\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u2015\u2028-\u202f\u205f-\u206f\u2212\u3000"
    "\ufe00-\ufe0f\ufe58\ufe63\ufeff\uff0d\uff10-\uff19\r\t\v\f]"
)
_DROPPED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\v\f\r]")
_DASH = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_LINE = re.compile("[\u2028\u2029]")
_FULLWIDTH_ZERO = 0xFF10
_FULLWIDTH_DIGITS = {_FULLWIDTH_ZERO + digit: str(digit) for digit in range(10)}


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` to look in. ``starts`` and ``ends``: where each of its characters stands in the original; empty when
    every character stands where it stood.
    """

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of ``text[start:end]``, ``start < end``."""
        if not self.starts:
            return start, end
        return self.starts[start], self.ends[end - 1]


def plain(text: str) -> Plain:
    """Make ``text`` readable for the patterns. Costs two looks at it when there is nothing to do."""
    composed = text.isascii() or unicodedata.is_normalized("NFC", text)
    if composed and not _ODD.search(text):
        return Plain(text)
    if composed and not _DROPPED.search(text):
        return Plain(_same_length(text))
    return _mapped(text)


def _same_length(text: str) -> str:
    text = _BLANK.sub(" ", text)
    return _LINE.sub("\n", _DASH.sub("-", text)).translate(_FULLWIDTH_DIGITS)


def _mapped(text: str) -> Plain:
    """One cluster (a letter and its marks) at a time."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    while place < len(text):
        end = place + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        made = _DROPPED.sub("", unicodedata.normalize("NFC", text[place:end]))
        out.append(made)
        for offset in range(len(made)):
            starts.append(place + offset)
            ends.append(end if offset == len(made) - 1 else place + offset + 1)
        place = end
    return Plain(_same_length("".join(out)), tuple(starts), tuple(ends))
