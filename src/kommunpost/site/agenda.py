"""What waits for somebody: mail to answer and mail to register, in the order of their last days.

The offices each know their own; only the front door may put them beside each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.inbox.queries import queue as inbox
from kommunpost.apps.inbox.rules.clock import Group, Standing
from kommunpost.apps.inbox.wording import group_label, status_of
from kommunpost.apps.register.queries import queue as register
from kommunpost.apps.register.rules.deadlines import When
from kommunpost.apps.register.wording import CLOCK_MARKS, clock_words
from kommunpost.core.swedish.working_days import local_day
from kommunpost.site import timewords

MOST = 25
"""Tasks of each kind on the start page; the queues have them all."""
_ORDER = tuple(Group)
_GROUPS = {When.LATE: Group.LATE, When.TODAY: Group.TODAY, When.TOMORROW: Group.NEXT, When.LATER: Group.LATER}


class TaskKind(StrEnum):
    """What a task asks for. The value stands in the address."""

    ANSWER = "svara"
    REGISTER = "registrera"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. ``status``: the key and the words of its clock; ``note``: the small line below it."""

    kind: TaskKind
    url: str
    icon: str
    verb: str | Promise
    subject: str
    person: str
    mailbox: str
    brief: str
    secrecy: str
    group: Group
    last: date
    status: tuple[str, str]
    note: str


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks with the same heading; ``note`` is the day, or the number of what is late."""

    label: str
    note: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many wait, by kind; how many are late; how many must be done today."""

    kinds: dict[TaskKind, int]
    late: int
    today: int

    @property
    def beyond(self) -> list[TaskKind]:
        """The kinds of which there are more than the page shows."""
        return [kind for kind, number in self.kinds.items() if number > MOST]

    @property
    def total(self) -> int:
        """All that waits."""
        return sum(self.kinds.values())


def count_tasks(actor: Actor, *, now: datetime) -> Numbers:
    """The numbers of the page. Two queries at most."""
    kinds: dict[TaskKind, int] = {}
    late = today = 0
    if actor.mailbox_ids and actor.may(Permission.MESSAGE_READ):
        groups = inbox.count_waiting(actor, now=now)
        kinds[TaskKind.ANSWER] = groups.total()
        late, today = groups[Group.LATE], groups[Group.TODAY]
    if actor.may(Permission.REGISTER_DECIDE):
        waiting = register.count_waiting(actor, now=now)
        kinds[TaskKind.REGISTER] = waiting.number
        late, today = late + waiting.late, today + waiting.today
    return Numbers(kinds, late, today)


def list_tasks(
    actor: Actor, *, kinds: Sequence[TaskKind], addresses: Mapping[int, str], numbers: Numbers, now: datetime
) -> list[TaskGroup]:
    """The first MOST of each of ``kinds``, put together by their last days. ``addresses``: by id of the mailbox."""
    tasks: list[Task] = []
    if TaskKind.ANSWER in kinds:
        rows = inbox.list_next(actor, limit=MOST, now=now)
        tasks += [_answer(row, row.standing, addresses.get(row.mailbox_id, "")) for row in rows if row.standing]
    if TaskKind.REGISTER in kinds:
        tasks += [_register(row) for row in register.list_next(actor, limit=MOST, now=now)]
    tasks.sort(key=lambda task: (_ORDER.index(task.group), task.last))
    return [_group(group, tuple(found), numbers, now) for group, found in groupby(tasks, key=lambda task: task.group)]


def _group(group: Group, tasks: tuple[Task, ...], numbers: Numbers, now: datetime) -> TaskGroup:
    label = group_label(group, now=now, last=tasks[0].last)
    if group is Group.LATE:
        return TaskGroup(label, str(numbers.late), tasks)
    return TaskGroup(label, "" if group is Group.LATER else timewords.weekday_and_day(tasks[0].last), tasks)


def _answer(row: inbox.Row, clock: Standing, mailbox: str) -> Task:
    return Task(
        kind=TaskKind.ANSWER, url=reverse("conversation", args=[row.id]), icon="EnvelopeClosed", verb=_("Svara"),
        subject=row.subject, person=row.person, mailbox=mailbox, brief=row.preview, secrecy="", group=clock.group,
        last=clock.last, status=status_of(clock), note=_note(clock.group, clock.last, row.at),
    )  # fmt: skip


def _register(row: register.QueueRow) -> Task:
    clock, group = row.clock, _GROUPS[row.clock.when]
    return Task(
        kind=TaskKind.REGISTER, url=reverse("register-record", args=[row.id]), icon="FolderPlus", verb=_("Registrera"),
        subject=row.subject, person=row.sender, mailbox=row.mailbox, brief="", secrecy=row.secrecy, group=group,
        last=clock.last, status=(CLOCK_MARKS[clock.when], clock_words(clock)), note=_note(group, clock.last, row.at),
    )  # fmt: skip


def _note(group: Group, last: date, at: datetime) -> str:
    """``sista dag ons 18 nov`` for what is late, else ``kom tis 17 nov``."""
    if group is Group.LATE:
        return gettext("sista dag %(day)s") % {"day": timewords.short_day(last)}
    return gettext("kom %(day)s") % {"day": timewords.short_day(local_day(at))}
