"""Which characters a PDF can show, and where a long word may be broken."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

MOST_TRIED = 200
"""Characters that one extract asks the fonts about, the most frequent first: each question costs some 7 ms, and a
single mail may hold ten thousand different ones. The rest is written as numbers."""

_LATIN_END = "\u024f"
_NO_FONT = (("\u2e80", "\uf8ff"), ("\U00010000", "\U0010ffff"))
"""Han, Hangul and private use; and beyond the first plane, emoji: the fonts in Typst have none of them."""
_FITS = 26
_PIECE = 14
"""Widths, in narrow letters, of what any column takes whole, and of the pieces that a longer word is broken into."""
_WORD = re.compile(r"\S+")
_AFTER = re.compile(r"(?<=[-@._/:\]])")


def is_certain(one: str) -> bool | None:
    """Whether the fonts have the character; None where only they know."""
    if unicodedata.category(one) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}:
        return False
    if one <= _LATIN_END:
        return True
    return False if any(first <= one <= last for first, last in _NO_FONT) else None


def hidden_in(texts: Iterable[str], *, can_show: Callable[[str], bool]) -> dict[int, str]:
    """The characters of ``texts`` that cannot be shown, as a table for ``str.translate``: ``[U+1F600]`` for each.

    PDF/A forbids a character that cannot be shown; and nothing may vanish from a log, nor turn the text around it.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        if not (text.isascii() and text.isprintable()):
            counts.update(text)
    verdicts = {one: is_certain(one) for one in counts}
    unknown = [one for one, _number in counts.most_common() if verdicts[one] is None]
    verdicts |= {one: can_show(one) for one in unknown[:MOST_TRIED]}
    return {ord(one): f"[U+{ord(one):04X}]" for one, verdict in verdicts.items() if not verdict}


def pieces(text: str) -> str | list[str]:
    """``text``, or where a word is too long for a column, its pieces: between two of them a line may end."""
    if all(_width(word) <= _FITS for word in _WORD.findall(text)):
        return text
    cut = [piece for word in re.split(r"(?<=\s)", text) for piece in _cut(word)]
    return cut or text


def _width(word: str) -> int:
    return len(word) + sum(not (one.islower() or one in ".,-:;()[]'1il") for one in word)


def _cut(word: str) -> list[str]:
    if _width(word.strip()) <= _FITS:
        return [word]
    parts = _AFTER.split(word)
    return [part[at : at + _PIECE] for part in parts for at in range(0, len(part), _PIECE)]
