"""Reads of the directory. Everything that comes out is frozen; nothing here writes."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.db.models import Q

from kommunpost.apps.directory.addresses import candidates, domain_of, normalise
from kommunpost.apps.directory.models import (
    Account,
    AddressGroup,
    Committee,
    Mailbox,
    MailboxAlias,
    Person,
    Unit,
)
from kommunpost.apps.directory.rules import Actor, Permission, Role

# Two candidates an address, looked up in three tables: 1,200 variables, under SQLite's 32,766.
_CHUNK = 200

_T = TypeVar("_T")


class NoSuchEntry(Exception):  # noqa: N818 - an answer, not a fault
    """What was asked for is not in the directory, or is not for this actor. ``code``: ``no_such_account`` …"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class MailboxRef:
    """Enough of a mailbox to deliver to it. ``kind`` is a value of ``MailboxKind``; ``committee_id`` its unit's."""

    id: int
    address: str
    kind: str
    committee_id: int | None


@dataclass(frozen=True, slots=True)
class Receivers:
    """Who gets mail to some addresses, each in lower case: the mailbox that answers for it, or a list's members."""

    mailboxes: dict[str, MailboxRef]
    lists: dict[str, tuple[MailboxRef, ...]]


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A mailbox as lists and pages show it."""

    id: int
    address: str
    name: str
    kind: str
    unit_id: int | None
    unit_name: str
    owner_id: int | None
    owner_name: str
    is_active: bool
    aliases: tuple[str, ...]
    member_ids: tuple[int, ...]
    member_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who works for, or is elected in, the municipality; with the roles of their account, if they have one."""

    id: int
    name: str
    address: str
    title: str
    phone: str
    unit_name: str
    committee_name: str
    is_active: bool
    account_id: int | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with its committee and its number of active people and mailboxes."""

    id: int
    slug: str
    name: str
    committee_code: str
    committee_name: str
    phone: str
    phone_hours: str
    handles: str
    secrecy_by_default: bool
    manager_name: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A sign-in, as the demo's page of ready-made accounts shows it."""

    id: int
    address: str
    name: str
    title: str
    roles: tuple[str, ...]


def actor_for(account_id: int) -> Actor:
    """The actor behind an account: three queries. Raises ``NoSuchEntry`` for an account that is absent or closed."""
    account = (
        Account.objects.select_related("person").filter(pk=account_id, is_active=True, person__is_active=True).first()
    )
    if account is None:
        raise NoSuchEntry("no_such_account")
    held = [(Role(role), unit_id) for role, unit_id in account.roles.values_list("role", "unit_id")]
    answers_for = Q(memberships__person_id=account.person_id) | Q(owner_id=account.person_id)
    return Actor(
        account_id=account.pk,
        person_id=account.person_id,
        name=account.person.name,
        roles=frozenset(role for role, unit_id in held if unit_id is None),
        unit_roles=frozenset((role, unit_id) for role, unit_id in held if unit_id is not None),
        mailbox_ids=frozenset(Mailbox.objects.filter(answers_for).values_list("pk", flat=True)),
    )


def visible_mailbox_ids(actor: Actor, *, whole: Permission = Permission.LOG_READ_ALL) -> frozenset[int] | None:
    """Ids of the mailboxes whose rows ``actor`` sees; ``None`` means all of them, the holding pen too.

    All for whoever holds ``whole`` everywhere; else the actor's own, and those of units where a role gives ``whole``.
    """
    if actor.may(whole):
        return None
    units = actor.unit_ids_for(whole)
    if not units:
        return actor.mailbox_ids
    return actor.mailbox_ids | frozenset(Mailbox.objects.filter(unit_id__in=units).values_list("pk", flat=True))


def resolve_addresses(addresses: Iterable[str]) -> dict[str, MailboxRef]:
    """Who answers for each address: normalised address -> mailbox, by address, alias, or either without a plus tag.

    Addresses that no active mailbox answers for are absent. One query for each 200 addresses.
    """
    return _answer_for(addresses)[0]


def find_receivers(addresses: Collection[str]) -> Receivers:
    """``resolve_addresses`` and ``group_mailboxes`` at the cost of the first, where no address is a list."""
    mailboxes, lists = _answer_for(addresses)
    return Receivers(mailboxes, group_mailboxes(lists) if lists else {})


def own_domains() -> frozenset[str]:
    """Domains of the municipality's mailboxes, aliases and groups, in lower case."""
    ours = (
        Mailbox.objects.order_by()
        .values_list("address")
        .union(
            MailboxAlias.objects.order_by().values_list("address"),
            AddressGroup.objects.order_by().values_list("address"),
        )
    )
    return frozenset(domain_of(address) for (address,) in ours)


def list_mailboxes(
    *,
    text: str = "",
    kind: str | None = None,
    unit_id: int | None = None,
    only_ids: Iterable[int] | None = None,
    include_inactive: bool = False,
) -> list[MailboxRow]:
    """Mailboxes in order of address, narrowed by ``text`` in name or address, kind, unit and ids. Three queries."""
    chosen = Mailbox.objects.select_related("unit", "owner").prefetch_related("aliases", "members").order_by("address")
    if not include_inactive:
        chosen = chosen.filter(is_active=True)
    if text:
        chosen = chosen.filter(Q(address__icontains=text) | Q(name__icontains=text))
    if kind is not None:
        chosen = chosen.filter(kind=kind)
    if unit_id is not None:
        chosen = chosen.filter(unit_id=unit_id)
    if only_ids is not None:
        chosen = chosen.filter(pk__in=list(only_ids))
    return [_mailbox_row(mailbox) for mailbox in chosen]


def get_mailbox(mailbox_id: int) -> MailboxRow:
    """One mailbox. Raises ``NoSuchEntry``."""
    rows = list_mailboxes(only_ids=[mailbox_id], include_inactive=True)
    if not rows:
        raise NoSuchEntry("no_such_mailbox")
    return rows[0]


def list_people(*, text: str = "", unit_id: int | None = None, include_inactive: bool = False) -> list[PersonRow]:
    """People in order of name, narrowed by ``text`` in name, address or title, and by unit. Two queries."""
    chosen = Person.objects.select_related("unit", "committee", "account").prefetch_related("account__roles__unit")
    if not include_inactive:
        chosen = chosen.filter(is_active=True)
    if text:
        chosen = chosen.filter(Q(name__icontains=text) | Q(address__icontains=text) | Q(title__icontains=text))
    if unit_id is not None:
        chosen = chosen.filter(unit_id=unit_id)
    return [_person_row(person) for person in chosen.order_by("name", "pk")]


def list_units() -> list[UnitRow]:
    """Units in order of name. One query."""
    units = Unit.objects.select_related("committee", "manager").order_by("name")
    return [
        UnitRow(
            id=unit.pk,
            slug=unit.slug,
            name=unit.name,
            committee_code=unit.committee.code,
            committee_name=unit.committee.name,
            phone=unit.phone,
            phone_hours=unit.phone_hours,
            handles=unit.handles,
            secrecy_by_default=unit.secrecy_by_default,
            manager_name=unit.manager.name if unit.manager else "",
        )
        for unit in units
    ]


def list_committees() -> list[tuple[int, str, str]]:
    """(id, code, name) in order of name."""
    return list(Committee.objects.order_by("name").values_list("pk", "code", "name"))


def list_accounts() -> list[AccountRow]:
    """Active accounts in order of name, with their roles. Two queries."""
    accounts = Account.objects.filter(is_active=True, person__is_active=True).select_related("person")
    return [
        AccountRow(
            id=account.pk,
            address=account.address,
            name=account.person.name,
            title=account.person.title,
            roles=_role_words(account),
        )
        for account in accounts.prefetch_related("roles__unit").order_by("person__name")
    ]


def group_member_ids(address: str) -> frozenset[int] | None:
    """Ids of the people whom a list address reaches, or ``None`` when it is no list of ours."""
    group = AddressGroup.objects.filter(address=normalise(address), is_active=True).first()
    return frozenset(group.members.values_list("pk", flat=True)) if group else None


def group_mailboxes(addresses: Iterable[str]) -> dict[str, tuple[MailboxRef, ...]]:
    """Whom a list address (``alla@``) reaches: normalised address -> the members' own active mailboxes, by address.

    Addresses that are no list of ours, or whose members have no mailbox, are absent. One query for each 200 addresses.
    """
    found: dict[str, list[MailboxRef]] = {}
    for chunk in _chunks({normalise(address) for address in addresses}):
        with connection.cursor() as cursor:
            cursor.execute(_MEMBERS.format(marks=_marks(chunk)), list(chunk))
            for group, *mailbox in cursor.fetchall():
                found.setdefault(group, []).append(MailboxRef(*mailbox))
    return {group: tuple(members) for group, members in found.items()}


# By hand, for every group of mail that comes in asks: the ORM took ten times as long to put the same words together.
_MAILBOXES = """
    SELECT mailbox.address, mailbox.id, mailbox.address, mailbox.kind, unit.committee_id
    FROM directory_mailbox mailbox LEFT JOIN directory_unit unit ON unit.id = mailbox.unit_id
    WHERE mailbox.is_active AND mailbox.address IN ({marks})
    UNION ALL
    SELECT alias.address, mailbox.id, mailbox.address, mailbox.kind, unit.committee_id
    FROM directory_mailboxalias alias JOIN directory_mailbox mailbox ON mailbox.id = alias.mailbox_id
    LEFT JOIN directory_unit unit ON unit.id = mailbox.unit_id
    WHERE mailbox.is_active AND alias.address IN ({marks})
    UNION ALL
    SELECT address, NULL, '', '', NULL FROM directory_addressgroup WHERE address IN ({marks})"""
_MEMBERS = """
    SELECT list.address, mailbox.id, mailbox.address, mailbox.kind, unit.committee_id
    FROM directory_addressgroup list
    JOIN directory_addressgroup_members member ON member.addressgroup_id = list.id
    JOIN directory_mailbox mailbox ON mailbox.owner_id = member.person_id
    LEFT JOIN directory_unit unit ON unit.id = mailbox.unit_id
    WHERE mailbox.is_active AND mailbox.kind = 'personal' AND list.address IN ({marks}) ORDER BY mailbox.address"""


def _answer_for(addresses: Iterable[str]) -> tuple[dict[str, MailboxRef], set[str]]:
    """Mailboxes by address, and those of the addresses that are lists."""
    wanted = {normalise(address): candidates(normalise(address)) for address in addresses}
    known: dict[str, MailboxRef] = {}
    lists: set[str] = set()
    for chunk in _chunks(wanted.values()):
        for key, pk, address, kind, committee_id in _look_up({candidate for both in chunk for candidate in both}):
            if pk is None:
                lists.add(key)
            else:
                known[key] = MailboxRef(pk, address, kind, committee_id)
    found = ((address, next((known[one] for one in both if one in known), None)) for address, both in wanted.items())
    # A list has no plus tags.
    return {address: mailbox for address, mailbox in found if mailbox is not None}, lists & wanted.keys()


def _look_up(addresses: set[str]) -> list[tuple[str, int | None, str, str, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_MAILBOXES.format(marks=_marks(addresses)), [*addresses, *addresses, *addresses])
        return list(cursor.fetchall())


def _marks(values: Collection[object]) -> str:
    return ",".join(["%s"] * len(values))


def _chunks(values: Iterable[_T]) -> Iterator[Sequence[_T]]:
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _mailbox_row(mailbox: Mailbox) -> MailboxRow:
    members = sorted(mailbox.members.all(), key=lambda person: (person.name, person.pk))
    return MailboxRow(
        id=mailbox.pk,
        address=mailbox.address,
        name=mailbox.name,
        kind=mailbox.kind,
        unit_id=mailbox.unit_id,
        unit_name=mailbox.unit.name if mailbox.unit else "",
        owner_id=mailbox.owner_id,
        owner_name=mailbox.owner.name if mailbox.owner else "",
        is_active=mailbox.is_active,
        aliases=tuple(sorted(alias.address for alias in mailbox.aliases.all())),
        member_ids=tuple(person.pk for person in members),
        member_names=tuple(person.name for person in members),
    )


def _person_row(person: Person) -> PersonRow:
    account = getattr(person, "account", None)
    return PersonRow(
        id=person.pk,
        name=person.name,
        address=person.address,
        title=person.title,
        phone=person.phone,
        unit_name=person.unit.name if person.unit else "",
        committee_name=person.committee.name if person.committee else "",
        is_active=person.is_active,
        account_id=account.pk if account else None,
        roles=_role_words(account) if account else (),
    )


def _role_words(account: Account) -> tuple[str, ...]:
    """``registrar``, or ``registrar:social`` for a role held in one unit: the words of the directory file."""
    held = sorted(account.roles.all(), key=lambda assignment: assignment.pk)
    return tuple(f"{one.role}:{one.unit.slug}" if one.unit else one.role for one in held)
