"""Registration numbers of vehicles; since 2019 the last character may be a letter."""

import re
from collections.abc import Iterator

from kommunpost.core.sensitivity.model import Label, Span

_DIGITS = re.compile(r"\d\d[\dA-HJ-NPR-UW-Za-hj-npr-uw-z](?![\w:/%]|[.,-]\d|[ -]\d)")
_LETTERS = re.compile(r"(?<![\w/:.-])(?:[A-HJ-PR-UW-Z]{3}|[a-hj-pr-uw-z]{3})[ -]?$")
_CUE = re.compile(
    r"(?:reg\.? ?-?(?:nr|nummer|skylt)?\.?|registreringsn(?:r|ummer)|regnr|bil(?:en)?|skylt(?:en)?|plåt(?:en)?|mc(?:n)?"
    r"|moped(?:en)?|moppe|släp(?:et)?|fordon(?:et)?|volvo|saab|bmw|audi|toyota|vw|golf|skoda|kia|ford|tesla|passat|polo)"
    r"[ :,]{0,3}(?:med |nr |nummer )?(?:reg\.?(?:nr)? )?$",
    re.IGNORECASE,
)
_NO_PLATE = frozenset(
    """
    PBL OSL SOL LSS LVU LVM LPT SFS SOU PUB KLM ISO DIN SEK EUR USD NOK DKK KPI BNP HBO KUB LAS MBL FML GDP TFL TFN TEL
    FAX VAB SAL RUM HUS ROOM PLAN KAP MAX MIN NYA DEN DET CSN SKR UTC GMT CET HSB TCO SACO DNR OCR REF LGH KSN SBN MHN
    SOC KFN TRF ANM COM WEB PDF DOC LED LUX REA AMS BUP BVC MVC CAN RAL NCS UNO BUS TAG ABB JAS BMW SMS MMS EAN SSG SSK
    USK CVC VVS STL HEX DHL AND PRO BRF HJO MOS DUO NYS VON OFN VKO LON SFI CAD UTM CMR AFS BBR EKS AMA BFS TDS KTH NRS
    GRS CPR ALT SKB BEA
    """.split()
)
_TOPIC = re.compile(
    r"\bbil|fordon|släp|parker|p-bot|\btaxi|lastbil|körde|kör |registreringsn|reg\.? ?nr|moped|moppe|motorcykel|\bmc\b"
    r"|skrot|trafik|dispens|husvagn|transport|volvo|saab|bmw|audi|toyota|hilux|passat|skåpbil|bärga|\bcar\b|vehicle"
    r"|auto|traktor|ägare|nyckeln"
)
_CERTAIN, _LIKELY, _PROBABLE, _DOUBTFUL = 0.97, 0.9, 0.7, 0.55


def find_vehicles(text: str) -> Iterator[Span]:
    """Registration numbers in a text that ``plain`` has made; in lower case only after a word for a vehicle."""
    topic: bool | None = None
    for digits in _DIGITS.finditer(text):
        letters = _LETTERS.search(text, max(0, digits.start() - 5), digits.start())
        if letters is None:
            continue
        start, end = letters.start(), digits.end()
        if _CUE.search(text, max(0, start - 40), start):
            yield Span(start, end, Label.VEHICLE, _LIKELY, "registration_number_by_word")
        elif text[start:end].isupper() and text[start : start + 3] not in _NO_PLATE:
            topic = bool(_TOPIC.search(text.lower())) if topic is None else topic
            clear = text[start + 3] == " " or not text[end - 1].isdigit()
            confidence = _CERTAIN if topic else _PROBABLE if clear else _DOUBTFUL
            yield Span(start, end, Label.VEHICLE, confidence, "registration_number")
