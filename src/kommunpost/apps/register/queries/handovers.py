"""Handovers to case systems: the lists, one of them, how many wait for a person, and which number is which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from kommunpost.apps.directory.models import Committee
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.kinds import HandoverState, SystemKind
from kommunpost.apps.register.models import CaseSystem, Handover, RegisterEntry
from kommunpost.apps.register.queries.scope import diary_scope, inside_condition
from kommunpost.apps.register.rules.handing_over import NEEDS_A_PERSON

PAGE = 50
MOST_FOUND = 20
NEEDS, UNDER_WAY, DONE = "atgard", "pa-vag", "klara"
GROUPS: Mapping[str, tuple[Q, ...]] = {
    # A mail of unknown fate is never sent again by itself: a person says what became of it.
    NEEDS: (
        *(Q(state=one) for one in NEEDS_A_PERSON), Q(state=HandoverState.UNKNOWN, kind=SystemKind.MAIL),
        ~Q(other_number=""),
    ),
    UNDER_WAY: (
        Q(state=HandoverState.WAITING), Q(state=HandoverState.SENDING), Q(state=HandoverState.SENT),
        Q(state=HandoverState.UNKNOWN) & ~Q(kind=SystemKind.MAIL),
    ),
    DONE: (Q(state=HandoverState.RECEIVED, other_number=""), Q(state=HandoverState.WITHDRAWN)),
}  # fmt: skip
"""Each group in parts that have nothing in common, so that each part goes by an index and its rows are few to read."""


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A handover, without anything of what the entry says. ``is_changed``: the entry was corrected after it went."""

    id: int
    key: str
    entry_id: int
    designation: str
    committee: str
    system: str
    kind: str
    kind_words: str
    state: str
    state_words: str
    trouble: str
    answer_code: int | None
    attempts: int
    made_at: datetime
    changed_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    number: str
    other_number: str
    numbered_at: datetime | None
    numbered_by: str
    is_changed: bool
    is_voided: bool


@dataclass(frozen=True, slots=True)
class SystemRow:
    """Where a committee's entries go, and how it goes. ``kind`` is ``diary`` for those without a case system."""

    committee_id: int
    committee: str
    code: str
    kind: str
    kind_words: str
    name: str
    url: str
    address: str
    mailbox: str
    mailbox_id: int | None
    is_protected: bool
    has_secret: bool
    resting_until: datetime | None
    here_only: int
    received: int
    awaited: int
    stuck: int


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with both its numbers."""

    entry_id: int
    designation: str
    case_designation: str
    committee: str
    system: str
    number: str
    other_number: str
    state_words: str


def list_handovers(*, group: str, before: str = "") -> tuple[list[HandoverRow], str]:
    """A page of a group, newest first, and the cursor of the next. The caller has asked who may."""
    rows = _handovers()
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 - a 64-bit number
        rows = rows.filter(pk__lt=int(before))
    parts = (rows.filter(part).order_by("-pk")[: PAGE + 1] for part in GROUPS.get(group, GROUPS[NEEDS]))
    found = sorted((one for part in parts for one in part), key=lambda one: -one.pk)
    return [_row(one) for one in found[:PAGE]], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def get_handover(handover_id: int) -> HandoverRow:
    """Raises NotVisible. The caller has asked who may."""
    found = _handovers().filter(pk=handover_id).first()
    if found is None:
        raise NotVisible
    return _row(found)


def count_group(group: str) -> int:
    """How many stand in the group."""
    return sum(Handover.objects.filter(part).count() for part in GROUPS[group])


def handover_states() -> dict[str, int]:
    """How many in each state, for Prometheus; every state has its number."""
    counted = dict(Handover.objects.values_list("state").order_by("state").annotate(Count("pk")))
    return {str(state): counted.get(state, 0) for state in HandoverState}


def list_systems() -> list[SystemRow]:
    """Every active committee, and where its entries lie. Three queries."""
    systems = {one.committee_id: one for one in CaseSystem.objects.select_related("mailbox")}
    states: dict[int, dict[str, int]] = {}
    for committee_id, state, number in (
        Handover.objects.values_list("system__committee_id", "state").order_by().annotate(number=Count("pk"))
    ):
        states.setdefault(committee_id, {})[state] = number
    entries = RegisterEntry.objects.order_by().values_list("committee_id")
    every = dict(entries.annotate(number=Count("pk")))
    committees = Committee.objects.filter(is_active=True).order_by("name")
    return [_system_row(one, systems.get(one.pk), states.get(one.pk, {}), every.get(one.pk, 0)) for one in committees]


def find_number(actor: Actor, text: str) -> list[Found]:
    """Entries that the actor sees from within, by our number of entry or case or by the case system's, from its
    beginning. One query.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return []
    upper = wanted.upper()
    named = (
        Q(designation__startswith=upper) | Q(case__designation__startswith=upper)
        | Q(handover__number__startswith=wanted) | Q(handover__number__startswith=upper)
        | Q(handover__other_number__startswith=wanted)
    )  # fmt: skip
    entries = RegisterEntry.objects.filter(inside_condition(diary_scope(actor)), named)
    rows = entries.select_related("committee", "case", "handover__system").order_by("-dated_on", "-pk")[:MOST_FOUND]
    return [_found(one) for one in rows]


def _handovers() -> QuerySet[Handover]:
    return Handover.objects.select_related("entry__committee", "system", "numbered_by__person")


def _row(one: Handover) -> HandoverRow:
    return HandoverRow(
        id=one.pk, key=str(one.key), entry_id=one.entry_id, designation=one.entry.designation,
        committee=one.entry.committee.name, system=one.system.name, kind=one.kind, kind_words=one.get_kind_display(),
        state=one.state, state_words=one.get_state_display(), trouble=one.trouble, answer_code=one.answer_code,
        attempts=one.attempts, made_at=one.made_at, changed_at=one.changed_at, next_try_at=one.next_try_at,
        sent_at=one.sent_at, number=one.number, other_number=one.other_number, numbered_at=one.numbered_at,
        numbered_by=one.numbered_by.person.name if one.numbered_by else "",
        is_changed=one.entry.version > one.entry_version, is_voided=one.entry.voided_at is not None,
    )  # fmt: skip


def _system_row(committee: Committee, system: CaseSystem | None, states: Mapping[str, int], entries: int) -> SystemRow:
    kind = SystemKind(system.kind) if system else SystemKind.DIARY
    sent = (HandoverState.WAITING, HandoverState.SENDING, HandoverState.SENT, HandoverState.UNKNOWN)
    return SystemRow(
        committee_id=committee.pk, committee=committee.name, code=committee.code, kind=kind,
        kind_words=str(kind.label), name=system.name if system else "", url=system.url if system else "",
        address=system.address if system else "",
        mailbox=system.mailbox.address if system and system.mailbox else "",
        mailbox_id=system.mailbox_id if system else None, is_protected=bool(system and system.is_protected),
        has_secret=bool(system and system.secret), resting_until=system.resting_until if system else None,
        here_only=entries - sum(states.values()) + states.get(HandoverState.WITHDRAWN, 0),
        received=states.get(HandoverState.RECEIVED, 0),
        awaited=_sum(states, sent), stuck=_sum(states, NEEDS_A_PERSON),
    )  # fmt: skip


def _sum(states: Mapping[str, int], wanted: Sequence[str]) -> int:
    return sum(states.get(one, 0) for one in wanted)


def _found(one: RegisterEntry) -> Found:
    handover = getattr(one, "handover", None)
    return Found(
        entry_id=one.pk, designation=one.designation, case_designation=one.case.designation if one.case else "",
        committee=one.committee.name, system=handover.system.name if handover else "",
        number=handover.number if handover else "", other_number=handover.other_number if handover else "",
        state_words=handover.get_state_display() if handover else "",
    )  # fmt: skip
