"""Add and change entries one at a time, as the screens do: who may, then the write, then its audit event."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kommunpost.apps.directory.actions.entry import (
    EntryRefused,
    check_editor,
    check_unchanged,
    checked_address,
    find,
    free_address,
    write,
)
from kommunpost.apps.directory.models import AddressGroup, Committee, Mailbox, MailboxKind, Person, Unit
from kommunpost.apps.directory.rules import Actor


@dataclass(frozen=True, slots=True)
class PersonFacts:
    name: str
    title: str = ""
    phone: str = ""
    unit_id: int | None = None
    committee_id: int | None = None


@dataclass(frozen=True, slots=True)
class UnitFacts:
    name: str
    committee_id: int
    phone: str = ""
    phone_hours: str = ""
    handles: str = ""
    secrecy_by_default: bool = False
    manager_id: int | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    name: str
    kind: MailboxKind
    unit_id: int | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    name: str


@dataclass(frozen=True, slots=True)
class GroupFacts:
    name: str


def add_committee(*, by: Actor | str, code: str, facts: CommitteeFacts, now: datetime) -> int:
    """The id of the new committee. Raises ``NotAllowed``, ``EntryRefused("code_taken")``."""
    with transaction.atomic():
        check_editor(by)
        if Committee.objects.filter(code=code).exists():
            raise EntryRefused("code_taken")
        return write(Committee(code=code), facts, by=by, now=now)


def change_committee(
    *, by: Actor | str, committee_id: int, facts: CommitteeFacts, now: datetime, seen: str | None = None
) -> None:
    """``seen``: the stamp of what the form showed. Raises ``NotAllowed``, ``EntryRefused`` (``changed_meanwhile``)."""
    with transaction.atomic():
        check_editor(by)
        committee = find(Committee, committee_id)
        check_unchanged(committee, seen)
        write(committee, facts, by=by, now=now)


def add_unit(*, by: Actor | str, slug: str, facts: UnitFacts, now: datetime) -> int:
    """The id of the new unit. Raises ``NotAllowed``, ``EntryRefused`` (``slug_taken``, and as ``change_unit``)."""
    with transaction.atomic():
        check_editor(by)
        if Unit.objects.filter(slug=slug).exists():
            raise EntryRefused("slug_taken")
        unit = Unit(slug=slug)
        _check_place(unit, facts)
        return write(unit, facts, by=by, now=now)


def change_unit(*, by: Actor | str, unit_id: int, facts: UnitFacts, now: datetime, seen: str | None = None) -> None:
    """``seen``: the stamp of what the form showed.

    Raises ``NotAllowed``, ``EntryRefused`` (``changed_meanwhile``, ``parent_cycle``, ``parent_other_committee``,
    ``parent_inactive``, ``committee_inactive``, ``parts_elsewhere``, ``no_such_…``).
    """
    with transaction.atomic():
        check_editor(by)
        unit = find(Unit, unit_id)
        check_unchanged(unit, seen)
        _check_place(unit, facts)
        write(unit, facts, by=by, now=now)


def add_person(*, by: Actor | str, address: str, facts: PersonFacts, now: datetime) -> int:
    """The id of the new person. Raises ``NotAllowed``, ``EntryRefused`` (``address_malformed``, ``address_taken``)."""
    with transaction.atomic():
        check_editor(by)
        wanted = checked_address(address)
        if Person.objects.filter(address=wanted).exists():
            raise EntryRefused("person_address_taken")
        return write(Person(address=wanted), facts, by=by, now=now)


def change_person(
    *, by: Actor | str, person_id: int, facts: PersonFacts, now: datetime, seen: str | None = None
) -> None:
    """``seen``: the stamp of what the form showed. Raises ``NotAllowed``, ``EntryRefused`` (``changed_meanwhile``)."""
    with transaction.atomic():
        check_editor(by)
        person = find(Person, person_id)
        check_unchanged(person, seen)
        write(person, facts, by=by, now=now)


def add_mailbox(*, by: Actor | str, address: str, facts: MailboxFacts, now: datetime) -> int:
    """The id of the new mailbox.

    Raises ``NotAllowed``, ``EntryRefused`` (``address_malformed``, ``address_taken``, ``domain_unknown``,
    ``owner_inactive``).
    """
    with transaction.atomic():
        check_editor(by)
        _check_owner(facts.owner_id)
        return write(Mailbox(address=free_address(address)), facts, by=by, now=now)


def change_mailbox(
    *, by: Actor | str, mailbox_id: int, facts: MailboxFacts, now: datetime, seen: str | None = None
) -> None:
    """``seen``: the stamp of what the form showed; another owner is a change like others.

    Raises ``NotAllowed``, ``EntryRefused`` (``changed_meanwhile``, ``owner_inactive``).
    """
    with transaction.atomic():
        check_editor(by)
        mailbox = find(Mailbox, mailbox_id)
        check_unchanged(mailbox, seen)
        if facts.owner_id != mailbox.owner_id:
            _check_owner(facts.owner_id)
        write(mailbox, facts, by=by, now=now)


def add_group(*, by: Actor | str, address: str, facts: GroupFacts, now: datetime) -> int:
    """The id of the new address group. Raises ``NotAllowed``, ``EntryRefused`` (as ``add_mailbox``)."""
    with transaction.atomic():
        check_editor(by)
        return write(AddressGroup(address=free_address(address)), facts, by=by, now=now)


def change_group(*, by: Actor | str, group_id: int, facts: GroupFacts, now: datetime, seen: str | None = None) -> None:
    """``seen``: the stamp of what the form showed. Raises ``NotAllowed``, ``EntryRefused`` (``changed_meanwhile``)."""
    with transaction.atomic():
        check_editor(by)
        group = find(AddressGroup, group_id)
        check_unchanged(group, seen)
        write(group, facts, by=by, now=now)


def _check_owner(person_id: int | None) -> None:
    if person_id is not None and not find(Person, person_id).is_active:
        raise EntryRefused("owner_inactive")


def _check_place(unit: Unit, facts: UnitFacts) -> None:
    """A unit hangs in one committee's tree, without circles: between two committees a hand-over is dispatch."""
    committee = find(Committee, facts.committee_id)
    if not committee.is_active and committee.pk != unit.committee_id:
        raise EntryRefused("committee_inactive")
    if facts.parent_id is not None:
        _check_parent(unit, find(Unit, facts.parent_id), facts.committee_id)
    if unit.pk is not None and unit.committee_id != facts.committee_id and unit.parts.exists():
        raise EntryRefused("parts_elsewhere", number=unit.parts.count())


def _check_parent(unit: Unit, parent: Unit, committee_id: int) -> None:
    if any(above.pk == unit.pk for above in _upwards(parent)):
        raise EntryRefused("parent_cycle", name=parent.name)
    if parent.committee_id != committee_id:
        raise EntryRefused("parent_other_committee", name=parent.name)
    if not parent.is_active and parent.pk != unit.parent_id:
        raise EntryRefused("parent_inactive", name=parent.name)


def _upwards(unit: Unit) -> Iterator[Unit]:
    """The unit itself and those above it; ends even where a circle has come in by another way."""
    seen: set[int] = set()
    above: Unit | None = unit
    while above is not None and above.pk not in seen:
        seen.add(above.pk)
        yield above
        above = above.parent
