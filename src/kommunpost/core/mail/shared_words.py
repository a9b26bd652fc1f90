"""Does a text hold something of a mail? Pure. For finding what was written or copied from a mail that must go."""

from collections.abc import Iterator

from kommunpost.core.mail.model import BlockKind
from kommunpost.core.mail.parsed import ParsedMail
from kommunpost.core.swedish.search_words import tokens

RUN = 5
"""Words in a row that two texts share by chance only where both are phrases of courtesy."""
SHORTEST_NUMBER = 6
_CIVIL = frozenset({"hej", "med", "vänliga", "vänlig", "hälsningar", "hälsning", "tack", "mvh", "för", "på", "hand"})


class Traces:
    """What a mail says in its own words (never what it quotes: that is somebody else's), to be looked for in texts."""

    def __init__(self, mail: ParsedMail) -> None:
        own = "\n".join(_own_text(mail))
        self._runs = set(_runs(own)) | set(_runs(mail.headers.subject))
        self._numbers = set(_long_numbers(f"{own}\n{mail.headers.subject}"))
        self._subject = _line(mail.headers.subject)

    def in_text(self, *texts: str) -> bool:
        """Whether one of ``texts`` has a run of words, a long number, or the subject of the mail."""
        return any(self._is_in(text) for text in texts if text)

    def _is_in(self, text: str) -> bool:
        if self._subject and self._subject in _line(text):
            return True
        return not self._runs.isdisjoint(_runs(text)) or not self._numbers.isdisjoint(_long_numbers(text))


def _own_text(mail: ParsedMail) -> Iterator[str]:
    if not mail.blocks:
        yield mail.text
    for block in mail.blocks:
        if block.kind in {BlockKind.OWN, BlockKind.FORWARD}:
            yield mail.text[block.start : block.end]


def _line(text: str) -> str:
    # A subject of one short word (Hej, Fråga) would be found everywhere.
    words = [word for word in tokens(text) if word not in {"re", "sv", "vb", "fw", "fwd"}]
    return " ".join(words) if len(words) > 1 else ""


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = list(tokens(text))
    for at in range(len(words) - RUN + 1):
        run = tuple(words[at : at + RUN])
        if not _CIVIL.issuperset(run):
            yield run


def _long_numbers(text: str) -> Iterator[str]:
    for word in text.split():
        digits = "".join(one for one in word if one.isdigit())
        if len(digits) >= SHORTEST_NUMBER:
            yield digits
