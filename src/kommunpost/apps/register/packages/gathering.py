"""A case of the tables as ``core.packages`` has it: whole, with notes, parties, corrections and the trail's events."""

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from kommunpost.apps.audit.models import Event as AuditEvent
from kommunpost.apps.directory import models as directory
from kommunpost.apps.register.kinds import CaseState, NoteState
from kommunpost.apps.register.models import CaseFile, EntryRecord, RegisterEntry, SecrecyMarking
from kommunpost.core.packages import Case, Entry, Event, File, Mail, Marking, Note, Party, Person, Revision

_AT_ONCE = 200


def gather_case(case_id: int) -> Case:
    """Everything but working material, which is no record (TF 2:12). Some ten queries, however many entries."""
    row = CaseFile.objects.select_related("committee", "diary_number", "handler").get(pk=case_id)
    return _case(row, _entries(RegisterEntry.objects.filter(case=row)))


def gather_entry(entry_id: int) -> Case:
    """The case of one entry with that entry alone; an entry outside any case is a case of its own."""
    [entry] = _entries(RegisterEntry.objects.filter(pk=entry_id))
    if entry.case is not None:
        return _case(entry.case, [entry])
    number = entry.diary_number
    return Case(
        designation=entry.designation, committee=entry.committee.code, year=number.year if number else 0,
        number=number.number if number else 0, title=entry.title, public_title=entry.public_title,
        secrecy=entry.secrecy, state=CaseState.OPEN, opened_at=entry.registered_at, closed_at=None,
        handler=_person(entry.handler), version=1, latest_running=0, parties=(), notes=(), entries=(_entry(entry),),
    )  # fmt: skip


def _case(row: CaseFile, entries: Sequence[RegisterEntry]) -> Case:
    return Case(
        designation=row.designation, committee=row.committee.code, year=row.diary_number.year,
        number=row.diary_number.number, title=row.title, public_title=row.public_title, secrecy=row.secrecy,
        state=row.state, opened_at=row.opened_at, closed_at=row.closed_at, handler=_person(row.handler),
        version=row.version, latest_running=row.latest_running,
        parties=tuple(
            Party(one.name, one.role, one.added_at, one.removed_at) for one in row.parties.order_by("pk")
        ),
        notes=_notes(row), entries=tuple(_entry(one) for one in entries),
    )  # fmt: skip


def gather_events(case_id: int) -> Iterator[Event]:
    """What the audit trail has of the case, its entries and their mail, in its order."""
    case = CaseFile.objects.get(pk=case_id)
    about = {f"case:{case.pk}": case.designation}
    for entry in RegisterEntry.objects.filter(case=case).only("pk", "designation"):
        about[f"entry:{entry.pk}"] = entry.designation
    for link in EntryRecord.objects.filter(entry__case=case).select_related("entry"):
        about[f"record:{link.record_id}"] = link.entry.designation
    names = _account_names()
    found = AuditEvent.objects.filter(chain="main", subject__in=list(about)).order_by("number")
    for one in found.iterator(_AT_ONCE):
        yield Event(one.number, one.verb, one.at, names.get(one.actor, one.actor), about[one.subject])


def _account_names() -> Mapping[str, str]:
    return {f"account:{pk}": name for pk, name in directory.Account.objects.values_list("pk", "person__name")}


def _entries(entries: QuerySet[RegisterEntry]) -> list[RegisterEntry]:
    joined = entries.order_by("running", "pk").select_related(
        "committee", "case__committee", "case__diary_number", "case__handler", "diary_number", "handler",
        "registered_by__person",
    )  # fmt: skip
    return list(
        joined.prefetch_related(
            "markings", "files__message", "mails__record__message", "mails__record__mailbox",
            "revisions__by__person",
        )
    )  # fmt: skip


def _entry(row: RegisterEntry) -> Entry:
    by, number = row.registered_by, row.diary_number
    return Entry(
        designation=row.designation, running=row.running, year=number.year if number else None,
        number=number.number if number else None, direction=row.direction, dated_at=row.dated_at,
        counterpart=row.counterpart, title=row.title, public_title=row.public_title,
        public_counterpart=row.public_counterpart, document_type=row.document_type, handler=_person(row.handler),
        secrecy=row.secrecy, markings=tuple(_marking(one) for one in sorted(row.markings.all(), key=lambda m: m.pk)),
        registered_at=row.registered_at, registered_by=_person_of(by), voided_at=row.voided_at, version=row.version,
        mails=_mails(row), files=_files(row), revisions=_revisions(row),
    )  # fmt: skip


def _marking(row: SecrecyMarking) -> Marking:
    return Marking(row.provision, row.marked_on, row.authority, row.removed_at)


def _mails(row: RegisterEntry) -> tuple[Mail, ...]:
    # A voided entry has let go of its mails: they may stand in another one, where they count.
    links = sorted((one for one in row.mails.all() if one.let_go_at is None), key=lambda one: one.pk)
    records = [one.record for one in links]
    return tuple(
        Mail(one.message.blob_id, one.direction, one.at, one.mailbox.address if one.mailbox else "") for one in records
    )


def _files(row: RegisterEntry) -> tuple[File, ...]:
    standing = {one.record.message_id for one in row.mails.all() if one.let_go_at is None}
    rows = sorted((one for one in row.files.all() if one.message_id in standing), key=lambda one: one.pk)
    return tuple(
        File(one.message.blob_id, one.place, one.name, one.media_type, one.size, one.digest, one.is_left_out)
        for one in rows
    )


def _revisions(row: RegisterEntry) -> tuple[Revision, ...]:
    rows = sorted(row.revisions.all(), key=lambda one: one.version)
    return tuple(Revision(one.version, one.before, one.reason, one.at, _person_of(one.by)) for one in rows)


def _notes(row: CaseFile) -> tuple[Note, ...]:
    rows = row.notes.exclude(state=NoteState.KEPT).select_related("written_by__person").order_by("written_at", "pk")
    return tuple(
        Note(one.kind, one.text, one.written_at, Person(one.written_by.person.name, one.written_by.address),
             one.state, one.settled_at)
        for one in rows
    )  # fmt: skip


def _person(person: directory.Person | None) -> Person | None:
    if person is None:
        return None
    return Person(person.name, person.address)


def _person_of(account: directory.Account | None) -> Person | None:
    return Person(account.person.name, account.address) if account else None
