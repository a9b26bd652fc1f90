"""Personal identity numbers (personnummer, folkbokföringslagen 1991:481, 18 §) and coordination numbers.

Every written form: with and without century, hyphen, plus, blank, in pieces, broken over a line, masked, with the
letter of reserve numbers. A wrong check digit is a slip of the pen and still somebody's number: told of as probable.
"""

import re
from collections.abc import Iterator
from datetime import date

from kommunpost.core.sensitivity.model import Label, Span

_FORM = re.compile(
    r"""
    \d(?<!\w\d)(?<![+]\d)(?<!\d[.,:/-]\d)                 # a digit that no other number is glued to
    (?:(?:(?<=1)[89]|(?<=2)0)[ ]?\d)?\d[ -]?             # year with or without century
    [01]\d[ -]?\d\d                                       # month, day
    (?:\s?[-+]\s?|\s)?
    (?:\d{4}|[A-HJ-NPR-UW-Z]\d{3}|[Xx*_•]{4})
    (?![\w*]|[-.,:/]\d)
    """,
    re.VERBOSE,
)
_SHAPE = re.compile(
    r"""
    (?P<century>18|19|20)??[ ]?
    (?P<year>\d\d)(?P<gap>[ -]?)(?P<month>\d\d)[ -]?(?P<day>\d\d)
    (?P<separator>\s?[-+]\s?|\s)?
    (?P<last>\d{4}|[A-Z]\d{3}|[Xx*_•]{4})
    """,
    re.VERBOSE,
)
_CUE = re.compile(
    r"(?:person|samordnings|födelse|reserv)[ -]?(?:nr|nummer|numret)|\bp-?nr|\bpersnr|\bsam\.?nr|född|\bf\.|\bfödd?\b"
    r"|id-?nummer|personal (?:identity )?number|henkilötunnus|\bborn\b",
    re.IGNORECASE,
)
_OTHER_CUE = re.compile(
    r"(?:ocr|faktura|kund|ärende|order|medlems|dnr|diarie|referens|\bref|avtals|\bmål|kort|serie|artikel|\borg|telefon|\btel|\bmobil"
    r"|biljett|bokning|försäkrings?|konto|clearing|gsin|\bean|löpnummer|projekt|anläggnings|mätar|\bid)"
    r"[\w-]{0,12}[.:]?[ ]?(?:nr|nummer|numret|no)?[.:#]?\s*$",
    re.IGNORECASE,
)
_CUE_WINDOW = 40
_HOURS, _MINUTES = 24, 60
COORDINATION_DAY = 60
"""Added to the day of a coordination number (folkbokföringslagen 18 a §)."""
_CERTAIN, _LIKELY, _PROBABLE, _POSSIBLE = 0.99, 0.9, 0.75, 0.3


def find_identity_numbers(text: str) -> Iterator[Span]:
    """The numbers in a text that ``plain`` has made."""
    for match in _FORM.finditer(text):
        shape = _SHAPE.fullmatch(match[0])
        if shape is None or not _is_date(shape):
            continue
        confidence, rule = _judge(shape, text[max(0, match.start() - _CUE_WINDOW) : match.start()])
        if confidence:
            yield Span(match.start(), match.end(), Label.PERSONNUMMER, confidence, rule)


def _judge(shape: re.Match[str], before: str) -> tuple[float, str]:
    """How sure we are and why; 0 for a number that is something else."""
    last = shape["last"]
    cued = bool(_CUE.search(before))
    if not last[0].isdigit():
        kind = "reserve_number" if last[0].isalpha() and last[1:].isdigit() else "masked_identity_number"
        return (_LIKELY, kind) if shape["separator"] or cued or shape["century"] else (_POSSIBLE, kind)
    if last[:3] == "000":
        # Birth numbers begin with 001.
        return 0.0, ""
    valid = is_valid(shape["year"] + shape["month"] + shape["day"] + last)
    foreign = not cued and bool(_OTHER_CUE.search(before))
    written_as_one = "-" in (shape["separator"] or "") or "+" in (shape["separator"] or "") or bool(shape["century"])
    return _weighed(shape, valid=valid, cued=cued, foreign=foreign, written_as_one=written_as_one)


def _weighed(
    shape: re.Match[str], *, valid: bool, cued: bool, foreign: bool, written_as_one: bool
) -> tuple[float, str]:
    if foreign:
        return (_PROBABLE, "identity_number_as_other") if valid and written_as_one else (0.0, "")
    if shape["gap"] == "-" and not cued and _may_be_clock(shape):
        return 0.0, ""
    if valid:
        likely_mobile = not written_as_one and not cued and shape["year"] == "07" and not shape["separator"]
        return (_POSSIBLE, "identity_number_or_phone") if likely_mobile else (_CERTAIN, "identity_number")
    if cued or (written_as_one and not shape["gap"]):
        return _PROBABLE, "identity_number_wrong_digit"
    return 0.0, ""


def _may_be_clock(shape: re.Match[str]) -> bool:
    """ "2026-03-12 0841" and a number on the next line: a day and something else."""
    if "-" in (shape["separator"] or "") or not shape["separator"]:
        return False
    return "\n" in shape["separator"] or (int(shape["last"][:2]) < _HOURS and int(shape["last"][2:]) < _MINUTES)


def is_valid(ten_digits: str) -> bool:
    """Whether the check digit fits (Luhn over the nine digits before it)."""
    total = 0
    for index, digit in enumerate(map(int, ten_digits[:9])):
        doubled = digit * (2 - index % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the sum of two digits
    return (10 - total % 10) % 10 == int(ten_digits[9])


def _is_date(shape: re.Match[str]) -> bool:
    year, month, day = int(shape["year"]), int(shape["month"]), int(shape["day"])
    day -= COORDINATION_DAY if day > COORDINATION_DAY else 0
    # Without a century the year 2000 stands for all: it has a 29 February, and nobody is harmed by a day too many.
    full_year = int((shape["century"] or "20") + f"{year:02}") if shape["century"] else 2000
    try:
        date(full_year, month, day)
    except ValueError:
        return False
    return True
