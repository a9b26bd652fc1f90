"""Registration: one mail or a whole thread becomes entries of the diary, in one transaction with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.directory.models import Committee
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.register.actions.handing_over import queue_handover
from kommunpost.apps.register.actions.numbers import take_number, take_running
from kommunpost.apps.register.actions.steps import note_step, remember, take_step
from kommunpost.apps.register.actions.words import index_entry
from kommunpost.apps.register.files import MailFile, files_of_message
from kommunpost.apps.register.kinds import CaseState, Secrecy
from kommunpost.apps.register.models import (
    CaseFile,
    EntryFile,
    EntryRecord,
    Record,
    RegisterEntry,
    SecrecyMarking,
)
from kommunpost.apps.register.queries.scope import get_visible_record
from kommunpost.apps.register.rules.entries import EntryFacts, check_entry, check_public
from kommunpost.apps.register.rules.numbering import running_designation
from kommunpost.apps.register.rules.states import RegisterRefused, Step
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.swedish.working_days import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to be: the records that it holds, its facts, and what of the mail's files is left out of it.

    ``left_out``: (message id, place) as ``files_of_message`` numbers them. ``provisions``: a marking each (OSL 5:5).
    """

    record_ids: tuple[int, ...]
    facts: EntryFacts
    provisions: tuple[str, ...] = ()
    left_out: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case to open with the first entry. ``public_title`` may be empty: then everybody sees only its number."""

    title: str
    public_title: str = ""
    secrecy: str = Secrecy.NONE
    handler_id: int | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a ``NewEntry``."""

    entry_id: int
    designation: str
    case_id: int | None


def register(
    *,
    actor: Actor,
    committee_id: int,
    entries: Sequence[NewEntry],
    case_id: int | None = None,
    new_case: NewCase | None = None,
    now: datetime,
) -> list[Registered]:
    """Register ``entries`` in the committee's diary, all or none: a whole thread, each mail as an entry of its own.

    In the case ``case_id``, in a new one, or (neither given) each under a diary number of its own. A record must belong
    to the committee, or to none yet. Raises NotVisible, and ``RegisterRefused``: ``no_entries``, ``no_such_committee``,
    ``no_such_case``, ``case_closed``, ``wrong_committee``, those of ``check_entry`` and of ``take_step``.
    """
    if not entries:
        raise RegisterRefused("no_entries")
    for entry in entries:
        check_entry(entry.facts, provisions=entry.provisions, now=now)
    # Mails are read before the transaction: on SQLite nobody else could write meanwhile.
    files = _files(actor, entries)
    with transaction.atomic():
        committee = Committee.objects.filter(pk=committee_id).first()
        if committee is None:
            raise RegisterRefused("no_such_committee")
        taken = [(entry, _take_records(actor, entry, committee, now)) for entry in entries]
        case = _case(actor, committee, case_id, new_case, now)
        return [
            _write(actor, entry, records, files, case=case, committee=committee, now=now) for entry, records in taken
        ]


def _files(actor: Actor, entries: Sequence[NewEntry]) -> dict[int, list[MailFile]]:
    found: dict[int, list[MailFile]] = {}
    for record_id in (record_id for entry in entries for record_id in entry.record_ids):
        message = get_visible_record(actor, record_id).message
        found[message.pk] = files_of_message(message)
    return found


def _take_records(actor: Actor, entry: NewEntry, committee: Committee, now: datetime) -> list[Record]:
    records = [get_visible_record(actor, record_id) for record_id in entry.record_ids]
    for record in records:
        if record.committee_id not in (None, committee.pk):
            raise RegisterRefused("wrong_committee")
        take_step(
            record=record, step=Step.REGISTER, by=actor, now=now, secrecy=entry.facts.secrecy,
            committee_id=committee.pk, case_id=None,
        )  # fmt: skip
    return records


def _case(
    actor: Actor, committee: Committee, case_id: int | None, new_case: NewCase | None, now: datetime
) -> CaseFile | None:
    if new_case is not None:
        return open_case_row(actor=actor, committee=committee, new=new_case, now=now)
    if case_id is None:
        return None
    case = CaseFile.objects.filter(pk=case_id, committee=committee).first()
    if case is None:
        raise RegisterRefused("no_such_case")
    if case.state != CaseState.OPEN:
        raise RegisterRefused("case_closed")
    return case


def open_case_row(*, actor: Actor, committee: Committee, new: NewCase, now: datetime) -> CaseFile:
    """A new case under the committee's next number. Inside the caller's transaction."""
    if not new.title.strip():
        raise RegisterRefused("title_missing")
    check_public(new.public_title)
    number = take_number(committee=committee, now=now)
    case = CaseFile.objects.create(
        committee=committee, diary_number=number, designation=number.designation, title=new.title.strip(),
        public_title=new.public_title.strip(), secrecy=new.secrecy, handler_id=new.handler_id, opened_at=now,
    )  # fmt: skip
    audit(
        actor=actor.reference, verb=RegisterVerb.CASE_OPENED, subject=f"case:{case.pk}",
        details={"committee": committee.pk}, at=now,
    )  # fmt: skip
    return case


def _write(
    actor: Actor,
    new: NewEntry,
    records: Sequence[Record],
    files: dict[int, list[MailFile]],
    *,
    case: CaseFile | None,
    committee: Committee,
    now: datetime,
) -> Registered:
    entry = _entry_row(actor, new.facts, case=case, committee=committee, now=now)
    EntryRecord.objects.bulk_create(EntryRecord(entry=entry, record=record) for record in records)
    EntryFile.objects.bulk_create(
        EntryFile(
            entry=entry, message_id=record.message_id, place=file.place, name=file.name, media_type=file.media_type,
            size=file.size, digest=file.digest, is_left_out=(record.message_id, file.place) in new.left_out,
        )
        for record in records
        for file in files[record.message_id]
    )  # fmt: skip
    mark_rows(actor=actor, entry=entry, provisions=new.provisions, authority=committee.name, now=now)
    index_entry(entry)
    queue_handover(entry=entry, now=now)
    for record in records:
        for question, chosen in (("registration", "register"), ("secrecy", new.facts.secrecy)):
            remember(record=record, question=question, chosen=chosen, by=actor, now=now)
        note_step(record=record, step=Step.REGISTER, by=actor, now=now, details={"entry": entry.pk})
    return Registered(entry.pk, entry.designation, case.pk if case else None)


def _entry_row(
    actor: Actor, facts: EntryFacts, *, case: CaseFile | None, committee: Committee, now: datetime
) -> RegisterEntry:
    number = take_number(committee=committee, now=now) if case is None else None
    running = take_running(case=case) if case else None
    designation = number.designation if number else running_designation(case.designation, running or 0) if case else ""
    return RegisterEntry.objects.create(
        committee=committee, diary_number=number, case=case, running=running, designation=designation,
        direction=facts.direction, dated_at=facts.dated_at, dated_on=local_day(facts.dated_at),
        counterpart=facts.counterpart.strip(), title=facts.title.strip(), public_title=facts.public_title.strip(),
        public_counterpart=facts.public_counterpart.strip(), document_type=facts.document_type.strip(),
        handler_id=facts.handler_id, secrecy=facts.secrecy, registered_at=now, registered_by_id=actor.account_id,
    )  # fmt: skip


def mark_rows(*, actor: Actor, entry: RegisterEntry, provisions: Sequence[str], authority: str, now: datetime) -> None:
    """A marking for each provision that the entry does not bear yet."""
    borne = set(entry.markings.filter(removed_at__isnull=True).values_list("provision", flat=True))
    for provision in dict.fromkeys(provisions):
        if provision not in borne:
            SecrecyMarking.objects.create(
                entry=entry, provision=provision, marked_on=local_day(now), authority=authority,
                by_id=actor.account_id,
            )  # fmt: skip
