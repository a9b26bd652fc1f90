"""Which language a mail is in. Letters settle most; between languages in Latin letters small words do. Short mail is
Swedish unless something speaks against it.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from kommunpost.core.judgement.facts import MailFacts
from kommunpost.core.judgement.model import Reason, Suggestion
from kommunpost.core.swedish.search_words import normalise

SWEDISH = "sv"
MAX_CHARACTERS = 2_000
FEWEST_HITS = 2
CLEARLY = 1.3
"""How many times as many small words another language must have."""
A_RING = 0.4
"""What a word with å adds to Swedish: few of the others have the letter."""
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    (re.compile(r"[\u0600-\u06ff]"), "ar"),
    (re.compile(r"[\u1200-\u137f]"), "ti"),
    (re.compile(r"[\u0400-\u04ff]"), "ru"),
    (re.compile(r"[\u0370-\u03ff]"), "el"),
    (re.compile(r"[\u4e00-\u9fff]"), "zh"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th"),
    (re.compile(r"[\u0980-\u09ff]"), "bn"),
)
_LETTERS = {"fa": "پچژگک", "uk": "іїєґ", "ckb": "ڕڵێۆڤ"}


def language_of(mail: MailFacts) -> Suggestion[str]:
    """The language (ISO 639-1) that most of the mail's own words are in."""
    text = normalise(f"{mail.own_text}\n{mail.plain_subject}"[:MAX_CHARACTERS])
    by_letters = _by_letters(text)
    if by_letters is not None:
        return Suggestion(by_letters, 0.97, (Reason("language:letters", "Bokstäverna visar språket."),))
    return _by_small_words(_WORD.findall(text))


def _by_letters(text: str) -> str | None:
    letters = sum(map(str.isalpha, text))
    for pattern, code in _SCRIPTS:
        if letters and len(pattern.findall(text)) > letters / 3:
            return next((one for one, own in _LETTERS.items() if sum(map(text.count, own)) > 1), code)
    return None


@cache
def _small_words() -> dict[str, tuple[str, ...]]:
    """Word -> the languages that have it. Norwegian and Danish are left out: in a Swedish municipality's mail they are
    nearly always Swedish misread.
    """
    text = (files("kommunpost.core.judgement") / "data" / "small_words.toml").read_text(encoding="utf-8")
    languages: dict[str, tuple[str, ...]] = {}
    for code, words in tomllib.loads(text).items():
        for word in words.split():
            languages[word] = (*languages.get(word, ()), code)
    return languages


def _by_small_words(words: list[str]) -> Suggestion[str]:
    hits = {SWEDISH: sum(A_RING for word in words if "å" in word)}
    for word in words:
        known = _small_words().get(word, ())
        for code in known:
            hits[code] = hits.get(code, 0.0) + 1.0 / len(known)
    best, score = max(hits.items(), key=lambda pair: pair[1])
    if best == SWEDISH or score < FEWEST_HITS or score <= CLEARLY * hits[SWEDISH]:
        return Suggestion(SWEDISH, 0.98 if hits[SWEDISH] >= FEWEST_HITS else 0.85)
    return Suggestion(best, 0.9, (Reason("language:words", "Småorden visar språket."),))
