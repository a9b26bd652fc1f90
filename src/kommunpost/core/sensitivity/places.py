"""Where people live and what they own: addresses, real property, vehicles."""

import re
from collections.abc import Iterator

from kommunpost.core.sensitivity.model import Context, Label, Span

_STREET_ENDINGS = (
    "vägen|väg|gatan|gata|stigen|stig|gränden|gränd|backen|backe|torget|torg|ringen|ring|slingan|slinga|allén|allé|allen|kroken|krok"
    "|bågen|båge|höjden|dalen|parken|platsen|plats|leden|led|kajen|svängen|esplanaden|stranden|strand|vreten|tået|gången|gång"
    "|brinken|brink|spåret|vallen|tunet|rundeln|rondellen|hagen|promenaden|terrassen|trappan|skogen|lunden|lund|plan|udden|liden"
    "|kullen|kulle|berget|åsen|hamnen|ängen|äng|bryggan|gården|gård|stråket|stråk|viken|hill|bron|ryggen"
)
_ADJECTIVES = "(?:Norra|Södra|Östra|Västra|Stora|Lilla|Gamla|Nya|Övre|Nedre|Yttre|Inre|Sankt|S:t|S:ta|Mellersta|Norr|Söder|Öster|Väster)"
_NUMBER = r"\d{1,3}(?!\d)(?: ?[A-Ha-h](?![\w]))?(?:[-/]\d{1,3}(?![\w-]))?"
_DOOR = r"(?:,? ?(?:lgh|lägenhet|lght?\.?|apt|bv|nb|port|uppg(?:ång)?\.?) ?\.?(?:nr )?(?:\d{1,4}|[A-H](?!\w))?|,? ?\d{1,2} ?(?:tr|trappor)\.?(?: ?(?:upp|ned))?(?!\w)|,? bv(?!\w))"
_TOWN = r"(?:,?\s{1,2}(?:SE?-)?\d{3} ?\d{2}\s{1,2}[A-ZÅÄÖ][\wåäöÅÄÖ-]{2,24}(?!\w))"
_TAIL = rf"{_NUMBER}(?:{_DOOR}){{0,2}}(?:{_TOWN})?(?![:\w]|[.,]\d)"
_STREET = re.compile(rf"(?<![\w@.-])((?:{_ADJECTIVES} )?[^\W\d_][\w-]{{0,30}}?(?:{_STREET_ENDINGS})s?) {_TAIL}")
_WITH_TWO_WORDS = re.compile(
    rf"(?<![\w@.-])((?:(?:[A-ZÅÄÖÉ][\w'-]+ ){{0,2}}(?:[A-ZÅÄÖÉ][\w'-]*s|{_ADJECTIVES}) |[A-ZÅÄÖ]\. ?)"
    rf"(?:väg|gata|gränd|allé|plats|torg|plan|stig|backe|ring|esplanad|led|kaj|gård|[Vv]ägen|[Gg]atan|[Tt]orget|[Gg]ränd)) {_TAIL}"
)
_LODGING = re.compile(
    rf"(?:\bbor (?:nu )?(?:på|i)|\badress(?:en)?:?|\bflytta\w* (?:till|från)|\bhemma på|\bhemadress:?|\bgatuadress:?|\btill oss på)\s+([A-ZÅÄÖ][\w-]{{2,24}}(?: [A-ZÅÄÖ][\w-]+)? {_TAIL})"
)
_STREET_HINT = re.compile(r"(?:" + _STREET_ENDINGS + r")s? \d", re.IGNORECASE)
_OFFICE = re.compile(
    r"(?:besöksadress|besök|postadress|leveransadress|fakturaadress|lokal|plats|visiting address|konferens\w*)\b[^\n]{0,30}$",
    re.IGNORECASE,
)
_ORDINARY = frozenset(
    """
    gång gången gånger gånga plats platsen plan planen led leden omgång omgången ring ringen träningen övning parkering
    parkeringsplats avgång ingång tillgång utgång uppgång nedgång framgång etapp etappen p-plats parkeringsplatsen bänkplats
    vårdplats platser arbetsplats förskoleplats båtplats båtplatsen detaljplan detaljplanen översiktsplan budgetplan
    verksamhetsplan handlingsplan tidsplan våningsplan genomförandeplan vårdplan läroplan våning
    övergång årgång årgången anteckning riksväg länsväg europaväg väg vägen gata gatan gård gården stad anslutning
    förskolan äng berg skog hamn trappan
    """.split()
)

_CLEAR_ENDINGS = ("vägen", "gatan", "stigen", "gränd", "gränden", "backen", "allén", "slingan", "svägen", "torget")
"""Of a street in lower case: others are too often ordinary words ("förfallen 12")."""

_PROPERTY = re.compile(
    r"(?<![\w:])((?:"
    + _ADJECTIVES
    + r" )?[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?|[A-ZÅÄÖ]{3,}) (?:[sS]:\d{1,3}|(?:ga|GA):\d{1,3}|\d{1,3}:\d{1,4}(?:[-–]\d{1,4})?)(?![\w:.]\d|\w|:)"
)
_PROPERTY_LOWER = re.compile(
    r"(?:fastighet(?:en)?|fast\.?|tomt(?:en)?|fastighetsbeteckning(?:en)?:?) ([a-zåäö]{3,}(?: [a-zåäö]{3,})? (?:s:\d{1,3}|\d{1,3}:\d{1,4}))(?![\w:])"
)
_BLOCK = re.compile(
    r"(?<![\w:.-])((?:"
    + _ADJECTIVES
    + r" )?[A-ZÅÄÖ][a-zåäöé]{3,}) (\d{1,3})(?![\w:.%°]|-\d|,\d|/\d| ?(?:kr|st|år|min|%|km|meter|m2|kvm|dagar|h\b))"
)
_BLOCK_CUE = re.compile(
    r"(?:fastighet(?:en|er)?|kv\.?|kvarteret|tomt(?:en|rätt)?|brf|fastighetsbeteckning)\b[ :(]*$", re.IGNORECASE
)
_BLOCK_TOPIC = re.compile(
    r"bygglov|fastighet|lagfart|detaljplan|samråd|tomt|förhandsbesked|marklov|rivningslov|yttrande|grannehörande|kvarteret|nybyggnad"
    r"|tillbyggnad|strandskydd|startbesked|slutbesked|föreläggande|bygganmälan|fasad|flerbostadshus|kontrollplan|avstyckning",
    re.IGNORECASE,
)
_NOT_BLOCK = frozenset(
    """
    januari februari mars april maj juni juli augusti september oktober november december måndag tisdag onsdag torsdag fredag
    lördag söndag vecka veckan klass klassen avdelning avdelningen hus sal salen rum rummet punkt punkten kapitel paragraf bilaga
    sida sidan version etapp del steg nivå årskurs linje buss bussen port plan gate grupp gruppen nummer våning kurs skolan
    förskolan mål målet ärende beslut protokoll faktura kvitto order avtal stolpe stolpnummer uppgång lokal skylt senast lgh kran
    dag dagen kväll morgon omgång match lag division senaste figur tabell formulär blankett tjänst modul kod koden ruta fas
    matteus markus lukas johannes mosebok psaltaren koran skala kl klockan ca pbl osl sol lss fl tf rf kl mb sfs prop lvu lvm
    alternativ fråga svar sedan idag igår kaffe telefon växel anknytning rond station hållplats perrong spår vagn tåg klockan
    efter från till kring omkring endast bara totalt cirka ungefär minst högst över under före runt
    """.split()
)

_VEHICLE = re.compile(r"(?<![\w/:.-])([A-HJ-PR-UW-Z]{3})[ -]?(\d{2}[\dA-HJ-NPR-UW-Z])(?![\w/:%]|[.,-]\d|[ -]\d)")
_VEHICLE_CUED = re.compile(
    r"(?:reg\.? ?-?(?:nr|nummer|skylt)?\.?|registreringsn(?:r|ummer)|regnr|bil(?:en)?|skylt(?:en)?|plåt(?:en)?|mc(?:n)?|moped(?:en)?|släp(?:et)?"
    r"|fordon(?:et)?|volvo|saab|bmw|audi|toyota|vw|golf|skoda|kia|ford|tesla|passat|polo)[ :]{0,3}(?:med |nr |nummer )?(?:reg\.?(?:nr)? )?"
    r"([a-hj-pr-uw-z]{3}[ -]?\d{2}[\da-hj-npr-uw-z])(?![\w:])",
    re.IGNORECASE,
)
_NO_PLATE = frozenset(
    """
    PBL OSL SOL LSS LVU LVM LPT SFS SOU PUB KLM ISO DIN SEK EUR USD NOK DKK KPI BNP HBO KUB LAS MBL FML GDP TFL TFN TEL FAX VAB
    SAL RUM HUS ROOM PLAN KAP MAX MIN NYA DEN DET CSN SKR UTC GMT CET HSB TCO SACO DNR OCR REF LGH KSN SBN MHN SOC KFN TRF ANM
    COM WEB PDF DOC LED LUX REA AMS BUP BVC MVC LED CAN RAL NCS UNO BUS TAG ABB JAS BMW SMS MMS EAN SSG SSK USK CVC VVS STL HEX
    DHL AND PRO BRF HJO MOS DUO NYS VON OFN KFN VKO LON SFI CAD UTM CMR AFS BBR EKS AMA BFS TDS KTH NRS GRS CPR VÄG ALT
    """.split()
)
_VEHICLE_TOPIC = re.compile(
    r"\bbil|fordon|släp|parker|p-bot|\btaxi|lastbil|körde|kör |registreringsn|reg\.? ?nr|moped|motorcykel|\bmc\b|skrot|trafik|dispens|husvagn"
    r"|transport|volvo|saab|bmw|audi|toyota|hilux|passat|skåpbil|bärga|felparker|\bcar\b|vehicle|auto|traktor|ägare",
    re.IGNORECASE,
)
_CERTAIN, _LIKELY, _PROBABLE, _POSSIBLE = 0.97, 0.9, 0.7, 0.25


def find_addresses(text: str) -> Iterator[Span]:
    """Street addresses, with door, postal code and town where they follow."""
    if _STREET_HINT.search(text):
        for form, rule in ((_STREET, "street_address"), (_WITH_TWO_WORDS, "street_of_two_words")):
            for match in form.finditer(text):
                yield from _street(text, match, rule)
    for match in _LODGING.finditer(text):
        yield Span(match.start(1), match.end(1), Label.ADDRESS, _PROBABLE, "address_by_context")


def _street(text: str, match: re.Match[str], rule: str) -> Iterator[Span]:
    street = match[1]
    last = street.rpartition(" ")[2]
    if last.lower() in _ORDINARY and (" " not in street or not last[0].islower()):
        return
    if last[0].islower() and " " not in street and not last.endswith(_CLEAR_ENDINGS):
        return
    office = _OFFICE.search(text[max(0, match.start() - 40) : match.start()])
    confidence = _CERTAIN if street[0].isupper() else _LIKELY
    yield Span(match.start(), match.end(), Label.ADDRESS, 0.0 if office else confidence, rule)


def find_properties(text: str) -> Iterator[Span]:
    """Real property by designation: ``Tumba 7:241``, ``Fittja s:1``, and by block: ``kv. Kaprifolen 12``."""
    if ":" in text:
        for match in _PROPERTY.finditer(text):
            if match[1].lower() not in _NOT_BLOCK:
                yield Span(match.start(), match.end(), Label.PROPERTY, _CERTAIN, "property_designation")
        for match in _PROPERTY_LOWER.finditer(text):
            yield Span(match.start(1), match.end(1), Label.PROPERTY, _LIKELY, "property_lower_case")
    yield from _blocks(text)


def _blocks(text: str) -> Iterator[Span]:
    topic: bool | None = None
    for match in _BLOCK.finditer(text):
        name = match[1]
        if name.lower().rpartition(" ")[2] in _NOT_BLOCK or re.search(f"(?:{_STREET_ENDINGS})$", name):
            continue
        if _BLOCK_CUE.search(text, max(0, match.start() - 24), match.start()):
            yield Span(match.start(), match.end(), Label.PROPERTY, _CERTAIN, "property_block")
            continue
        topic = bool(_BLOCK_TOPIC.search(text)) if topic is None else topic
        confidence = _PROBABLE if topic and name.endswith(("en", "et", "n", "an")) else _POSSIBLE if topic else 0.0
        if confidence:
            yield Span(match.start(), match.end(), Label.PROPERTY, confidence, "property_block_by_topic")


def find_vehicles(text: str) -> Iterator[Span]:
    """Registration numbers of vehicles (form since 2019: the last may be a letter)."""
    topic: bool | None = None
    for match in _VEHICLE.finditer(text):
        if match[1] in _NO_PLATE:
            continue
        topic = bool(_VEHICLE_TOPIC.search(text)) if topic is None else topic
        confidence = _CERTAIN if topic else _PROBABLE if match[0][3] == " " or not match[2].isdigit() else 0.55
        yield Span(match.start(), match.end(), Label.VEHICLE, confidence, "registration_number")
    for match in _VEHICLE_CUED.finditer(text):
        yield Span(match.start(1), match.end(1), Label.VEHICLE, _LIKELY, "registration_number_by_word")


def find_accounts(text: str, *, context: Context) -> Iterator[Span]:
    """Bank accounts, bankgiro, plusgiro, IBAN."""
    for form, rule, confidence in _ACCOUNTS:
        for match in form.finditer(text):
            written = match[1].rstrip(" -,.")
            if rule == "iban" and not _is_iban(written):
                continue
            if written not in context.public:
                yield Span(match.start(1), match.start(1) + len(written), Label.BANK_ACCOUNT, confidence, rule)


_ACCOUNTS = (
    (re.compile(r"(?<!\w)([A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,7}(?: ?[\dA-Z]{1,3})?)(?!\w)"), "iban", _CERTAIN),
    (
        re.compile(
            r"(?:bankgiro\w*|\bbg)[ .:]{0,3}(?:nr|nummer|är|no)?[ .:]{0,3}(\d{3,4}[- ]?\d{4})(?![\w-])", re.IGNORECASE
        ),
        "bankgiro",
        _CERTAIN,
    ),
    (
        re.compile(
            r"(?:plusgiro\w*|postgiro\w*|\bpg)[ .:]{0,3}(?:nr|nummer|är|no)?[ .:]{0,3}(\d[\d ]{0,9}-\d)(?![\w-])",
            re.IGNORECASE,
        ),
        "plusgiro",
        _CERTAIN,
    ),
    (
        re.compile(
            r"(?:konto(?:t|nr|numret|nummer)?|account(?: number| no\.?)?|\bkto|lönekonto|sparkonto|personkonto|privatkonto|clearing\w*)\b"
            r"[ .:(]{0,3}(?:nr|nummer|är|no|i|hos|på)?[ .:]{0,2}(?:(?:swedbank|nordea|seb|handelsbanken|sbab|ica banken|länsförsäkringar|skandia|danske bank)[ ,:]{0,2})?"
            r"(\d{4}(?:-\d)?[ ,.-]{0,2}(?:(?:konto|kontonr|kontonummer|och konto)[ :]{0,2})?\d[\d ,.-]{4,16}\d)(?!\w|-\d)",
            re.IGNORECASE,
        ),
        "account_number",
        _CERTAIN,
    ),
)


def _is_iban(written: str) -> bool:
    """ISO 13616: the check digits."""
    bare = written.replace(" ", "")
    if not 15 <= len(bare) <= 34:  # noqa: PLR2004 - ISO 13616
        return False
    return int("".join(str(int(letter, 36)) for letter in bare[4:] + bare[:4])) % 97 == 1
