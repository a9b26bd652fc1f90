"""Every address of the register and every role: who comes in, who does not, from the same set-up."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests import factories

from kommunpost.apps.directory.models import Account, Membership
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.register import urls
from kommunpost.apps.register.actions import add_collection, add_party, ask, exempt, open_case
from kommunpost.apps.register.actions.packaging import path_of
from kommunpost.apps.register.actions.registering import NewCase
from kommunpost.apps.register.kinds import SystemKind
from kommunpost.apps.register.models import ArchivePackage, CaseSystem, Guidance, Handover, Question

from .world import NOW, World, letter, make_world, registered, take_in

pytestmark = pytest.mark.django_db

NOBODY: frozenset[str] = frozenset()
OWNERS = frozenset({"member", "registrar"})
READERS = frozenset({"member", "registrar", "lawyer"})
MAIL_ROLES = frozenset({"member", "registrar", "lawyer", "stranger", "manager", "contact_centre", "it"})
SETTERS = frozenset({"registrar"})
HANDERS = frozenset({"registrar", "it"})
WHO = ("member", "stranger", "registrar", "lawyer", "manager", "contact_centre", "it", "admin", "auditor")

# name -> (who may read it, who may post to it). The member answers for the mailbox, the stranger for another's.
TABLE: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "register": (MAIL_ROLES, NOBODY),
    "register-decided": (MAIL_ROLES, NOBODY),
    "register-questions": (SETTERS, NOBODY),
    "register-my-questions": (MAIL_ROLES, NOBODY),
    "register-question": (SETTERS, SETTERS),
    "register-withdraw": (NOBODY, frozenset({"member"})),
    "register-retire": (NOBODY, SETTERS),
    "register-record": (OWNERS, OWNERS),
    "register-not": (OWNERS, OWNERS),
    "register-reopen": (OWNERS, OWNERS),
    "register-ask": (OWNERS, OWNERS),
    "diary": (MAIL_ROLES, MAIL_ROLES),
    "diary-export": (NOBODY, MAIL_ROLES),
    "diary-search": (MAIL_ROLES, NOBODY),
    "diary-entry": (READERS, NOBODY),
    "diary-correct": (READERS, READERS),
    "diary-void": (READERS, READERS),
    "diary-file": (READERS, NOBODY),
    "cases": (MAIL_ROLES, NOBODY),
    "case-new": (MAIL_ROLES, MAIL_ROLES),
    "case": (READERS, NOBODY),
    "case-change": (OWNERS, OWNERS),
    "case-close": (OWNERS, OWNERS),
    "case-reopen": (NOBODY, OWNERS),
    "case-party": (NOBODY, OWNERS),
    "case-party-remove": (NOBODY, OWNERS),
    "case-note": (NOBODY, OWNERS),
    "diaries": (SETTERS, NOBODY),
    "diary-settings": (SETTERS, SETTERS),
    "packages": (SETTERS, NOBODY),
    "package-new": (SETTERS, SETTERS),
    "package-file": (SETTERS, NOBODY),
    "package-remove": (NOBODY, SETTERS),
    "package-again": (NOBODY, SETTERS),
    "handovers": (HANDERS, NOBODY),
    "handovers-retry": (NOBODY, HANDERS),
    "handover": (HANDERS, SETTERS),
    "handover-retry": (NOBODY, HANDERS),
    "handover-withdraw": (NOBODY, SETTERS),
    "whereabouts": (MAIL_ROLES, MAIL_ROLES),
    "whereabouts-search": (MAIL_ROLES, NOBODY),
    "collection-new": (SETTERS, SETTERS),
    "collection-close": (NOBODY, SETTERS),
}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    waiting, done, put_aside = take_in(*(letter(f"Ansökan {number}", number=number) for number in range(3)))
    entry = registered(world, done, case=True, secrecy="strong", provisions=("OSL 26:1",))
    case = open_case(actor=world.sara, committee_id=world.sbn.pk, new=NewCase(title="Tomt"), now=NOW)
    party = add_party(actor=world.sara, case_id=case, name="Nybygge i Sörmland AB", role="applicant", now=NOW)
    exempt(actor=world.sara, record_id=put_aside.pk, exemption="small_importance", now=NOW)
    question = ask(actor=world.sara, record_id=waiting.pk, text="Ska den registreras?", now=NOW)
    guidance = Guidance.objects.create(
        title="Så", text="Gör så", made_at=NOW, made_by_id=world.registrar.account_id, words=["sådan"]
    )
    collection = add_collection(
        actor=world.registrar, committee_id=world.sbn.pk, name="Remisser", sorted_by="Datum",
        responsible_id=world.sara.person_id, now=NOW,
    )  # fmt: skip
    package = ArchivePackage.objects.create(
        committee=world.sbn, asked_by_id=world.registrar.account_id, asked_at=NOW, entry_count=1, state="ready",
        name="SBN.zip", digest="0" * 64, made_at=NOW,
    )  # fmt: skip
    path_of(package.pk).parent.mkdir(exist_ok=True)
    path_of(package.pk).write_bytes(b"PK")
    system = CaseSystem.objects.create(committee=world.sbn, kind=SystemKind.FOLDER, name="Lex")
    handover = Handover.objects.create(
        entry_id=entry.entry_id, system=system, kind=SystemKind.FOLDER, state="dead", entry_version=1, made_at=NOW,
        changed_at=NOW, trouble="unreachable",
    )  # fmt: skip
    arguments = {
        "handover": [handover.pk], "handover-retry": [handover.pk], "handover-withdraw": [handover.pk],
        "whereabouts-search": ["abcdef"],
        "package-file": [package.pk], "package-remove": [package.pk], "package-again": [package.pk],
        "register-question": [question], "register-withdraw": [question], "register-retire": [guidance.pk],
        "register-record": [waiting.pk], "register-not": [waiting.pk], "register-ask": [waiting.pk],
        "register-reopen": [put_aside.pk], "diary-search": ["abcdef"], "diary-entry": [entry.entry_id],
        "diary-correct": [entry.entry_id], "diary-void": [entry.entry_id],
        "diary-file": [entry.entry_id, done.message_id, 1], "case": [case], "case-change": [case],
        "case-close": [case], "case-reopen": [case], "case-party": [case], "case-party-remove": [case, party],
        "case-note": [case], "diary-settings": [world.sbn.pk], "collection-close": [collection],
    }  # fmt: skip
    return {name: reverse(name, args=arguments.get(name, [])) for name in TABLE}


def client_of(world: World, who: str) -> Client:
    account_id = {
        "member": world.sara.account_id,
        "stranger": world.karin.account_id,
        "registrar": world.registrar.account_id,
    }.get(who)
    if account_id is None:
        account_id = factories.actor(f"{who.title()} Någon", Role(who)).account_id
    client = Client()
    client.force_login(Account.objects.get(pk=account_id))
    return client


def test_every_address_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)
    assert get_resolver().reverse_dict


@pytest.mark.parametrize("who", WHO)
def test_who_may_read(world: World, addresses: dict[str, str], who: str) -> None:
    client = client_of(world, who)
    answers = {name: client.get(url).status_code for name, url in addresses.items()}
    let_in = {name for name, code in answers.items() if code in {200, 302}}
    assert let_in == {name for name, (readers, _posters) in TABLE.items() if who in readers}
    assert set(answers.values()) <= {200, 302, 403, 404, 405}


@pytest.mark.parametrize("who", WHO)
def test_who_may_post(world: World, addresses: dict[str, str], who: str) -> None:
    client = client_of(world, who)
    for name, url in addresses.items():
        # A form that is not filled in is told so (422): whoever may not is turned away before that.
        code = client.post(url, {}).status_code
        assert (code in {200, 302, 422}) == (who in TABLE[name][1]), (name, code)


def test_nobody_signed_in_sees_nothing(world: World, addresses: dict[str, str]) -> None:
    for url in addresses.values():
        assert Client().get(url).headers.get("Location", "").startswith("/logga-in/")


def test_a_strong_marking_is_for_those_who_hold_the_mail(world: World, addresses: dict[str, str]) -> None:
    other = factories.mailbox("plan", at=world.building.unit)
    colleague = factories.actor("Olle Granne", Role.CASEWORKER)
    Membership.objects.create(mailbox=other, person_id=colleague.person_id)
    client = Client()
    client.force_login(Account.objects.get(pk=colleague.account_id))
    assert client.get(addresses["diary-entry"]).status_code == 404
    assert client.get(addresses["case"]).status_code == 200
    listed = client.get(addresses["diary"]).content.decode()
    assert "SBN/2026:00001-1" in listed
    assert addresses["diary-entry"] not in listed


def test_a_question_is_answered_by_a_registrar_alone(world: World, addresses: dict[str, str]) -> None:
    client_of(world, "member").post(addresses["register-question"], {"text": "Ja"})
    assert Question.objects.get().state == "open"
    client_of(world, "registrar").post(addresses["register-question"], {"text": "Ja"})
    assert Question.objects.get().answer == "Ja"
