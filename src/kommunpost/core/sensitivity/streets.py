"""Street addresses, with door, postal code and town where they follow.

Looked for from the house number backwards: a number after a word that ends as streets do. Numbers are few, words many.
"""

import re
from collections.abc import Iterator

from kommunpost.core.sensitivity.model import Label, Span

ENDINGS = tuple(
    """
    vägen väg gatan gata stigen stig gränden gränd backen backe torget torg ringen ring slingan slinga allén allé allen
    kroken krok bågen båge höjden dalen parken platsen plats leden led kajen svängen esplanaden stranden strand vreten
    tået gången gång brinken brink spåret vallen tunet rundeln rondellen hagen promenaden terrassen trappan skogen
    lunden plan udden liden kullen kulle berget åsen hamnen ängen äng bryggan gården gård stråket stråk viken bron
    ryggen vägens gatans
    """.split()
)
CLEAR_ENDINGS = ("vägen", "gatan", "stigen", "gränd", "gränden", "backen", "allén", "slingan", "torget")
"""Of a street in lower case: others are too often ordinary words ("förfallen 12")."""
ADJECTIVES = (
    "(?:Norra|Södra|Östra|Västra|Stora|Lilla|Gamla|Nya|Övre|Nedre|Yttre|Inre|Sankt|S:t|S:ta|Mellersta|Norr|Söder|Öster"
    "|Väster)"
)
HOUSE = re.compile(r" \d{1,3}(?![\d:%])")
_APART = frozenset(
    """
    väg gata gränd allé plats torg plan stig backe ring esplanad led kaj gård vägen gatan torget gränden
    """.split()
)
"""Streets of more words: "Hans Stahles väg", "Stora torget"."""
_TAIL = re.compile(
    r"""
    \d{1,3}(?!\d)(?:\ ?[A-Ha-h](?!\w))?(?:[-/]\d{1,3}(?![\w-]))?
    (?:,?\ ?(?:lgh|lägenhet|apt|port|uppg(?:ång)?)\ ?\.?(?:nr\ )?(?:\d{1,4}|[A-H])(?!\w)
      |,?\ ?\d{1,2}\ ?(?:tr|trappor)\b\.?(?:\ upp|\ ned)?|,?\ (?:bv|nb)(?!\w)){0,2}
    (?:,?\s{1,2}(?:SE?-)?\d{3}\ ?\d{2}\s{1,2}[A-ZÅÄÖ][\wåäöÅÄÖ-]{2,24}(?!\w))?
    (?![:\w]|[.,]\d|-\d)
    """,
    re.VERBOSE,
)
_NAMED = re.compile(rf"(?<![\w@.-])((?:[A-ZÅÄÖÉ][\w'-]+ ){{0,2}}(?:[A-ZÅÄÖÉ][\w'-]*s|{ADJECTIVES})|[A-ZÅÄÖ]\.) ?$")
_ADJECTIVE = re.compile(rf"(?<!\w){ADJECTIVES} $")
_LODGING = re.compile(
    r"(?:\bbor (?:nu )?(?:på|i)|\badress(?:en)?:?|\bflytta\w* (?:till|från)|\bhemma på|\bhemadress:?|\bgatuadress:?"
    r"|\btill oss på) $",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:besöksadress|besök|postadress|leveransadress|fakturaadress|lokal|plats|visiting address|konferens\w*)\b"
    r"[^\n]{0,30}$",
    re.IGNORECASE,
)
_ORDINARY = frozenset(
    """
    gång gången gånger plats platsen plan planen led leden omgång omgången ring ringen parkeringsplats parkeringsplatsen
    avgång ingång utgång uppgång nedgång framgång p-plats bänkplats vårdplats arbetsplats förskoleplats båtplats
    båtplatsen detaljplan detaljplanen översiktsplan budgetplan verksamhetsplan handlingsplan tidsplan våningsplan
    genomförandeplan läroplan övergång årgång årgången riksväg länsväg europaväg väg vägen gata gatan gård gården skog
    förskolan äng berg hamn trappan torget torg parken dalen skogen gymnasieplan lektionsplan tillgång
    """.split()
)
_WORD_WINDOW, _BEFORE_WINDOW = 48, 60
_CERTAIN, _LIKELY, _PROBABLE = 0.97, 0.9, 0.7


def word_before(text: str, place: int) -> str:
    """The word that ends at ``place``, in the same line."""
    return text[max(0, place - _WORD_WINDOW) : place].rpartition("\n")[2].rpartition(" ")[2].lstrip("(\"'”/>")


def find_streets(text: str) -> Iterator[Span]:
    """Addresses in a text that ``plain`` has made."""
    for house in HOUSE.finditer(text):
        word = word_before(text, house.start())
        start = house.start() - len(word)
        tail = _TAIL.match(text, house.start() + 1) if word else None
        if tail is None:
            continue
        found = _street(text, word, start)
        if found is not None:
            begin, confidence = found
            if not _OFFICE.search(text[max(0, begin - 40) : begin]):
                yield Span(begin, tail.end(), Label.ADDRESS, confidence, "street_address")
        elif word[0].isupper() and _LODGING.search(text[max(0, start - _BEFORE_WINDOW) : start]):
            yield Span(start, tail.end(), Label.ADDRESS, _PROBABLE, "address_by_context")


def _street(text: str, word: str, start: int) -> tuple[int, float] | None:
    """Where the street before a house number begins, and how sure that is; None when it is no street."""
    lower = word.lower()
    if not lower.endswith(ENDINGS) or not (word[0].isalpha()):
        return None
    before = text[max(0, start - _BEFORE_WINDOW) : start].rpartition("\n")[2]
    if lower in _APART and (named := _NAMED.search(before)):
        return start - len(before) + named.start(1), _CERTAIN
    if lower in _ORDINARY:
        return None
    adjective = _ADJECTIVE.search(before)
    begin = start - len(adjective[0]) if adjective else start
    if word[0].isupper():
        return begin, _CERTAIN
    return (begin, _LIKELY) if lower.endswith(CLEAR_ENDINGS) else None
