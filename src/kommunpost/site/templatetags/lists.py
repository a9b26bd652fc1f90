"""What lists of mail need: groups by day, and who sent mail went to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django import template
from django.utils import timezone
from django.utils.translation import gettext

from kommunpost.apps.mailflow.queries import Row
from kommunpost.apps.maillog.queries import recipients_of
from kommunpost.site import timewords

register = template.Library()


@dataclass(frozen=True, slots=True)
class DayGroup:
    """Rows of the same day or span of days. ``note`` is the day itself where the label does not say it."""

    label: str
    note: str
    rows: tuple[Row, ...]


@register.filter
def by_day(rows: Iterable[Row], now: datetime) -> Iterator[DayGroup]:
    """Rows, newest first, under today, yesterday, this week, last week, and the months before."""
    today = timezone.localdate(now)
    for (label, note), group in groupby(rows, key=lambda row: _span(timezone.localdate(row.at), today)):
        yield DayGroup(label, note, tuple(group))


@register.simple_tag
def sent_rows(rows: Sequence[Row]) -> list[Row]:
    """Rows of sent mail with the recipients in the sender's place: ``{% sent_rows page.rows as rows %}``."""
    recipients = recipients_of((row.at, row.id) for row in rows)
    return [
        replace(row, sender=gettext("till %(address)s") % {"address": ", ".join(found)})
        if (found := recipients.get(row.id))
        else row
        for row in rows
    ]


def _span(day: date, today: date) -> tuple[str, str]:
    monday = today - timedelta(days=today.weekday())
    if day == today:
        return gettext("I dag"), timewords.weekday_and_day(day)
    if day == today - timedelta(days=1):
        return gettext("I går"), timewords.weekday_and_day(day)
    if monday <= day < today:
        return gettext("Tidigare i veckan"), ""
    if monday - timedelta(days=7) <= day < monday:
        return gettext("Förra veckan"), ""
    return (timewords.month_in_words(day), "") if day < today else (gettext("Daterat längre fram"), "")
