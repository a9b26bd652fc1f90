"""Words of the special categories and of crime, with what stands around them: ``lists/*.txt``, matched by ``base``.

A word is data about somebody only where somebody is spoken of: "en föreläsning om epilepsi" is none. So each hit is
weighed by its sentence (a person, a relative, "jag"), and weak words count only beside others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from kommunpost.core.sensitivity.model import Label
from kommunpost.core.swedish.words import base

FILES: dict[Label, str] = {
    Label.HEALTH: "health.txt",
    Label.SOCIAL: "social.txt",
    Label.UNION_POLITICAL: "union_political.txt",
    Label.RELIGION_ETHNICITY: "religion_ethnicity.txt",
    Label.CRIME: "crime.txt",
}
_SHORTEST_HEAD = 2
_SHORTEST_ENDING = 5
_OFFICES = (
    "inspektör",
    "inspektören",
    "chef",
    "chefen",
    "sekreterare",
    "sekreteraren",
    "handläggare",
    "handläggaren",
    "rådgivare",
    "rådgivning",
    "enheten",
    "enhet",
    "nämnden",
    "nämnd",
    "förvaltningen",
    "lagen",
    "verket",
    "registret",
    "registerutdrag",
    "kontoret",
    "avdelningen",
    "utbildning",
    "utbildningen",
    "forskning",
    "programmet",
    "förbundet",
)
"""Ends of words for who works with a thing, not for whom it befalls: "frivårdsinspektör"."""


class Entry(NamedTuple):
    """One entry of a list."""

    label: Label
    weak: bool


_Phrase = tuple[tuple[str, ...], Entry]
"""The words after the first, and the entry."""
ANY = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists, ready for look-up. ``beginnings`` are filed under their first two letters."""

    words: dict[str, Entry]
    beginnings: dict[str, tuple[tuple[str, Entry], ...]]
    endings: tuple[tuple[str, Entry], ...]
    phrases: dict[str, dict[str, tuple[_Phrase, ...]]]
    """By the first word and the second; under ``ANY`` those whose second word is a beginning."""
    capitals: dict[str, Entry]
    never: frozenset[str]


class Hit(NamedTuple):
    """The words ``first`` to ``last`` of a text are an entry of a list."""

    first: int
    last: int
    entry: Entry


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read the lists: some 1,400 entries, a few milliseconds."""
    words: dict[str, Entry] = {}
    beginnings: dict[str, list[tuple[str, Entry]]] = {}
    endings: list[tuple[str, Entry]] = []
    phrases: dict[str, dict[str, list[_Phrase]]] = {}
    capitals: dict[str, Entry] = {}
    never: set[str] = set()
    for written, entry in _entries():
        if written.startswith("!"):
            never.add(written[1:])
        elif written.isupper():
            capitals[written] = entry
        elif " " in written:
            # A word of a phrase may be a beginning too: "medlem-".
            first, *rest = [part if part.endswith("-") else base(part) for part in written.split()]
            second = ANY if rest[0].endswith("-") else rest[0]
            phrases.setdefault(first.rstrip("-"), {}).setdefault(second, []).append((tuple(rest), entry))
        elif written.startswith("-"):
            endings.append((written.strip("-"), entry))
        elif written.endswith("-"):
            beginnings.setdefault(written[:_SHORTEST_HEAD], []).append((written[:-1], entry))
        elif words.get(base(written), entry).weak or base(written) not in words:
            words[base(written)] = entry
    return Lexicon(
        words,
        {head: tuple(sorted(filed, key=lambda one: -len(one[0]))) for head, filed in beginnings.items()},
        tuple(endings),
        {first: {second: tuple(filed) for second, filed in after.items()} for first, after in phrases.items()},
        capitals,
        frozenset(never),
    )


def _entries() -> Iterator[tuple[str, Entry]]:
    for label, name in FILES.items():
        text = files(__package__).joinpath("lists", name).read_text("utf-8")
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        for written in " ".join(lines).split(","):
            if written.strip():
                yield written.strip().lstrip("?"), Entry(label, written.strip().startswith("?"))


@lru_cache(maxsize=100_000)
def entry_of(word: str) -> Entry | None:
    """The entry that a single word belongs to: lower case, or one of the abbreviations that count in capitals only."""
    known = lexicon()
    if word in known.capitals:
        return known.capitals[word]
    if word.endswith(_OFFICES) or word in known.never:
        return None
    found = known.words.get(base(word))
    if found is not None and not found.weak:
        return found
    for beginning, entry in known.beginnings.get(word[:_SHORTEST_HEAD], ()):
        if word.startswith(beginning):
            return found if found is not None and entry.weak else entry
    for ending, entry in known.endings:
        if word.endswith(ending) or _ends_alike(word, ending):
            return entry
    return found


def _ends_alike(word: str, ending: str) -> bool:
    """ "lunginflammationen" ends as "inflammation" does; "dem", though its stem is that of "demens", does not."""
    known = base(ending)
    return len(known) >= _SHORTEST_ENDING and len(base(word)) > len(known) and base(word).endswith(known)


def hits(words: list[str]) -> list[Hit]:
    """Entries among the words of a text, in order; a phrase goes before the words it is made of.

    Words in lower case, but for abbreviations that count in capitals only.
    """
    known = _KNOWN
    # None for a word that was never seen, which may be anything.
    places = [place for place, kind in enumerate(map(known.get, words)) if kind != _NOTHING]
    found: list[Hit] = []
    after = -1
    for place in places:
        word = words[place]
        kind = known.get(word) or _learn(word)
        if kind == _NOTHING or place <= after:
            continue
        hit = _phrase_at(words, place) if kind & _PHRASE else None
        if hit is None and kind & _ENTRY:
            entry = entry_of(word)
            hit = Hit(place, place, entry) if entry is not None else None
        if hit is not None:
            found.append(hit)
            after = hit.last
    return found


_NOTHING, _ENTRY, _PHRASE = 0, 1, 2
_KNOWN: dict[str, int] = {}
"""What each word seen so far may be: most are nothing, and the loop goes on."""
_MOST_KNOWN = 200_000


def _learn(word: str) -> int:
    kind = (_ENTRY if entry_of(word) is not None else 0) | (_PHRASE if base(word) in lexicon().phrases else 0)
    if len(_KNOWN) > _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[word] = kind
    return kind


def _phrase_at(words: list[str], place: int) -> Hit | None:
    if place + 1 >= len(words):
        return None
    best: Hit | None = None
    for rest, entry in _beginning_with(words[place], words[place + 1]):
        last = place + len(rest)
        fits = last < len(words) and all(_fits(words[place + 1 + at], part) for at, part in enumerate(rest))
        if fits and (best is None or last > best.last):
            best = Hit(place, last, entry)
    return best


@lru_cache(maxsize=100_000)
def _beginning_with(first: str, second: str) -> tuple[_Phrase, ...]:
    """The phrases that two words may begin; few do, and the same two come again and again."""
    after = lexicon().phrases[base(first)]
    beginnings = (one for one in after.get(ANY, ()) if _fits(second, one[0][0]))
    return (*after.get(base(second), ()), *beginnings)


def _fits(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("-") else base(word) == part
