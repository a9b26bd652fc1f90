"""Write the directory as the file that ``load_directory`` takes back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from kommunpost.apps.audit.actions import record
from kommunpost.apps.directory.file_format import (
    CommitteeEntry,
    DirectoryFile,
    GroupEntry,
    MailboxEntry,
    PersonEntry,
    UnitEntry,
    to_data,
)
from kommunpost.apps.directory.models import Account, AddressGroup, Committee, Mailbox, Membership, Person, Unit
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.directory.verbs import DirectoryVerb

# What belongs to so many rows is fetched in one query. SQLite takes no expression deeper than a thousand.
_AT_ONCE = 500


def export_directory() -> dict[str, Any]:
    """The whole directory as a dict for ``toml.write``, in the order in which entries were added. No passwords."""
    directory = DirectoryFile(
        committees=tuple(
            CommitteeEntry(code=one.code, name=one.name, active=one.is_active)
            for one in Committee.objects.order_by("pk")
        ),
        units=tuple(map(_unit, Unit.objects.select_related("committee", "manager", "parent").order_by("pk"))),
        people=_people(),
        mailboxes=_mailboxes(),
        groups=_groups(),
    )
    return to_data(directory)


def note_list_export(*, by: Actor, kind: str, is_searched: bool, now: datetime) -> None:
    """That ``by`` takes out a list of the directory (``kind``: a key of ``lists.KINDS``). Raises ``NotAllowed``."""
    check_may(by, Permission.DIRECTORY_READ)
    with transaction.atomic():
        record(
            actor=by.reference,
            verb=DirectoryVerb.LIST_EXPORTED,
            details={"kind": kind, "searched": is_searched},
            at=now,
        )


def _unit(unit: Unit) -> UnitEntry:
    return UnitEntry(
        slug=unit.slug,
        name=unit.name,
        committee=unit.committee.code,
        phone=unit.phone,
        phone_hours=unit.phone_hours,
        handles=unit.handles,
        secrecy_by_default=unit.secrecy_by_default,
        manager=unit.manager.address if unit.manager else "",
        parent=unit.parent.slug if unit.parent else "",
        active=unit.is_active,
    )


def _people() -> tuple[PersonEntry, ...]:
    people = Person.objects.select_related("unit", "committee", "account").prefetch_related("account__roles__unit")
    return tuple(map(_person, people.order_by("pk").iterator(chunk_size=_AT_ONCE)))


def _person(person: Person) -> PersonEntry:
    account: Account | None = getattr(person, "account", None)
    held = sorted(account.roles.all(), key=lambda one: one.pk) if account and account.is_active else []
    return PersonEntry(
        address=person.address,
        name=person.name,
        title=person.title,
        phone=person.phone,
        unit=person.unit.slug if person.unit else "",
        committee=person.committee.code if person.committee else "",
        sign_in=account is not None and account.is_active,
        roles=tuple(f"{one.role}:{one.unit.slug}" if one.unit else one.role for one in held),
        active=person.is_active,
    )


def _mailboxes() -> tuple[MailboxEntry, ...]:
    # A join: the members of five hundred mailboxes may be far more than a thousand people.
    members = Prefetch("memberships", Membership.objects.select_related("person"))
    chosen = Mailbox.objects.select_related("unit", "owner").prefetch_related("aliases", members)
    return tuple(
        MailboxEntry(
            address=box.address,
            name=box.name,
            kind=box.kind,
            unit=box.unit.slug if box.unit else "",
            owner=box.owner.address if box.owner else "",
            members=tuple(one.person.address for one in sorted(box.memberships.all(), key=lambda one: one.pk)),
            aliases=tuple(one.address for one in sorted(box.aliases.all(), key=lambda one: one.pk)),
            active=box.is_active,
        )
        for box in chosen.order_by("pk").iterator(chunk_size=_AT_ONCE)
    )


def _groups() -> tuple[GroupEntry, ...]:
    groups = AddressGroup.objects.prefetch_related("members").order_by("pk")
    return tuple(
        GroupEntry(
            address=group.address,
            name=group.name,
            active=group.is_active,
            members=tuple(one.address for one in sorted(group.members.all(), key=lambda one: one.pk)),
        )
        for group in groups.iterator(chunk_size=_AT_ONCE)
    )
