"""A package of ours back into the register: the same cases, entries and numbers, each mail byte for byte.

The whole package is held against its digests before anything is written; then each case is one transaction. A case that
is here already is left as it is, so that a broken import is simply done again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.directory import models as directory
from kommunpost.apps.directory.models import Account, Committee
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.actions import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.events import DeliveryListener
from kommunpost.apps.mailflow.models import Direction, Route
from kommunpost.apps.register.actions.numbers import take_given_number
from kommunpost.apps.register.actions.words import index_entry
from kommunpost.apps.register.kinds import RecordState
from kommunpost.apps.register.models import (
    CaseFile,
    CaseNote,
    CaseParty,
    EntryFile,
    EntryRecord,
    EntryRevision,
    Record,
    RegisterEntry,
    SecrecyMarking,
)
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.packages import Case, Entry, PackageRefused, Person, SipReader, open_package
from kommunpost.core.packages.facts_reading import ReadCase
from kommunpost.core.swedish.working_days import local_day


@dataclass(slots=True)
class Unpacked:
    """What an import did. ``absent``: mails whose bytes were gone already when the package was made."""

    cases: int = 0
    entries: int = 0
    mails: int = 0
    already_there: int = 0
    absent: int = 0


def import_package(*, actor: Actor, path: Path, listeners: Sequence[DeliveryListener], now: datetime) -> Unpacked:
    """Bring the cases of the package at ``path`` into the register.

    Raises NotAllowed, and ``RegisterRefused``: ``package_unreadable``, ``package_damaged``, ``package_strange``,
    ``package_incomplete``, ``no_such_committee``, ``designation_taken``, ``mail_registered``, ``note_writer_missing``.
    """
    check_may(actor, Permission.REGISTER_SET_UP)
    check_may(actor, Permission.REGISTER_PACKAGE)
    done = Unpacked()
    try:
        with open_package(path) as package:
            package.check()
            for found in package.cases():
                _take_case(package, found, done, actor=actor, listeners=listeners, now=now)
    except PackageRefused as refusal:
        raise RegisterRefused(f"package_{refusal.code}") from refusal
    return done


def _take_case(
    package: SipReader, found: ReadCase, done: Unpacked, *, actor: Actor, listeners: Sequence[DeliveryListener],
    now: datetime,
) -> None:  # fmt: skip
    case = found.case
    if CaseFile.objects.filter(designation=case.designation).exists():
        done.already_there += 1
        return
    committee = Committee.objects.filter(code=case.committee).first()
    if committee is None:
        raise RegisterRefused("no_such_committee")
    messages = _take_mails(package, found, done, listeners, now)
    try:
        with transaction.atomic():
            row = _case_row(case, committee, now)
            _entries(row, case, messages, now)
            audit(
                actor=actor.reference, verb=RegisterVerb.PACKAGE_IMPORTED, subject=f"case:{row.pk}",
                details={"committee": committee.pk, "entries": len(case.entries)}, at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise RegisterRefused("mail_registered") from error
    done.cases += 1
    done.entries += len(case.entries)


def _take_mails(
    package: SipReader, found: ReadCase, done: Unpacked, listeners: Sequence[DeliveryListener], now: datetime
) -> dict[str, int]:
    """Message ids by the digest of their bytes. One mail at a time: a case may be larger than the memory."""
    messages: dict[str, int] = {}
    for mail in (mail for entry in found.case.entries for mail in entry.mails):
        path = found.paths.get((mail.digest, 0))
        if path is None:
            done.absent += 1
            continue
        arrived = Arrived(
            raw=package.content(path), route=Route.IMPORT, at=mail.at, mailbox=mail.mailbox,
            direction=Direction(mail.direction),
        )  # fmt: skip
        (receipt,) = receive_group(arrivals=[arrived], listeners=listeners, now=now)
        messages[mail.digest] = receipt.message_id
        done.mails += 1
    return messages


def _case_row(case: Case, committee: Committee, now: datetime) -> CaseFile:
    number = take_given_number(
        committee=committee, year=case.year, number=case.number, designation=case.designation, now=now
    )
    row = CaseFile.objects.create(
        committee=committee, diary_number=number, designation=case.designation, title=case.title,
        public_title=case.public_title, secrecy=case.secrecy, handler_id=_person_id(case.handler), state=case.state,
        opened_at=case.opened_at, closed_at=case.closed_at, latest_running=case.latest_running, version=case.version,
    )  # fmt: skip
    CaseParty.objects.bulk_create(
        CaseParty(case=row, name=one.name, role=one.role, added_at=one.added_at, removed_at=one.removed_at)
        for one in case.parties
    )
    for one in case.notes:
        writer = _account_id(one.written_by)
        if writer is None:
            raise RegisterRefused("note_writer_missing")
        CaseNote.objects.create(
            case=row, kind=one.kind, text=one.text, written_at=one.written_at, written_by_id=writer, state=one.state,
            settled_at=one.settled_at,
        )  # fmt: skip
    return row


def _entries(case: CaseFile, told: Case, messages: Mapping[str, int], now: datetime) -> None:
    for one in told.entries:
        number = None
        if one.year is not None and one.number is not None:
            number = take_given_number(
                committee=case.committee, year=one.year, number=one.number, designation=one.designation, now=now
            )
        entry = RegisterEntry.objects.create(
            committee_id=case.committee_id, designation=one.designation, case=case, running=one.running,
            diary_number=number, direction=one.direction, dated_at=one.dated_at,
            dated_on=local_day(one.dated_at), counterpart=one.counterpart, title=one.title,
            public_title=one.public_title, public_counterpart=one.public_counterpart,
            document_type=one.document_type, handler_id=_person_id(one.handler), secrecy=one.secrecy,
            registered_at=one.registered_at, registered_by_id=_account_id(one.registered_by),
            voided_at=one.voided_at, version=one.version,
        )  # fmt: skip
        _mails(entry, one, messages)
        _history(entry, one)
        index_entry(entry)


def _mails(entry: RegisterEntry, told: Entry, messages: Mapping[str, int]) -> None:
    for mail in told.mails:
        if mail.digest in messages:
            record = _record(entry, messages[mail.digest], told, direction=mail.direction, at=mail.at)
            EntryRecord.objects.create(entry=entry, record=record)
    EntryFile.objects.bulk_create(
        EntryFile(
            entry=entry, message_id=messages[file.mail], place=file.place, name=file.name, size=file.size,
            media_type=file.media_type, digest=file.digest, is_left_out=file.is_left_out,
        )
        for file in told.files
        if file.mail in messages
    )  # fmt: skip


def _record(entry: RegisterEntry, message_id: int, told: Entry, *, direction: str, at: datetime) -> Record:
    decided = {
        "committee_id": entry.committee_id, "state": RecordState.REGISTERED, "secrecy": told.secrecy,
        "decided_at": told.registered_at, "decided_by_id": entry.registered_by_id, "ground": "", "exemption": "",
        "collection_id": None, "case_id": None,
    }  # fmt: skip
    of_message = Record.objects.filter(message_id=message_id)
    record = of_message.filter(committee_id=entry.committee_id).first() or of_message.filter(committee=None).first()
    if record is None:
        return Record.objects.create(message_id=message_id, direction=direction, at=at, due_on=local_day(at), **decided)
    Record.objects.filter(pk=record.pk).update(**decided)
    return record


def _history(entry: RegisterEntry, told: Entry) -> None:
    SecrecyMarking.objects.bulk_create(
        SecrecyMarking(
            entry=entry, provision=one.provision, marked_on=one.marked_on, authority=one.authority,
            removed_at=one.removed_at,
        )
        for one in told.markings
    )  # fmt: skip
    EntryRevision.objects.bulk_create(
        EntryRevision(
            entry=entry, version=one.version, before=dict(one.before), reason=one.reason, at=one.at,
            by_id=_account_id(one.by),
        )
        for one in told.revisions
    )  # fmt: skip


def _account_id(person: Person | None) -> int | None:
    if person is None:
        return None
    return Account.objects.filter(address=person.address).values_list("pk", flat=True).first()


def _person_id(person: Person | None) -> int | None:
    if person is None:
        return None
    return directory.Person.objects.filter(address=person.address).values_list("pk", flat=True).first()
