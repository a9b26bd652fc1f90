"""What came when: the last day hour by hour, and the shared mailboxes that are silent against their own rhythm."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, F
from django.utils import timezone

from kommunpost.apps.directory.models import Mailbox, MailboxKind
from kommunpost.apps.maillog.models import LogRow
from kommunpost.apps.maillog.queries import incoming_by_day, latest_incoming
from kommunpost.apps.maillog.rules.ids import DELIVERY_BITS, row_id
from kommunpost.core.swedish.working_days import WorkCalendar
from kommunpost.site.operations.silence import WEEKS, silence

SHARED = (MailboxKind.FUNCTION, MailboxKind.CONTACT_CENTRE, MailboxKind.OFFICIAL)
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
    """Active shared mailboxes that are silent, the most surprising first. The queries do not grow with their
    number.
    """
    boxes = dict(Mailbox.objects.filter(is_active=True, kind__in=SHARED).values_list("pk", "address"))
    since = timezone.localdate(now - _LONGEST_SILENCE)
    counts = incoming_by_day(mailbox_ids=boxes, since=since - timedelta(weeks=WEEKS))
    latest = latest_incoming(counts, since=since)
    works = (calendar or WorkCalendar()).is_working_day
    found = []
    for pk, address in boxes.items():
        one = silence(counts=counts.get(pk, {}), last_at=latest.get(pk), now=now, is_working_day=works)
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
