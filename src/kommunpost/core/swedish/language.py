"""Which language a mail is in. Small words for the Latin alphabet, letters for the others; no model to load.

Made for short mail to a Swedish municipality: four words must be enough, and Norwegian and Danish count as Swedish,
which they are taken for in short texts and are answered as. Compared with py3langid in ADR 0018.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from kommunpost.core.swedish.language_words import LETTERS, WORDS

LONGEST = 4_000
"""Characters of a text that are looked at: more says nothing new."""
UNKNOWN = "und"
"""ISO 639-2 for "undetermined": a text without a word that speaks for any language."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\U0010ffff]")
"""Quicker than to look at each letter of a text that has none of these, as nearly every one."""
_ALL_LETTERS = "".join(sorted({letter for letters in LETTERS.values() for letter in letters}))
_LETTER_WEIGHT = 0.35
_PRIOR = 0.4
_SCRIPTS: tuple[tuple[str, str, str], ...] = (
    ("ar", "\u0600", "\u06ff"),
    ("ru", "\u0400", "\u04ff"),
    ("el", "\u0370", "\u03ff"),
    ("he", "\u0590", "\u05ff"),
    ("ti", "\u1200", "\u137f"),
    ("th", "\u0e00", "\u0e7f"),
    ("ka", "\u10a0", "\u10ff"),
    ("hy", "\u0530", "\u058f"),
    ("hi", "\u0900", "\u097f"),
    ("ta", "\u0b80", "\u0bff"),
    ("bn", "\u0980", "\u09ff"),
    ("ko", "\uac00", "\ud7af"),
    ("ja", "\u3040", "\u30ff"),
    ("zh", "\u4e00", "\u9fff"),
)
_TAKEN_FOR_SWEDISH = frozenset({"no", "da"})


@dataclass(frozen=True, slots=True)
class Language:
    """``code``: ISO 639-1, or ``und``. ``confidence``: 0–1, the share of the evidence that speaks for it."""

    code: str
    confidence: float


def language(text: str) -> Language:
    """The language that most of ``text`` is in. Links and addresses do not count. Never raises."""
    looked_at = text[:LONGEST]
    if "@" in looked_at or "://" in looked_at or "www." in looked_at:
        looked_at = _LINK.sub(" ", looked_at)
    looked_at = looked_at.lower()
    script = _script(looked_at)
    if script is not None:
        return script
    return _latin(looked_at)


def _script(text: str) -> Language | None:
    """The language of a text that is mainly not in the Latin alphabet."""
    if not _OTHER_SCRIPT.search(text):
        return None
    counts = Counter[str]()
    latin = 0
    for letter in filter(str.isalpha, text):
        if letter < "\u0370" or "\u1e00" <= letter <= "\u1eff":
            latin += 1
        else:
            counts.update(code for code, first, last in _SCRIPTS if first <= letter <= last)
    if not counts or counts.most_common(1)[0][1] <= latin:
        return None
    code, count = counts.most_common(1)[0]
    return Language(_within_script(code, text), count / (count + latin))


def _within_script(code: str, text: str) -> str:
    if code == "ar" and re.search("[پچژگ\u06a9\u06cc]", text):
        return "ckb" if re.search("[ڕڵێۆ\u06d5]", text) else "fa"
    if code == "ru":
        return "uk" if re.search("[іїєґ]", text) else "sr" if re.search("[ђјљњћџ]", text) else "ru"
    if code == "zh" and re.search("[\u3040-\u30ff]", text):
        return "ja"
    return code


def _latin(text: str) -> Language:
    found = Counter(_WORD.findall(text))
    scores = defaultdict[str, float](float, {"sv": _PRIOR})
    owners = _owners()
    known = [word for word in found if word in owners]
    for word in known:
        codes = owners[word]
        # A word of many languages ("en", "i") says less; its tenth time says little more than its third.
        weight = min(found[word], 3) / len(codes)
        for code in codes:
            scores[code] += weight
    present = [letter for letter in _ALL_LETTERS if letter in text]
    for code, letters in LETTERS.items():
        hits = sum(text.count(letter) for letter in present if letter in letters)
        scores[code] += _LETTER_WEIGHT * min(hits, 6)
    return _decided(scores, known=bool(known))


def _decided(scores: dict[str, float], *, known: bool) -> Language:
    nordic = sum(scores.get(code, 0.0) for code in _TAKEN_FOR_SWEDISH)
    code, best = max(scores.items(), key=itemgetter(1))
    if best <= _PRIOR or (not known and best < 1):
        return Language(UNKNOWN, 0.0)
    if code in _TAKEN_FOR_SWEDISH or code == "sv":
        code, best = "sv", best if code in _TAKEN_FOR_SWEDISH else best + nordic / 2
    return Language(code, min(1.0, best / max(sum(scores.values()), best)))


@lru_cache(maxsize=1)
def _owners() -> dict[str, tuple[str, ...]]:
    owners: dict[str, list[str]] = {}
    for code, listed in WORDS.items():
        for word in dict.fromkeys(listed.split()):
            owners.setdefault(word, []).append(code)
    # What Swedish shares with its neighbours is Swedish here.
    return {
        word: ("sv",) if "sv" in codes and set(codes) <= {"sv", "no", "da"} else tuple(codes)
        for word, codes in owners.items()
    }
