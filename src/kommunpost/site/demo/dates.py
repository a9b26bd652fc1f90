"""Moves the corpus' dates close to today: working day to working day, the hour of the day kept.

Nothing lands after ``now``, and an answer always comes after what it answers.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kommunpost.site.demo.corpus import TownMail

TOWN = ZoneInfo("Europe/Stockholm")
OPENS = time(7, 0)
# The corpus has six mails a day. The last days become one, so that there is something to do today.
DAYS_THAT_BECOME_TODAY = 3
SHORTEST_ANSWER = timedelta(minutes=9)
_ISO_DATE = re.compile(r"\b2026-(?:08|09|1[0-2])-\d\d\b")
_WEEKEND = 5


def fresh_dates(mails: Sequence[TownMail], *, now: datetime) -> dict[str, datetime]:
    """When each mail is sent in the demo, by id, in UTC. ``mails`` oldest first; ``now`` aware."""
    last = mails[-1].written_at.astimezone(TOWN).date()
    today = current_working_day(now)
    moved: dict[str, datetime] = {}
    for mail in mails:
        at = _same_hour(mail.written_at, last=last, today=today)
        if mail.in_reply_to in moved:
            at = max(at, moved[mail.in_reply_to] + SHORTEST_ANSWER)
        moved[mail.id] = at
    return _squeeze_today(moved, today=today, now=now)


def current_working_day(now: datetime) -> date:
    """Today; before the town hall opens, and at weekends, the working day before."""
    local = now.astimezone(TOWN)
    day = local.date() if local.time() >= OPENS else local.date() - timedelta(days=1)
    while day.weekday() >= _WEEKEND:
        day -= timedelta(days=1)
    return day


def move_dates_in_text(text: str, *, days: int) -> str:
    """``text`` with the corpus' own dates (yyyy-mm-dd) moved by ``days``, so that last dates lie where they should."""

    def moved(found: re.Match[str]) -> str:
        try:
            return (date.fromisoformat(found.group()) + timedelta(days=days)).isoformat()
        except ValueError:
            return found.group()

    return _ISO_DATE.sub(moved, text)


def _same_hour(written_at: datetime, *, last: date, today: date) -> datetime:
    local = written_at.astimezone(TOWN)
    back = max(0, _working_days_between(local.date(), last) - DAYS_THAT_BECOME_TODAY + 1)
    return datetime.combine(_working_days_before(today, back), local.time(), TOWN).astimezone(UTC)


def _working_days_between(first: date, last: date) -> int:
    return sum((first + timedelta(days=ahead)).weekday() < _WEEKEND for ahead in range(1, (last - first).days + 1))


def _working_days_before(day: date, count: int) -> date:
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < _WEEKEND
    return day


def _squeeze_today(moved: dict[str, datetime], *, today: date, now: datetime) -> dict[str, datetime]:
    """Lay what falls on the last day evenly between the opening hour and now, in its own order."""
    opens = datetime.combine(today, OPENS, TOWN).astimezone(UTC)
    todays = sorted((at, identity) for identity, at in moved.items() if at >= opens)
    latest = min(now.astimezone(UTC) - timedelta(minutes=2), opens + timedelta(hours=10))
    step = (latest - opens) / max(1, len(todays))
    return moved | {identity: opens + step * (place + 1) for place, (_, identity) in enumerate(todays)}
