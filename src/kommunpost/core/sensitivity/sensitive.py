"""Hits of the lexicon -> spans: weighed by their sentence, joined into the phrase that says it."""

import re
from collections.abc import Sequence
from itertools import groupby

from kommunpost.core.sensitivity.lexicon import Hit, hits
from kommunpost.core.sensitivity.model import Label, Span

_WORD = re.compile(r"[^\W_]+(?:[-/'][^\W_]+)*")
_SENTENCE_END = re.compile(
    r"[.!?…](?=\s|$)|\n(?=[ \t>]*(?:\n|[-*•]))|\n(?=[>\s]*(?:mvh|med vänlig|hälsning|tack)\b)", re.IGNORECASE
)
SOMEBODY = frozenset(
    """
    jag mig mej min mitt mina vi vår vårt våra oss han hon hen honom henne hans hennes sin sitt sina son sonen dotter dottern
    barn barnet barnen mamma pappa mor far mormor morfar farmor farfar bror brodern syster systern sambo sambon make maken maka
    makan hustru fru frun man mannen kvinnan kvinna flickan pojken tjejen killen elev eleven brukare brukaren patient patienten klient
    klienten kollega kollegan granne grannen vän vännen kompis chefen exet ex personen huvudman huvudmannen sökande tvilling
    tvillingarna barnbarn farbror moster faster morbror kusin svärmor svärfar styvfar styvmor pojkvän flickvän pojkvännen flickvännen
    my i he she his her son daughter mother father husband wife me him minun poikani tyttäreni äitini isäni mój moja syn córka
    anhörig anhöriga familjen brorsan syrran morsan farsan han hennes ungen ungarna tonåring
    """.split()
)
_GENERAL = re.compile(
    r"\b(?:föreläs\w*|nyhetsbrev\w*|konferens\w*|kampanj\w*|utbildning\w*|webbinari\w*|seminari\w*|temadag\w*|forskning\w*|statistik\w*"
    r"|policy\w*|riktlinje\w*|enkät\w*|rapport\w*|remiss\w*|erbjud\w*|projektet|politiker\w*|kursen om)\b",
    re.IGNORECASE,
)
_LEADS = frozenset(
    "diagnosen svår svårt svåra lindrig måttlig måttliga grov grova akut kronisk kroniska intellektuell psykisk psykiska begynnande sexuella allvarlig".split()
)
_GAP = 4
"""Words that may stand between two hits of the same phrase."""
_STRONG, _STRONG_ALONE, _WEAK, _WEAK_TOGETHER, _WEAK_ALONE = 0.85, 0.3, 0.2, 0.55, 0.05
_CERTAIN = 0.9


def find_sensitive(text: str, *, people: Sequence[Span]) -> list[Span]:
    """Spans of the five sensitive labels in a text that ``plain`` has made. ``people``: names and numbers found in it."""
    places = [match.span() for match in _WORD.finditer(text)]
    lower = text.lower()
    words = (
        [lower[start:end] for start, end in places]
        if len(lower) == len(text)
        else [text[s:e].lower() for s, e in places]
    )
    found = hits(words)
    if not found:
        return []
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    general = bool(_GENERAL.search(text))
    spans: list[Span] = []
    for (start, end), group in groupby(found, key=lambda hit: _sentence(places[hit.first][0], ends, len(text))):
        in_sentence = list(group)
        cue = _about_somebody(text, words, places, start, end, people)
        spans += _weighed(text, words, places, in_sentence, cue=cue, general=general)
    return spans


def _sentence(place: int, ends: list[int], length: int) -> tuple[int, int]:
    before = [end for end in ends if end <= place]
    after = [end for end in ends if end > place]
    return (before[-1] if before else 0), (after[0] if after else length)


def _about_somebody(
    text: str, words: list[str], places: list[tuple[int, int]], start: int, end: int, people: Sequence[Span]
) -> bool:
    """Whether the sentence names somebody or speaks of "me" or a relative."""
    if any(start <= span.start < end for span in people):
        return True
    return any(start <= place[0] < end and word in SOMEBODY for word, place in zip(words, places, strict=True))


def _weighed(
    text: str, words: list[str], places: list[tuple[int, int]], found: list[Hit], *, cue: bool, general: bool
) -> list[Span]:
    spans = []
    for label, group in groupby(
        sorted(found, key=lambda hit: (hit.entry.label, hit.first)), key=lambda hit: hit.entry.label
    ):
        for run in _runs(list(group)):
            confidence = _confidence(run, cue=cue, general=general, company=len(found) - len(run))
            first = _led(words, run[0].first)
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


def _confidence(run: list[Hit], *, cue: bool, general: bool, company: int) -> float:
    strong = sum(not hit.entry.weak for hit in run)
    if strong:
        confidence = (_CERTAIN if strong > 1 else _STRONG) if cue else _STRONG_ALONE
    elif len(run) > 1 or company:
        confidence = _WEAK_TOGETHER if cue and len(run) > 1 else _WEAK
    else:
        confidence = _WEAK if cue else _WEAK_ALONE
    return confidence * (0.7 if general and strong < 2 else 1)  # noqa: PLR2004 - two strong words outweigh the topic


def _led(words: list[str], first: int) -> int:
    """The first word of the phrase: "svår astma", "diagnosen Parkinson"."""
    while first and words[first - 1] in _LEADS:
        first -= 1
    return first
