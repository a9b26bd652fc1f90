"""Domains that are made to be taken for one of ours: ``b0tkyrka.example``, ``botkyrka.example.ond.example``.

An own small table in place of Unicode's of ten thousand rows: a municipality's domain is in plain letters, and these
are the letters that look like them. A warning too many teaches people not to read them, so a name that only holds ours
(``botkyrkabyggen.example``) is no likeness.
"""

import unicodedata
from collections.abc import Iterable

MOST_LETTERS = 253
"""The longest domain there is (RFC 1035); what is longer is looked at no further."""
_SHORTEST_TO_MISSPELL = 5
_LONGEST_LABEL = 63
# Letter -> what is read as it: Cyrillic, Greek, Armenian, odd Latin letters, digits. I and l and 1 are one.
_READ_AS = {
    ord(one): letter
    for letter, likes in {
        "a": "аαɑ4",
        "b": "вβƅ",
        "c": "сϲ",
        "d": "ԁ",
        "e": "еёεɛ3",
        "g": "ɡ",
        "h": "нһ",
        "j": "ј",
        "k": "кκ",
        "l": "iіӏιıɩɪʟℓ1",
        "m": "м",
        "n": "пη",
        "o": "оοօ0",
        "p": "рρ",
        "q": "ԛգ",
        "s": "ѕ5",
        "t": "тτ7",
        "u": "υս",
        "v": "νѵ",
        "w": "ԝω",
        "x": "хχ",
        "y": "уγ",
    }.items()
    for one in likes
}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def alike(domain: str, ours: Iterable[str]) -> str:
    """``domain`` -> the domain of ours that it may be taken for, or "" when it is ours or like none of them."""
    domain = domain.lower().strip(".")[:MOST_LETTERS]
    own = sorted({one.lower() for one in ours if one})
    if not domain or any(domain == one or domain.endswith(f".{one}") for one in own):
        return ""
    read = _skeleton(domain)
    return next((one for one in own if _is_alike(read, one)), "")


def mixes_alphabets(domain: str) -> bool:
    """Whether one label of the domain has Latin letters and letters of another alphabet: no honest name has."""
    return any(len(_alphabets(label)) > 1 for label in readable(domain).split("."))


def readable(domain: str) -> str:
    """``xn--…`` as the letters that it stands for. What cannot be read stays."""
    return ".".join(_unpacked(label) for label in domain[:MOST_LETTERS].lower().split("."))


def _unpacked(label: str) -> str:
    if not label.startswith("xn--") or len(label) > _LONGEST_LABEL:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _alphabets(label: str) -> set[str]:
    return {unicodedata.name(one, "").partition(" ")[0] for one in label if one.isalpha()}


def _skeleton(domain: str) -> str:
    """The domain as a hurried eye reads it: letters of other alphabets, accents and hyphens away."""
    plain = unicodedata.normalize("NFKD", readable(domain)).casefold()
    plain = "".join(one for one in plain if not unicodedata.combining(one) and one != "-")
    plain = plain.translate(_READ_AS)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain


def _is_alike(read: str, own: str) -> bool:
    own_read = _skeleton(own)
    if f".{own_read}." in f".{read}.":
        return True
    name, _, ending = read.rpartition(".")
    own_name, _, own_ending = own_read.rpartition(".")
    name = name.rpartition(".")[2]
    if "." in own_name or not own_name:
        return False
    if name == own_name:  # botkyrka.com for botkyrka.se
        return True
    return ending == own_ending and len(own_name) >= _SHORTEST_TO_MISSPELL and _one_slip(name, own_name)


def _one_slip(left: str, right: str) -> bool:
    """Whether one letter added, missing, wrong, or two that changed places, is all that differs."""
    if abs(len(left) - len(right)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    rest, other = left[start:], right[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
