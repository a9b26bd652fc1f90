"""The municipality's calendar and answer times, from its profile; and when each unit answers the telephone."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from kommunpost.apps.directory.models import Mailbox
from kommunpost.core.guidelines import load_profile
from kommunpost.core.guidelines.profile import AnswerTimes, PhoneHours
from kommunpost.core.swedish.phone_hours import read_phone_hours
from kommunpost.core.swedish.working_days import Span, WorkCalendar


def work_calendar() -> WorkCalendar:
    """Working days, and the phone hours of units that have none of their own."""
    return _calendar(settings.PROFILE)


@dataclass(frozen=True, slots=True)
class PhoneTimes:
    """When somebody answers for a mailbox. ``text``: the unit's own words; ``is_own``: they could be read, and hold."""

    calendar: WorkCalendar
    text: str
    is_own: bool


def phone_times(mailbox: Mailbox) -> PhoneTimes:
    """The hours of the mailbox's unit, or the municipality's when it has none that can be read (ADR 0045)."""
    text = mailbox.unit.phone_hours.strip() if mailbox.unit else ""
    own = _own_calendar(text) if text else None
    return PhoneTimes(own or work_calendar(), text, own is not None)


def answer_times() -> AnswerTimes:
    """How many working days an answer may take, and when to warn."""
    return _answer_times(settings.PROFILE)


@lru_cache(maxsize=4)
def _answer_times(profile: str) -> AnswerTimes:
    return load_profile(profile).answer_times


@lru_cache(maxsize=4)
def _calendar(profile: str) -> WorkCalendar:
    return WorkCalendar(hours=_hours(load_profile(profile).phone_hours))


@lru_cache(maxsize=1024)
def _own_calendar(text: str) -> WorkCalendar | None:
    hours = read_phone_hours(text)
    return WorkCalendar(hours=hours) if hours is not None else None


def _hours(hours: PhoneHours) -> tuple[tuple[Span, ...], ...]:
    days = (hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday)
    return tuple(tuple(Span(start, end) for start, end in day) for day in days)
