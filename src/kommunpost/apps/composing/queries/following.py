"""How well a clause about writing is followed: counts of a month and a unit, never of a person.

A mail follows a clause when no advice about it was shown, or was heeded. Where fewer than ``FEWEST_MAILS`` were sent
nothing is told: from so few one could guess who wrote them.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from kommunpost.apps.composing.models import AdviceFate, AdviceOutcome

FEWEST_MAILS = 20
MONTHS = 12


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """``followed``: per cent of the mails sent, None (and no numbers) where they are too few to be told of."""

    month: date
    sent: int
    followed: int | None
    dismissed: int


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """The same for a unit, in one month. ``sent`` is 0 where it is not told."""

    unit: str
    sent: int
    followed: int | None


def by_month(clause: str, *, today: date) -> tuple[MonthFigure, ...]:
    """The last twelve months, this one last; empty while not a single mail has been counted."""
    months = _months_back(today)
    rows = _rows(clause, first=months[0]).values("month", "clause", "fate").annotate(total=Sum("number"))
    counts: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        counts[row["month"]][row["fate"]] += row["total"]
    if not any(one[AdviceFate.SENT] for one in counts.values()):
        return ()
    return tuple(_figure(month, counts[month]) for month in months)


def by_unit(clause: str, *, today: date) -> tuple[UnitFigure, ...]:
    """The units that have sent mail this month, by name."""
    rows = _rows(clause, first=today.replace(day=1)).filter(unit__isnull=False)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows.values("unit__name", "fate").annotate(total=Sum("number")):
        counts[row["unit__name"]][row["fate"]] += row["total"]
    return tuple(_unit(name, counts[name]) for name in sorted(counts))


def _rows(clause: str, *, first: date) -> QuerySet[AdviceOutcome]:
    wanted = Q(clause=clause) | Q(clause="", fate=AdviceFate.SENT)
    return AdviceOutcome.objects.filter(wanted, month__gte=first)


def _figure(month: date, counts: dict[str, int]) -> MonthFigure:
    sent = counts[AdviceFate.SENT]
    if sent < FEWEST_MAILS:
        return MonthFigure(month, 0, None, 0)
    return MonthFigure(month, sent, _followed(counts), counts[AdviceFate.DISMISSED])


def _unit(name: str, counts: dict[str, int]) -> UnitFigure:
    sent = counts[AdviceFate.SENT]
    return UnitFigure(name, sent, _followed(counts)) if sent >= FEWEST_MAILS else UnitFigure(name, 0, None)


def _followed(counts: dict[str, int]) -> int:
    """Per cent. Advice that was put aside, for whatever reason, counts as not followed."""
    unheeded = counts[AdviceFate.SHOWN] - counts[AdviceFate.FIXED]
    return round(100 * (1 - max(min(unheeded / counts[AdviceFate.SENT], 1.0), 0.0)))


def _months_back(today: date) -> list[date]:
    """The first days of the last twelve months, oldest first."""
    number = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - MONTHS + 1, number + 1)]
