"""A small town hall: one account a role, two mailboxes, always the same. Shared by the screens' tests."""

from dataclasses import dataclass
from datetime import UTC, datetime

from kommunpost.apps.directory.models import (
    Account,
    Committee,
    Mailbox,
    MailboxKind,
    Membership,
    Person,
    RoleAssignment,
    Unit,
)
from kommunpost.apps.directory.rules import Role

PASSWORD = "en-lagom-lang-fras-4"
NAMES = {
    Role.CASEWORKER: "Mona Isaksson",
    Role.CONTACT_CENTRE: "Jonas Hedkvist",
    Role.REGISTRAR: "Sven Tallberg",
    Role.LAWYER: "Hanna Ljungqvist",
    Role.MANAGER: "Henrik Vallgren",
    Role.IT: "Irina Volkova",
    Role.ADMIN: "Petra Lundmark",
    Role.AUDITOR: "Malin Östergren",
}


@dataclass(frozen=True)
class TownHall:
    """``street`` has the caseworker and the manager as members; ``care`` only its owner, who has no account."""

    accounts: dict[Role, Account]
    street: Mailbox
    care: Mailbox


def address_of(name: str) -> str:
    return name.lower().replace(" ", ".").replace("ö", "o") + "@botkyrka.example"


def build_town_hall() -> TownHall:
    committee = Committee.objects.create(code="TEN", name="Tekniska nämnden")
    unit = Unit.objects.create(slug="gatapark", name="Gatu- och parkenheten", committee=committee)
    accounts = {role: _account(role, name, unit) for role, name in NAMES.items()}
    owner = Person.objects.create(name="Rebecka Norén", address="rebecka.noren@botkyrka.example", unit=unit)
    street = _mailbox("gatapark@botkyrka.example", "Gata och park", unit)
    for role in (Role.CASEWORKER, Role.MANAGER):
        Membership.objects.create(mailbox=street, person=accounts[role].person)
    care = _mailbox("vardomsorg@botkyrka.example", "Vård och omsorg", unit, owner=owner)
    return TownHall(accounts=accounts, street=street, care=care)


def _account(role: Role, name: str, unit: Unit) -> Account:
    address = address_of(name)
    person = Person.objects.create(name=name, address=address, unit=unit)
    account = Account(address=address, person=person, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    account.set_password(PASSWORD)
    account.save()
    RoleAssignment.objects.create(account=account, role=role)
    return account


def _mailbox(address: str, name: str, unit: Unit, *, owner: Person | None = None) -> Mailbox:
    return Mailbox.objects.create(address=address, name=name, kind=MailboxKind.FUNCTION, unit=unit, owner=owner)
