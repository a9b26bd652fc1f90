"""The tokens that the classifier of names looks at: words, numbers, marks and line ends."""

import re

from kommunpost.core.sensitivity.names.gazetteer import Word, look_up

_TOKEN = re.compile(r"[^\W\d_]+(?:['’´`-][^\W\d_]+)*|\d+|\n|[^\w\s]")

LINE_END = look_up("\n")


class Tokens:
    """A text in tokens: ``words[i]`` stands at ``text[starts[i]:ends[i]]``."""

    __slots__ = ("ends", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.words: list[Word] = []
        for match in _TOKEN.finditer(text):
            start, end = match.span()
            self.starts.append(start)
            self.ends.append(end)
            self.words.append(look_up(match[0]))
