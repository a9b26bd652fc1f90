"""``plain-language``: misspelt words; bureaucratic words, long sentences, passives and nouns made of verbs together.

Plain Swedish is required by språklagen (2009:600) 11 §. One office word in a clear mail is no reason to disturb; the
signs are weighed, and only a mail that is hard as a whole gets the marks.
"""

import re
from collections.abc import Iterable, Iterator

from kommunpost.core.advice.anatomy import WORD, Anatomy
from kommunpost.core.advice.bureaucratic import Hit, word_list
from kommunpost.core.advice.difficulty import Difficulty, measure
from kommunpost.core.advice.fixes import Fix, FixKind, Replace
from kommunpost.core.advice.misspelt import misspelt
from kommunpost.core.advice.model import Finding
from kommunpost.core.advice.rules.finding import finding, in_body
from kommunpost.core.advice.sentences import Sentence
from kommunpost.core.swedish.readability import readability

NOT_PROSE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\b[A-ZÅÄÖ]{2,5}[/ ]\d{4}[:-]\d+", re.IGNORECASE)
DIARY_NUMBER = re.compile(r"\d{4}[:-]\d")
ENOUGH_WEIGHT = 6
ENOUGH_WITH_JARGON = 5
JARGON = 3
FEWEST_WEIGHT = 3
"""Without so much, no length of sentences makes a text bureaucratic."""
FEWEST_WORDS = 8
FOR_LIX = 2
HARD_LIX = 12
"""So much above the municipality's LIX a text must lie to be hard by its numbers."""


def check(anatomy: Anatomy) -> Iterator[Finding]:
    yield from misspelt(anatomy)
    yield from _office_words(anatomy)


def _office_words(anatomy: Anatomy) -> Iterator[Finding]:
    if not anatomy.is_swedish or len(anatomy.word_places) < FEWEST_WORDS:
        return
    hits = tuple(word_list().find(anatomy.own))
    if sum(_weights(hits).values()) < FEWEST_WEIGHT:
        return
    own = _prose(anatomy.own)
    hits = tuple(word_list().find(own)) if own != anatomy.own else hits
    if sum(_weights(hits).values()) < FEWEST_WEIGHT:
        return
    measured = measure(own, anatomy.sentences)
    if not _is_hard(anatomy, hits, measured):
        return
    for hit in sorted(hits, key=lambda one: -one.entry.weight):
        yield _word(anatomy, hit)
    limit = anatomy.context.profile.advice.long_sentence_words
    for sentence in measured.long_sentences(limit):
        yield _long_sentence(sentence)
    for abbreviation in measured.abbreviations:
        yield _abbreviation(anatomy, abbreviation)


def _weights(hits: Iterable[Hit]) -> dict[tuple[str, ...], int]:
    """The weight of each word once."""
    return {hit.entry.words: hit.entry.weight for hit in hits}


def _is_hard(anatomy: Anatomy, hits: tuple[Hit, ...], measured: Difficulty) -> bool:
    """The weight of distinct office words, for every hundred words, with what the sentences add."""
    weights = _weights(hits)
    weight = sum(weights.values())
    jargon = sum(one == JARGON for one in weights.values())
    limits = anatomy.context.profile.advice
    weight += measured.passives // 3 + measured.nominalisations // 4 + min(len(measured.abbreviations), 2)
    long_texts = max(len(anatomy.word_places) / 120, 1.0)
    enough = (ENOUGH_WITH_JARGON if jargon else ENOUGH_WEIGHT) * long_texts
    if weight >= enough or weight + FOR_LIX < enough:
        # LIX, which takes a look at every word, could change nothing.
        return weight >= enough
    read = readability(anatomy.own)
    return read.certain and read.lix >= limits.lix + HARD_LIX


def _prose(own: str) -> str:
    """With blanks in place of links, addresses and diary numbers."""
    # The signs are quicker to look for, and most texts have none of them.
    has_any = "@" in own or "://" in own or "www." in own.lower() or DIARY_NUMBER.search(own)
    return NOT_PROSE.sub(lambda found: " " * len(found[0]), own) if has_any else own


def _word(anatomy: Anatomy, hit: Hit) -> Finding:
    written = anatomy.own[hit.start : hit.end]
    plain = _in_case(hit.entry.plain, written)
    if not hit.entry.plain:
        says = f"”{written}” kan oftast strykas." if hit.entry.fits else f"”{written}” är svårt att förstå."
        return finding("plain-language", says, in_body(hit.start, hit.end), words=written)
    if not hit.entry.fits:
        says = f"”{written}” är byråkratiskt. Skriv hellre: {hit.entry.plain}."
        return finding("plain-language", says, in_body(hit.start, hit.end), words=written)
    fix = Fix(FixKind.REWRITE, f"Byt till ”{plain}”", (Replace("body", hit.start, written, plain),))
    says = f"Skriv ”{plain}” i stället för ”{written}”."
    return finding("plain-language", says, in_body(hit.start, hit.end), words=written, fix=fix)


def _in_case(plain: str, written: str) -> str:
    return plain[:1].upper() + plain[1:] if written[:1].isupper() else plain


def _long_sentence(sentence: Sentence) -> Finding:
    number = len(WORD.findall(sentence.text))
    says = f"Meningen har {number} ord. Dela den i två."
    return finding("plain-language", says, in_body(sentence.start, sentence.end), words=sentence.text)


def _abbreviation(anatomy: Anatomy, place: tuple[int, int]) -> Finding:
    words = anatomy.own[place[0] : place[1]]
    says = f"Skriv ut vad ”{words}” betyder första gången."
    return finding("plain-language", says, in_body(*place), words=words)
