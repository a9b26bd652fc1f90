"""Hits of the lexicon -> spans: weighed by their sentence, joined into the phrase that says it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import groupby

from kommunpost.core.sensitivity.lexicon import Hit, hits, lexicon
from kommunpost.core.sensitivity.model import Label, Span

_WORD = re.compile(r"[^\W_][\w/'-]*")
_SENTENCE_END = re.compile(
    r"[.!?…\n](?:(?<!\n)(?=\s|$)|(?<=\n)(?=[ \t>]*(?:\n|[-*•])|[>\s]*(?:mvh|med vänlig|hälsning|tack)\b))",
    re.IGNORECASE,
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
_VERBS_OF_MINE = frozenset("fick har är blev ligger mår hade låg bröt lider väntar går var har".split())
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
    words = _words(text)
    found = hits(words)
    if not found:
        return []
    view = _View(text, words, people)
    general = bool(_GENERAL.search(text.lower()))
    spans: list[Span] = []
    for sentence, group in groupby(found, key=lambda hit: view.sentence(hit.first)):
        spans += _weighed(view, list(group), cue=view.cue(sentence), general=general)
    return spans


def sensitive_places(text: str) -> list[tuple[int, int]]:
    """Where the spans of ``find_sensitive`` stand, whoever is spoken of, be they sure or not: it costs less."""
    words = _words(text)
    found = hits(words)
    if not found:
        return []
    view = _View(text, words, ())
    groups = groupby(found, key=lambda hit: view.sentence(hit.first))
    return [view.place(run) for _, group in groups for _, run in _runs_by_label(list(group))]


def _words(text: str) -> list[str]:
    """In lower case, but for abbreviations that the lists hold in capitals."""
    lower = text.lower()
    if len(lower) == len(text) and not any(one in text for one in lexicon().capitals):
        return _WORD.findall(lower)
    return [word if word in lexicon().capitals else word.lower() for word in _WORD.findall(text)]


class _View:
    """A text in words and sentences. ``starts`` and ``ends`` of words; ``first``: the first word of each sentence."""

    def __init__(self, text: str, words: list[str], people: Sequence[Span]) -> None:
        places = [match.span() for match in _WORD.finditer(text)]
        self.words = words
        self.starts = [start for start, _ in places]
        self.ends = [end for _, end in places]
        begins = [bisect_left(self.starts, match.end()) for match in _SENTENCE_END.finditer(text)]
        self.first = sorted({0, *begins})
        self.people = sorted(bisect_right(self.starts, span.start) - 1 for span in people)

    def sentence(self, word: int) -> int:
        """Which sentence a word stands in."""
        return bisect_right(self.first, word) - 1

    def place(self, run: list[Hit]) -> tuple[int, int]:
        """Where in the text a run of hits stands."""
        return self.starts[_first(self.words, run)], self.ends[run[-1].last]

    def cue(self, sentence: int) -> _Cue:
        """How near to it somebody is spoken of."""
        if self._speaks_of_somebody(sentence) or self._names_somebody(sentence) or self._leaves_me_out(sentence):
            return _Cue.HERE
        # Beside, only words such as "jag" count: a name is often that of whom one greets.
        beside = (sentence - 1, sentence + 1)
        return _Cue.BESIDE if any(map(self._speaks_of_somebody, beside)) else _Cue.NOWHERE

    def _range(self, sentence: int) -> tuple[int, int]:
        if not 0 <= sentence < len(self.first):
            return 0, 0
        following = sentence + 1
        return self.first[sentence], self.first[following] if following < len(self.first) else len(self.words)

    def _speaks_of_somebody(self, sentence: int) -> bool:
        start, end = self._range(sentence)
        return not SOMEBODY.isdisjoint(self.words[start:end])

    def _leaves_me_out(self, sentence: int) -> bool:
        """ "Fick blodpropp i benet": whoever begins with the verb speaks of themselves."""
        start, end = self._range(sentence)
        return start < end and self.words[start] in _VERBS_OF_MINE

    def _names_somebody(self, sentence: int) -> bool:
        start, end = self._range(sentence)
        return bisect_left(self.people, start) < bisect_left(self.people, end)


def _weighed(view: _View, found: list[Hit], *, cue: _Cue, general: bool) -> list[Span]:
    spans = []
    for label, run in _runs_by_label(found):
        confidence = _confidence(run, cue=cue, general=general, company=len(found) - len(run))
        spans.append(Span(*view.place(run), label, confidence, "word_list"))
    return spans


def _runs_by_label(found: list[Hit]) -> Iterator[tuple[Label, list[Hit]]]:
    by_label = sorted(found, key=lambda hit: (hit.entry.label, hit.first))
    for label, group in groupby(by_label, key=lambda hit: hit.entry.label):
        yield from ((Label(label), run) for run in _runs(list(group)))


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
