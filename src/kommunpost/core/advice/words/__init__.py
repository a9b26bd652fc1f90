"""Word lists of our own, as files; read once."""

from functools import lru_cache
from importlib.resources import files

from kommunpost.core.advice.words.phrases import Phrases, split_alternatives


def lines(name: str) -> tuple[str, ...]:
    """The lines of a list, without comments and empty lines."""
    text = (files("kommunpost.core.advice.words") / name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def phrases(name: str) -> Phrases:
    """A list with a regular expression a line, for texts in lower case."""
    return Phrases(one for line in lines(name) for one in split_alternatives(line))


@lru_cache(maxsize=1)
def harsh() -> Phrases:
    """What is angry by itself."""
    return phrases("harsh.txt")


@lru_cache(maxsize=1)
def sharp() -> tuple[Phrases, Phrases]:
    """What adds up, of weight 1 and of weight 2: each line of the file begins with its weight."""
    by_weight = ((line[2:] for line in lines("sharp.txt") if line[0] == weight) for weight in "12")
    one, two = (Phrases(one for line in listed for one in split_alternatives(line)) for listed in by_weight)
    return one, two
