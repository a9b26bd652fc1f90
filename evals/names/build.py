"""Packs the gazetteer."""

import re
import zlib
from collections import Counter
from itertools import chain
from pathlib import Path

from evals.mails import LabelledMail, development
from evals.names import sources, templates
from evals.names.surnames import PLAIN, foreign
from evals.voices import voices
from kommunpost.core.sensitivity.names.features import RELATIVES
from kommunpost.core.sensitivity.names.gazetteer import PARTS
from kommunpost.core.swedish.language_words import WORDS

_BUCKETS = {"first_4": 1000, "first_3": 100, "first_2": 20, "first_1": 5}
_NOT_NAMES = frozenset(
    """
    en ett den det de du ni vi se nu så på av och att som är var har inte med till från hos vid min din mitt sin hej
    tack mvh vh ja jo nej ok dag natt tid hen dom dem oss er man kan ska vill får blir the and for you with are is to
    of in on at it my your dear kind best no yes hi
    """.split()
)


def gazetteer(folder: Path) -> bytes:
    """The packed file: lists parted by empty lines, in the order of ``PARTS``, compressed."""
    parts: dict[str, list[str]] = {part: [] for part in PARTS}
    for name, count in sources.first_names(folder).items():
        lower = name.lower()
        if lower not in _NOT_NAMES:
            parts[next(part for part, least in _BUCKETS.items() if count >= least)].append(lower)
    surnames = {name.lower() for name in [*sources.surnames(folder), *PLAIN, *chain.from_iterable(foreign().values())]}
    parts["surname"] = [name for name in surnames if " " not in name and name not in _NOT_NAMES]
    parts["place"] = [place.lower() for place in sources.places(folder)]
    for word, count in ordinary_words(folder).items():
        parts["ordinary_2" if count >= 4 else "ordinary_1"].append(word)
    text = "\n\n".join("\n".join(sorted(set(parts[part]))) for part in PARTS)
    return zlib.compress(text.encode("utf-8"), 9)


def ordinary_words(folder: Path) -> Counter[str]:
    """Words that stand in lower case in news and mail."""
    counted = Counter[str]()
    for sentence in sources.tagged_sentences(folder, "train"):
        counted.update(word for word, tag in sentence if tag == "0" and word.isalpha() and word.islower())
    for line in (*templates.NEGATIVE, *templates.BODY, *templates.TITLES, *RELATIVES, *WORDS.values()):
        for word in re.findall(r"[^\W\d_]{2,}", line):
            counted.update([word] * 2 if word.islower() else [])
    for mail in (*development(), *voices()):
        counted.update(word for word in _without_people(mail).split() if word.isalpha() and word.islower())
    return Counter({word: count for word, count in counted.items() if count > 1 or len(word) > 6})


def _without_people(mail: LabelledMail) -> str:
    text = mail.text
    for span in mail.spans:
        if span.label == "PERSON":
            text = text[: span.start] + "-" * (span.end - span.start) + text[span.end :]
    return text
