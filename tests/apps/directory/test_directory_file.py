"""The directory file: there and back again, and every fault named."""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import factories
from tests.factories import NOW

import kommunpost.site
from kommunpost.apps.audit.models import Event
from kommunpost.apps.audit.queries import verify_chains
from kommunpost.apps.directory import toml
from kommunpost.apps.directory.actions import export_directory, load_directory
from kommunpost.apps.directory.file_format import DirectoryFileRefused, read
from kommunpost.apps.directory.models import Account, AddressGroup, Mailbox, MailboxAlias, Membership, Person
from kommunpost.apps.directory.rules import NotAllowed, Role

DEMO = Path(kommunpost.site.__file__).parent / "demo" / "directory.toml"

SMALL: dict[str, Any] = {
    "version": 1,
    "committees": [{"code": "SN", "name": "Socialnämnden"}],
    "units": [{"slug": "social", "name": "Socialförvaltningen", "committee": "SN", "manager": "chef@kommun.example"}],
    "people": [
        {"address": "chef@kommun.example", "name": "Birgitta Ståhl", "unit": "social", "sign_in": True,
         "roles": ["manager"]},
        {"address": "sara@kommun.example", "name": "Sara Nyqvist", "unit": "social"},
    ],
    "mailboxes": [
        {"address": "a@kommun.example", "name": "A", "kind": "function", "members": ["sara@kommun.example"],
         "aliases": ["b@kommun.example"]},
    ],
    "groups": [{"address": "alla@kommun.example", "name": "Alla", "members": ["sara@kommun.example"]}],
}  # fmt: skip


def load(data: dict[str, Any], **more: Any) -> Any:
    return load_directory(data=data, by="system:cli", now=NOW, **more)


@pytest.mark.django_db
def test_the_demo_directory_comes_back_as_it_went_in() -> None:
    text = DEMO.read_text(encoding="utf-8")
    data = tomllib.loads(text)
    load(data)
    assert export_directory() == data
    comment = "".join(line.removeprefix("# ") for line in text.splitlines(keepends=True)[:2])
    assert toml.write(export_directory(), comment=comment) == text
    assert verify_chains() == []


@pytest.mark.django_db
def test_a_directory_of_more_than_a_thousand_comes_back_whole() -> None:
    people = [Person(name="P", address=f"p{number}@kommun.example") for number in range(1100)]
    Person.objects.bulk_create(people)
    boxes = Mailbox.objects.bulk_create(Mailbox(name="P", address=one.address, kind="personal") for one in people)
    Membership.objects.bulk_create(Membership(mailbox=boxes[0], person=one) for one in people)
    group = AddressGroup.objects.create(address="alla@kommun.example", name="Alla")
    group.members.set(people)
    data = export_directory()
    addresses = [one.address for one in people]
    assert [box["address"] for box in data["mailboxes"]] == addresses
    assert data["mailboxes"][0]["members"] == data["groups"][0]["members"] == addresses


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_writes_no_event() -> None:
    load(SMALL)
    events = Event.objects.count()
    summary = load(SMALL)
    assert not any(summary.as_details().values())
    assert Event.objects.count() == events


def test_the_demo_has_somebody_in_every_role() -> None:
    directory = read(tomllib.loads(DEMO.read_text(encoding="utf-8")))
    assert {word for person in directory.people for word in person.roles if ":" not in word} == set(Role)


def _set(path: str, value: object) -> Any:
    data = deepcopy(SMALL)
    place: Any = data
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step)] if step.isdecimal() else place[step]
    place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("version", 2, "version"),
        ("staff", [], "staff"),
        ("people", "Sara", "people"),
        ("people.0.shoe", 42, "people[0].shoe"),
        ("people.0.name", "", "people[0].name"),
        ("people.0.name", 7, "people[0].name"),
        ("people.0.name", "x" * 201, "people[0].name"),
        ("people.0.name", "a\nb", "people[0].name"),
        ("people.0.sign_in", "yes", "people[0].sign_in"),
        ("people.0.active", False, "people[0].roles"),
        ("people.0.roles", ["king"], "people[0].roles"),
        ("people.0.roles", ["auditor:social"], "people[0].roles"),
        ("people.0.roles", ["registrar:nowhere"], "people[0].roles"),
        ("people.0.roles", ["manager", "manager"], "people[0].roles"),
        ("people.1.roles", ["manager"], "people[1].roles"),
        ("people.1.address", "sara", "people[1].address"),
        ("people.1.address", "CHEF@kommun.example", "people[1].address"),
        ("people.1.unit", "skola", "people[1].unit"),
        ("units.0.committee", "KS", "units[0].committee"),
        ("units.0.manager", "x@kommun.example", "units[0].manager"),
        ("mailboxes.0.kind", "secret", "mailboxes[0].kind"),
        ("mailboxes.0.members", "sara@kommun.example", "mailboxes[0].members"),
        ("mailboxes.0.members", ["nobody@kommun.example"], "mailboxes[0].members"),
        ("mailboxes.0.aliases", ["A@kommun.example"], "mailboxes[0].aliases"),
        ("groups.0.address", "b@kommun.example", "groups[0].address"),
    ],
)
@pytest.mark.django_db
def test_a_fault_is_named_with_its_place_and_nothing_is_written(path: str, value: object, place: str) -> None:
    with pytest.raises(DirectoryFileRefused) as refusal:
        load(_set(path, value))
    assert place in {problem.place for problem in refusal.value.problems}
    assert not Person.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_every_fault_is_told_of_at_once() -> None:
    data = _set("people.0.shoe", 42)
    data["mailboxes"][0]["colour"] = "red"
    with pytest.raises(DirectoryFileRefused) as refusal:
        load(data)
    assert [problem.place for problem in refusal.value.problems] == ["people[0].shoe", "mailboxes[0].colour"]


@pytest.mark.django_db
def test_people_left_out_stay_unless_asked_otherwise() -> None:
    load(SMALL)
    less = deepcopy(SMALL)
    less["people"] = less["people"][1:]
    less["units"][0]["manager"] = ""
    load(less)
    assert Person.objects.get(address="chef@kommun.example").is_active
    summary = load(less, deactivate_missing=True)
    assert summary.deactivated == {"person": 1}
    assert not Person.objects.get(address="chef@kommun.example").is_active
    assert not Account.objects.get(address="chef@kommun.example").is_active


@pytest.mark.django_db
def test_an_alias_can_move_and_can_become_a_mailbox() -> None:
    load(SMALL)
    moved = deepcopy(SMALL)
    moved["mailboxes"][0]["aliases"] = []
    moved["mailboxes"].append({"address": "b@kommun.example", "name": "B", "kind": "function"})
    load(moved)
    assert not MailboxAlias.objects.exists()
    assert Mailbox.objects.filter(address="b@kommun.example").exists()


@pytest.mark.django_db
def test_an_address_that_leads_to_an_entry_left_out_is_refused() -> None:
    load(SMALL)
    other = {"version": 1, "mailboxes": [{"address": "b@kommun.example", "name": "B", "kind": "function"}]}
    with pytest.raises(DirectoryFileRefused):
        load(other)


@pytest.mark.django_db
def test_nobody_loads_a_role_for_themself() -> None:
    admin = factories.admin()
    mine = {"version": 1, "people": [{"address": "simon.palo@kommun.example", "name": "Simon Palo", "sign_in": True}]}
    mine["people"][0]["roles"] = ["admin", "auditor"]  # type: ignore[index]
    with pytest.raises(NotAllowed) as refusal:
        load_directory(data=mine, by=admin, now=NOW)
    assert refusal.value.code == "own_role"


@pytest.mark.django_db
def test_no_address_or_name_stands_in_the_trail() -> None:
    load(SMALL)
    written = str(list(Event.objects.values_list("subject", "details")))
    assert "kommun.example" not in written
    assert "Sara" not in written


_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@given(
    st.dictionaries(_TEXT, st.one_of(st.booleans(), st.integers(-(2**60), 2**60), _TEXT, st.lists(_TEXT, max_size=8)))
)
def test_what_is_written_as_toml_is_read_back(table: dict[str, Any]) -> None:
    data = {"version": 1, "people": [table, {}]}
    assert tomllib.loads(toml.write(data, comment="två\nrader")) == data
