"""Word lists of our own, as files; read once."""

import re
from importlib.resources import files


def lines(name: str) -> tuple[str, ...]:
    """The lines of a list, without comments and empty lines."""
    text = (files("kommunpost.core.advice.words") / name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def patterns(name: str) -> re.Pattern[str]:
    """A list with a regular expression a line, as one pattern of whole words.

    For texts in lower case: a pattern that must heed both cases cannot be told by its first letters to pass on.
    """
    return re.compile(rf"\b(?:{'|'.join(lines(name))})(?!\w)")
