"""Fills the diaries of the example municipality: what its registrar has done with ten weeks of mail, and what waits.

What is older than two weeks is held to be registered in the case system that came before. The rest goes by the offices'
own actions, in the order in which the mail came, with what the machine suggests taken as the registrar's decision. The
mail of the last working day waits; a few older ones have been forgotten.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from kommunpost.apps.directory.models import Account, Committee, Person
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.apps.register import actions
from kommunpost.apps.register.actions.taking import CALENDAR
from kommunpost.apps.register.kinds import Exemption, Ground, Origin, RecordState, Secrecy
from kommunpost.apps.register.models import Record
from kommunpost.apps.register.queries.records import prefill_of_sibling, suggestion_of
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.core.swedish.working_days import local_day

WAITING_DAYS = 1
FORGOTTEN = 4
TAKEN_INTO_USE = timedelta(days=14)
LATE_BY = timedelta(days=6)
OPEN_DIARIES = 2
_GROUNDS = {str(ground) for ground in Ground}


def fill_diaries(*, now: datetime) -> int:
    """Read and judge the mail, and do a registrar's ten weeks, in one commit. Returns the number of entries."""
    with transaction.atomic():
        while read_new_messages(now=now):
            pass
        while actions.look_at_new(now=now):
            pass
        return _as_registrar(now=now)


def _as_registrar(*, now: datetime) -> int:
    account = Account.objects.filter(roles__role=Role.REGISTRAR, roles__unit__isnull=True).order_by("pk").first()
    if account is None:
        return 0
    registrar = actor_for(account.pk)
    _set_up(registrar, now=now)
    actions.settle_older(actor=registrar, before=now - TAKEN_INTO_USE, reference="Lex", now=now - TAKEN_INTO_USE)
    return _work_through(registrar, now=now)


def _work_through(registrar: Actor, *, now: datetime) -> int:
    waits_from = CALENDAR.add(local_day(now - timedelta(days=7)), 0)
    while CALENDAR.count(waits_from, local_day(now)) > WAITING_DAYS:
        waits_from = CALENDAR.add(waits_from, 1)
    records = list(Record.objects.filter(state=RecordState.OPEN).select_related("message").order_by("at", "pk"))
    old = [record for record in records if local_day(record.at) < waits_from]
    forgotten = {record.pk for record in [one for one in old if one.at > now - LATE_BY][-FORGOTTEN:]}
    cases: dict[tuple[int, str], int] = {}
    done = [_decide(registrar, record, cases) for record in old if record.pk not in forgotten]
    _ask_something(records, now=now)
    return sum(done)


def _decide(registrar: Actor, record: Record, cases: dict[tuple[int, str], int]) -> bool:
    """Register, exempt, or say why not, an hour after it came; whether an entry was made."""
    at = record.at + timedelta(hours=1)
    suggested = suggestion_of(record.message_id)
    if suggested and suggested.ground in _GROUNDS and _try(
        actions.decide_not_record, actor=registrar, record_id=record.pk, ground=suggested.ground, now=at
    ):  # fmt: skip
        return False
    if suggested and suggested.registration != "register":
        exemption = Exemption.SMALL_IMPORTANCE
        _try(actions.exempt, actor=registrar, record_id=record.pk, exemption=exemption, now=at)
        return False
    return _register(registrar, record, cases, at=at)


def _register(registrar: Actor, record: Record, cases: dict[tuple[int, str], int], *, at: datetime) -> bool:
    committee_id = record.committee_id or Committee.objects.order_by("pk").values_list("pk", flat=True)[0]
    entry = prefill_of_sibling(registrar, record.pk)
    if entry.facts.secrecy == Secrecy.STRONG and not entry.provisions:
        # A strong marking names its provision; where the machine suggests none, the registrar marks less strongly.
        entry = replace(entry, facts=replace(entry.facts, secrecy=Secrecy.CHECK))
    thread = (committee_id, record.message.thread or f"record:{record.pk}")
    new = actions.NewCase(title=entry.facts.title, public_title=entry.facts.public_title, secrecy=entry.facts.secrecy)
    made = actions.register(
        actor=registrar, committee_id=committee_id, entries=[entry], case_id=cases.get(thread),
        new_case=None if thread in cases else new, now=at,
    )  # fmt: skip
    cases[thread] = made[0].case_id or 0
    return True


def _ask_something(records: list[Record], *, now: datetime) -> None:
    """Two questions wait for the registrar, from people who hold the mail."""
    asked = 0
    inside = [record for record in reversed(records) if record.origin == Origin.RECEIVED and record.mailbox_id]
    for record in inside:
        people = Person.objects.filter(Q(memberships__mailbox_id=record.mailbox_id), account__is_active=True)
        holder = people.order_by("pk").first()
        if holder is None or asked == len(_QUESTIONS):
            continue
        actor = actor_for(Account.objects.get(person=holder).pk)
        asked += _try(actions.ask, actor=actor, record_id=record.pk, text=_QUESTIONS[asked], now=now)


_QUESTIONS = (
    "Ska det här registreras i det gamla ärendet eller i ett nytt?",
    "Räknas det här som något av liten betydelse?",
)


def _set_up(registrar: Actor, *, now: datetime) -> None:
    """The first diaries are open on the web, so that there is something to see; a real one opens none by itself."""
    for number, committee in enumerate(Committee.objects.filter(is_active=True).order_by("pk")):
        actions.set_diary(
            actor=registrar, committee_id=committee.pk, number_format="{nämnd}/{år}:{nr:5}",
            is_public=number < OPEN_DIARIES, now=now,
        )  # fmt: skip


def _try(act: Callable[..., object], **asked: object) -> bool:
    try:
        # A step that is refused half-way leaves nothing.
        with transaction.atomic():
            act(**asked)
    except (RegisterRefused, NotVisible):
        return False
    return True
