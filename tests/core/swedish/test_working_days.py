"""Working days, deadlines and phone hours, against the almanac."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.core.swedish.working_days import DeadlineError, Span, WorkCalendar, holiday_name, local_day

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = (Span(time(8), time(12)), Span(time(13), time(16)))
CALENDAR = WorkCalendar(hours=(OFFICE,) * 5)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "Nyårsdagen"),
        (date(2026, 1, 6), "Trettondedag jul"),
        (date(2026, 4, 3), "Långfredagen"),
        (date(2026, 4, 6), "Annandag påsk"),
        (date(2026, 5, 1), "Första maj"),
        (date(2026, 5, 14), "Kristi himmelsfärdsdag"),
        (date(2025, 6, 6), "Nationaldagen"),
        (date(2026, 6, 19), "Midsommarafton"),
        (date(2027, 12, 24), "Julafton"),
        (date(2026, 12, 31), "Nyårsafton"),
    ],
)
def test_red_days_and_eves_are_no_working_days(day: date, name: str) -> None:
    assert holiday_name(day) == name
    assert not CALENDAR.is_working_day(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 5),  # trettondagsafton
        date(2026, 4, 2),  # skärtorsdagen
        date(2026, 4, 30),  # valborgsmässoafton
        date(2026, 5, 15),  # the bridge day after Ascension
        date(2026, 10, 30),  # the day before All Saints
        date(2026, 11, 24),
    ],
)
def test_other_eves_and_bridge_days_are_working_days(day: date) -> None:
    assert CALENDAR.is_working_day(day)


def test_a_municipality_closes_on_days_of_its_own() -> None:
    bridge = date(2026, 5, 15)
    assert not WorkCalendar(closed=frozenset({bridge})).is_working_day(bridge)


@pytest.mark.parametrize(
    ("day", "days", "last"),
    [
        (date(2026, 11, 23), 2, date(2026, 11, 25)),  # Monday -> Wednesday
        (date(2026, 11, 26), 2, date(2026, 11, 30)),  # Thursday -> Monday
        (date(2026, 11, 28), 2, date(2026, 12, 1)),  # Saturday counts from Monday
        (date(2026, 6, 17), 2, date(2026, 6, 22)),  # over Midsummer
        (date(2026, 12, 23), 2, date(2026, 12, 29)),  # over Christmas
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Maundy Thursday -> Tuesday after Easter
        (date(2026, 12, 30), 1, date(2027, 1, 4)),
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
        (date(2026, 11, 29), 0, date(2026, 11, 30)),  # what runs out on a Sunday runs out on Monday
    ],
)
def test_days_are_counted_from_the_day_after(day: date, days: int, last: date) -> None:
    assert CALENDAR.add(day, days) == last


@given(day=DAYS, days=st.integers(1, 60))
def test_adding_and_counting_are_each_others_opposite(day: date, days: int) -> None:
    last = CALENDAR.add(day, days)
    assert CALENDAR.is_working_day(last)
    assert CALENDAR.count(day, last) == days
    assert CALENDAR.count(last, day) == -days


@pytest.mark.parametrize("days", [-1, 367, 10**9])
def test_what_is_no_deadline_is_refused(days: int) -> None:
    with pytest.raises(DeadlineError):
        CALENDAR.add(date(2026, 11, 24), days)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        # Came on a Tuesday evening in UTC, which is Wednesday in Sweden.
        ("2026-11-24T23:30+00:00", "2026-11-27T23:00+00:00"),
        ("2026-11-24T22:30+00:00", "2026-11-26T23:00+00:00"),
        # The clock goes forward on 29 March: midnight after Monday is 22:00 UTC.
        ("2026-03-26T10:00+01:00", "2026-03-30T22:00+00:00"),
        # ... and back on 25 October.
        ("2026-10-22T10:00+02:00", "2026-10-26T23:00+00:00"),
    ],
)
def test_the_time_runs_out_at_local_midnight(at: str, due: str) -> None:
    assert CALENDAR.due(datetime.fromisoformat(at), working_days=2) == datetime.fromisoformat(due)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        CALENDAR.due(datetime(2026, 11, 24, 10, 0), working_days=2)


def test_days_left_counts_down_and_goes_negative() -> None:
    last = date(2026, 11, 26)
    left = [CALENDAR.days_left(datetime(2026, 11, day, 12, tzinfo=UTC), last=last) for day in (23, 24, 26, 27, 28, 30)]
    assert left == [3, 2, 0, -1, -1, -2]


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-24T07:59:59+01:00", False),
        ("2026-11-24T08:00+01:00", True),
        ("2026-11-24T12:00+01:00", False),
        ("2026-11-24T15:59+01:00", True),
        ("2026-11-24T16:00+01:00", False),
        ("2026-11-28T10:00+01:00", False),
        ("2026-06-19T10:00+02:00", False),
        ("2026-07-01T06:30+00:00", True),
    ],
)
def test_phone_hours_follow_the_local_clock(at: str, is_open: bool) -> None:
    assert CALENDAR.is_open(datetime.fromisoformat(at)) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-24T09:00+01:00", "2026-11-24T09:00+01:00"),
        ("2026-11-24T12:15+01:00", "2026-11-24T13:00+01:00"),
        ("2026-11-27T16:00+01:00", "2026-11-30T08:00+01:00"),
        ("2026-12-23T17:00+01:00", "2026-12-28T08:00+01:00"),
        ("2026-03-27T17:00+01:00", "2026-03-30T08:00+02:00"),
    ],
)
def test_the_next_time_somebody_answers(at: str, opens: str) -> None:
    assert CALENDAR.next_open(datetime.fromisoformat(at)) == datetime.fromisoformat(opens)


def test_without_hours_nobody_ever_answers() -> None:
    assert WorkCalendar().next_open(datetime(2026, 11, 24, tzinfo=UTC)) is None


def test_open_time_is_real_time_over_a_clock_change() -> None:
    night = WorkCalendar(hours=((Span(time(0), time(23, 59)),) * 1,) * 7)
    begin = datetime(2026, 11, 23, 15, tzinfo=STOCKHOLM)
    assert CALENDAR.open_time(begin, begin + timedelta(days=1)) == timedelta(hours=7)
    assert CALENDAR.open_time(begin, begin) == timedelta()
    # Sunday 29 March is no working day, so the short day is not counted at all.
    assert (
        night.open_time(datetime(2026, 3, 28, tzinfo=STOCKHOLM), datetime(2026, 3, 30, tzinfo=STOCKHOLM)) == timedelta()
    )


@given(at=st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)))
def test_the_deadline_is_never_before_the_mail(at: datetime) -> None:
    due = CALENDAR.due(at, working_days=2)
    assert due > at + timedelta(days=1)
    assert CALENDAR.count(local_day(at), local_day(due - timedelta(seconds=1))) == 2


def test_a_span_runs_forward() -> None:
    with pytest.raises(ValueError, match="after it starts"):
        Span(time(12), time(8))
