"""Dates and times in running Swedish, and the day that each means. Pure: the writer's day is passed in.

``på fredag`` is the next Friday; ``nästa vecka`` its last working day; ``den 5 mars`` the next 5 March; ``inom en
vecka`` a week from today. A day that is no working day becomes the working day before it: nobody can answer on a
Sunday, and an earlier date is the safe one to promise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from kommunpost.core.advice.words.phrases import Words
from kommunpost.core.swedish.working_days import WorkCalendar

MONTHS = {
    "januari": 1, "februari": 2, "mars": 3, "april": 4, "maj": 5, "juni": 6, "juli": 7, "augusti": 8,
    "september": 9, "oktober": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "apr": 4, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dec": 12,
}  # fmt: skip
WEEKDAYS = {"måndag": 0, "tisdag": 1, "onsdag": 2, "torsdag": 3, "fredag": 4, "lördag": 5, "söndag": 6}
NUMBERS = {"en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9,
           "tio": 10, "fjorton": 14}  # fmt: skip
BEGINNINGS = re.compile(r"\d|[iv]|må|ti|on|to|fr|lö|sö|sl|bö|mi|nä|de|ve|nu|ko|en|et|tv|tr|fy|fe|se|sj|åt|ni|fj|he")
"""How the first word of a date begins: the other words of a text need not be looked at."""
ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(WEEKDAYS)
_COUNT = "|".join([*NUMBERS, r"\d{1,2}"])
LOOSE = re.compile(
    rf"""(?:
      (?:(?:{_WEEKDAY})(?:en)?\s+)?(?:den\s+)?(?P<day>[0-3]?\d)(?::?e|:a)?\s+(?P<month>{_MONTH})\b\.?(?:\s+(?P<year>20\d\d))?
    | (?P<slash>[0-3]?\d/(?:1[0-2]|0?[1-9]))(?![\d/])
    | (?P<week>(?:slutet\s+av\s+|början\s+av\s+|mitten\s+av\s+)?
        (?:nästa|den\s+här|denna|innevarande)\s+vecka(?:n)?|veckan(?:s\s+slut)?
        |(?:v\.?|vecka)\s*(?P<number>[0-5]?\d)\b)
    | (?P<named>(?:nu\s+|nästa\s+|kommande\s+)?(?P<weekday>{_WEEKDAY})(?:en)?(?:\s+(?:nästa|den\s+här)\s+vecka)?)
    | (?P<today>i\s?dag|idag|i\s+eftermiddag|i\s?kväll|ikväll|i\s+förmiddag)
    | (?P<tomorrow>i\s?morgon|imorgon|imorn)
    | (?P<weekend>helgen)
    | (?P<within>(?P<count>{_COUNT})\s+(?P<unit>arbetsdagar?|dagar?|veckor|vecka))
    | (?P<part>(?:början|mitten|slutet)\s+(?:av|på)\s+(?P<partmonth>{_MONTH}|månaden|månadsskiftet)|månadsskiftet)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class LooseDate:
    """A date not written yyyy-mm-dd. ``day`` is what it most likely means, None when it cannot be said."""

    words: str
    start: int
    end: int
    day: date | None


def loose_dates(words: Words, *, today: date, calendar: WorkCalendar) -> Iterator[LooseDate]:
    """Every date in a text that is not written yyyy-mm-dd, in order."""
    text, end = words.text, 0
    starts = (starts for beginning, starts in words.starts.items() if BEGINNINGS.match(beginning))
    for start in sorted(chain.from_iterable(starts)):
        found = LOOSE.match(text, start) if start >= end else None
        if found is None:
            continue
        end = found.end()
        day = _day(found, today)
        if day is not None:
            day = _working_day_before(day, today=today, calendar=calendar)
        yield LooseDate(text[found.start() : found.end()], found.start(), found.end(), day)


def _day(found: re.Match[str], today: date) -> date | None:
    if found["day"]:
        return _in_month(int(found["day"]), MONTHS[found["month"].lower()], found["year"], today)
    if found["slash"]:
        day, _, month = found["slash"].partition("/")
        return _in_month(int(day), int(month), None, today)
    if found["named"]:
        return _weekday(found["named"].casefold(), WEEKDAYS[found["weekday"].lower()], today)
    if found["within"]:
        return _within(found["count"].lower(), found["unit"].lower(), today)
    return _relative(found, today)


def _relative(found: re.Match[str], today: date) -> date | None:
    if found["today"]:
        return today
    if found["tomorrow"]:
        return today + timedelta(days=1)
    friday = today + timedelta(days=4 - today.weekday())
    if found["weekend"]:
        return friday if friday >= today else friday + timedelta(days=7)
    if found["week"]:
        return _week(found, friday, today)
    return None


def _week(found: re.Match[str], friday: date, today: date) -> date | None:
    if found["number"]:
        try:
            day = date.fromisocalendar(today.isocalendar().year, int(found["number"]), 5)
        except ValueError:
            return None
        return day if day >= today else date.fromisocalendar(today.isocalendar().year + 1, int(found["number"]), 5)
    return friday + timedelta(days=7) if "nästa" in found["week"].casefold() else friday


def _in_month(day: int, month: int, year: str | None, today: date) -> date | None:
    try:
        meant = date(int(year) if year else today.year, month, day)
        return meant if year or meant >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _weekday(words: str, weekday: int, today: date) -> date:
    ahead = (weekday - today.weekday()) % 7 or 7
    if "nästa vecka" in words or words.startswith("nästa"):
        # Friday of next week, also when it is Monday today.
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=ahead)


def _within(count: str, unit: str, today: date) -> date:
    number = NUMBERS.get(count) or int(count)
    if unit.startswith("veck"):
        return today + timedelta(days=7 * number)
    if unit.startswith("arbetsdag"):
        return WorkCalendar().add(today, min(number, 60))
    return today + timedelta(days=number)


def _working_day_before(day: date, *, today: date, calendar: WorkCalendar) -> date:
    """``day``, or the working day before it; today at the earliest."""
    while day > today and not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day
