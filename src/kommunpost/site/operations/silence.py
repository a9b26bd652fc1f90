"""Has a mailbox fallen silent? Pure: told what came each day, it says how much was to be expected since the last mail.

Each mailbox is held to its own rhythm: how much has usually come on that day of the week. What comes to a mailbox comes
nearly as by chance (a Poisson stream): when ``n`` were to be expected, the chance that none came is e to the power of
minus n. From ``ALARM`` on that is under one in a hundred.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Stockholm")
WEEKS = 8
LEAST_WEEKS = 3
ALARM = 5.0
OPENS, CLOSES = time(8), time(16)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """``expected``: mails that should have come since ``last_at`` (UTC, or None: before what we look at).

    ``weekday`` (0 is Monday) and ``usual``: what a day like today brings.
    """

    last_at: datetime | None
    expected: float
    weekday: int
    usual: float

    @property
    def is_silent(self) -> bool:
        return self.expected >= ALARM


def silence(
    *, counts: Mapping[date, int], last_at: datetime | None, now: datetime, is_working_day: Callable[[date], bool]
) -> Silence:
    """How silent a mailbox is. ``counts``: local day -> mails in, days without any may be left out.

    Only the ``WEEKS`` before today are looked at, and of them only what lies before the silence: a mailbox does not
    get used to it. A holiday is held to the Sundays.
    """
    today = now.astimezone(LOCAL).date()
    since = last_at.astimezone(LOCAL).date() if last_at else None
    learned = since or today
    usual = {kind: _usual(counts, learned, kind, is_working_day) for kind in range(7)}
    if since is None:
        return Silence(last_at=None, expected=0.0, weekday=today.weekday(), usual=usual[today.weekday()])
    days = [since + _DAY * number for number in range((today - since).days + 1)]
    expected = sum(usual[_kind(day, is_working_day)] * _share(day, last_at, now) for day in days)
    kind = _kind(today, is_working_day)
    return Silence(last_at=last_at, expected=expected, weekday=kind, usual=usual[kind])


def _usual(counts: Mapping[date, int], until: date, kind: int, is_working_day: Callable[[date], bool]) -> float:
    """The mean of the days of this kind before ``until``; 0 when there are too few to know, or most were empty."""
    before = [until - _DAY * back for back in range(1, WEEKS * 7 + 1)]
    first = min((day for day in counts if counts[day]), default=until)
    numbers = [counts.get(day, 0) for day in before if day >= first and _kind(day, is_working_day) == kind]
    with_mail = sum(1 for number in numbers if number)
    if len(numbers) < LEAST_WEEKS or with_mail * 2 <= len(numbers):
        return 0.0
    # One newsletter to everybody must not make a quiet mailbox a busy one: no day counts more than thrice the middle.
    middle = sorted(numbers)[len(numbers) // 2]
    return sum(min(number, middle * 3) for number in numbers) / len(numbers)


def _kind(day: date, is_working_day: Callable[[date], bool]) -> int:
    weekday = day.weekday()
    return 6 if weekday < 5 and not is_working_day(day) else weekday  # noqa: PLR2004 - Monday to Friday


def _share(day: date, last_at: datetime | None, now: datetime) -> float:
    """The part of the day's mail that falls between the last mail and now: all of it comes in office hours."""
    begin = _elapsed(day, last_at) if last_at else 0.0
    return max(_elapsed(day, now) - begin, 0.0)


def _elapsed(day: date, moment: datetime) -> float:
    opens = datetime.combine(day, OPENS, tzinfo=LOCAL)
    closes = datetime.combine(day, CLOSES, tzinfo=LOCAL)
    return min(max((moment - opens) / (closes - opens), 0.0), 1.0)
