"""Warn before, tell after, say when nobody watches. Notices wait for digests; only a passed deadline comes at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, ngettext, override

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.directory.models import Mailbox, Person
from kommunpost.apps.directory.queries import resolve_addresses
from kommunpost.apps.inbox.actions.automatic import send_automatic
from kommunpost.apps.inbox.actions.history import WORKER, WORKER_CHAIN
from kommunpost.apps.inbox.calendar import answer_times, phone_times, work_calendar
from kommunpost.apps.inbox.models import (
    Conversation,
    DigestChoice,
    MailboxSettings,
    Notice,
    NoticeKind,
    Shift,
    State,
)
from kommunpost.apps.inbox.rules import clock
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.inbox.rules.rota import latest_digest, open_spans, uncovered
from kommunpost.core.mail import Address, Draft
from kommunpost.core.swedish.working_days import local_day

UNREAD_AFTER = timedelta(minutes=60)
STANDARD_TIMES = ("08:00", "13:00")
MOST = 500
MARKS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def watch(*, now: datetime) -> int:
    """Write down what people should be told of, each thing once. How many new notices."""
    notices = [*_due_soon(now), *_overdue(now), *_unread(now), *_uncovered(now)]
    known = set(Notice.objects.filter(once__in={one.once for one in notices}).values_list("person_id", "once"))
    new = [one for one in notices if (one.person_id, one.once) not in known]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _due_soon(now: datetime) -> Iterable[Notice]:
    calendar, before = work_calendar(), answer_times().warn_before
    soon = Conversation.objects.filter(due_at__gt=now, due_at__lte=now + timedelta(days=7), merged_into=None)
    for one in soon.order_by("due_at", "pk")[:MOST]:
        if one.due_at and clock.is_due_soon(one.due_at, now=now, calendar=calendar, warn_before=before):
            yield from _notices(
                NoticeKind.DUE_SOON, one, [one.owner_id] if one.owner_id else _members(one.mailbox_id), now
            )


def _overdue(now: datetime) -> Iterable[Notice]:
    """Escalation: whoever owns the conversation, and whoever owns the mailbox."""
    late = Conversation.objects.filter(due_at__lte=now, merged_into=None).select_related("mailbox")
    for one in late.order_by("due_at", "pk")[:MOST]:
        people = {one.owner_id, one.mailbox.owner_id} - {None} or set(_members(one.mailbox_id))
        yield from _notices(NoticeKind.OVERDUE, one, people, now)


def _unread(now: datetime) -> Iterable[Notice]:
    watched = [box.pk for box in _watched() if phone_times(box).calendar.is_open(now)]
    unread = Conversation.objects.filter(
        mailbox_id__in=watched, state__in=[State.NEW, State.REOPENED], due_at__isnull=False,
        waits_since__lte=now - UNREAD_AFTER, merged_into=None,
    ).select_related("mailbox__unit")  # fmt: skip
    for one in unread.order_by("waits_since", "pk")[:MOST]:
        since = one.waits_since or now
        open_for = phone_times(one.mailbox).calendar.open_time(since, now)
        if one.mailbox.owner_id and open_for >= UNREAD_AFTER:
            yield from _notices(NoticeKind.UNREAD, one, [one.mailbox.owner_id], now)


def _uncovered(now: datetime) -> Iterable[Notice]:
    """Today's and the next working day's phone hours that nobody has."""
    today = local_day(now)
    watched = _watched()
    for day in (today, work_calendar().add(today, 1)):
        for mailbox in watched:
            shifts = Shift.objects.filter(mailbox=mailbox, day=day).values_list("start", "end")
            hours = open_spans(day, calendar=phone_times(mailbox).calendar)
            if mailbox.owner_id and uncovered(hours, shifts):
                once = f"uncovered:{mailbox.pk}:{day.isoformat()}"
                yield Notice(person_id=mailbox.owner_id, kind=NoticeKind.UNCOVERED, mailbox=mailbox, once=once, at=now)


def _watched() -> Sequence[Mailbox]:
    """The mailboxes whose phone hours somebody wants watched."""
    chosen = MailboxSettings.objects.filter(watch_on=True).values("pk")
    return list(Mailbox.objects.filter(pk__in=chosen, kind__in=SHARED_KINDS, is_active=True).select_related("unit"))


def _notices(kind: NoticeKind, one: Conversation, people: Iterable[int | None], now: datetime) -> Iterable[Notice]:
    due = one.due_at.isoformat(timespec="minutes") if one.due_at else ""
    for person_id in people:
        if person_id is not None:
            once = f"{kind}:{one.pk}:{due}"
            yield Notice(person_id=person_id, kind=kind, mailbox_id=one.mailbox_id, conversation=one, once=once, at=now)


def _members(mailbox_id: int) -> list[int]:
    return list(Person.objects.filter(memberships__mailbox_id=mailbox_id, is_active=True).values_list("pk", flat=True))


def send_digests(*, now: datetime) -> int:
    """One mail to each person who has something to hear of and whose time it is. How many mails."""
    waiting = Notice.objects.filter(sent_at__isnull=True)
    people = Person.objects.filter(pk__in=waiting.values("person_id"), is_active=True)
    return sum(_digest(person, now=now) for person in people)


def _digest(person: Person, *, now: datetime) -> bool:
    calendar = work_calendar()
    choice = DigestChoice.objects.filter(pk=person.pk).first()
    times = choice.times if choice else STANDARD_TIMES
    moment = latest_digest(times, now=now, calendar=calendar)
    due = Q(at__lte=moment) if moment else Q(pk__in=[])
    if calendar.is_open(now):
        # Working hours are kept: a deadline that passes at midnight is told in the morning.
        due |= Q(kind=NoticeKind.OVERDUE)
    mine = Notice.objects.filter(due, person=person, sent_at__isnull=True)
    with transaction.atomic():
        told = list(mine.select_related("mailbox").order_by("at", "pk")[:MOST])
        claimed = Notice.objects.filter(pk__in=[one.pk for one in told], sent_at__isnull=True).update(sent_at=now)
        if not told or claimed != len(told) or _is_shared(person.address):
            return False
        _send(person, told, now=now)
        details = {"number": len(told)}
        record(
            actor=WORKER, verb="inbox:digest:send", subject=f"person:{person.pk}", details=details, at=now,
            chain=WORKER_CHAIN,
        )  # fmt: skip
    return True


def _is_shared(address: str) -> bool:
    """Never to an address that we read ourselves: a digest must not become a conversation."""
    found = resolve_addresses([address]).get(address.lower())
    return found is not None and found.kind in SHARED_KINDS


def _send(person: Person, told: list[Notice], *, now: datetime) -> None:
    mailbox = told[0].mailbox
    with override("sv"):
        draft = Draft(
            sender=Address(mailbox.name, mailbox.address),
            to=(Address(person.name, person.address),),
            subject=_subject(told),
            text=_text(told),
            date=now,
            message_id=f"digest.{token_hex(16)}@{profile().municipality.domains[0]}",
            headers=MARKS,
        )
    send_automatic(mailbox=mailbox, draft=draft, by=WORKER, now=now)


def _subject(told: list[Notice]) -> str:
    late = sum(one.kind == NoticeKind.OVERDUE for one in told)
    if late:
        return ngettext("För åtgärd: %(n)d svar är försenat", "För åtgärd: %(n)d svar är försenade", late) % {"n": late}
    return ngettext("För kännedom: %(n)d sak väntar", "För kännedom: %(n)d saker väntar", len(told)) % {"n": len(told)}


def _text(told: list[Notice]) -> str:
    """Numbers of conversations and names of mailboxes alone: what somebody wrote stays behind the sign-in."""
    lines = []
    for one in told:
        what = str(NoticeKind(one.kind).label)
        where = one.mailbox.address
        number = gettext("konversation %(number)d") % {"number": one.conversation_id} if one.conversation_id else ""
        day = one.once.rpartition(":")[2] if one.kind == NoticeKind.UNCOVERED else ""
        lines.append(f"- {what}: {', '.join(part for part in (where, number, day) if part)}")
    # Three new mails in one conversation are one thing to look at.
    return "\n".join(
        ["Hej!", "", *dict.fromkeys(lines), "", gettext("Öppna Kommunpost för att se mer. Det går inte att svara hit.")]
    )
