"""A mailbox's queue: what awaits an answer by its last day, one's own, what waits for others, and everything."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from kommunpost.apps.directory import queries as directory
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.calendar import work_calendar
from kommunpost.apps.inbox.models import Conversation, State
from kommunpost.apps.inbox.rules.clock import Group, Standing, standing
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.mailflow.queries import may_read
from kommunpost.core.mail import shown_sender, upright

PAGE = 50
MOST_COUNTED = 999
"""Tabs count so far: more than that nobody reads off a tab."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LONGEST_CURSOR = 40


class Tab(StrEnum):
    """What a queue shows. The value stands in the address."""

    TO_ANSWER = "svara"
    MINE = "mina"
    WAITING = "vantar"
    ALL = "alla"


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in a queue. ``standing`` is None when nobody waits for an answer."""

    id: int
    mailbox_id: int
    person: str
    subject: str
    preview: str
    state: str
    channel: str
    owner: str
    at: datetime
    last_at: datetime
    standing: Standing | None
    is_promised: bool
    message_count: int
    attachment_count: int
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` is the cursor of the next page, empty on the last."""

    rows: tuple[Row, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many stand under each tab (at most MOST_COUNTED are counted), and in each group of those to answer."""

    tabs: Mapping[Tab, int]
    groups: Mapping[Group, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A shared mailbox on the way in, with what waits in it."""

    id: int
    address: str
    name: str
    late: int
    to_answer: int


def check_queue(actor: Actor, mailbox_id: int) -> directory.MailboxRow:
    """The shared mailbox, if ``actor`` may read it. Raises ``InboxRefused("not_visible")``."""
    if not may_read(actor, mailbox_id):
        raise InboxRefused("not_visible")
    try:
        row = directory.get_mailbox(mailbox_id)
    except directory.NoSuchEntry:
        raise InboxRefused("not_visible") from None
    if row.kind not in SHARED_KINDS:
        raise InboxRefused("not_visible")
    return row


def list_queue(*, mailbox_id: int, tab: Tab, person_id: int, after: str = "", now: datetime) -> Page:
    """A page of one tab. One query. The caller has asked ``check_queue``. A nonsense cursor gives the first page."""
    chosen = _chosen(mailbox_id, tab, person_id)
    cursor = read_cursor(after)
    if tab in {Tab.TO_ANSWER, Tab.MINE}:
        if cursor:
            due, pk = cursor
            chosen = chosen.filter(due_at__gte=due).filter(Q(due_at__gt=due) | Q(pk__gt=pk))
        found = list(chosen.order_by("due_at", "pk")[: PAGE + 1])
    else:
        if cursor:
            last, pk = cursor
            chosen = chosen.filter(last_at__lte=last).filter(Q(last_at__lt=last) | Q(pk__lt=pk))
        found = list(chosen.order_by("-last_at", "-pk")[: PAGE + 1])
    rows = rows_of(found[:PAGE], now=now)
    return Page(rows, _cursor(found[PAGE - 1], tab) if len(found) > PAGE else "")


def count_queue(*, mailbox_id: int, person_id: int, now: datetime) -> Counts:
    """The numbers on the tabs and groups. Three queries, each of at most MOST_COUNTED rows of an index."""
    calendar = work_calendar()
    dues = _chosen(mailbox_id, Tab.TO_ANSWER, person_id).order_by("due_at", "pk").values_list("due_at", flat=True)
    groups = dict.fromkeys(Group, 0)
    waiting = list(dues[:MOST_COUNTED])
    for due in filter(None, waiting):
        groups[standing(due, now=now, calendar=calendar).group] += 1
    tabs = {
        Tab.TO_ANSWER: len(waiting),
        Tab.MINE: _capped(_chosen(mailbox_id, Tab.MINE, person_id)),
        Tab.WAITING: _capped(_chosen(mailbox_id, Tab.WAITING, person_id)),
    }
    return Counts(tabs, groups)


def list_boxes(actor: Actor, *, now: datetime) -> list[Box]:
    """The shared mailboxes that ``actor`` answers for, those with most that is late first. Two queries."""
    rows = _shared(actor.mailbox_ids)
    counted = (
        Conversation.objects.filter(mailbox__in=[box.pk for box in rows], due_at__isnull=False, merged_into=None)
        .order_by()
        .values("mailbox_id")
        .annotate(waiting=Count("pk"), late=Count("pk", filter=Q(due_at__lte=now)))
    )
    numbers = {row["mailbox_id"]: (row["late"], row["waiting"]) for row in counted}
    boxes = [Box(box.pk, box.address, box.name, *numbers.get(box.pk, (0, 0))) for box in rows]
    return sorted(boxes, key=lambda box: (-box.late, -box.to_answer, box.address))


def list_next(actor: Actor, *, limit: int, now: datetime) -> tuple[Row, ...]:
    """What ``actor``'s shared mailboxes must answer first. One query."""
    waiting = Conversation.objects.filter(mailbox_id__in=actor.mailbox_ids, due_at__isnull=False, merged_into=None)
    return rows_of(waiting.select_related("owner").order_by("due_at", "pk")[:limit], now=now)


def count_waiting(actor: Actor, *, now: datetime) -> Counter[Group]:
    """How many await an answer in ``actor``'s shared mailboxes, by group. One query of at most MOST_COUNTED rows."""
    waiting = Conversation.objects.filter(mailbox_id__in=actor.mailbox_ids, due_at__isnull=False, merged_into=None)
    calendar = work_calendar()
    dues = waiting.order_by("due_at", "pk").values_list("due_at", flat=True)[:MOST_COUNTED]
    return Counter(standing(due, now=now, calendar=calendar).group for due in dues if due)


def count_to_answer(actor: Actor, *, most: int) -> int:
    """How many await an answer in ``actor``'s shared mailboxes; counts no further than ``most``."""
    if not actor.mailbox_ids:
        return 0
    waiting = Conversation.objects.filter(mailbox_id__in=actor.mailbox_ids, due_at__isnull=False, merged_into=None)
    return waiting.order_by()[:most].count()


def rows_of(conversations: Iterable[Conversation], *, now: datetime) -> tuple[Row, ...]:
    """Conversations, with their owners at hand, as lists show them."""
    calendar = work_calendar()
    return tuple(
        Row(
            id=one.pk,
            mailbox_id=one.mailbox_id,
            person=shown_sender(one.party_name, one.party_address),
            subject=upright(one.subject),
            preview=upright(one.preview),
            state=one.state,
            channel=one.channel,
            owner=one.owner.name if one.owner else "",
            at=one.waits_since or one.last_at,
            last_at=one.last_at,
            standing=standing(one.due_at, now=now, calendar=calendar) if one.due_at else None,
            is_promised=one.is_promised,
            message_count=one.message_count,
            attachment_count=one.attachment_count,
            is_automatic=one.is_automatic,
        )
        for one in conversations
    )


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """``microseconds.id`` -> the place to go on from."""
    at, _, pk = text.partition(".")
    if not (at.isdecimal() and pk.isdecimal() and len(text) < LONGEST_CURSOR):
        return None
    try:
        return _EPOCH + int(at) * _MICROSECOND, int(pk)
    except OverflowError:
        return None


def _cursor(last: Conversation, tab: Tab) -> str:
    at = last.due_at if tab in {Tab.TO_ANSWER, Tab.MINE} and last.due_at else last.last_at
    return f"{(at - _EPOCH) // _MICROSECOND}.{last.pk}"


def _chosen(mailbox_id: int, tab: Tab, person_id: int) -> QuerySet[Conversation]:
    here = Conversation.objects.filter(mailbox_id=mailbox_id, merged_into__isnull=True).select_related("owner")
    if tab is Tab.TO_ANSWER:
        return here.filter(due_at__isnull=False)
    if tab is Tab.MINE:
        return here.filter(due_at__isnull=False, owner_id=person_id)
    if tab is Tab.WAITING:
        return here.filter(state=State.WAITING)
    return here


def _capped(chosen: QuerySet[Conversation]) -> int:
    return chosen.order_by()[:MOST_COUNTED].count()


def _shared(ids: Iterable[int]) -> Sequence[Mailbox]:
    return list(Mailbox.objects.filter(pk__in=list(ids), kind__in=SHARED_KINDS, is_active=True).order_by("address"))
