"""An invitation in a mail (RFC 5545, iTIP RFC 5546) -> the facts that a reader needs: what, when, where, who asks.

Text only. Nothing is fetched, repeated or run: ``RRULE`` is noted and never unrolled, ``ATTACH``, ``URL``, alarms and
``X-ALT-DESC`` (HTML) are not looked at. The first 200 kB and the first event are read, whatever the size.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from kommunpost.core.mail.model import Address, Attachment
from kommunpost.core.mail.words import clean, guess

TYPES = frozenset({"text/calendar", "application/ics"})
MAX_BYTES = 200_000
MAX_LINES = 2_000
MAX_TEXT = 500
"""Characters of a summary or a place that are kept."""

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
_ZONE_NAME = re.compile(r"[A-Za-z]{1,20}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,40})=("[^"]{0,500}"|[^";:,]{0,500})')
_FOLD = re.compile(r"\r?\n[ \t]|\r[ \t]")


@dataclass(frozen=True, slots=True)
class Invitation:
    """``start`` and ``end`` are aware; for whole days they are None and the days count, ``last_day`` included.

    ``method`` and ``status`` are in upper case (``REQUEST``, ``CANCEL``; ``CANCELLED``). ``zone_known`` is False where
    the clock's zone was not told or is known to nobody: the times are then read as Swedish.
    """

    method: str
    status: str
    summary: str
    location: str
    organizer: Address
    start: datetime | None = None
    end: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    repeats: bool = False
    zone_known: bool = True

    @property
    def is_cancelled(self) -> bool:
        return self.method == "CANCEL" or self.status == "CANCELLED"


@dataclass(frozen=True, slots=True)
class _Line:
    parameters: dict[str, str]
    value: str


def read_invitation(attachments: Sequence[Attachment]) -> Invitation | None:
    """The first event of the first calendar among the attachments; None when there is none. Never raises."""
    calendar = next((one for one in attachments if one.type in TYPES), None)
    if calendar is None:
        return None
    method, event = _first_event(guess(calendar.content[:MAX_BYTES]))
    return None if event is None else _invitation(method, event)


def _first_event(text: str) -> tuple[str, dict[str, _Line] | None]:
    method, depth = "", 0
    event: dict[str, _Line] | None = None
    for name, line in _lines(text):
        value = line.value.strip().upper()
        if name == "METHOD" and event is None:
            method = value[:40]
        elif name == "BEGIN" and event is not None:
            depth += 1  # An alarm inside the event has a summary of its own.
        elif name == "BEGIN" and value == "VEVENT":
            event = {}
        elif name == "END" and event is not None:
            if depth == 0:
                break
            depth -= 1
        elif event is not None and depth == 0:
            event.setdefault(name, line)
    return clean(method), event


def _lines(text: str) -> Iterator[tuple[str, _Line]]:
    for raw in _FOLD.sub("", text).splitlines()[:MAX_LINES]:
        name = re.match(r"[A-Za-z0-9-]{1,60}", raw)
        if name is None:
            continue
        position, parameters = name.end(), {}
        while found := _PARAMETER.match(raw, position):
            parameters[found[1].upper()] = found[2].strip('"')
            position = found.end()
        colon = raw.find(":", position)
        if colon >= 0:
            yield name[0].upper(), _Line(parameters, raw[colon + 1 :])


def _invitation(method: str, event: dict[str, _Line]) -> Invitation:
    start, first_day, is_known = _moment(event.get("DTSTART"))
    end, day_after, _ = _moment(event.get("DTEND"))
    length = _duration(event.get("DURATION"))
    if start and end is None and length is not None:
        end = _later(start, length)
    last_day = first_day
    if first_day and day_after and day_after > first_day:
        last_day = day_after - timedelta(days=1)  # RFC 5545 3.6.1: DTEND is the first day that is not meant.
    return Invitation(
        method=method,
        status=_text(event.get("STATUS")).upper()[:40],
        summary=_text(event.get("SUMMARY")),
        location=_text(event.get("LOCATION")),
        organizer=_person(event.get("ORGANIZER")),
        start=start,
        end=end if start and end and end > start else None,
        first_day=first_day,
        last_day=last_day,
        repeats="RRULE" in event or "RDATE" in event,
        zone_known=is_known,
    )


def _text(line: _Line | None) -> str:
    if line is None:
        return ""
    value = line.value[: MAX_TEXT * 4]
    value = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return clean(value)[:MAX_TEXT]


def _person(line: _Line | None) -> Address:
    """The organiser's name and mail address. Whatever is no address stays out: a reader would take it for one."""
    if line is None:
        return Address("", "")
    scheme, colon, rest = line.value.strip().partition(":")
    address = clean(rest).lower()[:320] if colon and scheme.lower() == "mailto" else ""
    return Address(clean(line.parameters.get("CN", ""))[:200], address if "@" in address else "")


def _moment(line: _Line | None) -> tuple[datetime | None, date | None, bool]:
    """The moment, or the day, and whether its zone is known."""
    found = _MOMENT.fullmatch(line.value.strip()[:20]) if line else None
    if line is None or found is None:
        return None, None, True
    try:
        if found[4] is None:
            return None, date(int(found[1]), int(found[2]), int(found[3])), True
        year, month, day, hour, minute, second = (int(found[number]) for number in range(1, 7))
        zone = UTC if found[7] else _zone(line.parameters.get("TZID", ""))
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone or STOCKHOLM)
        return moment.astimezone(UTC), None, zone is not None
    except (ValueError, OverflowError):
        return None, None, True


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | None:
    """By the names of the zone database, and by those that Outlook writes."""
    name = WINDOWS_TO_OLSON.get(name, name)
    if not _ZONE_NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # No such zone, a folder of them, or a file that is none.
        return None


def _duration(line: _Line | None) -> timedelta | None:
    found = _DURATION.fullmatch(line.value.strip()[:60]) if line else None
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _later(start: datetime, length: timedelta) -> datetime | None:
    try:
        return start + length
    except OverflowError:
        return None
