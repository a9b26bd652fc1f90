"""Lists: a person's drafts, the outbox of their mailboxes, reminders. Frozen; a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from kommunpost.apps.composing.doors import outbox_mailbox_ids, writable_mailbox_ids
from kommunpost.apps.composing.models import Draft, DraftState, HeldFor, Reminder, ReminderState
from kommunpost.apps.composing.rules.recipients import read_typed
from kommunpost.apps.composing.rules.sending import GRACE
from kommunpost.apps.composing.rules.states import Shown, can_take_back, shown_state
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.models import Delivery, Direction, OutboxState
from kommunpost.apps.mailflow.rules.outbox import Outcome

PAGE = 50
MOST_NAMED = 3
MOST_DRAFTS = 200


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list. ``place`` is the page where it is written, when that is not our own."""

    id: int
    origin: str
    subject: str
    recipients: str
    mailbox: str
    changed_at: datetime
    place: str
    file_count: int
    is_discarded: bool


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A mail in the outbox. ``until``: when a held one leaves, as the screen says it. ``refused``: addresses."""

    id: int
    outgoing_id: int
    subject: str
    recipients: str
    mailbox: str
    author: str
    state: Shown
    queued_at: datetime
    until: datetime
    attempts: int
    last_answer: str
    refused: tuple[str, ...]
    accepted_count: int
    can_take_back: bool
    place: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """An answer that was asked for by a day. ``answered``: something came in the thread after the mail went."""

    id: int
    draft_id: int
    subject: str
    recipients: str
    mailbox: str
    due_at: datetime
    has_time: bool
    is_due: bool
    answered: bool
    delivery_id: int | None
    mailbox_id: int


def list_drafts(actor: Actor, *, discarded: bool = False) -> list[DraftRow]:
    """The actor's own drafts, newest first, at most 200. Two queries."""
    state = DraftState.DISCARDED if discarded else DraftState.WRITING
    chosen = Draft.objects.filter(
        author_id=actor.account_id, state=state, mailbox_id__in=writable_mailbox_ids(actor)
    ).select_related("mailbox").prefetch_related("attachments").order_by("-changed_at", "-pk")  # fmt: skip
    return [
        DraftRow(
            id=one.pk, origin=one.get_origin_display(), subject=one.subject, recipients=names_in(one.to, one.cc),
            mailbox=one.mailbox.address, changed_at=one.changed_at, place=one.place,
            file_count=len(one.attachments.all()), is_discarded=discarded,
        )
        for one in chosen[:MOST_DRAFTS]
    ]  # fmt: skip


def count_drafts(actor: Actor) -> int:
    return Draft.objects.filter(
        author_id=actor.account_id, state=DraftState.WRITING, mailbox_id__in=writable_mailbox_ids(actor)
    ).count()


def list_outbox(actor: Actor, *, before: str = "", now: datetime) -> tuple[tuple[OutboxRow, ...], str]:
    """Mail sent from the actor's mailboxes, newest first; the rows and the cursor of the next page. One query."""
    chosen = _queued(actor).order_by("-queued_at", "-pk")
    if before.isdecimal() and len(before) < 20:  # noqa: PLR2004 - a 64-bit number
        last = Draft.objects.filter(pk=int(before)).values_list("queued_at", flat=True).first()
        if last is not None:
            chosen = chosen.filter(queued_at__lte=last).exclude(queued_at=last, pk__gte=int(before))
    found = [_outbox_row(one, actor, now=now) for one in chosen[: PAGE + 1]]
    return tuple(found[:PAGE]), str(found[PAGE - 1].id) if len(found) > PAGE else ""


def list_held(actor: Actor, *, belongs_to: str, now: datetime) -> tuple[OutboxRow, ...]:
    """Mail written for ``belongs_to`` that has not left yet, or whose fate is unknown. One query."""
    waiting = (OutboxState.HELD, OutboxState.CLAIMED, OutboxState.UNKNOWN)
    chosen = _queued(actor).filter(belongs_to=belongs_to, outgoing__state__in=waiting).order_by("pk")
    return tuple(_outbox_row(one, actor, now=now) for one in chosen)


def get_outbox_row(actor: Actor, draft_id: int, *, now: datetime) -> OutboxRow | None:
    """One mail of the outbox; None when there is no such for ``actor``."""
    found = _queued(actor).filter(pk=draft_id).first()
    return _outbox_row(found, actor, now=now) if found else None


def list_reminders(actor: Actor, *, now: datetime, due_only: bool = False) -> list[ReminderRow]:
    """Answers waited for in the actor's mailboxes, the earliest day first. One query.

    ``due_only``: those whose day has passed without an answer in the thread: what the start page shows.
    """
    answer = Delivery.objects.filter(
        direction=Direction.IN, message__thread=OuterRef("draft__outgoing__sent_message__thread"),
        at__gt=OuterRef("draft__queued_at"),
    ).exclude(message__thread="")  # fmt: skip
    chosen = Reminder.objects.filter(
        state=ReminderState.WAITING, mailbox_id__in=outbox_mailbox_ids(actor)
    ).select_related("draft__outgoing", "mailbox").annotate(answered=Exists(answer))  # fmt: skip
    if due_only:
        chosen = chosen.filter(due_at__lte=now, answered=False)
    return [_reminder_row(one, now=now) for one in chosen.order_by("due_at", "pk")[:PAGE]]


def sender_choices(actor: Actor, *, keep: int | None = None) -> list[tuple[int, str]]:
    """Mailboxes to write from: (id, name and address), a person's own first. ``keep`` is listed though closed."""
    boxes = Mailbox.objects.filter(pk__in=writable_mailbox_ids(actor))
    rows = sorted(
        (box for box in boxes if box.is_active or box.pk == keep), key=lambda box: (box.kind != "personal", box.address)
    )
    return [(box.pk, f"{box.name} <{box.address}>") for box in rows]


def names_in(*typed: str) -> str:
    """``Anna Ek, bo@x.example och 3 till`` without the last words' grammar: the screen adds the number itself."""
    found = [one for text in typed for one in read_typed(text).addresses]
    shown = ", ".join(one.name or one.address for one in found[:MOST_NAMED])
    return f"{shown} +{len(found) - MOST_NAMED}" if len(found) > MOST_NAMED else shown


def _queued(actor: Actor) -> QuerySet[Draft]:
    return Draft.objects.filter(
        state=DraftState.QUEUED, mailbox_id__in=outbox_mailbox_ids(actor)
    ).select_related("mailbox", "outgoing", "author__person")  # fmt: skip


def _outbox_row(draft: Draft, actor: Actor, *, now: datetime) -> OutboxRow:
    mail = draft.outgoing
    assert mail is not None and draft.queued_at is not None  # noqa: S101, PT018 - the table's own constraint
    outcomes = mail.outcomes.items()
    accepted = [address for address, one in outcomes if one["state"] == Outcome.ACCEPTED]
    state = OutboxState(mail.state)
    until = mail.not_before - GRACE if draft.hold == HeldFor.UNDO else mail.not_before
    return OutboxRow(
        id=draft.pk,
        outgoing_id=mail.pk,
        subject=draft.subject,
        recipients=names_in(draft.to, draft.cc),
        mailbox=draft.mailbox.address,
        author=draft.author.person.name,
        state=shown_state(
            state=state, hold=HeldFor(draft.hold), attempts=mail.attempts, not_before=mail.not_before, now=now
        ),
        queued_at=draft.queued_at,
        until=until,
        attempts=mail.attempts,
        last_answer=mail.last_answer,
        refused=tuple(_refused(outcomes)),
        accepted_count=len(accepted),
        can_take_back=can_take_back(state=state, accepted=bool(accepted)),
        place=draft.place,
        is_own=draft.author_id == actor.account_id,
    )


def _refused(outcomes: Iterable[tuple[str, dict[str, str]]]) -> Iterable[str]:
    return (address for address, one in outcomes if one["state"] == Outcome.REFUSED)


def _reminder_row(one: Reminder, *, now: datetime) -> ReminderRow:
    return ReminderRow(
        id=one.pk,
        draft_id=one.draft_id,
        subject=one.draft.subject,
        recipients=names_in(one.draft.to, one.draft.cc),
        mailbox=one.mailbox.address,
        due_at=one.due_at,
        has_time=one.has_time,
        is_due=one.due_at <= now,
        answered=bool(getattr(one, "answered", False)),
        delivery_id=None,
        mailbox_id=one.mailbox_id,
    )
