"""Hits of the lexicon -> spans: weighed by their sentence, joined into the phrase that says it."""

import re
from collections.abc import Sequence
from enum import Enum
from itertools import groupby

from kommunpost.core.sensitivity.lexicon import Hit, hits, lexicon
from kommunpost.core.sensitivity.model import Label, Span

_WORD = re.compile(r"[^\W_]+(?:[-/'][^\W_]+)*")
_SENTENCE_END = re.compile(
    r"[.!?…](?=\s|$)|\n(?=[ \t>]*(?:\n|[-*•]))|\n(?=[>\s]*(?:mvh|med vänlig|hälsning|tack)\b)", re.IGNORECASE
)
SOMEBODY = frozenset(
    """
    jag mig mej min mitt mina han hon hen honom henne hans hennes sin sitt sina son sonen dotter dottern barn
    barnet barnen mamma pappa mor far mormor morfar farmor farfar bror brodern syster systern sambo sambon make
    maken maka makan hustru fru frun man mannen kvinnan kvinna flickan pojken tjejen killen elev eleven brukare
    brukaren patient patienten klient klienten kollega kollegan granne grannen vän vännen kompis chefen exet ex
    personen huvudman huvudmannen sökande tvilling tvillingarna barnbarn farbror moster faster morbror kusin
    svärmor svärfar styvfar styvmor pojkvän flickvän pojkvännen flickvännen my he she his her daughter mother
    father husband wife me him minun poikani tyttäreni äitini isäni mój moja syn córka anhörig anhöriga familjen
    brorsan syrran morsan farsan ungen ungarna tonåring
    """.split()
)
_GENERAL = re.compile(
    r"\b(?:föreläs\w*|nyhetsbrev\w*|konferens\w*|kampanj\w*|utbildning\w*|webbinari\w*|seminari\w*|temadag\w*|forskning\w*|statistik\w*"
    r"|policy\w*|riktlinje\w*|enkät\w*|rapport\w*|remiss\w*|erbjud\w*|projektet|politiker\w*|kursen om)\b",
    re.IGNORECASE,
)
_LEADS = frozenset(
    """
    diagnosen svår svårt svåra lindrig måttlig måttliga grov grova akut kronisk kroniska intellektuell psykisk psykiska
    begynnande sexuella allvarlig
    """.split()
)
_SUPPORT = frozenset("är har hade fått får jag min mitt mina hans hennes sin sitt vår".split())
_GAP = 4
"""Words that may stand between two hits of the same phrase."""
_WEAK, _WEAK_TOGETHER, _WEAK_ALONE, _IN_GENERAL, _MORE, _CERTAIN = 0.2, 0.55, 0.05, 0.55, 0.05, 0.95


class _Cue(Enum):
    """Where somebody is spoken of, seen from the sentence of a hit."""

    HERE = "here"
    BESIDE = "beside"
    NOWHERE = "nowhere"


_STRONG = {_Cue.HERE: 0.85, _Cue.BESIDE: 0.6, _Cue.NOWHERE: 0.3}


def find_sensitive(text: str, *, people: Sequence[Span]) -> list[Span]:
    """Spans of the five sensitive labels in a text that ``plain`` has made. ``people``: names and numbers in it."""
    words = [word if word.isupper() and word in lexicon().capitals else word.lower() for word in _WORD.findall(text)]
    found = hits(words)
    if not found:
        return []
    places = [match.span() for match in _WORD.finditer(text)]
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    general = bool(_GENERAL.search(text))
    spans: list[Span] = []
    for (start, end), group in groupby(found, key=lambda hit: _sentence(places[hit.first][0], ends, len(text))):
        in_sentence = list(group)
        cue = _cue(words, places, (start, end), ends, people)
        spans += _weighed(words, places, in_sentence, cue=cue, general=general)
    return spans


def _sentence(place: int, ends: list[int], length: int) -> tuple[int, int]:
    before = [end for end in ends if end <= place]
    after = [end for end in ends if end > place]
    return (before[-1] if before else 0), (after[0] if after else length)


def _cue(
    words: list[str],
    places: list[tuple[int, int]],
    sentence: tuple[int, int],
    ends: list[int],
    people: Sequence[Span],
) -> _Cue:
    """How near somebody is spoken of."""
    if _about_somebody(words, places, *sentence, people):
        return _Cue.HERE
    start = max([end for end in ends if end < sentence[0]], default=0)
    end = min([end for end in ends if end > sentence[1]], default=sentence[1])
    # Beside, only words such as "jag" count: a name is often that of whom one greets.
    return _Cue.BESIDE if _about_somebody(words, places, start, end, ()) else _Cue.NOWHERE


def _about_somebody(
    words: list[str], places: list[tuple[int, int]], start: int, end: int, people: Sequence[Span]
) -> bool:
    """Whether the sentence names somebody or speaks of "me" or a relative."""
    if any(start <= span.start < end for span in people):
        return True
    return any(start <= place[0] < end and word in SOMEBODY for word, place in zip(words, places, strict=True))


def _weighed(
    words: list[str], places: list[tuple[int, int]], found: list[Hit], *, cue: _Cue, general: bool
) -> list[Span]:
    spans = []
    for label, group in groupby(
        sorted(found, key=lambda hit: (hit.entry.label, hit.first)), key=lambda hit: hit.entry.label
    ):
        for run in _runs(list(group)):
            confidence = _confidence(run, cue=cue, general=general, company=len(found) - len(run))
            first = _first(words, run)
            start, end = places[first][0], places[run[-1].last][1]
            spans.append(Span(start, end, Label(label), confidence, "word_list"))
    return spans


def _runs(found: list[Hit]) -> list[list[Hit]]:
    """Hits that stand so near each other that they are one phrase."""
    runs: list[list[Hit]] = []
    for hit in found:
        if runs and hit.first - runs[-1][-1].last <= _GAP:
            runs[-1].append(hit)
        else:
            runs.append([hit])
    return runs


def _confidence(run: list[Hit], *, cue: _Cue, general: bool, company: int) -> float:
    strong = sum(not hit.entry.weak for hit in run)
    if strong and run[0].entry.label == Label.UNION_POLITICAL:
        # Who writes in the name of a party or a union club speaks of its people.
        cue = _Cue.HERE
    if strong:
        confidence = min(_STRONG[cue] + _MORE * (strong - 1), _CERTAIN)
    elif len(run) > 1:
        confidence = _WEAK_TOGETHER if cue == _Cue.HERE else _WEAK
    else:
        confidence = _WEAK if cue == _Cue.HERE or company else _WEAK_ALONE
    return confidence * (_IN_GENERAL if general and strong < 2 else 1)  # noqa: PLR2004 - two outweigh the topic


def _first(words: list[str], run: list[Hit]) -> int:
    """The first word of the phrase: with "svår", "diagnosen" before it, without "är" and "min" that begin it."""
    first = run[0].first
    while words[first] in _SUPPORT and first < run[-1].last:
        first += 1
    while first and words[first - 1] in _LEADS:
        first -= 1
    return first
