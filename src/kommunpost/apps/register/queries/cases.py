"""Cases: the list, one case with everything in it, and which case a mail seems to belong to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from kommunpost.apps.audit.actions import record_read
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.kinds import CaseState, NoteState, RecordState, Secrecy
from kommunpost.apps.register.models import CaseFile, Record, RegisterEntry
from kommunpost.apps.register.queries.entries import Entry, load_entries
from kommunpost.apps.register.queries.scope import (
    Scope,
    case_condition,
    diary_scope,
    inside_condition,
    record_scope,
    records_in,
)
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.mail import upright

PAGE = 50
_MENTION = re.compile(r"[^\W\d_]{1,12}[^\s,;()<>\"']{3,58}")
_RUNNING = re.compile(r"-\d{1,5}$")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. ``is_inside``: the reader sees it from within; otherwise ``title`` is the public one."""

    id: int
    designation: str
    committee: str
    title: str
    state: str
    opened_at: datetime
    handler: str
    entry_count: int
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Party:
    id: int
    name: str
    role: str
    role_words: str
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """A note; ``text`` is empty once it has been cleared."""

    id: int
    kind: str
    kind_words: str
    text: str
    written_at: datetime
    written_by: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class Material:
    """A mail kept as working material in the case. ``subject`` is empty for who does not hold a marked one."""

    record_id: int
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """Everything there is of a case; entries in order of their running number."""

    id: int
    designation: str
    committee_id: int
    committee_code: str
    committee_name: str
    year: int
    number: int
    title: str
    public_title: str
    secrecy: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    handler_id: int | None
    handler: str
    version: int
    parties: tuple[Party, ...]
    notes: tuple[Note, ...]
    material: tuple[Material, ...]
    entries: tuple[Entry, ...]
    may_change: bool

    @property
    def unsettled(self) -> tuple[Note, ...]:
        """Notes that closing must say something of."""
        return tuple(note for note in self.notes if note.state == NoteState.KEPT)


def get_case(actor: Actor, case_id: int, *, now: datetime) -> Case:
    """One case from within; reading one that is marked is noted in the trail. Raises NotVisible."""
    scope = diary_scope(actor)
    rows = CaseFile.objects.select_related("committee", "handler", "diary_number")
    row = rows.filter(case_condition(actor), pk=case_id).first()
    if row is None:
        raise NotVisible
    if row.secrecy != Secrecy.NONE:
        record_read(
            actor=actor.reference, verb=RegisterVerb.CASE_READ, subject=f"case:{row.pk}",
            details={"committee": row.committee_id}, at=now,
        )  # fmt: skip
    entries = RegisterEntry.objects.filter(inside_condition(scope), case_id=row.pk).order_by("running", "pk")
    may_change = record_scope(actor).holds(row.committee_id)
    return _case(row, load_entries(entries), _material(row, scope), may_change=may_change)


def list_cases(
    actor: Actor, *, text: str = "", state: str = "", committee_id: int | None = None, before: str = ""
) -> tuple[list[CaseRow], str]:
    """A page of the cases of the actor's committees, newest first, and the cursor of the next. Three queries.

    What the actor does not see from within has its public title, and is found by that alone.
    """
    scope = diary_scope(actor)
    cases = CaseFile.objects.select_related("committee", "handler")
    if scope.committee_ids is not None:
        cases = cases.filter(committee_id__in=scope.committee_ids)
    if committee_id is not None:
        cases = cases.filter(committee_id=committee_id)
    if state in CaseState.values:
        cases = cases.filter(state=state)
    for word in text.split()[:6]:
        shown = Q(designation__icontains=word) | Q(public_title__icontains=word)
        cases = cases.filter(shown | (Q(title__icontains=word) & case_condition(actor)))
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 - a 64-bit number
        cases = cases.filter(pk__lt=int(before))
    found = list(cases.order_by("-pk")[: PAGE + 1])
    return _case_rows(actor, found[:PAGE]), str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def suggest_cases(actor: Actor, record: Record, *, text: str, thread_message_ids: Sequence[int]) -> list[CaseRow]:
    """Open cases of the record's committee that it seems to belong to: by its thread first, then by a number that the
    mail mentions. Only suggestions: anybody can write a number in a subject.
    """
    if record.committee_id is None:
        return []
    of_thread = Q(entries__mails__record__message_id__in=list(thread_message_ids), entries__mails__let_go_at=None)
    open_ones = CaseFile.objects.filter(committee_id=record.committee_id, state=CaseState.OPEN)
    found = open_ones.filter(of_thread | Q(designation__in=mentioned(text))).distinct()
    return _case_rows(actor, list(found.select_related("committee", "handler").order_by("-pk")[:5]))


def mentioned(text: str) -> list[str]:
    """What may be a case's number in ``text``, as designations are written; with and without a running number."""
    words = {word.rstrip(".:/!?").upper() for word in _MENTION.findall(text[:20_000])}
    return sorted({form for word in words for form in (word, _RUNNING.sub("", word))})


def _case_rows(actor: Actor, cases: Sequence[CaseFile]) -> list[CaseRow]:
    """With the number of their entries, counted for these cases alone: not for every case before the page is cut."""
    ids = [one.pk for one in cases]
    inside = set(CaseFile.objects.filter(case_condition(actor), pk__in=ids).values_list("pk", flat=True))
    entries = RegisterEntry.objects.filter(case_id__in=ids).order_by()
    counted = dict(entries.values("case_id").annotate(number=Count("pk")).values_list("case_id", "number"))
    return [_case_row(one, counted.get(one.pk, 0), is_inside=one.pk in inside) for one in cases]


def _case_row(case: CaseFile, entry_count: int, *, is_inside: bool) -> CaseRow:
    return CaseRow(
        id=case.pk, designation=case.designation, committee=case.committee.name,
        title=case.title if is_inside else case.public_title,
        state=case.state, opened_at=case.opened_at, handler=case.handler.name if case.handler else "",
        entry_count=entry_count, is_inside=is_inside,
    )  # fmt: skip


def _material(row: CaseFile, scope: Scope) -> tuple[Material, ...]:
    found = row.working_material.filter(state=RecordState.NOT_RECORD).select_related("message").order_by("at", "pk")
    held = set(records_in(scope).filter(case=row).values_list("pk", flat=True))
    return tuple(
        Material(
            one.pk, upright(one.message.subject) if one.secrecy != Secrecy.STRONG or one.pk in held else "", one.at
        )
        for one in found
    )


def _case(row: CaseFile, entries: Sequence[Entry], material: tuple[Material, ...], *, may_change: bool) -> Case:
    return Case(
        id=row.pk, designation=row.designation, committee_id=row.committee_id, committee_code=row.committee.code,
        committee_name=row.committee.name, year=row.diary_number.year, number=row.diary_number.number,
        title=row.title, public_title=row.public_title, secrecy=row.secrecy, state=row.state,
        opened_at=row.opened_at, closed_at=row.closed_at, handler_id=row.handler_id,
        handler=row.handler.name if row.handler else "", version=row.version, parties=_parties(row),
        notes=_notes(row),
        material=material, entries=tuple(entries), may_change=may_change,
    )  # fmt: skip


def _parties(row: CaseFile) -> tuple[Party, ...]:
    return tuple(
        Party(one.pk, one.name, one.role, one.get_role_display(), one.removed_at) for one in row.parties.order_by("pk")
    )


def _notes(row: CaseFile) -> tuple[Note, ...]:
    return tuple(
        Note(
            one.pk, one.kind, one.get_kind_display(), one.text, one.written_at, one.written_by.person.name, one.state,
            one.get_state_display(),
        )
        for one in row.notes.select_related("written_by__person").order_by("written_at", "pk")
    )  # fmt: skip
