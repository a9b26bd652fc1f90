"""The municipality's calendar and answer times, from its profile."""

from functools import lru_cache

from django.conf import settings

from kommunpost.core.guidelines import load_profile
from kommunpost.core.guidelines.profile import AnswerTimes, PhoneHours
from kommunpost.core.swedish.working_days import Span, WorkCalendar


def work_calendar() -> WorkCalendar:
    """Working days, and the phone hours of units that have none of their own."""
    return _calendar(settings.PROFILE)


def answer_times() -> AnswerTimes:
    """How many working days an answer may take, and when to warn."""
    return _answer_times(settings.PROFILE)


@lru_cache(maxsize=4)
def _answer_times(profile: str) -> AnswerTimes:
    return load_profile(profile).answer_times


@lru_cache(maxsize=4)
def _calendar(profile: str) -> WorkCalendar:
    return WorkCalendar(hours=_hours(load_profile(profile).phone_hours))


def _hours(hours: PhoneHours) -> tuple[tuple[Span, ...], ...]:
    days = (hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday)
    return tuple(tuple(Span(start, end) for start, end in day) for day in days)
