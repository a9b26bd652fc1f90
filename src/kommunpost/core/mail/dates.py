"""Date fields (RFC 5322 section 3.3, with the obsolete and the wrong forms), read without the C library's locale."""

import re
from datetime import UTC, datetime, timedelta

FIRST_YEAR = 1970
LAST_YEAR = 2100
_MAX_LENGTH = 200
_NOON = 12
_NO_FULL_YEAR_BELOW = 1_000
_THIS_CENTURY_BELOW, _TWO_DIGITS = 50, 2

_USUAL = re.compile(
    r"\s*(?:[^\W\d]{2,9}[.,]*\s*)?(?:den\s+)?(\d{1,2})[\s.-]+([^\W\d]{3,9})[\s.,-]+(\d{2,4})[\s,]+"
    r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,]\d+)?\s*([ap]\.?m\.?\b)?\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_ASCTIME = re.compile(
    r"\s*(?:[^\W\d]{2,9}[.,]*\s*)?([^\W\d]{3,9})[\s.]+(\d{1,2})[\s,]+(?:(\d{4})[\s,]+)?"
    r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s*([ap]\.?m\.?\b)?\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_ISO = re.compile(
    r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:[.,]\d+)?\s*(.*)", re.DOTALL
)
_YEAR_LAST = re.compile(r"(?:(\S{1,8})\s+)??(\d{4})\b\s*(.*)", re.DOTALL)
_OFFSET = re.compile(r"(?:GMT|UTC?)?\s*([+-])\s*(\d{1,2}):?(\d{2})?(?!\d)", re.IGNORECASE)
_ZONE = re.compile(r"[\"(]?([a-z]{1,5})\b", re.IGNORECASE)
_COMMENTS = re.compile(r"\([^()]{0,100}\)")

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "may,maj", "jun", "jul", "aug", "sep", "oct,okt", "nov", "dec,dez"),
        start=1,
    )
    for name in names.split(",")
}
# RFC 5322 section 4.3, and the Nordic and European names that programs write. Military letters mean nothing: UTC.
_ZONES = {
    "edt": -240,
    "est": -300,
    "cdt": -300,
    "cst": -360,
    "mdt": -360,
    "mst": -420,
    "pdt": -420,
    "pst": -480,
    "cet": 60,
    "met": 60,
    "mez": 60,
    "cest": 120,
    "mest": 120,
    "mesz": 120,
    "eet": 120,
    "eest": 180,
    "wet": 0,
    "west": 60,
    "bst": 60,
    "msk": 180,
    "jst": 540,
    "kst": 540,
    "ist": 330,
    "hst": -600,
    "akst": -540,
    "akdt": -480,
}


def read_date(value: bytes) -> datetime | None:
    """An unfolded Date field -> UTC, or None when it is no date, or not one between 1970 and 2100."""
    text = value[:_MAX_LENGTH].decode("latin-1")
    try:
        found = _usual(text) or _iso(text) or _asctime(text)
    except (ValueError, OverflowError):
        return None
    return found if found is not None and FIRST_YEAR <= found.year < LAST_YEAR else None


def _usual(text: str) -> datetime | None:
    match = _USUAL.match(text)
    if match is None:
        return None
    day, month, year, hour, minute, second, half, zone = match.groups()
    number = _MONTHS.get(month[:3].lower())
    return _moment(_full_year(year), number, day, (hour, minute, second, half), zone)


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    return _moment(_full_year(year), int(month), day, (hour, minute, second, None), zone)


def _asctime(text: str) -> datetime | None:
    match = _ASCTIME.match(text)
    if match is None:
        return None
    month, day, year, hour, minute, second, half, rest = match.groups()
    zone = rest
    if year is None:
        last = _YEAR_LAST.match(rest)
        if last is None:
            return None
        year, zone = last[2], last[1] or last[3]
    return _moment(_full_year(year), _MONTHS.get(month[:3].lower()), day, (hour, minute, second, half), zone)


def _moment(
    year: int, month: int | None, day: str, clock: tuple[str, str, str | None, str | None], zone: str
) -> datetime | None:
    if month is None:
        return None
    hour, minute, second, half = clock
    hours = int(hour)
    if half and hours <= _NOON:
        hours = hours % _NOON + (_NOON if half[0] in "pP" else 0)
    seconds = min(int(second or 0), 59)  # A leap second is the second before it.
    local = datetime(year, month, int(day), hours, int(minute), seconds, tzinfo=UTC)
    minutes = _zone_minutes(zone)
    return local - timedelta(minutes=minutes) if minutes else local


def _full_year(text: str) -> int:
    """RFC 5322 section 4.3: two digits below 50 are this century's, other two or three digits count from 1900."""
    year = int(text)
    if year >= _NO_FULL_YEAR_BELOW:  # Programs that were not ready for 2000 still write 0102.
        return year
    return year + (2000 if year < _THIS_CENTURY_BELOW and len(text) == _TWO_DIGITS else 1900)


def _zone_minutes(zone: str) -> int:
    """Minutes east of Greenwich. Nothing that can be understood counts as UTC."""
    if zone[:1] not in {"+", "-"}:
        zone = _COMMENTS.sub("", zone).lstrip() or zone
    match = _OFFSET.match(zone)
    if match is None:
        name = _ZONE.match(zone)
        return _ZONES.get(name[1].lower(), 0) if name else 0
    sign, hours, minutes = match.groups()
    total = int(hours) * 60 + int(minutes or 0)
    if total >= 24 * 60:
        return 0
    return -total if sign == "-" else total
