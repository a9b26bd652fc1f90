"""Which imported conversations would get a clock, from when, and how many of them would be late at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kommunpost.apps.inbox.calendar import answer_times, work_calendar
from kommunpost.apps.inbox.models import ClockStart, Conversation, Entry, Pending, State
from kommunpost.apps.inbox.rules import clock
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.core.swedish.working_days import STOCKHOLM, local_day

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_AWAITED = [kind for kind, waits in clock.AWAITS_ANSWER.items() if waits]
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """What a start would do: clocks that would run, those already run out, and mails that have no conversation yet."""

    waiting: int
    late: int
    unsorted: int


def silent(mailbox_id: int, since: date) -> QuerySet[Any]:
    """Imported conversations in which somebody has written since ``since``, and we have not answered after it.

    Each has ``arrived``: when the oldest of those mails came. What a person has closed is done, and is left alone.
    """
    begin = datetime(since.year, since.month, since.day, tzinfo=STOCKHOLM)
    mails = Entry.objects.filter(conversation=OuterRef("pk"), automatic__in=_AWAITED)
    answered = mails.filter(direction="out").order_by("-at").values("at")[:1]
    came = mails.filter(direction="in", at__gte=begin, at__gt=OuterRef("answered")).order_by("at").values("at")[:1]
    return (
        Conversation.objects.filter(
            mailbox_id=mailbox_id, state=State.CLOSED, due_at__isnull=True, merged_into__isnull=True,
            is_automatic=False, last_at__gte=begin,
        )
        .exclude(events__kind=InboxVerb.CLOSED.kind)
        .annotate(answered=Coalesce(Subquery(answered), Value(_LONG_AGO, output_field=DateTimeField())))
        .annotate(arrived=Subquery(came))
        .filter(arrived__isnull=False)
    )  # fmt: skip


def preview(mailbox_id: int, since: date, *, now: datetime) -> Preview:
    """Counted, nothing changed. Two queries."""
    days = Counter(local_day(at) for at in silent(mailbox_id, since).values_list("arrived", flat=True))
    return Preview(
        waiting=days.total(),
        late=sum(number for day, number in days.items() if _is_late(day, now=now)),
        unsorted=Pending.objects.filter(delivery__mailbox_id=mailbox_id).count(),
    )


def _is_late(day: date, *, now: datetime) -> bool:
    begin = datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM)
    return clock.due_at(begin, calendar=work_calendar(), working_days=answer_times().answer) <= now


def list_starts(mailbox_id: int) -> Sequence[ClockStart]:
    """The latest starts of a mailbox, newest first."""
    latest = ClockStart.objects.filter(mailbox_id=mailbox_id).select_related("asked_by").order_by("-pk")
    return list(latest[:MOST_SHOWN])
