"""What a mail is about, by everyday words: the topics of ``data/topics.toml``. A word list, in one file."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from kommunpost.core.swedish.search_words import normalise

_PREFIX = 2
_WORD = re.compile(r"[^\W\d_]+|\d+")


def words_of(text: str) -> tuple[str, ...]:
    """Words in lower case, in order. Numbers become their length: ``#4``."""
    return tuple(f"#{len(word)}" if word.isdigit() else word for word in _WORD.findall(normalise(text)))


def topics_in(words: Sequence[str]) -> dict[str, int]:
    """Topics of words in lower case, in their order -> how many different words named each."""
    named: dict[str, set[str]] = {}
    for word in dict.fromkeys(words):
        for topic in topics_of_word(word):
            named.setdefault(topic, set()).add(word)
    for topic, said in _phrases(words):
        named.setdefault(topic, set()).add(said)
    return {topic: len(several) for topic, several in named.items()}


def _phrases(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    index = _lists().phrases
    for place, word in enumerate(words):
        for rest, topic in index.get(word[:_PREFIX], ()):
            following = words[place : place + len(rest)]
            if len(following) == len(rest) and all(map(str.startswith, following, rest)):
                yield topic, " ".join(following)


@lru_cache(maxsize=60_000)
def topics_of_word(word: str) -> tuple[str, ...]:
    """The topics that a word names by itself."""
    lists = _lists()
    found = [topic for start, topic in lists.beginnings.get(word[:_PREFIX], ()) if word.startswith(start)]
    return tuple(dict.fromkeys((*found, *lists.whole.get(word, ()), *_heads(word))))


def _heads(word: str) -> Iterator[str]:
    for part, topic in _lists().insides:
        if part in word:
            yield topic


class _Lists:
    """The file, ready to be asked: by first letters, by whole words, by what stands inside, by words in a row."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self.beginnings: dict[str, list[tuple[str, str]]] = {}
        self.whole: dict[str, list[str]] = {}
        self.insides: list[tuple[str, str]] = []
        self.phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for topic, text in rows.items():
            for entry in dict.fromkeys(normalise(text).split()):
                self._enter(topic, entry)

    def _enter(self, topic: str, entry: str) -> None:
        words = tuple(part for part in re.split("[_-]", entry) if part)
        if entry.startswith("="):
            self.whole.setdefault(entry[1:], []).append(topic)
        elif entry.startswith("*"):
            self.insides.append((entry[1:], topic))
        elif len(words) > 1:
            self.phrases.setdefault(words[0][:_PREFIX], []).append((words, topic))
        else:
            self.beginnings.setdefault(entry[:_PREFIX], []).append((words[0], topic))


@cache
def _lists() -> _Lists:
    text = (files("kommunpost.core.judgement") / "data" / "topics.toml").read_text(encoding="utf-8")
    return _Lists(tomllib.loads(text))
