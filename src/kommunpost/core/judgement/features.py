"""A mail -> numbers for the linear model: stems, pairs of stems and pieces of words, hashed; and what the head says.

Pieces of words (3 to 5 letters) carry compounds and misspellings: ``snöröjningen`` meets ``snoröjning``. Each group of
features weighs the same however long the mail is. ADR 0021 says why hashed pieces and a linear model.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kommunpost.core.judgement.facts import Kind, MailFacts, is_ours
from kommunpost.core.judgement.signs import Sign
from kommunpost.core.judgement.topics import topics_in, words_of
from kommunpost.core.judgement.world import World
from kommunpost.core.swedish.search_words import stem

BITS = 15
BUCKETS = 1 << BITS
"""Places a feature may hash to. Twice as many changed no score by half a point."""
MAX_WORDS = 400
"""Words of a mail that are looked at: its subject and beginning."""
MAX_LETTERS = 24
PIECES = (3, 4, 5)
GROUPS = {"piece": 1.0, "word": 0.9, "pair": 0.5, "subject": 0.7, "head": 0.9, "topic": 1.0}
"""The length (L2) that each group of features has."""
SIGN = 0.5
"""What each sign weighs, however many there are: a sign is a whole thought."""
_DIARY = re.compile(r"\b[A-ZÅÄÖ]{2,4}[ /]\d{4}[-:/]\d{2,6}\b")
_LINK = re.compile(r"https?://|www\.")
_COMPANY = re.compile(r"\b(?:ab|hb|kb|aktiebolag|brf|förening|föreningen|klubb|if|ik|sk)\b", re.IGNORECASE)
# A whole word in capitals; short ones are mostly abbreviations (PBL, SFI), and diary numbers and plots have digits.
_SHOUTED = re.compile(r"\b(?!SBN|KS)[A-ZÅÄÖ]{4,}\b(?![ :]\d)")
_SHORT, _LONG = 12, 120

Buckets = NDArray[np.int32]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """Sparse: ``values[i]`` at ``buckets[i]``, no bucket twice. ``words`` in order of the text, for reasons."""

    buckets: Buckets
    values: Values
    words: tuple[str, ...]


def features_of(mail: MailFacts, world: World, signs: Iterable[Sign]) -> Features:
    """The features of a mail in that world. Its signs are features as well: the model learns what each is worth."""
    subject = words_of(mail.plain_subject)
    body = words_of(f"{mail.own_text}\n{mail.glosses}" if mail.glosses else mail.own_text)
    words = (subject + body)[:MAX_WORDS]
    return _assembled(words, subject, tuple(head_of(mail, world)), tuple(sign.rule.id for sign in signs))


def text_features(text: str, *, topics: bool = True) -> Features:
    """The features of bare words, such as what a unit handles. ``topics``: whether what they are about counts."""
    return _assembled(words_of(text)[:MAX_WORDS], (), (), (), topics=topics)


def head_of(mail: MailFacts, world: World) -> Iterator[str]:
    """What is said outside the words: who writes to whom, and the shape of the mail."""
    yield f"kind:{mail.kind}"
    yield from sorted(set(_recipients(mail, world)))
    yield from _sender(mail, world)
    if mail.automatic is not None:
        yield f"automatic:{mail.automatic}"
    yield from _shape(mail)


@lru_cache(maxsize=60_000)
def word_buckets(word: str) -> tuple[int, ...]:
    """The buckets of one word by itself: its stem, then the pieces. Kept, since few words make up most mail."""
    letters = f"<{word[:MAX_LETTERS]}>"
    pieces = {letters[at : at + size] for size in PIECES for at in range(len(letters) - size + 1)}
    return tuple(sorted({bucket("p", piece) for piece in pieces}))


@lru_cache(maxsize=60_000)
def stem_buckets(word: str) -> tuple[int, int]:
    """The buckets of the stem as a word of the mail, and as a word of its subject."""
    return bucket("w", stem(word)), bucket("s", stem(word))


def bucket(group: str, text: str) -> int:
    """Where a feature stands. The same on every machine and in every run."""
    return zlib.crc32(f"{group}{text}".encode()) & (BUCKETS - 1)


def _assembled(
    words: tuple[str, ...],
    subject: tuple[str, ...],
    head: tuple[str, ...],
    signs: tuple[str, ...],
    *,
    topics: bool = True,
) -> Features:
    distinct = dict.fromkeys(words)
    pairs = {bucket("b", f"{stem(one)} {stem(other)}") for one, other in pairwise(words)}
    groups = {
        "piece": {number for word in distinct for number in word_buckets(word)},
        "word": {stem_buckets(word)[0] for word in distinct},
        "pair": pairs,
        "subject": {stem_buckets(word)[1] for word in subject},
        "head": {bucket("h", one) for one in head},
        "topic": {bucket("t", one) for one in (topics_in(words) if topics else ())},
    }
    seen = {bucket("g", one) for one in signs}
    buckets = [np.fromiter(numbers, np.int32, len(numbers)) for numbers in (*groups.values(), seen)]
    values = [_weights(len(numbers), GROUPS[name]) for name, numbers in groups.items()]
    values.append(np.full(len(seen), SIGN, np.float32))
    return Features(*_merged(np.concatenate(buckets), np.concatenate(values)), words)


def _weights(count: int, length: float) -> Values:
    return np.full(count, length / np.sqrt(count) if count else 0.0, np.float32)


def _merged(buckets: Buckets, values: Values) -> tuple[Buckets, Values]:
    """Add up what fell into the same bucket from different groups."""
    unique, inverse = np.unique(buckets, return_inverse=True)
    return unique, np.bincount(inverse, weights=values).astype(np.float32)


def _recipients(mail: MailFacts, world: World) -> Iterable[str]:
    for one in mail.recipients:
        address = one.address
        unit, person = world.unit_by_mailbox.get(address), world.person_by_address.get(address)
        if unit is not None:
            yield "to:first" if unit.first_contact else f"to:unit:{unit.id}"
        elif person is not None:
            yield "to:elected" if person.elected else "to:person"
            yield f"to:unit:{person.unit}"
        elif address in world.staff_lists:
            yield "to:staff"
        else:
            yield "to:ours" if is_ours(address, world.domains) else "to:outside"


def _sender(mail: MailFacts, world: World) -> Iterator[str]:
    address = mail.sender.address
    domain = address.partition("@")[2]
    if address in world.machines:
        yield "from:machine"
    elif is_ours(address, world.domains):
        yield "from:ours"
        unit = world.unit_of(address)
        if unit is not None:
            yield "from:first" if unit.first_contact else f"from:unit:{unit.id}"
    elif domain in world.authority_by_domain:
        yield "from:authority"
    local = address.partition("@")[0]
    if re.search(r"no-?reply|notif|nyhetsbrev|newsletter|kampanj|erbjud|info|avisering", local):
        yield "from:office"
    if _COMPANY.search(mail.sender.name):
        yield "from:company"


def _shape(mail: MailFacts) -> Iterator[str]:
    text = mail.own_text
    count = len(text.split())
    yield "long" if count > _LONG else "short" if count < _SHORT else "middle"
    marks = {"?": "asks", "!": "exclaims", "@": "names an address"}
    yield from (name for mark, name in marks.items() if mark in text or mark in mail.subject)
    if _DIARY.search(text) or _DIARY.search(mail.subject):
        yield "diary number"
    if _LINK.search(text):
        yield "link"
    if mail.files:
        yield "files"
    if mail.is_reply:
        yield "reply"
    if mail.is_forward:
        yield "forward"
    if len(mail.recipients) > 1:
        yield "several recipients"
    if mail.kind is not Kind.INCOMING:
        yield "written by us"
    if _SHOUTED.search(text) or _SHOUTED.search(mail.subject):
        yield "shouts"
