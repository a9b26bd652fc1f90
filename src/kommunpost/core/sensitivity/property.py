"""Real property by designation (``Tumba 7:241``, ``Fittja s:1``) and by block (``kv. Kaprifolen 12``)."""

import re
from collections.abc import Iterator

from kommunpost.core.sensitivity.model import Label, Span
from kommunpost.core.sensitivity.streets import ADJECTIVES, ENDINGS, HOUSE, word_before

_COLON = re.compile(r":\d{1,4}(?:-\d{1,4})?(?![\w:]|\.\d)")
_NAME = r"[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?"
_BEFORE = re.compile(rf"(?<![\w:])((?:{ADJECTIVES} )?{_NAME}|[A-ZÅÄÖ]{{3,}}) (?:\d{{1,3}}|[sS]|ga|GA)$")
_BEFORE_LOWER = re.compile(
    r"(?:fastighet(?:en)?|fast\.?|tomt(?:en)?|fastighetsbeteckning(?:en)?:?) "
    r"([a-zåäö]{3,}(?: [a-zåäö]{3,})?) (?:\d{1,3}|s)$"
)
_BLOCK_CUE = re.compile(
    r"(?:fastighet(?:en|er)?|kv\.?|kvarteret|tomt(?:en|rätt)?|brf|fastighetsbeteckning)\b[ :(]*$", re.IGNORECASE
)
_BLOCK_TOPIC = re.compile(
    r"bygglov|fastighet|lagfart|detaljplan|samråd|tomt|förhandsbesked|marklov|rivningslov|yttrande|grannehörande"
    r"|kvarteret|nybyggnad|tillbyggnad|strandskydd|startbesked|slutbesked|föreläggande|bygganmälan|fasad"
    r"|flerbostadshus|kontrollplan|avstyckning|sökande"
)
_AFTER_BLOCK = re.compile(r" \d{1,3}(?![\w:.%°]\w|[%°:]|-\d|,\d|/\d| ?(?:kr|st|år|min|%|km|meter|m2|kvm|dagar|h)\b)")
_NOT_NAMES = frozenset(
    """
    januari februari mars april maj juni juli augusti september oktober november december måndag tisdag onsdag torsdag
    fredag lördag söndag vecka veckan klass klassen avdelning avdelningen hus sal salen rum rummet punkt punkten kapitel
    paragraf bilaga sida sidan version etapp del steg nivå årskurs linje buss bussen port plan gate grupp gruppen nummer
    våning kurs skolan förskolan mål målet ärende beslut protokoll faktura kvitto order avtal stolpe stolpnummer uppgång
    lokal skylt senast lgh kran dag dagen kväll morgon omgång match lag division senaste figur tabell formulär blankett
    tjänst modul kod koden ruta fas matteus markus lukas johannes mosebok psaltaren koran skala kl klockan ca pbl osl
    sol lss fl tf rf kl mb sfs prop lvu lvm alternativ fråga svar sedan idag igår kaffe telefon växel anknytning rond
    station hållplats perrong spår vagn tåg efter från till kring omkring endast bara totalt cirka ungefär minst högst
    över under före runt posten kontoret artikeln raden
    """.split()
)
_FORM_OF_BLOCKS = ("en", "et", "an", "n")
_BEFORE_WINDOW = 60
_SHORTEST_BLOCK = 4
_CERTAIN, _LIKELY, _PROBABLE, _POSSIBLE = 0.97, 0.9, 0.7, 0.25


def find_properties(text: str) -> Iterator[Span]:
    """Designations in a text that ``plain`` has made."""
    for colon in _COLON.finditer(text):
        before = text[max(0, colon.start() - _BEFORE_WINDOW) : colon.start()].rpartition("\n")[2]
        named = _BEFORE.search(before)
        if named and named[1].lower() not in _NOT_NAMES:
            start = colon.start() - len(before) + named.start(1)
            yield Span(start, colon.end(), Label.PROPERTY, _CERTAIN, "property_designation")
        elif lower := _BEFORE_LOWER.search(before):
            start = colon.start() - len(before) + lower.start(1)
            yield Span(start, colon.end(), Label.PROPERTY, _LIKELY, "property_lower_case")
    yield from _blocks(text)


def _blocks(text: str) -> Iterator[Span]:
    topic: bool | None = None
    for house in HOUSE.finditer(text):
        name = word_before(text, house.start())
        after = _AFTER_BLOCK.match(text, house.start())
        if after is None or not _may_be_block(name):
            continue
        start = house.start() - len(name)
        if _BLOCK_CUE.search(text, max(0, start - 24), start):
            yield Span(start, after.end(), Label.PROPERTY, _CERTAIN, "property_block")
            continue
        topic = bool(_BLOCK_TOPIC.search(text.lower())) if topic is None else topic
        if topic:
            confidence = _PROBABLE if name.endswith(_FORM_OF_BLOCKS) else _POSSIBLE
            yield Span(start, after.end(), Label.PROPERTY, confidence, "property_block_by_topic")


def _may_be_block(name: str) -> bool:
    """A capitalised word that is no street, month or "Bilaga"."""
    lower = name.lower()
    return (
        len(name) >= _SHORTEST_BLOCK
        and name.isalpha()
        and name[0].isupper()
        and name[1:].islower()
        and lower not in _NOT_NAMES
        and not lower.endswith(ENDINGS)
    )
