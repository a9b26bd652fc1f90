"""Going live: the clocks of imported mail are started from a day on, and a start can be undone (ADR 0044).

A person or the command line asks; the worker does it, a few conversations at a time, so that a page never waits for
thousands of them. Each conversation has the change in its own history.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.actions import clocks
from kommunpost.apps.inbox.actions.history import again_when_stale, write
from kommunpost.apps.inbox.actions.settings import managed_mailbox
from kommunpost.apps.inbox.models import ClockStart, Conversation, EndedBy, Notice, StartState, State
from kommunpost.apps.inbox.queries.starts import silent
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.starts import check_since, check_step
from kommunpost.apps.inbox.verbs import InboxVerb
from kommunpost.core.swedish.working_days import local_day

BATCH = 50


def ask_start(*, actor: Actor, mailbox_id: int, since: date, now: datetime) -> int:
    """The clocks of a mailbox that the actor manages are to run for mail from ``since`` on. The start's id.

    Raises what ``managed_mailbox`` raises, ``day_to_come``, ``too_long_ago``, and ``start_at_work`` while another one
    is not done.
    """
    mailbox = managed_mailbox(actor, mailbox_id)
    return _ask(mailbox_id=mailbox.pk, since=since, by=actor.reference, person_id=actor.person_id, now=now)


def ask_start_by_system(*, by: str, mailbox_id: int, since: date, now: datetime) -> int:
    """The same for the command line, whose user answers for all mailboxes."""
    return _ask(mailbox_id=mailbox_id, since=since, by=by, person_id=None, now=now)


@transaction.atomic
def _ask(*, mailbox_id: int, since: date, by: str, person_id: int | None, now: datetime) -> int:
    check_since(since, today=local_day(now))
    try:
        with transaction.atomic():
            start = ClockStart.objects.create(mailbox_id=mailbox_id, since=since, asked_by_id=person_id, asked_at=now)
    except IntegrityError:
        raise InboxRefused("start_at_work") from None
    details: dict[str, JSON] = {"start": start.pk, "since": since.isoformat()}
    record(actor=by, verb="inbox:clocks:start", subject=f"mailbox:{mailbox_id}", details=details, at=now)
    return start.pk


def ask_undo(*, actor: Actor, mailbox_id: int, start_id: int, now: datetime) -> None:
    """What the start set going is put back, except where something has happened since. Raises ``no_such_start``."""
    mailbox = managed_mailbox(actor, mailbox_id)
    if not ClockStart.objects.filter(pk=start_id, mailbox=mailbox).exists():
        raise InboxRefused("no_such_start")
    ask_undo_by_system(by=actor.reference, start_id=start_id, now=now)


@transaction.atomic
def ask_undo_by_system(*, by: str, start_id: int, now: datetime) -> None:
    """The same for the command line. Raises ``no_such_start``, ``start_at_work``."""
    start = ClockStart.objects.filter(pk=start_id).first()
    if start is None:
        raise InboxRefused("no_such_start")
    check_step(start.state, StartState.UNDOING)
    try:
        with transaction.atomic():
            moved = _move(start, StartState.UNDOING)
    except IntegrityError:
        raise InboxRefused("start_at_work") from None
    if not moved:
        raise InboxRefused("no_such_start")
    subject = f"mailbox:{start.mailbox_id}"
    record(actor=by, verb="inbox:clocks:undo", subject=subject, details={"start": start.pk}, at=now)


def carry_on(*, now: datetime) -> int:
    """The next few conversations of the start, or of the undoing, that was asked for first. How many were looked at."""
    start = ClockStart.objects.filter(state__in=[StartState.STARTING, StartState.UNDOING]).order_by("pk").first()
    return _carry_on(start, now=now) if start else 0


def carry_to_the_end(*, start_id: int, now: datetime) -> ClockStart:
    """All of it at once, for whoever has the time. The start as it is then."""
    while _carry_on(ClockStart.objects.get(pk=start_id), now=now):
        pass
    return ClockStart.objects.get(pk=start_id)


def _carry_on(start: ClockStart, *, now: datetime) -> int:
    if start.state == StartState.STARTING:
        left = silent(start.mailbox_id, start.since).filter(pk__gt=start.reached)
        ids = list(left.order_by("pk").values_list("pk", flat=True)[:BATCH])
        done = sum(_start_one(conversation_id=pk, start=start, now=now) for pk in ids)
        return _reach(start, ids, StartState.STARTED, started=done)
    if start.state == StartState.UNDOING:
        ids = list(_untouched(start).filter(pk__gt=start.reached).order_by("pk").values_list("pk", flat=True)[:BATCH])
        done = sum(_put_back(conversation_id=pk, start=start, now=now) for pk in ids)
        return _reach(start, ids, StartState.UNDONE, put_back=done)
    return 0


def _reach(start: ClockStart, ids: list[int], then: StartState, **done: int) -> int:
    mine = ClockStart.objects.filter(pk=start.pk, state=start.state)
    if ids:
        mine.update(reached=ids[-1], **{name: F(name) + number for name, number in done.items()})
    else:
        _move(start, then)
    return len(ids)


def _move(start: ClockStart, then: StartState) -> bool:
    check_step(start.state, then)
    return bool(ClockStart.objects.filter(pk=start.pk, state=start.state).update(state=then, reached=0))


@again_when_stale
def _start_one(*, conversation_id: int, start: ClockStart, now: datetime) -> bool:
    one = silent(start.mailbox_id, start.since).filter(pk=conversation_id).first()
    if one is None:
        return False
    changes = {"state": State.NEW} | clocks.start(one, arrived=one.arrived)
    write(one, InboxVerb.CLOCK_STARTED, by=None, now=now, changes=changes, details={"start": start.pk})
    return True


def _untouched(start: ClockStart) -> QuerySet[Conversation]:
    """Conversations in which nothing has happened since the start but the start itself."""
    return Conversation.objects.filter(
        mailbox_id=start.mailbox_id, state=State.NEW, due_at__isnull=False, merged_into__isnull=True,
        events__kind=InboxVerb.CLOCK_STARTED.kind, events__number=F("last_event"), events__details__start=start.pk,
    )  # fmt: skip


@again_when_stale
def _put_back(*, conversation_id: int, start: ClockStart, now: datetime) -> bool:
    one = _untouched(start).filter(pk=conversation_id).first()
    if one is None:
        return False
    changes = {"state": State.CLOSED} | clocks.stop(one, by=EndedBy.UNDONE, at=now)
    write(one, InboxVerb.START_UNDONE, by=None, now=now, changes=changes, details={"start": start.pk})
    # Nobody is to be told in tomorrow's digest of what no longer waits.
    Notice.objects.filter(conversation=one, sent_at__isnull=True).delete()
    return True
