"""The queue of what waits to be registered: latest day first, grouped by how late it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.register.actions.taking import CALENDAR
from kommunpost.apps.register.kinds import QuestionState, RecordState
from kommunpost.apps.register.models import Judgement, Question, Record
from kommunpost.apps.register.queries.scope import Scope, record_scope, records_in
from kommunpost.apps.register.rules.deadlines import Clock, When, clock
from kommunpost.core.mail import shown_sender, upright
from kommunpost.core.swedish.working_days import local_day

PAGE = 50


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A record as lists show it. ``is_request``: it seems to ask for a record. ``is_asked``: a question waits."""

    id: int
    message_id: int
    mailbox_id: int | None
    mailbox: str
    committee: str
    direction: str
    sender: str
    subject: str
    at: datetime
    clock: Clock
    attachment_count: int
    secrecy: str
    is_request: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """Rows of one group: late, today, the next working day, later."""

    when: When
    rows: Sequence[QueueRow]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """``after``: the cursor of the next page, empty on the last. ``waiting`` and ``late`` count the whole queue."""

    groups: Sequence[QueueGroup]
    after: str
    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Narrow the queue to a mailbox or a committee; both None: all that the actor decides on."""

    mailbox_id: int | None = None
    committee_id: int | None = None


EVERYTHING = QueueFilter()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait to be registered, how many of them are late, and how many have their last day today."""

    number: int
    late: int
    today: int


def queue_page(actor: Actor, *, wanted: QueueFilter = EVERYTHING, after: str = "", now: datetime) -> QueuePage:
    """A page of the queue in order of last day. Six queries, however long it is."""
    waiting = _open(record_scope(actor), wanted)
    rows = list(_after(waiting, after).select_related("message", "mailbox", "committee")[: PAGE + 1])
    shown = _rows(rows[:PAGE], now=now)
    groups = [QueueGroup(when, tuple(group)) for when, group in groupby(shown, key=lambda row: row.clock.when)]
    cursor = f"{rows[PAGE - 1].due_on:%Y%m%d}.{rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    return QueuePage(groups, cursor, waiting.count(), waiting.filter(due_on__lt=local_day(now)).count())


def count_waiting(actor: Actor, *, now: datetime) -> Waiting:
    """What waits for the actor to register, in one query."""
    today = local_day(now)
    counted = _open(record_scope(actor), EVERYTHING).aggregate(
        number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)), today=Count("pk", filter=Q(due_on=today))
    )
    return Waiting(**counted)


def count_to_register(actor: Actor, *, most: int) -> int:
    """How many wait for the actor to register; counts no further than ``most``."""
    return _open(record_scope(actor), EVERYTHING).order_by()[:most].count()


def list_next(actor: Actor, *, now: datetime, limit: int) -> list[QueueRow]:
    """What the actor must register first. Three queries."""
    waiting = _open(record_scope(actor), EVERYTHING)
    return _rows(waiting.select_related("message", "mailbox", "committee")[:limit], now=now)


def next_in_queue(actor: Actor, *, after: tuple[date, int], wanted: QueueFilter = EVERYTHING) -> int | None:
    """The record to show when the one of ``after`` (last day, id) is done; the first of the queue at its end."""
    waiting = _open(record_scope(actor), wanted)
    day, record_id = after
    later = waiting.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=record_id))
    found = later.values_list("pk", flat=True).first()
    return found if found is not None else waiting.exclude(pk=record_id).values_list("pk", flat=True).first()


def _open(scope: Scope, wanted: QueueFilter) -> QuerySet[Record]:
    records = records_in(scope).filter(state=RecordState.OPEN).order_by("due_on", "pk")
    if wanted.committee_id is not None:
        records = records.filter(committee_id=wanted.committee_id)
    if wanted.mailbox_id is not None:
        # By the mailbox on the record: the first that had the mail. Who else had it finds it by the committee.
        records = records.filter(mailbox_id=wanted.mailbox_id)
    return records


def _after(records: QuerySet[Record], cursor: str) -> QuerySet[Record]:
    day, _dot, record_id = cursor.partition(".")
    if not (day.isdecimal() and record_id.isdecimal() and len(day) == 8 and len(record_id) < 19):  # noqa: PLR2004
        return records
    try:
        due = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return records
    return records.filter(due_on__gte=due).filter(Q(due_on__gt=due) | Q(pk__gt=int(record_id)))


def _rows(records: Iterable[Record], *, now: datetime) -> list[QueueRow]:
    records = list(records)
    requests = _requests([record.message_id for record in records])
    asked = _asked([record.pk for record in records])
    return [
        QueueRow(
            id=record.pk, message_id=record.message_id, mailbox_id=record.mailbox_id,
            mailbox=record.mailbox.address if record.mailbox else "",
            committee=record.committee.code if record.committee else "", direction=record.direction,
            sender=shown_sender(record.message.sender_name, record.message.sender_address),
            subject=upright(record.message.subject), at=record.at,
            clock=clock(record.due_on, now=now, calendar=CALENDAR),
            attachment_count=record.message.attachment_count, secrecy=record.secrecy,
            is_request=record.message_id in requests, is_asked=record.pk in asked,
        )
        for record in records
    ]  # fmt: skip


def _requests(message_ids: Sequence[int]) -> set[int]:
    judged = Judgement.objects.filter(message_id__in=message_ids).values_list("message_id", "values")
    return {pk for pk, values in judged if values.get("disclosure_request") or values.get("log_request")}


def _asked(record_ids: Sequence[int]) -> set[int]:
    waiting = Question.objects.filter(record_id__in=record_ids, state=QuestionState.OPEN)
    return set(waiting.values_list("record_id", flat=True))
