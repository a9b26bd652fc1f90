"""What may be closed, what must be handed over first, and that nobody writes over what they have not seen."""

import pytest
from tests import factories
from tests.factories import DOMAIN, NOW

from kommunpost.apps.directory import actions
from kommunpost.apps.directory.actions import EntryRefused, PersonFacts, UnitFacts, stamp_of
from kommunpost.apps.directory.models import Account, Person
from kommunpost.apps.directory.rules import Role

pytestmark = pytest.mark.django_db
BY = "system:test"


def refused(deed: object, **arguments: object) -> str:
    with pytest.raises(EntryRefused) as refusal:
        deed(by=BY, now=NOW, **arguments)  # type: ignore[operator]
    return refusal.value.code


def test_nobody_leaves_while_answering_for_something() -> None:
    sara, ola = factories.person(), factories.person("Ola Brannstrom")
    box = factories.mailbox("miljo", owner=sara, members=(ola,))
    assert refused(actions.deactivate_person, person_id=sara.pk) == "person_owns_mailboxes"
    assert refused(actions.deactivate_mailbox, mailbox_id=box.pk) == "mailbox_has_members"
    actions.remove_member(by=BY, mailbox_id=box.pk, person_id=ola.pk, now=NOW)
    actions.deactivate_mailbox(by=BY, mailbox_id=box.pk, now=NOW)
    actions.deactivate_person(by=BY, person_id=sara.pk, now=NOW)
    assert refused(actions.reactivate_mailbox, mailbox_id=box.pk) == "owner_inactive"
    actions.reactivate_person(by=BY, person_id=sara.pk, now=NOW)
    actions.reactivate_mailbox(by=BY, mailbox_id=box.pk, now=NOW)


def test_a_unit_is_never_a_part_of_itself_or_of_another_authority() -> None:
    top, part = factories.unit("top"), factories.unit("part")
    other = factories.unit("other", under="KS")
    under = UnitFacts(name="Part", committee_id=part.committee_id, parent_id=top.pk)
    actions.change_unit(by=BY, unit_id=part.pk, facts=under, now=NOW)
    circle = UnitFacts(name="Top", committee_id=top.committee_id, parent_id=part.pk)
    assert refused(actions.change_unit, unit_id=top.pk, facts=circle) == "parent_cycle"
    abroad = UnitFacts(name="Top", committee_id=top.committee_id, parent_id=other.pk)
    assert refused(actions.change_unit, unit_id=top.pk, facts=abroad) == "parent_other_committee"
    assert refused(actions.deactivate_unit, unit_id=top.pk) == "unit_has_parts"


def test_the_last_administrator_stays() -> None:
    one = factories.admin()
    code = refused(actions.revoke_role, account_id=one.account_id, role=Role.ADMIN, unit_id=None)
    assert code == refused(actions.deactivate_account, account_id=one.account_id) == "last_admin"
    factories.actor("Elif Demir", Role.ADMIN)
    actions.revoke_role(by=BY, account_id=one.account_id, role=Role.ADMIN, unit_id=None, now=NOW)


def test_sessions_do_not_come_back_with_the_account() -> None:
    who = factories.caseworker()
    before = Account.objects.get(pk=who.account_id).get_session_auth_hash()
    actions.deactivate_account(by=BY, account_id=who.account_id, now=NOW)
    actions.reactivate_account(by=BY, account_id=who.account_id, now=NOW)
    assert Account.objects.get(pk=who.account_id).get_session_auth_hash() != before


def test_nobody_writes_over_what_they_have_not_seen() -> None:
    sara = factories.person()
    seen = stamp_of(Person.objects.get(pk=sara.pk))
    first = PersonFacts(name="Sara Nyqvist", title="Chef")
    actions.change_person(by=BY, person_id=sara.pk, facts=first, now=NOW, seen=seen)
    facts = PersonFacts(name="Sara Ny")
    assert refused(actions.change_person, person_id=sara.pk, facts=facts, seen=seen) == "changed_meanwhile"


def test_a_slip_in_the_domain_is_caught() -> None:
    box = factories.mailbox("info")
    assert refused(actions.add_alias, mailbox_id=box.pk, address="x@komun.example") == "domain_unknown"
    actions.add_alias(by=BY, mailbox_id=box.pk, address=f"x@{DOMAIN}", now=NOW)
