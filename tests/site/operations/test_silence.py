"""The rule of the silent mailbox: its own rhythm, holidays, a burst that misleads nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kommunpost.core.swedish.working_days import WorkCalendar
from kommunpost.site.operations.silence import ALARM, Silence, silence

TUESDAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # 12.00 in Sweden: half of office hours are gone


def history(per_day: dict[int, int], *, weeks: int = 8, until: date = TUESDAY) -> dict[date, int]:
    """``per_day``: weekday -> mails, for the weeks before ``until``."""
    days = [until - timedelta(days=back) for back in range(1, weeks * 7 + 1)]
    return {day: per_day.get(day.weekday(), 0) for day in days}


def asked(counts: dict[date, int], last_at: datetime, now: datetime = NOON) -> Silence:
    return silence(counts=counts, last_at=last_at, now=now, is_working_day=WorkCalendar().is_working_day)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=UTC)


WEEKDAYS = dict.fromkeys(range(5), 12)


@pytest.mark.parametrize(
    ("counts", "last_at", "silent"),
    [
        (history(WEEKDAYS), at(23, 14), True),  # 12 a day, nothing since yesterday at 15: about 7 missing
        (history(WEEKDAYS), at(24, 9), False),  # an hour and a half ago
        (history(dict.fromkeys(range(5), 2)), at(23, 14), False),  # 2 a day: a morning without says nothing
        (history(dict.fromkeys(range(5), 2), until=date(2026, 11, 19)), at(19, 6), True),  # but three days do
        (history({4: 30}), at(20, 14), False),  # only Fridays: Monday and Tuesday are always empty
        (history({1: 30}), at(20, 14), True),  # only Tuesdays, and this is one
        (history(WEEKDAYS, weeks=2), at(23, 14), False),  # too new to have a rhythm
        ({}, at(23, 14), False),
    ],
)
def test_each_mailbox_is_held_to_its_own_rhythm(counts: dict[date, int], last_at: datetime, silent: bool) -> None:
    assert asked(counts, last_at).is_silent is silent


def test_a_weekend_and_a_night_expect_nothing() -> None:
    monday_early = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert asked(history(WEEKDAYS), at(20, 15), monday_early).expected == 0


def test_a_holiday_is_held_to_the_sundays() -> None:
    boxing_monday = datetime(2028, 12, 26, 12, 0, tzinfo=UTC)
    counts = history(WEEKDAYS, until=date(2028, 12, 22))
    quiet = asked(counts, datetime(2028, 12, 22, 15, 0, tzinfo=UTC), boxing_monday)
    assert (quiet.expected, quiet.weekday, quiet.usual) == (0, 6, 0)


def test_one_burst_does_not_make_a_quiet_mailbox_a_busy_one() -> None:
    counts = history(dict.fromkeys(range(5), 1))
    counts[date(2026, 11, 17)] = 400
    assert asked(counts, at(23, 14)).expected < ALARM


def test_a_mailbox_does_not_get_used_to_its_silence() -> None:
    counts = history(WEEKDAYS, until=date(2026, 11, 3))
    three_weeks = asked(counts, datetime(2026, 11, 3, 6, 0, tzinfo=UTC))
    assert three_weeks.usual == 12
    assert three_weeks.expected > 150


def test_says_what_a_day_like_this_brings() -> None:
    said = asked(history({**WEEKDAYS, 1: 20}), at(23, 14))
    assert (said.weekday, said.usual) == (1, 20)
    # The last hour of Monday (12 in 8 hours) and the first four of Tuesday (20 in 8 hours).
    assert said.expected == pytest.approx(12 / 8 + 20 / 2)
