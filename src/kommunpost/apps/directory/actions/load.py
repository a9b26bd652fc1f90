"""Load the directory file: idempotent, one transaction, an audit event for everything that it adds or changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory import file_format
from kommunpost.apps.directory.file_format import DirectoryFile, MailboxEntry, PersonEntry, UnitEntry
from kommunpost.apps.directory.models import (
    Account,
    AddressGroup,
    Committee,
    Mailbox,
    MailboxAlias,
    Membership,
    Person,
    RoleAssignment,
    Unit,
)
from kommunpost.apps.directory.rules import Actor, NotAllowed, Permission, check_may, reference_of
from kommunpost.apps.directory.verbs import DirectoryVerb, add_verb, change_verb, kind_of, subject_of

_M = TypeVar("_M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """How many entries were added, changed, and deactivated: kind (``person`` …) -> number."""

    added: Mapping[str, int]
    changed: Mapping[str, int]
    deactivated: Mapping[str, int]

    def as_details(self) -> dict[str, JSON]:
        """The three tables, as the audit trail keeps them."""
        return {"added": self.added, "changed": self.changed, "deactivated": self.deactivated}


@dataclass(slots=True)
class _Load:
    by: str
    now: datetime
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    deactivated: Counter[str] = field(default_factory=Counter)

    def tell(self, verb: str, row: models.Model, details: Mapping[str, JSON] | None = None) -> None:
        record(actor=self.by, verb=verb, subject=subject_of(row), details=details, at=self.now)


def load_directory(
    *, data: Mapping[str, Any], by: Actor | str, now: datetime, deactivate_missing: bool = False
) -> LoadSummary:
    """Make the directory as ``data`` (a parsed directory file) says. Loading the same file again changes nothing.

    People and mailboxes that the file leaves out stay, unless ``deactivate_missing``. No password is touched; a new
    account has none. Raises ``DirectoryFileRefused`` with every fault, ``NotAllowed`` (``own_role``, ``may_not:…``);
    then nothing is written.
    """
    if isinstance(by, Actor):
        check_may(by, Permission.DIRECTORY_EDIT)
    directory = file_format.read(data)
    load = _Load(by=reference_of(by), now=now)
    with transaction.atomic():
        _refuse_taken_addresses(directory)
        _load_units(load, directory)
        _load_people(load, directory.people)
        _set_managers(load, directory.units)
        _load_mailboxes(load, directory.mailboxes)
        _load_groups(load, directory)
        if deactivate_missing:
            _deactivate_missing(load, directory)
        summary = LoadSummary(added=+load.added, changed=+load.changed, deactivated=+load.deactivated)
        if any(summary.as_details().values()):
            record(actor=load.by, verb=DirectoryVerb.FILE_LOADED, details=summary.as_details(), at=now)
    return summary


def _refuse_taken_addresses(directory: DirectoryFile) -> None:
    named = [box.address for box in directory.mailboxes]
    groups = [group.address for group in directory.groups]
    taken = {
        *Mailbox.objects.exclude(address__in=named).values_list("address", flat=True),
        *MailboxAlias.objects.exclude(mailbox__address__in=named).values_list("address", flat=True),
        *AddressGroup.objects.exclude(address__in=groups).values_list("address", flat=True),
    }
    says = "already leads to an entry that the file leaves out. Put that entry in the file, or choose another address."
    wanted = [*named, *(alias for box in directory.mailboxes for alias in box.aliases), *groups]
    problems = [file_format.Problem(address, says) for address in wanted if address in taken]
    if problems:
        raise file_format.DirectoryFileRefused(problems)


def _load_units(load: _Load, directory: DirectoryFile) -> None:
    committees = _by_key(Committee, "code")
    for committee in directory.committees:
        _put(
            load,
            committees,
            committee.code,
            Committee(code=committee.code),
            {"name": committee.name, "is_active": committee.active},
        )
    units = _by_key(Unit, "slug")
    for unit in directory.units:
        values = {
            "name": unit.name,
            "committee_id": committees[unit.committee].pk,
            "phone": unit.phone,
            "phone_hours": unit.phone_hours,
            "handles": unit.handles,
            "secrecy_by_default": unit.secrecy_by_default,
            "is_active": unit.active,
        }
        _put(load, units, unit.slug, Unit(slug=unit.slug), values)
    for unit in directory.units:
        parent_id = units[unit.parent].pk if unit.parent else None
        _put(load, units, unit.slug, units[unit.slug], {"parent_id": parent_id})


def _load_people(load: _Load, entries: Iterable[PersonEntry]) -> None:
    units, committees, people = _by_key(Unit, "slug"), _by_key(Committee, "code"), _by_key(Person, "address")
    accounts = {account.person_id: account for account in Account.objects.prefetch_related("roles")}
    for entry in entries:
        values = {
            "name": entry.name,
            "title": entry.title,
            "phone": entry.phone,
            "unit_id": units[entry.unit].pk if entry.unit else None,
            "committee_id": committees[entry.committee].pk if entry.committee else None,
            "is_active": entry.active,
        }
        person = _put(load, people, entry.address, Person(address=entry.address), values)
        account = _load_account(load, accounts.get(person.pk), person, entry)
        if account is not None:
            _set_roles(load, account, entry.roles, units)


def _load_account(load: _Load, account: Account | None, person: Person, entry: PersonEntry) -> Account | None:
    wanted = entry.sign_in and entry.active
    if account is None:
        if not wanted:
            return None
        account = Account(address=person.address, person=person, created_at=load.now, is_active=False)
        account.set_unusable_password()
    epoch = account.session_epoch + (account.is_active and not wanted)
    return _put(load, {}, "", account, {"is_active": wanted, "session_epoch": epoch})


def _set_roles(load: _Load, account: Account, words: Iterable[str], units: Mapping[str, Unit]) -> None:
    wanted = {(role, units[unit].pk if unit else None) for role, unit in map(file_format.split_role, words)}
    held = {(one.role, one.unit_id): one for one in account.roles.all()}
    if wanted != set(held) and load.by == f"account:{account.pk}":
        raise NotAllowed("own_role")
    for role, unit_id in (pair for pair in held if pair not in wanted):
        held[role, unit_id].delete()
        load.tell(DirectoryVerb.ROLE_REVOKED, account, {"role": role, "unit": unit_id})
    for role, unit_id in _in_order(words, units):
        if (role, unit_id) not in held:
            RoleAssignment.objects.create(account=account, role=role, unit_id=unit_id)
            load.tell(DirectoryVerb.ROLE_GRANTED, account, {"role": role, "unit": unit_id})
    load.changed["role"] += len(wanted ^ set(held))


def _in_order(words: Iterable[str], units: Mapping[str, Unit]) -> list[tuple[str, int | None]]:
    return [(role, units[unit].pk if unit else None) for role, unit in map(file_format.split_role, words)]


def _set_managers(load: _Load, entries: Iterable[UnitEntry]) -> None:
    units, people = _by_key(Unit, "slug"), _by_key(Person, "address")
    for entry in entries:
        manager_id = people[entry.manager].pk if entry.manager else None
        _put(load, units, entry.slug, units[entry.slug], {"manager_id": manager_id})


def _load_mailboxes(load: _Load, entries: tuple[MailboxEntry, ...]) -> None:
    units, people = _by_key(Unit, "slug"), _by_key(Person, "address")
    mailboxes = _by_key(Mailbox, "address")
    _free_aliases(load, entries)
    aliases, members = _grouped(MailboxAlias, "address"), _grouped(Membership, "person_id")
    for entry in entries:
        values = {
            "name": entry.name,
            "kind": entry.kind,
            "unit_id": units[entry.unit].pk if entry.unit else None,
            "owner_id": people[entry.owner].pk if entry.owner else None,
            "is_active": entry.active,
        }
        mailbox = _put(load, mailboxes, entry.address, Mailbox(address=entry.address), values)
        _set_aliases(load, mailbox, entry.aliases, aliases.get(mailbox.pk, set()))
        _set_members(load, mailbox, [people[one].pk for one in entry.members], members.get(mailbox.pk, set()))


def _free_aliases(load: _Load, entries: Iterable[MailboxEntry]) -> None:
    # First, so that an alias can move from one mailbox to another, or become a mailbox of its own.
    wanted = {alias: entry.address for entry in entries for alias in entry.aliases}
    named = {entry.address for entry in entries}
    for alias in MailboxAlias.objects.select_related("mailbox"):
        if alias.mailbox.address in named and wanted.get(alias.address) != alias.mailbox.address:
            mailbox, alias_id = alias.mailbox, alias.pk
            alias.delete()
            load.changed["alias"] += 1
            load.tell(DirectoryVerb.ALIAS_REMOVED, mailbox, {"alias": alias_id})


def _set_aliases(load: _Load, mailbox: Mailbox, wanted: Iterable[str], held: set[Any]) -> None:
    for address in wanted:
        if address not in held:
            alias = MailboxAlias.objects.create(mailbox=mailbox, address=address)
            load.changed["alias"] += 1
            load.tell(DirectoryVerb.ALIAS_ADDED, mailbox, {"alias": alias.pk})


def _set_members(load: _Load, mailbox: Mailbox, wanted: list[int], held: set[Any]) -> None:
    for person_id in held - set(wanted):
        Membership.objects.filter(mailbox=mailbox, person_id=person_id).delete()
        load.tell(DirectoryVerb.MEMBER_REMOVED, mailbox, {"person": person_id})
    for person_id in dict.fromkeys(wanted):
        if person_id not in held:
            Membership.objects.create(mailbox=mailbox, person_id=person_id)
            load.tell(DirectoryVerb.MEMBER_ADDED, mailbox, {"person": person_id})
    load.changed["member"] += len(held ^ set(wanted))


def _load_groups(load: _Load, directory: DirectoryFile) -> None:
    people, groups = _by_key(Person, "address"), _by_key(AddressGroup, "address")
    for entry in directory.groups:
        group = _put(
            load,
            groups,
            entry.address,
            AddressGroup(address=entry.address),
            {"name": entry.name, "is_active": entry.active},
        )
        wanted = {people[one].pk for one in entry.members}
        held = set(group.members.values_list("pk", flat=True))
        if wanted != held:
            group.members.set(wanted)
            load.changed["member"] += len(wanted ^ held)
            load.tell(DirectoryVerb.GROUP_MEMBERS_SET, group, {"people": sorted(wanted)})


def _deactivate_missing(load: _Load, directory: DirectoryFile) -> None:
    people = Person.objects.filter(is_active=True).exclude(address__in=[one.address for one in directory.people])
    mailboxes = Mailbox.objects.filter(is_active=True).exclude(address__in=[one.address for one in directory.mailboxes])
    for person in people:
        Account.objects.filter(person=person).update(is_active=False)
        _deactivate(load, person)
    for mailbox in mailboxes:
        _deactivate(load, mailbox)


def _deactivate(load: _Load, row: Person | Mailbox) -> None:
    row.is_active = False
    row.save(update_fields=["is_active"])
    load.deactivated[kind_of(row)] += 1
    load.tell(change_verb(row), row, {"fields": ["is_active"]})


def _put(load: _Load, known: dict[str, _M], key: str, blank: _M, values: Mapping[str, Any]) -> _M:
    """The row under ``key``, with ``values``; ``blank`` becomes it where there is none. Writes only what differs."""
    row = known.setdefault(key, blank)
    kind, is_new = kind_of(row), row.pk is None
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if not differing and not is_new:
        return row
    for name in differing:
        setattr(row, name, values[name])
    row.save()
    (load.added if is_new else load.changed)[kind] += 1
    load.tell(add_verb(row) if is_new else change_verb(row), row, {"fields": differing})
    return row


def _by_key(model: type[_M], key: str) -> dict[str, _M]:
    return {getattr(row, key): row for row in model._default_manager.all()}  # noqa: SLF001 - documented API of Django


def _grouped(model: type[models.Model], value: str) -> dict[int, set[Any]]:
    found: dict[int, set[Any]] = {}
    for mailbox_id, one in model._default_manager.values_list("mailbox_id", value):  # noqa: SLF001
        found.setdefault(mailbox_id, set()).add(one)
    return found
