"""The invented mails always lie close to today."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kommunpost.site.demo.corpus import town_mails
from kommunpost.site.demo.dates import TOWN, current_working_day, fresh_dates, move_dates_in_text

MOMENTS = [
    pytest.param(datetime(2026, 11, 23, 14, 30, tzinfo=UTC), id="monday afternoon"),
    pytest.param(datetime(2026, 11, 24, 6, 5, tzinfo=UTC), id="just opened"),
    pytest.param(datetime(2026, 11, 25, 2, 0, tzinfo=UTC), id="night"),
    pytest.param(datetime(2026, 11, 28, 12, 0, tzinfo=UTC), id="saturday"),
    pytest.param(datetime(2027, 3, 28, 22, 30, tzinfo=UTC), id="the day the clocks change"),
    pytest.param(datetime(2028, 2, 29, 9, 0, tzinfo=UTC), id="leap day"),
]


@pytest.mark.parametrize("now", MOMENTS)
def test_no_mail_is_dated_after_now_and_the_newest_is_of_the_working_day(now: datetime) -> None:
    moved = fresh_dates(town_mails(), now=now)

    assert set(moved) == {mail.id for mail in town_mails()}
    assert max(moved.values()) < now
    assert max(moved.values()).astimezone(TOWN).date() == current_working_day(now)
    assert timedelta(weeks=10) < max(moved.values()) - min(moved.values()) < timedelta(weeks=13)


@pytest.mark.parametrize("now", MOMENTS)
def test_an_answer_comes_after_what_it_answers(now: datetime) -> None:
    moved = fresh_dates(town_mails(), now=now)
    answers = [mail for mail in town_mails() if mail.in_reply_to]

    assert len(answers) > 30
    assert all(moved[mail.in_reply_to] < moved[mail.id] for mail in answers)


def test_mails_keep_to_working_days() -> None:
    moved = fresh_dates(town_mails(), now=datetime(2026, 11, 25, 15, 0, tzinfo=UTC))

    assert {at.astimezone(TOWN).weekday() for at in moved.values()} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 5, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), date(2026, 11, 20)),
        # Summer time: 05:30 UTC is 07:30 in the town.
        (datetime(2026, 6, 4, 5, 30, tzinfo=UTC), date(2026, 6, 4)),
    ],
)
def test_current_working_day(now: datetime, expected: date) -> None:
    assert current_working_day(now) == expected


@pytest.mark.parametrize(
    ("text", "days", "expected"),
    [
        ("Svara senast 2026-09-18.", 7, "Svara senast 2026-09-25."),
        ("2026-12-26 och 2026-11-01", 10, "2027-01-05 och 2026-11-11"),
        ("Dnr 2026-00418, 2026-09-31, MHN/2026:00418", 7, "Dnr 2026-00418, 2026-09-31, MHN/2026:00418"),
        ("2025-08-14 är inte corpusets år", 7, "2025-08-14 är inte corpusets år"),
    ],
)
def test_last_dates_in_texts_move_with_the_mail(text: str, days: int, expected: str) -> None:
    assert move_dates_in_text(text, days=days) == expected
