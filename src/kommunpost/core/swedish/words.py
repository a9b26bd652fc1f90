"""Words with their places, and the form under which the inflections of one word meet.

No lexicon of lemmas: simplemma holds one, but costs 100 MB of memory and over a second at first use, and its data is
share-alike. Stems and a table of the irregular words serve the searches made here (ADR 0018).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kommunpost.core.swedish.search_words import normalise, stem

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")

_SHORTEST_OS = 4

_IRREGULAR_FORMS = """
man: män männen männens mannen mannens mans
son: söner sönerna sonen sonens sons sönernas
dotter: dottern dotterns döttrar döttrarna döttrarnas dotters
bror: brodern broderns bröder bröderna bröders brorsan broder brors brorsans
syster: systern systrar systrarna systers systerns syrra syrran
mor: modern moderns mödrar mödrarna morsan mamma mamman mammas mammans mammor mors morsans
far: fadern faderns fäder fäderna farsan pappa pappan pappas pappans pappor fars farsans
hand: händer händerna handen
fot: fötter fötterna foten
tand: tänder tänderna tanden
bok: böcker böckerna boken
bonde: bönder bönderna bonden
natt: nätter nätterna natten
stad: städer städerna staden
land: länder länderna landet
ledamot: ledamöter ledamöterna ledamoten ledamots
ombud: ombudet ombuden ombuds
öga: ögon ögonen ögat
öra: öron öronen örat
barn: barnet barnen barns barnens barnets
vara: är var varit varande
bli: blir blev blivit bleve
få: får fick fått
gå: går gick gått
stå: står stod stått
slå: slår slog slagit slagen slaget slås slogs slagits
dö: dör dog dött död döda dött
se: ser såg sett ses sågs setts
ge: ger gav gett givit ges gavs getts givits
ta: tar tog tagit tas togs tagits
ligga: ligger låg legat
sitta: sitter satt suttit
sova: sover sov sovit
gråta: gråter grät gråtit
skjuta: skjuter sköt skjutit skjuts sköts skjutits skjuten
bryta: bryter bröt brutit bryts bröts brutits bruten brutna
stjäla: stjäl stal stulit stulen stulna stulet stals stulits
sticka: sticker stack stuckit
dricka: dricker drack druckit
ljuga: ljuger ljög ljugit
skriva: skriver skrev skrivit skrivs skrevs skrivits skriven skrivet
skrika: skriker skrek skrikit
bita: biter bet bitit biten
hugga: hugger högg huggit
falla: faller föll fallit
hålla: håller höll hållit hålls hölls hållits
springa: springer sprang sprungit
vinna: vinner vann vunnit
binda: binder band bundit
veta: vet visste vetat
göra: gör gjorde gjort görs gjordes gjorts
säga: säger sade sa sagt sägs sades sagts
böra: bör borde bort
skola: ska skall skulle
kunna: kan kunde kunnat
vilja: vill ville velat
hota: hotar hotade hotat hotas hotades hotats
flytta: flyttar flyttade flyttat
sjuk: sjukt sjuka sjukare
gammal: gamla äldre äldst gammalt
ung: unga yngre yngst ungt
liten: litet lilla små mindre minst
stor: stort stora större störst
god: gott goda bättre bäst
dålig: dåligt dåliga sämre sämst
"""


@dataclass(frozen=True, slots=True)
class Word:
    """``text[start:end]``."""

    start: int
    end: int
    text: str


def words(text: str) -> Iterator[Word]:
    """The words of ``text`` in order. Hyphens and apostrophes inside a word belong to it ("Ferm-Larsson")."""
    for match in _WORD.finditer(text):
        yield Word(match.start(), match.end(), match[0])


@lru_cache(maxsize=100_000)
def base(word: str) -> str:
    """The form under which the inflections of a word meet: ``"stulits"`` and ``"stjäla"`` -> ``"stjäl"``.

    For comparing, not for showing: it is a stem. Case and Unicode form of ``word`` do not matter.
    """
    normalised = normalise(word)
    if normalised.endswith("os") and len(normalised) > _SHORTEST_OS:
        # Snowball takes the s of "diagnos" for a genitive; "diagnosen" keeps it.
        normalised += "en"
    return stem(_irregular().get(normalised, normalised))


@lru_cache(maxsize=1)
def _irregular() -> dict[str, str]:
    forms: dict[str, str] = {}
    for line in _IRREGULAR_FORMS.strip().splitlines():
        lemma, _, inflected = line.partition(":")
        forms.update(dict.fromkeys(inflected.split(), lemma))
    return forms
