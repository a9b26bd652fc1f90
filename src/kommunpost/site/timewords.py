"""Times and dates as a reader in Sweden expects them. Pure but for the active language and time zone."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateformat import format as django_format
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

DAYS_NAMED_BY_WEEKDAY = 300


def clock(moment: datetime) -> str:
    """``10.02`` in Swedish, ``10:02`` in English; local time."""
    separator = ":" if (get_language() or "sv").startswith("en") else "."
    return timezone.localtime(moment).strftime(f"%H{separator}%M")


def short_day(day: date) -> str:
    """``ons 18 nov``."""
    midnight = datetime.combine(day, time())
    return f"{django_format(midnight, 'D').lower()} {day.day} {django_format(midnight, 'M').lower()}"


def when(moment: datetime, *, now: datetime) -> str:
    """Short, for lists: ``10.02`` today, ``i går 10.02``, ``ons 18 nov``, the whole date for what is old or ahead."""
    day, today = timezone.localdate(moment), timezone.localdate(now)
    if day == today:
        return gettext("i dag %(time)s") % {"time": clock(moment)}
    if day == today - timedelta(days=1):
        return gettext("i går %(time)s") % {"time": clock(moment)}
    if timedelta(0) < today - day < timedelta(days=DAYS_NAMED_BY_WEEKDAY):
        return short_day(day)
    return day.isoformat()


def moment_in_full(moment: datetime) -> str:
    """``ons 18 nov 2026 10.02``."""
    local = timezone.localtime(moment)
    return f"{short_day(local.date())} {local.year} {clock(moment)}"


def day_and_time(moment: datetime, *, now: datetime) -> str:
    """``ons 18 nov 10.02``; with the year when it is another one."""
    local = timezone.localtime(moment)
    if local.year != timezone.localdate(now).year:
        return moment_in_full(moment)
    return f"{short_day(local.date())} {clock(moment)}"


def log_time(moment: datetime) -> str:
    """``2026-10-31 18.37``, as in the columns of the log."""
    return f"{timezone.localdate(moment).isoformat()} {clock(moment)}"


def weekday_and_day(day: date) -> str:
    """``tisdag 24 november``."""
    words = date_format(day, "l j F")
    return words.lower() if (get_language() or "sv").startswith("sv") else words


def month_in_words(day: date) -> str:
    """``Oktober 2026``."""
    words = date_format(day, "F Y")
    return f"{words[:1].upper()}{words[1:]}"


def today_in_words(now: datetime) -> str:
    """``Måndag 23 november 2026, vecka 48``. The week is ISO 8601's, as everywhere in Sweden."""
    local = timezone.localtime(now)
    words = date_format(local, "l j F Y")
    week = gettext("vecka %(week)d") % {"week": local.isocalendar().week}
    return f"{words[:1].upper()}{words[1:]}, {week}"
