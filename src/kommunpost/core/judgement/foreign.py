"""Mail in other languages: its telling words put into Swedish, so that it meets the same signs and the same model."""

import tomllib
from functools import cache
from importlib.resources import files

from kommunpost.core.swedish.search_words import normalise

SWEDISH = "sv"
_ALIKE = {"ckb": "ar", "ku": "tr", "nn": "sv"}


def swedish_words(text: str, language: str) -> str:
    """The Swedish words for what is said in ``text``, parted by blanks; empty for Swedish and for unknown languages."""
    if language == SWEDISH:
        return ""
    beginnings = _glossary().get(_ALIKE.get(language, language), ())
    padded = f" {' '.join(normalise(text).split())} "
    found = (swedish for beginning, swedish in beginnings if _stands(padded, beginning, language))
    return " ".join(dict.fromkeys(found))


def _stands(padded: str, beginning: str, language: str) -> bool:
    """At the beginning of a word; in Arabic also after the letters that are written together with it."""
    if language in {"ar", "fa"}:
        return beginning in padded
    return f" {beginning}" in padded or f"({beginning}" in padded or f"/{beginning}" in padded


@cache
def _glossary() -> dict[str, tuple[tuple[str, str], ...]]:
    text = (files("kommunpost.core.judgement") / "data" / "foreign_words.toml").read_text(encoding="utf-8")
    return {code: tuple(map(_pair, words.split())) for code, words in tomllib.loads(text).items()}


def _pair(text: str) -> tuple[str, str]:
    beginning, _, swedish = text.partition("=")
    return beginning.replace("_", " "), swedish.replace("_", " ")
