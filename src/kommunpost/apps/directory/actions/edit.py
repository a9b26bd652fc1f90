"""Edit one entry at a time, as the screens do: who may, then the write, then its audit event, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import models, transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.addresses import is_address, normalise
from kommunpost.apps.directory.models import (
    Account,
    AddressGroup,
    Committee,
    Mailbox,
    MailboxAlias,
    MailboxKind,
    Membership,
    Person,
    Unit,
)
from kommunpost.apps.directory.rules import Actor, Permission, check_may, reference_of
from kommunpost.apps.directory.verbs import DirectoryVerb, add_verb, change_verb, subject_of

_M = TypeVar("_M", bound=models.Model)


class EntryRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """The entry cannot be as asked. ``code`` (``address_taken``, ``no_such_person`` …) becomes Swedish on screen."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    name: str
    kind: MailboxKind
    unit_id: int | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    name: str


def add_committee(*, by: Actor | str, code: str, facts: CommitteeFacts, now: datetime) -> int:
    """The id of the new committee. Raises ``NotAllowed``, ``EntryRefused("code_taken")``."""
    with transaction.atomic():
        check_editor(by)
        if Committee.objects.filter(code=code).exists():
            raise EntryRefused("code_taken")
        return _write(Committee(code=code), facts, by=by, now=now)


def change_committee(*, by: Actor | str, committee_id: int, facts: CommitteeFacts, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        _write(find(Committee, committee_id), facts, by=by, now=now)


def add_unit(*, by: Actor | str, slug: str, facts: UnitFacts, now: datetime) -> int:
    """The id of the new unit. Raises ``NotAllowed``, ``EntryRefused("slug_taken")``."""
    with transaction.atomic():
        check_editor(by)
        if Unit.objects.filter(slug=slug).exists():
            raise EntryRefused("slug_taken")
        return _write(Unit(slug=slug), facts, by=by, now=now)


def change_unit(*, by: Actor | str, unit_id: int, facts: UnitFacts, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        _write(find(Unit, unit_id), facts, by=by, now=now)


def add_person(*, by: Actor | str, address: str, facts: PersonFacts, now: datetime) -> int:
    """The id of the new person. Raises ``NotAllowed``, ``EntryRefused`` (``address_malformed``, ``address_taken``)."""
    with transaction.atomic():
        check_editor(by)
        wanted = _address(address)
        if Person.objects.filter(address=wanted).exists():
            raise EntryRefused("address_taken")
        return _write(Person(address=wanted), facts, by=by, now=now)


def change_person(*, by: Actor | str, person_id: int, facts: PersonFacts, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        _write(find(Person, person_id), facts, by=by, now=now)


def deactivate_person(*, by: Actor | str, person_id: int, now: datetime) -> None:
    """The person and their account are closed; what they did stays. Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        person = find(Person, person_id)
        Account.objects.filter(person=person).update(is_active=False)
        _switch_off(person, by=by, now=now)


def add_mailbox(*, by: Actor | str, address: str, facts: MailboxFacts, now: datetime) -> int:
    """The id of the new mailbox. Raises ``NotAllowed``, ``EntryRefused`` (``address_malformed``, ``address_taken``)."""
    with transaction.atomic():
        check_editor(by)
        return _write(Mailbox(address=_free_address(address)), facts, by=by, now=now)


def change_mailbox(*, by: Actor | str, mailbox_id: int, facts: MailboxFacts, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        _write(find(Mailbox, mailbox_id), facts, by=by, now=now)


def deactivate_mailbox(*, by: Actor | str, mailbox_id: int, now: datetime) -> None:
    """Mail to it goes to the holding pen; its mail and log rows stay. Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        _switch_off(find(Mailbox, mailbox_id), by=by, now=now)


def add_alias(*, by: Actor | str, mailbox_id: int, address: str, now: datetime) -> int:
    """The id of the new alias. Raises ``NotAllowed``, ``EntryRefused`` (``address_malformed``, ``address_taken``)."""
    with transaction.atomic():
        check_editor(by)
        mailbox = find(Mailbox, mailbox_id)
        alias = MailboxAlias.objects.create(mailbox=mailbox, address=_free_address(address))
        tell(DirectoryVerb.ALIAS_ADDED, mailbox, {"alias": alias.pk}, by=by, now=now)
        return alias.pk


def remove_alias(*, by: Actor | str, alias_id: int, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused("no_such_mailboxalias")``."""
    with transaction.atomic():
        check_editor(by)
        alias = find(MailboxAlias, alias_id)
        tell(DirectoryVerb.ALIAS_REMOVED, alias.mailbox, {"alias": alias_id}, by=by, now=now)
        alias.delete()


def add_member(*, by: Actor | str, mailbox_id: int, person_id: int, now: datetime) -> None:
    """Adding twice changes nothing. Raises ``NotAllowed``, ``EntryRefused`` (``no_such_person`` …)."""
    with transaction.atomic():
        check_editor(by)
        mailbox, person = find(Mailbox, mailbox_id), find(Person, person_id)
        _made, is_new = Membership.objects.get_or_create(mailbox=mailbox, person=person)
        if is_new:
            tell(DirectoryVerb.MEMBER_ADDED, mailbox, {"person": person_id}, by=by, now=now)


def remove_member(*, by: Actor | str, mailbox_id: int, person_id: int, now: datetime) -> None:
    """Removing twice changes nothing. Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        mailbox = find(Mailbox, mailbox_id)
        removed, _by_table = Membership.objects.filter(mailbox=mailbox, person_id=person_id).delete()
        if removed:
            tell(DirectoryVerb.MEMBER_REMOVED, mailbox, {"person": person_id}, by=by, now=now)


def check_editor(by: Actor | str, permission: Permission = Permission.DIRECTORY_EDIT) -> None:
    """Raise ``NotAllowed`` unless ``by`` may; the system itself (a command at the server's own prompt) may."""
    if isinstance(by, Actor):
        check_may(by, permission)


def find(model: type[_M], row_id: int) -> _M:
    """The row. Raises ``EntryRefused("no_such_…")``."""
    row = model._default_manager.filter(pk=row_id).first()  # noqa: SLF001 - documented API of Django
    if row is None:
        raise EntryRefused(f"no_such_{model.__name__.lower()}")
    return row


def tell(verb: str, row: models.Model, details: Mapping[str, JSON], *, by: Actor | str, now: datetime) -> None:
    """The audit event of a write."""
    record(actor=reference_of(by), verb=verb, subject=subject_of(row), details=details, at=now)


def _write(row: models.Model, facts: object, *, by: Actor | str, now: datetime) -> int:
    wanted = {name: getattr(facts, name) for name in type(facts).__dataclass_fields__}  # type: ignore[attr-defined]
    is_new = row.pk is None
    differing = [name for name, value in wanted.items() if getattr(row, name) != value]
    if differing or is_new:
        for name in differing:
            setattr(row, name, wanted[name])
        row.save()
        tell(add_verb(row) if is_new else change_verb(row), row, {"fields": differing}, by=by, now=now)
    return int(row.pk)


def _switch_off(row: Person | Mailbox, *, by: Actor | str, now: datetime) -> None:
    if row.is_active:
        row.is_active = False
        row.save(update_fields=["is_active"])
        tell(change_verb(row), row, {"fields": ["is_active"]}, by=by, now=now)


def _address(address: str) -> str:
    wanted = normalise(address)
    if not is_address(wanted):
        raise EntryRefused("address_malformed")
    return wanted


def _free_address(address: str) -> str:
    wanted = _address(address)
    taken: tuple[models.QuerySet[models.Model], ...] = (
        Mailbox.objects.filter(address=wanted),
        MailboxAlias.objects.filter(address=wanted),
        AddressGroup.objects.filter(address=wanted),
    )
    if any(rows.exists() for rows in taken):
        raise EntryRefused("address_taken")
    return wanted
