"""The smaller lists: what is exempt, what is kept in order, questions, how the diaries are set up, and the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from kommunpost.apps.directory.models import Committee
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.register.actions.taking import CALENDAR, working_days
from kommunpost.apps.register.kinds import Exemption, Ground, QuestionState, RecordState
from kommunpost.apps.register.models import (
    Collection,
    DiaryNumber,
    DiarySettings,
    Guidance,
    Question,
    Record,
    RegisterEntry,
)
from kommunpost.apps.register.queries.scope import record_scope, records_in
from kommunpost.apps.register.rules.deadlines import due_day
from kommunpost.apps.register.rules.numbering import DEFAULT_FORMAT
from kommunpost.core.mail import shown_sender, upright

PAGE = 50
DECIDED = (RecordState.EXEMPT, RecordState.ORDERED, RecordState.NOT_RECORD)


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A record that somebody decided on without registering it."""

    id: int
    sender: str
    subject: str
    at: datetime
    state: str
    why: str
    reference: str
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question, to the one who asked or to the registrar."""

    id: int
    record_id: int
    subject: str
    text: str
    asked_by: str
    asked_at: datetime
    state: str
    state_words: str
    answer: str
    answered_by: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """How a committee's diary is set up."""

    committee_id: int
    code: str
    name: str
    number_format: str
    is_public: bool
    latest: int


@dataclass(frozen=True, slots=True)
class CollectionRow:
    id: int
    committee: str
    name: str
    sorted_by: str
    responsible: str
    is_active: bool
    held: int


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Of what was registered in a period: how much, and how much of it by the last day."""

    registered: int
    in_time: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.in_time / self.registered) if self.registered else None


def list_decided(
    actor: Actor, *, state: str, why: str = "", before: str = ""
) -> tuple[list[DecidedRow], dict[str, int], str]:
    """A page of what stands as ``state``, latest decision first; the number of each ground; the next page's cursor."""
    chosen = records_in(record_scope(actor)).filter(state=state)
    column = "ground" if state == RecordState.NOT_RECORD else "exemption"
    counts = dict(chosen.order_by().values_list(column).annotate(number=Count("pk")))
    if why in {*Exemption.values, *Ground.values}:
        chosen = chosen.filter(**{column: why})
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 - a 64-bit number
        chosen = chosen.filter(pk__lt=int(before))
    rows = list(chosen.select_related("message", "decided_by__person", "collection").order_by("-pk")[: PAGE + 1])
    return [_decided(row) for row in rows[:PAGE]], counts, str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def count_decided(actor: Actor, state: str) -> int:
    return records_in(record_scope(actor)).filter(state=state).count()


def list_questions(actor: Actor, *, state: str = QuestionState.OPEN) -> list[QuestionRow]:
    """Questions that the actor may answer, oldest first (answered ones latest first). Raises NotAllowed."""
    check_may(actor, Permission.REGISTER_ANSWER)
    visible = records_in(record_scope(actor)).values("pk")
    found = Question.objects.filter(state=state, record_id__in=visible)
    order = ("asked_at", "pk") if state == QuestionState.OPEN else ("-answered_at", "-pk")
    return _questions(found, order)


def list_my_questions(actor: Actor) -> list[QuestionRow]:
    """The actor's own questions, latest first. A mail that they no longer see has lost its subject here too."""
    rows = _questions(Question.objects.filter(asked_by_id=actor.account_id), ("-asked_at", "-pk"))
    ids = [row.record_id for row in rows]
    seen = set(records_in(record_scope(actor)).filter(pk__in=ids).values_list("pk", flat=True))
    return [row if row.record_id in seen else replace(row, subject="") for row in rows]


def count_questions(actor: Actor) -> int:
    """How many questions wait for the actor to answer."""
    if not actor.may(Permission.REGISTER_ANSWER):
        return 0
    visible = records_in(record_scope(actor)).values("pk")
    return Question.objects.filter(state=QuestionState.OPEN, record_id__in=visible).count()


def count_new_answers(actor: Actor) -> int:
    """Answers that the actor has not seen."""
    mine = Question.objects.filter(asked_by_id=actor.account_id, state=QuestionState.ANSWERED)
    return mine.filter(seen_at__isnull=True).count()


def list_guidance() -> list[tuple[int, str, str]]:
    """(id, title, text) of the guidance that is shown, latest first."""
    return list(Guidance.objects.filter(is_active=True).order_by("-pk").values_list("pk", "title", "text")[:200])


def list_diaries() -> list[DiaryRow]:
    """Every committee with its format and latest number of any year, in order of name. Three queries."""
    chosen = {row.committee_id: row for row in DiarySettings.objects.all()}
    latest = dict(DiaryNumber.objects.order_by().values_list("committee_id").annotate(number=Count("pk")))
    return [
        DiaryRow(
            committee.pk, committee.code, committee.name,
            chosen[committee.pk].number_format if committee.pk in chosen else DEFAULT_FORMAT,
            chosen[committee.pk].is_public if committee.pk in chosen else False, latest.get(committee.pk, 0),
        )
        for committee in Committee.objects.filter(is_active=True).order_by("name")
    ]  # fmt: skip


def list_collections() -> list[CollectionRow]:
    """What is kept in order, and how much lies there."""
    held = Count("records", filter=Q(records__state=RecordState.ORDERED))
    rows = Collection.objects.select_related("committee", "responsible").annotate(held=held)
    return [
        CollectionRow(
            one.pk, one.committee.name, one.name, one.sorted_by, one.responsible.name, one.is_active,
            getattr(one, "held", 0),
        )
        for one in rows.order_by("committee__name", "name")
    ]  # fmt: skip


def timeliness(*, first: date, last: date) -> Timeliness:
    """How well ``register-always`` was followed for what was registered in the period (days inclusive)."""
    entries = RegisterEntry.objects.annotate(day=TruncDate("registered_at")).filter(
        day__gte=first, day__lte=last, mails__isnull=False
    )
    rows = entries.order_by().values_list("dated_at", "day").distinct()
    days, total, good = working_days(), 0, 0
    for dated_at, day in rows.iterator():
        total += 1
        good += day <= due_day(dated_at, working_days=days, calendar=CALENDAR)
    return Timeliness(total, good)


def _questions(found: object, order: Sequence[str]) -> list[QuestionRow]:
    rows = found.select_related("record__message", "asked_by__person", "answered_by__person")  # type: ignore[attr-defined]
    return [
        QuestionRow(
            id=one.pk, record_id=one.record_id, subject=upright(one.record.message.subject), text=one.text,
            asked_by=one.asked_by.person.name, asked_at=one.asked_at, state=one.state,
            state_words=one.get_state_display(), answer=one.answer,
            answered_by=one.answered_by.person.name if one.answered_by else "",
            is_new=one.state == QuestionState.ANSWERED and one.seen_at is None,
        )
        for one in rows.order_by(*order)[:PAGE]
    ]  # fmt: skip


def _decided(row: Record) -> DecidedRow:
    message = row.message
    why = row.get_ground_display() or row.get_exemption_display() or (row.collection.name if row.collection else "")
    return DecidedRow(
        id=row.pk, sender=shown_sender(message.sender_name, message.sender_address),
        subject=upright(message.subject), at=row.at, state=row.state, why=str(why), reference=row.reference,
        decided_at=row.decided_at, decided_by=row.decided_by.person.name if row.decided_by else "",
    )  # fmt: skip
