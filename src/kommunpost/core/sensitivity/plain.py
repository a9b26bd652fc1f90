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
_BEYOND = re.compile("[^\u0000-\u00ac\u00ae-\u02ff]")
"""The only characters that may be left out, or be marks on others."""
_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\v\f\r]")
_DASH = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_LINE = re.compile("[\u2028\u2029]")
_ODD_LATIN = ("\u00a0", "\u00ad", "\r", "\t", "\v", "\f")
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
    if _is_latin(text):
        # Nothing to compose, and few odd characters to look for: four mails in five.
        if not any(odd in text for odd in _ODD_LATIN):
            return Plain(text)
        composed = True
    else:
        composed = unicodedata.is_normalized("NFC", text)
    if composed and not _ODD.search(text):
        return Plain(text)
    if composed and not _DROPPED.search(text):
        return Plain(_same_length(text))
    return _mapped(text)


def _is_latin(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _same_length(text: str) -> str:
    text = _BLANK.sub(" ", text)
    return _LINE.sub("\n", _DASH.sub("-", text)).translate(_FULLWIDTH_DIGITS)


def _mapped(text: str) -> Plain:
    """Copies what needs nothing, and makes one cluster (a letter and its marks) at a time of the rest."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _BEYOND.finditer(text):
        place = match.start()
        if place < done or not _needs_work(text[place]):
            continue
        begin = place - 1 if unicodedata.combining(text[place]) and place > done else place
        out.append(text[done:begin])
        starts.extend(range(done, begin))
        ends.extend(range(done + 1, begin + 1))
        done = _end_of_cluster(text, place)
        made = _DROPPED.sub("", unicodedata.normalize("NFC", text[begin:done]))
        out.append(made)
        starts.extend(range(begin, begin + len(made)))
        ends.extend([*range(begin + 1, begin + len(made)), done] if made else [])
    out.append(text[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    return Plain(_same_length("".join(out)), tuple(starts), tuple(ends))


def _needs_work(letter: str) -> bool:
    return bool(unicodedata.combining(letter) or _DROPPED.match(letter) or not unicodedata.is_normalized("NFC", letter))


def _end_of_cluster(text: str, place: int) -> int:
    place += 1
    while place < len(text) and unicodedata.combining(text[place]):
        place += 1
    return place
