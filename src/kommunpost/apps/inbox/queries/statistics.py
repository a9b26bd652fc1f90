"""How fast a mailbox answers, week by week: never who (a ranking of people would measure the wrong thing)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q

from kommunpost.apps.inbox.calendar import work_calendar
from kommunpost.apps.inbox.models import Conversation, EndedBy, Ending, Entry, Wait
from kommunpost.core.swedish.working_days import local_day

WEEKS = 12
COUNTED = (EndedBy.ANSWER, EndedBy.ACKNOWLEDGEMENT, EndedBy.CALL)
MOST = 50_000
LEAST = 5
"""Fewer answers than this in a week give no median: it would say how one person did one day."""
HEIGHT = 60


@dataclass(frozen=True, slots=True)
class Week:
    """``share``: per cent answered in time; ``median_days``: working days; None when nothing was answered (enough)."""

    monday: date
    answered: int
    share: int | None
    median_days: float | None
    x: str = ""
    y: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The latest weeks, oldest first, and the whole of them; what was solved here and what was passed on."""

    weeks: tuple[Week, ...]
    whole: Week
    solved_here: int
    passed_on: int

    @property
    def solved_share(self) -> int | None:
        total = self.solved_here + self.passed_on
        return round(100 * self.solved_here / total) if total else None


def statistics_of(mailbox_id: int, *, now: datetime) -> Statistics:
    """The latest twelve weeks of a mailbox. Three queries."""
    today = local_day(now)
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    lately = now - timedelta(weeks=WEEKS + 1)
    ended = Wait.objects.filter(mailbox_id=mailbox_id, ended_by__in=COUNTED, ended_at__gte=lately)
    by_week: dict[date, list[tuple[float, bool]]] = defaultdict(list)
    calendar = work_calendar()
    for began, stopped, in_time in ended.values_list("began_at", "ended_at", "in_time").order_by("-ended_at")[:MOST]:
        if stopped is None or local_day(stopped) < first:
            continue
        day = local_day(stopped)
        days = float(calendar.count(local_day(began), day))
        by_week[day - timedelta(days=day.weekday())].append((days, bool(in_time)))
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS)]
    weeks = tuple(_week(monday, by_week.get(monday, []), place) for place, monday in enumerate(mondays))
    every = [one for found in by_week.values() for one in found]
    ended_lately = Conversation.objects.filter(last_at__gte=lately)
    # The mailbox is a condition of what is counted: as one of what is read SQLite leaves the index of endings for all
    # the mailbox's conversations.
    solved = ended_lately.filter(ending=Ending.SOLVED_HERE).aggregate(here=Count("pk", filter=Q(mailbox_id=mailbox_id)))
    # What was passed on stands in another mailbox now; its mails tell where it came.
    came_here = Entry.objects.filter(conversation=OuterRef("pk"), delivery__mailbox_id=mailbox_id)
    return Statistics(
        weeks=weeks,
        whole=_week(first, every, 0),
        solved_here=solved["here"],
        passed_on=ended_lately.filter(Exists(came_here), ending=Ending.PASSED_ON).count(),
    )


def _week(monday: date, found: list[tuple[float, bool]], place: int) -> Week:
    share = round(100 * sum(in_time for _days, in_time in found) / len(found)) if found else None
    height = HEIGHT * (share or 0) / 100
    return Week(
        monday=monday,
        answered=len(found),
        share=share,
        median_days=median(days for days, _in_time in found) if len(found) >= LEAST else None,
        # Coordinates as text: numbers in a template would get a decimal comma in Swedish.
        x=f"{30 + place * 50}",
        y=f"{70 - height:.1f}",
        height=f"{height:.1f}",
    )
