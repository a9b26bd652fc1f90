"""Who may, who sees, and who answers for an address."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories
from tests.factories import DOMAIN, NOW

from kommunpost.apps.audit.models import Event
from kommunpost.apps.audit.rules import is_verb
from kommunpost.apps.directory import actions
from kommunpost.apps.directory.actions import EntryRefused, MailboxFacts, PersonFacts
from kommunpost.apps.directory.models import Account, MailboxKind
from kommunpost.apps.directory.queries import (
    NoSuchEntry,
    actor_for,
    list_mailboxes,
    list_people,
    own_domains,
    resolve_addresses,
    visible_mailbox_ids,
)
from kommunpost.apps.directory.rules import (
    PERMISSION_TEXTS,
    ROLE_PERMISSIONS,
    ROLE_TEXTS,
    Actor,
    NotAllowed,
    Permission,
    Role,
    check_may,
)
from kommunpost.apps.directory.verbs import DirectoryVerb


def test_every_role_and_permission_is_spoken_of() -> None:
    assert set(ROLE_PERMISSIONS) == set(ROLE_TEXTS) == set(Role)
    assert set(PERMISSION_TEXTS) == set(Permission) == frozenset().union(*ROLE_PERMISSIONS.values())
    assert all(is_verb(name) for name in [*Permission, *DirectoryVerb])


WHOLE_LOG = {Role.REGISTRAR, Role.LAWYER, Role.IT}


@pytest.mark.parametrize("role", Role)
def test_who_may_search_the_whole_log(role: Role) -> None:
    actor = Actor(account_id=7, person_id=1, name="Sara", roles=frozenset({role}), mailbox_ids=frozenset())
    assert actor.may(Permission.LOG_READ_ALL) is (role in WHOLE_LOG)
    if role not in WHOLE_LOG:
        with pytest.raises(NotAllowed) as refusal:
            check_may(actor, Permission.LOG_READ_ALL)
        assert refusal.value.code == "may_not:log:row:read_all"


@pytest.mark.django_db
def test_a_caseworker_sees_the_mailboxes_that_they_own_or_are_a_member_of() -> None:
    sara, other = factories.person("Sara Nyqvist"), factories.person("Ola Brannstrom")
    owned = factories.mailbox("sara", owner=sara)
    shared = factories.mailbox("miljo", members=(sara, other))
    factories.mailbox("ola", owner=other)
    assert visible_mailbox_ids(factories.caseworker()) == {owned.pk, shared.pk}
    assert visible_mailbox_ids(factories.registrar()) is None


@pytest.mark.django_db
def test_a_registrar_of_one_unit_sees_that_unit_and_not_the_pen() -> None:
    social = factories.unit("social")
    inside = factories.mailbox("social", at=social)
    factories.mailbox("bygglov", at=factories.unit("bygglov"))
    actor = factories.actor("Tova Lindell", Role.REGISTRAR, in_unit=social)
    assert visible_mailbox_ids(actor) == {inside.pk}
    assert actor.may(Permission.LOG_READ)
    assert not actor.may(Permission.PEN_READ)


@pytest.mark.django_db
def test_a_closed_account_is_nobody() -> None:
    actor = factories.caseworker()
    actions.deactivate_person(by=factories.admin(), person_id=actor.person_id, now=NOW)
    with pytest.raises(NoSuchEntry):
        actor_for(actor.account_id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "local"),
    [
        ("info@", "info"),
        ("INFO@", "info"),
        (" info@", "info"),
        ("info+abc@", "info"),
        ("kommunen@", "info"),
        ("Kommunen+x+y@", "info"),
        ("c+plus@", "c+plus"),
        ("+x@", None),
        ("nobody@", None),
        ("old@", None),
    ],
)
def test_an_address_leads_to_its_mailbox(asked: str, local: str | None) -> None:
    factories.mailbox("info", kind=MailboxKind.OFFICIAL, aliases=("kommunen",))
    factories.mailbox("c")
    factories.mailbox("c+plus")
    old = factories.mailbox("old")
    actions.deactivate_mailbox(by="system:test", mailbox_id=old.pk, now=NOW)
    found = resolve_addresses([f"{asked}{DOMAIN}", "info@elsewhere.example"])
    key = f"{asked}{DOMAIN}".strip().lower()
    assert {address: ref.address for address, ref in found.items()} == ({key: f"{local}@{DOMAIN}"} if local else {})


@pytest.mark.django_db
def test_any_number_of_addresses_costs_one_query_for_each_chunk() -> None:
    factories.mailbox("info", aliases=("kommunen",))
    with CaptureQueriesContext(
        connection,
    ) as few:
        resolve_addresses(f"x{number}@{DOMAIN}" for number in range(200))
    with CaptureQueriesContext(connection) as many:
        found = resolve_addresses([*(f"x{number}+t@{DOMAIN}" for number in range(1000)), f"kommunen@{DOMAIN}"])
    assert (len(few), len(many), len(found)) == (1, 6, 1)
    assert own_domains() == {DOMAIN}


@pytest.mark.django_db
def test_lists_cost_the_same_however_long() -> None:
    def count(ask: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as asked:
            ask()
        return len(asked)

    factories.mailbox("one", members=(factories.person("Sara Nyqvist"),))
    factories.caseworker()
    before = count(list_mailboxes), count(list_people)
    for number in range(5):
        factories.mailbox(f"m{number}", members=(factories.person(f"Person {number}"),), aliases=(f"a{number}",))
        factories.actor(f"Person {number}", Role.CASEWORKER)
    assert (count(list_mailboxes), count(list_people)) == before


FACTS = MailboxFacts(name="Nytt", kind=MailboxKind.FUNCTION)


@pytest.mark.django_db
@pytest.mark.parametrize("who", [factories.caseworker, factories.registrar, factories.it_person, factories.auditor])
def test_only_an_administrator_edits_the_directory(who: Callable[[], Actor]) -> None:
    with pytest.raises(NotAllowed):
        actions.add_mailbox(by=who(), address=f"ny@{DOMAIN}", facts=FACTS, now=NOW)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_every_edit_leaves_its_event() -> None:
    by = factories.admin()
    person = actions.add_person(by=by, address=f"Ny@{DOMAIN}", facts=PersonFacts(name="Ny Person"), now=NOW)
    actions.change_person(by=by, person_id=person, facts=PersonFacts(name="Ny Person", title="Chef"), now=NOW)
    box = actions.add_mailbox(by=by, address=f"box@{DOMAIN}", facts=FACTS, now=NOW)
    alias = actions.add_alias(by=by, mailbox_id=box, address=f"alias@{DOMAIN}", now=NOW)
    actions.add_member(by=by, mailbox_id=box, person_id=person, now=NOW)
    actions.add_member(by=by, mailbox_id=box, person_id=person, now=NOW)
    actions.remove_member(by=by, mailbox_id=box, person_id=person, now=NOW)
    actions.remove_alias(by=by, alias_id=alias, now=NOW)
    account = actions.create_account(by=by, person_id=person, password="en lång ramsa här", now=NOW)
    actions.grant_role(by=by, account_id=account, role=Role.IT, unit_id=None, now=NOW)
    actions.revoke_role(by=by, account_id=account, role=Role.IT, unit_id=None, now=NOW)
    verbs = list(Event.objects.filter(actor=by.reference).order_by("number").values_list("verb", flat=True))
    assert verbs == [
        "directory:person:add", "directory:person:change", "directory:mailbox:add", "directory:alias:add",
        "directory:member:add", "directory:member:remove", "directory:alias:remove", "directory:account:add",
        "directory:role:grant", "directory:role:revoke",
    ]  # fmt: skip


@pytest.mark.django_db
def test_nobody_gives_or_takes_their_own_role() -> None:
    by = factories.admin()
    for change in (actions.grant_role, actions.revoke_role):
        with pytest.raises(NotAllowed) as refusal:
            change(by=by, account_id=by.account_id, role=Role.AUDITOR, unit_id=None, now=NOW)
        assert refusal.value.code == "own_role"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["info@", "kommunen@", "INFO@"])
def test_an_address_leads_to_one_place(address: str) -> None:
    factories.mailbox("info", aliases=("kommunen",))
    with pytest.raises(EntryRefused) as refusal:
        actions.add_mailbox(by="system:test", address=f"{address}{DOMAIN}", facts=FACTS, now=NOW)
    assert refusal.value.code == "address_taken"


@pytest.mark.django_db
def test_a_weak_password_makes_no_account() -> None:
    person = factories.person()
    with pytest.raises(EntryRefused) as refusal:
        actions.create_account(by="system:test", person_id=person.pk, password="kort", now=NOW)
    assert refusal.value.code == "password_weak"
    assert not Account.objects.exists()
