"""The lists as files, and every list by the same view."""

import pytest
from tests import factories
from tests.apps.directory.test_screens import client_of

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.kinds import KINDS
from kommunpost.apps.directory.models import Committee, Mailbox, Person
from kommunpost.apps.directory.rules import Role

pytestmark = pytest.mark.django_db


def read(answer: object) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8")  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    return [line.split(";") for line in text.removeprefix("\ufeff").splitlines()]


@pytest.mark.parametrize("role", [*Role, None])
def test_who_takes_out_a_list(role: Role | None) -> None:
    client = client_of(role) if role else client_of()
    assert client.post("/katalog/personer/fil/").status_code == (200 if role else 403)
    assert client.get("/katalog/personer/fil/").status_code == 405
    assert Event.objects.filter(verb="directory:list:export").count() == (1 if role else 0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_comes_whole_with_its_headings(kind: str) -> None:
    unit = factories.unit()
    box = factories.mailbox(at=unit, owner=factories.person("Åsa Norén", at=unit), aliases=("kommunen",))
    box.owner.address_groups.create(address="alla@kommun.example", name="Alla")  # type: ignore[union-attr]
    client = client_of(Role.AUDITOR)
    rows = read(client.post(f"/katalog/{kind}/fil/"))
    shown = client.get(f"/katalog/{kind}/" if kind != "enheter" else "/katalog/").context["page"].rows
    assert [row[0] for row in rows] == ["Namn", *(row.name for row in shown)]
    assert {len(row) for row in rows} == {len(KINDS[kind].headings) + len(KINDS[kind].more) + 2}
    assert ("kommunen@kommun.example" in rows[1]) == (kind == "brevlador")


def test_what_was_searched_for_is_what_the_file_holds_and_no_cell_runs() -> None:
    Person.objects.create(name="=HYPERLINK(1)", address="=a@kommun.example", title="Åtgärdare", is_active=False)
    factories.person("Någon Annan")
    client = client_of(Role.CASEWORKER)
    key = client.post("/katalog/sok/", {"text": "åtgärd"})["Location"].split("/")[3]
    assert read(client.post("/katalog/personer/fil/", {"key": key}))[1:] == [
        ["'=HYPERLINK(1)", "'=a@kommun.example", "Åtgärdare", "", "", "Stängd"]
    ]
    assert Event.objects.get(verb="directory:list:export").details == {"kind": "person", "searched": True}
    stranger = client_of(Role.CASEWORKER, name="Jonas Hedkvist")
    assert stranger.post("/katalog/personer/fil/", {"key": key}).status_code == 302


def test_a_kind_that_is_not_is_not_found() -> None:
    assert client_of(Role.ADMIN).post("/katalog/bilar/fil/").status_code == 404


def test_a_committee_has_its_page_with_its_units_and_closes_when_they_have() -> None:
    unit = factories.unit()
    client = client_of(Role.ADMIN)
    place = f"/katalog/namnder/{unit.committee_id}/"
    assert "Social" in client.get(place).content.decode()
    refused = client.post(f"{place}stang/", follow=True).content.decode()
    assert "Nämnden har 1 enheter. Stäng eller flytta dem först." in refused
    unit.is_active = False
    unit.save()
    client.post(f"{place}stang/")
    assert not Committee.objects.get().is_active


def test_a_list_says_the_same_on_a_phone_as_on_a_desk() -> None:
    factories.mailbox()
    page = client_of(Role.IT).get("/katalog/brevlador/").content.decode()
    assert page.count("data-label=") == len(KINDS["brevlador"].headings) * Mailbox.objects.count()
