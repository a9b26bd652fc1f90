"""Phone hours as people write them: ``mån–tors 07.30–17.00, fre 07.30–16.00``. Pure.

The same words stand in the signature and on the unit's page, and say when somebody must be there; so they are read and
not typed once more (ADR 0045).
"""

import re
from datetime import time
from itertools import pairwise

from kommunpost.core.swedish.working_days import Span

Hours = tuple[tuple[Span, ...], ...]
"""For each weekday, Monday first, the spans in which somebody answers."""

DAYS = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")
WORKDAYS = range(5)
LONGEST = 200
_DASH = r"\s*(?:[-–—]|till)\s*"
_DAY = r"(mån|tis|ons|tors?|fre|lör|sön)(?:dag(?:ar)?)?"
_DAYS = re.compile(rf"{_DAY}(?:{_DASH}{_DAY})?")
_EVERY = re.compile(r"(?:alla )?(?:helgfria )?vardagar")
_TIME = r"(\d{1,2})(?:[.:](\d{2}))?"
_SPAN = re.compile(rf"(?:kl(?:ockan)?\.?\s*)?{_TIME}{_DASH}{_TIME}")
_BETWEEN = re.compile(r"\s*(?:[,;]|\boch\b|&|\s)\s*")


def read_phone_hours(text: str) -> Hours | None:
    """The hours of the week; None when ``text`` says anything that is not days and times, or says them out of order.

    Days stand before their times, and hold until other days are named: ``mån–fre 9–12, 13–15``.
    """
    left, days, had_times = text.strip().lower().rstrip("."), list[int](), True
    week: list[list[Span]] = [[] for _ in DAYS]
    if len(text) > LONGEST or not left:
        return None
    while left:
        if named := _named(left):
            found, left = named
            days, had_times = (found if had_times else days + found), False
        elif (match := _SPAN.match(left)) and days and (span := _span(match)):
            left, had_times = left[match.end() :], True
            for day in days:
                week[day].append(span)
        else:
            return None
        if left and not (gap := _BETWEEN.match(left)):
            return None
        left = left[gap.end() :] if left and gap else ""
    return tuple(map(tuple, week)) if had_times and all(map(_in_order, week)) else None


def _named(text: str) -> tuple[list[int], str] | None:
    """The days that ``text`` begins with, and what follows them."""
    if match := _EVERY.match(text):
        return list(WORKDAYS), text[match.end() :]
    if not (match := _DAYS.match(text)):
        return None
    first = DAYS.index(match[1][:3])
    last = DAYS.index(match[2][:3]) if match[2] else first
    return (list(range(first, last + 1)), text[match.end() :]) if first <= last else None


def _span(match: re.Match[str]) -> Span | None:
    hours = [int(number or 0) for number in match.groups()]
    try:
        return Span(time(hours[0], hours[1]), time(hours[2], hours[3]))
    except ValueError:
        return None


def _in_order(spans: list[Span]) -> bool:
    return all(earlier.end <= later.start for earlier, later in pairwise(spans))
