"""What is known of single words: how many are called so, whether a place is, whether it is an ordinary word.

``gazetteer.bin`` is made by ``python -m evals.names`` from open data of Statistics Sweden and others; its parts,
sources and licences stand in ``docs/explanation/names.md``.
"""

import zlib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

PARTS = ("first_4", "first_3", "first_2", "first_1", "surname", "place", "ordinary_2", "ordinary_1")
"""Parts of the file, in order. First names by how many bear them: 1000, 100, 20, 5 or more. Ordinary words by how often
they stood in lower case in the training text."""
_CACHED = 60_000
_NEVER_TITLE = frozenset("AB HB KB".split())


class Word(NamedTuple):
    """A word as the classifier sees it."""

    text: str
    lower: str
    shape: str
    """``a`` lower, ``A`` capital first, ``AA`` capitals, ``I`` one of them, ``m M`` mixed, ``9`` digits, ``.`` else."""
    first: int
    """How common as a first name: 0 (not known) to 4."""
    surname: int
    place: int
    ordinary: int
    kind: str
    """All of these in a few characters."""


@lru_cache(maxsize=1)
def _parts() -> dict[str, dict[str, int]]:
    packed = files(__package__).joinpath("gazetteer.bin").read_bytes()
    sections = zlib.decompress(packed).decode("utf-8").split("\n\n")
    named = dict(zip(PARTS, (section.split("\n") for section in sections), strict=True))
    first: dict[str, int] = {}
    for bucket in (1, 2, 3, 4):
        first.update(dict.fromkeys(named[f"first_{bucket}"], bucket))
    ordinary = dict.fromkeys(named["ordinary_1"], 1) | dict.fromkeys(named["ordinary_2"], 2)
    return {
        "first": first,
        "surname": dict.fromkeys(named["surname"], 1),
        "place": dict.fromkeys(named["place"], 1),
        "ordinary": ordinary,
    }


def table(part: str) -> dict[str, int]:
    """One of ``first`` (1–4), ``surname``, ``place``, ``ordinary`` (1–2), by lower-case word."""
    return _parts()[part]


@lru_cache(maxsize=_CACHED)
def look_up(text: str) -> Word:
    """What is known of a token. A genitive is looked up without its ``s`` when the form itself is not known."""
    shape = _shape(text)
    lower = text.lower()
    if shape in ".9\n":
        return Word(text, lower, shape, 0, 0, 0, 0, shape)
    first = _known("first", lower)
    surname = _known("surname", lower) or _looks_like_surname(lower)
    place = _known("place", lower)
    ordinary = table("ordinary").get(lower, 0)
    return Word(text, lower, shape, first, surname, place, ordinary, f"{shape}{first}{surname}{place}{ordinary}")


def _known(part: str, lower: str) -> int:
    known = table(part)
    found = known.get(lower, 0)
    if not found and lower.endswith("s"):
        found = known.get(lower[:-1].rstrip("’'"), 0)
    if not found and "-" in lower:
        # "Per-Olof", "Ferm-Larsson": as common as its rarer part.
        found = min(known.get(piece, 0) for piece in lower.split("-"))
    return found


_SURNAME_ENDINGS = (
    "sson",
    "sdotter",
    "ström",
    "berg",
    "gren",
    "qvist",
    "kvist",
    "lund",
    "strand",
    "ssén",
    "lén",
    "dahl",
    "stedt",
    "sköld",
    "blad",
    "man",
    "mark",
    "holm",
    "feldt",
    "felt",
    "hjelm",
    "rooth",
    "rot",
    "löf",
    "löv",
    "hammar",
    "ander",
    "elius",
    "enius",
    "ius",
    "ell",
    "én",
    "ou",
    "ić",
    "ic",
    "ovic",
    "ović",
    "ski",
    "ska",
    "wicz",
    "czyk",
    "enko",
    "ov",
    "ova",
    "ev",
    "eva",
    "nen",
    "lainen",
    "oğlu",
    "oglu",
    "zadeh",
    "pour",
    "yan",
    "poulos",
    "escu",
    "idis",
    "ez",
)


def _looks_like_surname(lower: str) -> int:
    """2 for a word that ends as surnames do: weaker than a listed one."""
    return 2 if len(lower) > 5 and lower.endswith(_SURNAME_ENDINGS) else 0  # noqa: PLR2004 - shorter ones are the endings


def _shape(text: str) -> str:  # noqa: PLR0911 - a table of shapes
    if text == "\n":
        return "\n"
    letter = text[0]
    if letter.isdigit():
        return "9"
    if not letter.isalpha():
        return "."
    if text.islower():
        return "a"
    if len(text) == 1:
        return "I" if letter.isupper() else "a"
    if text.isupper():
        return "N" if text in _NEVER_TITLE else "AA"
    if not letter.isupper():
        return "m" if not text.islower() and any(map(str.isupper, text)) else "a"
    return "A" if text[1:].islower() or "-" in text or "'" in text or "’" in text else "M"
