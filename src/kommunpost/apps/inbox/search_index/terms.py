"""Text -> words to be found by, and a question -> what must be found. Pure."""

from collections.abc import Iterable

from kommunpost.core.swedish.compounds import compound_parts
from kommunpost.core.swedish.search_words import stem, tokens

LONGEST_TEXT = 200_000
MOST_WORDS = 20_000
MOST_ASKED = 12
SHORTEST_PREFIX = 3
BOX = "xbox"


def box_word(mailbox_id: int) -> str:
    """The word that stands for a mailbox. No stem of a real word has a digit at its end and these letters."""
    return f"{BOX}{mailbox_id}"


def words_of(texts: Iterable[str]) -> set[str]:
    """Stems, and the parts of compounds: ``bygglovsansökan`` is found by ``bygglov`` and by ``ansökan``."""
    found: set[str] = set()
    for text in texts:
        for word in tokens(text[:LONGEST_TEXT]):
            if len(found) >= MOST_WORDS or word.startswith(BOX):
                continue
            whole = stem(word)
            found.add(whole)
            found.update(stem(part) for part in compound_parts(word) or compound_parts(whole))
    return found


def asked(text: str) -> tuple[str, ...]:
    """The stems of a question, each once; all of them must be found."""
    words = (stem(word) for word in tokens(text) if not word.startswith(BOX))
    return tuple(dict.fromkeys(words))[:MOST_ASKED]


def is_prefix(word: str) -> bool:
    """Long words are found as beginnings, too: ``snöröj`` in ``snöröjningsplan``."""
    return len(word) >= SHORTEST_PREFIX
