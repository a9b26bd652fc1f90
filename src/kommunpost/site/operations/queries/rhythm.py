"""What came when: the last day hour by hour, and the shared mailboxes that are silent against their own rhythm."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, OuterRef, Subquery
from django.utils import timezone

from kommunpost.apps.directory.models import Mailbox, MailboxKind
from kommunpost.apps.maillog.models import LogRow, Tally
from kommunpost.apps.maillog.rules.ids import DELIVERY_BITS, at_of, row_id
from kommunpost.apps.maillog.rules.periods import day_of_period, day_period
from kommunpost.core.swedish.working_days import WorkCalendar
from kommunpost.site.operations.silence import WEEKS, silence

SHARED = (MailboxKind.FUNCTION, MailboxKind.CONTACT_CENTRE, MailboxKind.OFFICIAL)
_IN = 0
_HOUR = timedelta(hours=1)
_HOURS_SHOWN = 24
_LONGEST_SILENCE = timedelta(weeks=2 * WEEKS)


@dataclass(frozen=True, slots=True)
class SilentMailbox:
    """A shared mailbox that should have had ``expected`` mails since ``last_at``, but had none.

    ``weekday`` (0 is Monday) and ``usual``: how many a day like today usually brings.
    """

    mailbox_id: int
    address: str
    last_at: datetime | None
    expected: float
    weekday: int
    usual: float


@dataclass(frozen=True, slots=True)
class Hour:
    """Mail in and out in the hour that begins at ``at`` (UTC)."""

    at: datetime
    incoming: int
    outgoing: int


def silent_mailboxes(*, now: datetime, calendar: WorkCalendar | None = None) -> list[SilentMailbox]:
    """Active shared mailboxes that are silent, the most surprising first. Three queries, however many mailboxes."""
    boxes = dict(Mailbox.objects.filter(is_active=True, kind__in=SHARED).values_list("pk", "address"))
    counts, latest = _days(set(boxes), now), _latest(set(boxes), now)
    works = (calendar or WorkCalendar()).is_working_day
    found = []
    for pk, address in boxes.items():
        one = silence(counts=counts[pk], last_at=latest.get(pk), now=now, is_working_day=works)
        if one.is_silent:
            found.append(SilentMailbox(pk, address, one.last_at, one.expected, one.weekday, one.usual))
    return sorted(found, key=lambda one: (-one.expected, one.address))


def hours(*, now: datetime) -> list[Hour]:
    """The last 24 hours, whole clock hours, the running one last; empty ones too. One query over a range of ids."""
    begins = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - _HOUR * (_HOURS_SHOWN - 1)
    lowest, width = row_id(begins, 0), int(_HOUR.total_seconds() * 1000) << DELIVERY_BITS
    rows = LogRow.objects.filter(id__gte=lowest, id__lt=lowest + width * _HOURS_SHOWN)
    grouped = (
        rows.annotate(hour=(F("id") - lowest) / width).values_list("hour", "direction").annotate(number=Count("id"))
    )
    counted = {(int(hour), direction): number for hour, direction, number in grouped.order_by()}
    return [
        Hour(begins + _HOUR * number, counted.get((number, 0), 0), counted.get((number, 1), 0))
        for number in range(_HOURS_SHOWN)
    ]


def _days(mailbox_ids: set[int], now: datetime) -> dict[int, dict[date, int]]:
    first = timezone.localdate(now - _LONGEST_SILENCE - timedelta(weeks=WEEKS))
    rows = Tally.objects.filter(mailbox_id__in=mailbox_ids, direction=_IN, period__gte=day_period(first))
    counts: dict[int, dict[date, int]] = defaultdict(dict)
    for mailbox_id, period, number in rows.values_list("mailbox_id", "period", "number"):
        if period % 100:  # whole months end on 00
            counts[mailbox_id][day_of_period(period)] = number
    return counts


def _latest(mailbox_ids: set[int], now: datetime) -> dict[int, datetime]:
    """When each mailbox last had mail, as far back as a silence is worth telling of: one look in the index for each."""
    lowest = row_id(now - _LONGEST_SILENCE, 0)
    newest = LogRow.objects.filter(mailbox_id=OuterRef("pk"), direction=_IN, id__gte=lowest).order_by("-id")
    boxes = Mailbox.objects.filter(pk__in=mailbox_ids).annotate(last=Subquery(newest.values("id")[:1]))
    return {pk: at_of(last) for pk, last in boxes.values_list("pk", "last") if last is not None}
