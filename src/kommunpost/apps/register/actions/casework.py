"""Cases: opened, changed, closed and opened again; parties and notes. Closing settles every note and draft."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.models import Committee
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.actions.deciding import due_from
from kommunpost.apps.register.actions.registering import NewCase, open_case_row
from kommunpost.apps.register.actions.steps import note_step, remember, take_step
from kommunpost.apps.register.kinds import CaseState, NoteKind, NoteState, PartyRole, RecordState, Secrecy
from kommunpost.apps.register.models import CaseFile, CaseNote, CaseParty, Record
from kommunpost.apps.register.queries.scope import case_condition, record_scope
from kommunpost.apps.register.rules.entries import check_public
from kommunpost.apps.register.rules.states import CASE_STEPS, NOTE_STEPS, RegisterRefused, Step, check_step
from kommunpost.apps.register.verbs import RegisterVerb


def open_case(*, actor: Actor, committee_id: int, new: NewCase, now: datetime) -> int:
    """A case without any record yet. Returns its id. Raises NotAllowed, NotVisible, ``RegisterRefused``."""
    check_may(actor, Permission.REGISTER_DECIDE)
    if not record_scope(actor).holds(committee_id):
        raise NotVisible
    with transaction.atomic():
        committee = Committee.objects.get(pk=committee_id)
        return int(open_case_row(actor=actor, committee=committee, new=new, now=now).pk)


def change_case(*, actor: Actor, case_id: int, seen_version: int, new: NewCase, now: datetime) -> None:
    """Titles, handler, secrecy. Raises ``title_missing``, ``changed_meanwhile``."""
    if not new.title.strip():
        raise RegisterRefused("title_missing")
    check_public(new.public_title)
    with transaction.atomic():
        case = get_case_to_change(actor, case_id)
        changed = CaseFile.objects.filter(pk=case.pk, version=seen_version).update(
            title=new.title.strip(), public_title=new.public_title.strip(), secrecy=new.secrecy,
            handler_id=new.handler_id, version=seen_version + 1,
        )  # fmt: skip
        if not changed:
            raise RegisterRefused("changed_meanwhile")
        _audit(RegisterVerb.CASE_CHANGED, case, actor, now)


def close_case(
    *,
    actor: Actor,
    case_id: int,
    notes: Mapping[int, NoteState],
    material: Mapping[int, NoteState],
    titles_looked_at: bool = False,
    now: datetime,
) -> None:
    """Close the case, and say of each memo and draft (``notes``) and each mail kept as working material (``material``)
    whether it is cleared away or archived. What is archived becomes a public record at once (TF 2:12, AF 3).

    ``titles_looked_at``: somebody has looked at what everybody may see of a strongly marked case. It is seldom opened
    again, and its titles stand in the diary for good.

    Raises NotVisible, and ``RegisterRefused``: ``note_unsettled`` while something is not said, ``titles_unseen``,
    ``not_from_this_state``.
    """
    with transaction.atomic():
        case = _locked(actor, case_id)
        check_step(CASE_STEPS, CaseState(case.state), CaseState.CLOSED)
        kept = list(case.notes.filter(state=NoteState.KEPT))
        records = list(case.working_material.filter(state=RecordState.NOT_RECORD))
        if {note.pk for note in kept} - set(notes) or {record.pk for record in records} - set(material):
            raise RegisterRefused("note_unsettled")
        if case.secrecy == Secrecy.STRONG and not titles_looked_at:
            raise RegisterRefused("titles_unseen")
        for note in kept:
            _settle_note(note, notes[note.pk], actor=actor, now=now)
        for record in records:
            if material[record.pk] == NoteState.ARCHIVED:
                archive_record(record=record, actor=actor, now=now)
        changed = CaseFile.objects.filter(pk=case.pk, state=CaseState.OPEN).update(
            state=CaseState.CLOSED, closed_at=now
        )
        if not changed:
            raise RegisterRefused("changed_meanwhile")
        _audit(RegisterVerb.CASE_CLOSED, case, actor, now)


def reopen_case(*, actor: Actor, case_id: int, now: datetime) -> None:
    """Open a closed case again; what was cleared stays cleared. Raises ``not_from_this_state``."""
    with transaction.atomic():
        case = get_case_to_change(actor, case_id)
        check_step(CASE_STEPS, CaseState(case.state), CaseState.OPEN)
        if not CaseFile.objects.filter(pk=case.pk, state=CaseState.CLOSED).update(state=CaseState.OPEN, closed_at=None):
            raise RegisterRefused("changed_meanwhile")
        _audit(RegisterVerb.CASE_REOPENED, case, actor, now)


def add_party(*, actor: Actor, case_id: int, name: str, role: str, now: datetime) -> int:
    """Returns the party's id. Raises ``name_missing``, ``role_unknown``."""
    with transaction.atomic():
        case = get_case_to_change(actor, case_id)
        if not name.strip():
            raise RegisterRefused("name_missing")
        if role not in PartyRole.values:
            raise RegisterRefused("role_unknown")
        party = CaseParty.objects.create(case=case, name=name.strip()[:300], role=role, added_at=now)
        _audit(RegisterVerb.PARTY_ADDED, case, actor, now, party=party.pk)
    return int(party.pk)


def remove_party(*, actor: Actor, case_id: int, party_id: int, now: datetime) -> None:
    """Take a party off the list. Raises NotVisible."""
    with transaction.atomic():
        case = get_case_to_change(actor, case_id)
        if not CaseParty.objects.filter(pk=party_id, case=case, removed_at__isnull=True).update(removed_at=now):
            raise NotVisible
        _audit(RegisterVerb.PARTY_REMOVED, case, actor, now, party=party_id)


def add_note(*, actor: Actor, case_id: int, kind: str, text: str, now: datetime) -> int:
    """An official note (FL 27: when, and by whom, stand with it), a memo, or a draft. Returns its id.

    Raises ``text_missing``, ``kind_unknown``, ``case_closed``.
    """
    with transaction.atomic():
        case = _locked(actor, case_id)
        if not text.strip():
            raise RegisterRefused("text_missing")
        if kind not in NoteKind.values:
            raise RegisterRefused("kind_unknown")
        if case.state != CaseState.OPEN:
            raise RegisterRefused("case_closed")
        is_official = kind == NoteKind.OFFICIAL
        note = CaseNote.objects.create(
            case=case, kind=kind, text=text.strip(), written_at=now, written_by_id=actor.account_id,
            state=NoteState.ARCHIVED if is_official else NoteState.KEPT, settled_at=now if is_official else None,
        )  # fmt: skip
        _audit(RegisterVerb.NOTE_ADDED, case, actor, now, note=note.pk, kind=kind)
    return int(note.pk)


def archive_record(*, record: Record, actor: Actor, now: datetime) -> None:
    """Working material that is archived becomes a public record, and waits to be registered (TF 2:12)."""
    take_step(record=record, step=Step.BECOME_PUBLIC, by=actor, now=now, due_on=due_from(now), case_id=None)
    remember(record=record, question="status", chosen="public_record", by=actor, now=now, provision="TF 2:12")
    note_step(record=record, step=Step.BECOME_PUBLIC, by=actor, now=now, details={"why": "archived"})


def get_case_to_change(actor: Actor, case_id: int) -> CaseFile:
    """The case, for whoever decides in its committee. Raises NotAllowed, NotVisible."""
    check_may(actor, Permission.REGISTER_DECIDE)
    case = CaseFile.objects.select_related("committee").filter(case_condition(actor), pk=case_id).first()
    if case is None or not record_scope(actor).holds(case.committee_id):
        raise NotVisible
    return case


def _locked(actor: Actor, case_id: int) -> CaseFile:
    """The case, held until commit: nothing is written into it while it is being closed."""
    get_case_to_change(actor, case_id)
    return CaseFile.objects.select_for_update(of=("self",)).select_related("committee").get(pk=case_id)


def _settle_note(note: CaseNote, wanted: NoteState, *, actor: Actor, now: datetime) -> None:
    check_step(NOTE_STEPS, NoteState(note.state), wanted)
    text = "" if wanted == NoteState.CLEARED else note.text
    CaseNote.objects.filter(pk=note.pk, state=NoteState.KEPT).update(state=wanted, text=text, settled_at=now)
    verb = RegisterVerb.NOTE_CLEARED if wanted == NoteState.CLEARED else RegisterVerb.NOTE_ARCHIVED
    _audit(verb, note.case, actor, now, note=note.pk)


def _audit(verb: RegisterVerb, case: CaseFile, actor: Actor, now: datetime, **details: JSON) -> None:
    audit(
        actor=actor.reference, verb=verb, subject=f"case:{case.pk}",
        details={"committee": case.committee_id, **details}, at=now,
    )  # fmt: skip
