"""``cc-information-only``: somebody in Cc is asked to act."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind, Move, RecipientList
from kommunpost.core.advice.model import Field, Finding, Place
from kommunpost.core.advice.people import Recipient, to_and_cc
from kommunpost.core.advice.requests import IMPERATIVES
from kommunpost.core.advice.rules.finding import finding
from kommunpost.core.advice.sentences import Sentence

INFORMED = re.compile(
    r"\b(?:får|har|fick|ha) (?:en )?(?:kopia|mejlet|det här|detta)\b|\bför (?:er )?kännedom\b|\bkännedom\b"
    r"|\bbara så (?:att )?\w+ vet\b"
    r"|\bför information\b|\bfyi\b|\bbehöver inte\b|\bhar redan\b|\bär informerad\b|\bläser med\b"
)
ACTS = (
    r"(?:kan|får|ska|skall|måste|behöver|bör|tar|gör|skickar|bokar|ordnar|fixar|kollar|svarar|återkommer|lägger"
    r"|ser till|ringer|uppdaterar|kontrollerar|förbereder|skriver|sköter|ansvarar)"
)
ON_COPY = (
    r"(?:,? (?:du )?(?:som (?:du )?(?:är|står|ligger|finns) )?(?:på|i) (?:kopia|cc|kopian)|(?: \((?:på |i )?(?:kopia"
    r"|cc|kopian)\)))"
)


def check(anatomy: Anatomy) -> Iterator[Finding]:
    if not anatomy.draft.cc:
        return
    to, cc = to_and_cc(anatomy.draft, anatomy.context)
    in_to = {one.first.casefold() for one in to if one.first}
    for index, one in enumerate(cc):
        if not one.first or one.first.casefold() in in_to:
            continue
        asking = next((sentence for sentence in anatomy.sentences if _asks(sentence, one)), None)
        if asking is not None:
            yield _found(index, one, asking)


def _asks(sentence: Sentence, one: Recipient) -> bool:
    words, name = sentence.folded, re.escape(one.first.casefold())
    if one.first.casefold() not in words or not re.search(rf"\b{name}\b", words) or INFORMED.search(words):
        return False
    called = re.match(
        rf"(?:(?:och|sedan|sen|samt|men|ps[.:]?) )?(?:[\w-]+ och )?{name}(?:{ON_COPY})?(?:,|:| –| -) (?P<rest>.+)",
        words,
    )
    if called:
        return _is_order(called["rest"])
    return bool(
        re.search(rf"\b{name}(?:{ON_COPY})? {ACTS}\b", words)
        or re.search(rf"\b(?:kan|får|ska|behöver|måste|vill att|vill jag att|ber|be) (?:även |också )?{name}\b", words)
        or re.search(rf"^(?:kan|skulle) (?:du|ni),? {name}\b", words)
    )


def _is_order(rest: str) -> bool:
    words = re.findall(r"[^\W\d_]+", rest)
    return bool(
        re.match(
            r"(?:kan|skulle|får|ska|måste|behöver|vill|tar|hinner) (?:du|jag att du|ni)\b|du (?:kan|får|ska|måste"
            r"|tar|behöver|gör|bokar)\b",
            rest,
        )
        or re.search(r"\b(?:kan du|du (?:får|ska|måste|tar|behöver)|jag vill att du|se till att)\b", rest)
        or (words and words[0] in IMPERATIVES)
        or (re.match(r"[^:]{0,40}: (?:[^\W\d_]+)", rest) and set(words[:8]) & IMPERATIVES)
    )


def _found(index: int, one: Recipient, asking: Sentence) -> Finding:
    says = f"{one.first} står på kopia men ska göra något. Flytta {one.first} till Till."
    fix = Fix(
        FixKind.REWRITE, f"Flytta {one.first} till Till", (Move(one.address, RecipientList.CC, RecipientList.TO),)
    )
    return finding("cc-information-only", says, Place(Field.CC, index, index + 1), words=asking.text, fix=fix)
