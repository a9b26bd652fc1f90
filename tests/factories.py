"""A small invented municipality with people in fixed roles. Plain functions: each test says what it needs."""

from datetime import UTC, datetime

from kommunpost.apps.directory.models import (
    Account,
    Committee,
    Mailbox,
    MailboxAlias,
    MailboxKind,
    Membership,
    Person,
    RoleAssignment,
    Unit,
)
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Actor, Role

NOW = datetime(2026, 3, 12, 7, 41, tzinfo=UTC)
DOMAIN = "kommun.example"


def committee(code: str = "SN", name: str = "Socialnämnden") -> Committee:
    return Committee.objects.get_or_create(code=code, defaults={"name": name})[0]


def unit(slug: str = "social", *, under: str = "SN") -> Unit:
    return Unit.objects.get_or_create(slug=slug, defaults={"name": slug.title(), "committee": committee(under)})[0]


def person(name: str = "Sara Nyqvist", *, at: Unit | None = None) -> Person:
    address = f"{name.lower().replace(' ', '.')}@{DOMAIN}"
    return Person.objects.get_or_create(address=address, defaults={"name": name, "unit": at})[0]


def account(who: Person, *roles: Role, in_unit: Unit | None = None) -> Account:
    made, _new = Account.objects.get_or_create(address=who.address, defaults={"person": who, "created_at": NOW})
    for role in roles:
        RoleAssignment.objects.create(account=made, role=role, unit=in_unit)
    return made


def actor(name: str, *roles: Role, in_unit: Unit | None = None) -> Actor:
    return actor_for(account(person(name), *roles, in_unit=in_unit).pk)


def mailbox(
    local: str = "info",
    *,
    kind: MailboxKind = MailboxKind.FUNCTION,
    at: Unit | None = None,
    owner: Person | None = None,
    members: tuple[Person, ...] = (),
    aliases: tuple[str, ...] = (),
) -> Mailbox:
    box = Mailbox.objects.create(address=f"{local}@{DOMAIN}", name=local.title(), kind=kind, unit=at, owner=owner)
    for member in members:
        Membership.objects.create(mailbox=box, person=member)
    for alias in aliases:
        MailboxAlias.objects.create(mailbox=box, address=f"{alias}@{DOMAIN}")
    return box


def caseworker() -> Actor:
    return actor("Sara Nyqvist", Role.CASEWORKER)


def contact_centre() -> Actor:
    return actor("Jonas Hedkvist", Role.CONTACT_CENTRE)


def registrar() -> Actor:
    return actor("Tova Lindell", Role.REGISTRAR)


def lawyer() -> Actor:
    return actor("Johan Bergvik", Role.LAWYER)


def manager() -> Actor:
    return actor("Birgitta Stahl", Role.MANAGER)


def it_person() -> Actor:
    return actor("Daniel Krook", Role.IT)


def admin() -> Actor:
    return actor("Simon Palo", Role.ADMIN)


def auditor() -> Actor:
    return actor("Niklas Ferm", Role.AUDITOR)
