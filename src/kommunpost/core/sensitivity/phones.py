"""Phone numbers of people: mobile and direct numbers in all written forms, Swedish and foreign.

Switchboards and lines of authorities are public: numbers that the caller knows (``Context.public``), service numbers
(020, 0771 …), and numbers whose line says that they are one.
"""

import re
from collections.abc import Iterator

from kommunpost.core.sensitivity.model import Context, Label, Span

_FORM = re.compile(r"[+0(](?<![\w/:.,=-][+0(])(?:[\d()]|[ \-/.](?=[\d(])|(?<=\d) - (?=\d)){6,20}(?![\w]|[:/-]\d)")
_NOT_DIGIT = re.compile(r"\D")
_CUE = re.compile(
    r"(?:tel|tfn|telefon|mobil|mobiltelefon|mob|ring|ringa|nås|når mig|nr|nummer|sms|phone|cell|call|puh|swish|whatsapp"
    r"|direkt|direktnummer|direktnr|fax|numret|telephone|t|m|tlf|tele|هاتف|тел)\b[^\n]{0,25}$",
    re.IGNORECASE,
)
_OTHER_CUE = re.compile(
    r"(?:ocr|faktura|kund|ärende|order|dnr|diarie|referens|\bref|avtals|\bmål|kort|konto|clearing|bankgiro|plusgiro|\bbg|\bpg|serie"
    r"|artikel|löp|anläggnings|mätar|stolp|medlems|\borg|medarbetar|\bid|iban|swift|\bean|isbn|bokning|biljett)"
    r"[\w-]{0,12}[ .:#]{0,3}(?:nr|nummer|numret|no)?[ .:#]{0,3}$",
    re.IGNORECASE,
)
_PUBLIC_CUE = re.compile(
    r"växel|vxl|switchboard|kundtjänst|kundservice|kundcenter|servicecenter|kontaktcenter|medborgar(?:service|kontor)"
    r"|telefontid|upplysning|1177|journummer|jourtelefon|larmcentral|socialjour|jouren på|support|reception"
    r"|skatteverket|försäkringskassan|polisen|arbetsförmedlingen|migrationsverket|trafikverket|lantmäteriet|csn"
    r"|länsstyrelsen|kronofogden|pensionsmyndigheten|transportstyrelsen|bolagsverket|region stockholm|vårdcentral"
    r"|hotline|felanmälan|öppet|fax",
    re.IGNORECASE,
)
_OWN_CUE = re.compile(r"\b(?:min|mitt|mina|mig|direkt\w*|mobil\w*|jag|hans|hennes|privat\w*)\b", re.IGNORECASE)
_DATE = re.compile(r"(?:19|20)?\d\d[-./ ][01]\d[-./ ][0-3]\d$")
_AREA = re.compile(
    r"0(?:8|1[01369]|2[136]|3[1356]|4[0246]|54|6[03]|90|7[02369]|1[24578]\d|2[245789]\d|3[02478]\d|4[13578]\d|5[0-35-9]\d"
    r"|6[124579]\d|9[1-8]\d)"
)
_SERVICE = re.compile(r"0(?:20|77[01]?|200|900|939|944|99)|\+?46(?:20|771)")
_MOBILE = re.compile(r"(?:\+46|0046|0)0?7[02369]\d{7}$")
_DOMESTIC = range(8, 12)
_FOREIGN = range(9, 16)
_MOBILE_LENGTH = 10
_WINDOW = 32
_CERTAIN, _LIKELY, _PROBABLE, _POSSIBLE = 0.98, 0.9, 0.7, 0.3


def find_phones(text: str, *, context: Context) -> Iterator[Span]:
    """The numbers in a text that ``plain`` has made."""
    public = {digits(number) for number in context.public if "@" not in number}
    for match in _FORM.finditer(text):
        written = match[0].rstrip(" -/.(")
        if written.count("(") != written.count(")"):
            written = written.lstrip("(").rstrip(")")
        start = match.start() + match[0].find(written)
        confidence = _confidence(written, text, start)
        if confidence and digits(written) not in public and not _is_public(text, start, start + len(written), written):
            yield Span(start, start + len(written), Label.PHONE, confidence, "phone_number")


def digits(number: str) -> str:
    """The digits of a number, Swedish ones with their leading 0: ``"+46 (0)8-465 004 00"`` -> ``0846500400``."""
    bare = _NOT_DIGIT.sub("", number.replace("(0)", ""))
    if number.lstrip("( ").startswith("+46"):
        return "0" + bare[2:]
    return "0" + bare[4:] if bare.startswith("0046") else bare


def _confidence(written: str, text: str, start: int) -> float:
    before = text[max(0, start - _WINDOW) : start].rpartition("\n")[2]
    cued = bool(_CUE.search(before))
    if _OTHER_CUE.search(before) or _DATE.match(written):
        return 0.0
    bare = digits(written)
    if written.startswith(("+", "00", "(+")) and not bare.startswith("0"):
        return _CERTAIN if len(bare) in _FOREIGN else 0.0
    if len(bare) not in _DOMESTIC or not _AREA.match(bare) or _SERVICE.match(bare):
        return 0.0
    if bare.startswith("07"):
        return _CERTAIN if len(bare) == _MOBILE_LENGTH else (_PROBABLE if cued else _POSSIBLE)
    return _landline(written, cued=cued)


def _landline(written: str, *, cued: bool) -> float:
    area = re.match(r"\+|\(?0\d{1,3}\)?[ ]?[-/ ]", written)
    groups = re.split(r"[ \-/]+", written)
    if cued:
        return _LIKELY
    if area is None:
        return 0.0
    return _LIKELY if "-" in written or "/" in written or len(groups) > 2 else _PROBABLE  # noqa: PLR2004 - area and rest


def _is_public(text: str, start: int, end: int, written: str) -> bool:
    """A line of an authority: the words around say so, or the number is round as switchboards' are."""
    if _MOBILE.match(_NOT_DIGIT.sub("", written)):
        return False
    line_start = text.rfind("\n", 0, start) + 1
    before = text[max(line_start, start - 120) : start].rpartition(". ")[2]
    if _OWN_CUE.search(before[-_WINDOW:]):
        return False
    following = text[end : end + _WINDOW].partition("\n")[0]
    if _PUBLIC_CUE.search(before) or re.match(r"\s*\(?(?:växel|vxl)", following, re.IGNORECASE):
        return True
    return digits(written).endswith("00")
