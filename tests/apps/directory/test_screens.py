"""The directory's screens: who may what, and that lists cost the same however long."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Account, Mailbox, Person
from kommunpost.apps.directory.rules import Role

pytestmark = pytest.mark.django_db
LISTS = ["", "personer/", "brevlador/", "grupper/", "namnder/", "roller/"]


def client_of(*roles: Role, name: str = "Petra Lundmark", in_unit: object = None) -> Client:
    client = Client()
    client.force_login(factories.account(factories.person(name), *roles, in_unit=in_unit))  # type: ignore[arg-type]
    return client


@pytest.mark.parametrize("place", LISTS)
@pytest.mark.parametrize("role", [*Role, None])
def test_who_reads(role: Role | None, place: str) -> None:
    client = client_of(role) if role else client_of()
    assert client.get(f"/katalog/{place}").status_code == (200 if role else 403)


@pytest.mark.parametrize("deed", ["stang", "oppna"])
@pytest.mark.parametrize("role", Role)
def test_who_closes_and_opens(role: Role, deed: str) -> None:
    box = factories.mailbox()
    status = 200 if role == Role.ADMIN else 403
    client = client_of(role)
    assert client.get(f"/katalog/brevlador/{box.pk}/{deed}/").status_code == status
    assert client.get(f"/katalog/brevlador/{box.pk + 1}/{deed}/").status_code == (404 if role == Role.ADMIN else 403)


def test_a_role_in_one_unit_opens_the_directory() -> None:
    unit = factories.unit()
    client = client_of(Role.REGISTRAR, in_unit=unit)
    assert client.get(f"/katalog/enheter/{unit.pk}/").status_code == 200
    assert client.get(f"/katalog/enheter/{unit.pk}/stang/").status_code == 403


@pytest.mark.parametrize("place", ["enheter/999/", "personer/999/", "bilar/1/", f"personer/{10**25}/"])
def test_what_is_not_there_is_not_found(place: str) -> None:
    assert client_of(Role.ADMIN).get(f"/katalog/{place}").status_code == 404


def test_a_mailbox_is_closed_and_opened_with_its_events() -> None:
    box, client = factories.mailbox(), client_of(Role.ADMIN)
    page = client.post(f"/katalog/brevlador/{box.pk}/stang/", follow=True).content.decode()
    assert "Stängd: Info." in page
    assert not Mailbox.objects.get(pk=box.pk).is_active
    client.post(f"/katalog/brevlador/{box.pk}/oppna/")
    assert Mailbox.objects.get(pk=box.pk).is_active
    assert Event.objects.filter(subject=f"mailbox:{box.pk}").count() == 2


def test_a_refusal_says_what_to_do() -> None:
    sara = factories.person()
    factories.mailbox("miljo", owner=sara)
    page = client_of(Role.ADMIN).post(f"/katalog/personer/{sara.pk}/stang/", follow=True).content.decode()
    assert "Personen svarar för miljo@kommun.example. Ge brevlådorna en ny ägare" in page
    assert Person.objects.get(pk=sara.pk).is_active


def test_a_closed_person_is_signed_out_and_stays_so() -> None:
    mona = client_of(Role.CASEWORKER, name="Mona Isaksson")
    account = Account.objects.get(person__name="Mona Isaksson")
    client_of(Role.ADMIN).post(f"/katalog/personer/{account.person_id}/stang/")
    Person.objects.update(is_active=True)
    Account.objects.update(is_active=True)
    assert mona.get("/katalog/").status_code == 302


@pytest.mark.parametrize("text", ["åsa", "ÅSA", "Åsa Norén", "asa.noren"])
def test_a_name_is_found_and_stays_out_of_the_address(text: str) -> None:
    Person.objects.create(name="Åsa Norén", address="asa.noren@kommun.example")
    client = client_of(Role.CASEWORKER)
    answer = client.post("/katalog/sok/", {"text": text})
    assert "sa" not in answer["Location"].removeprefix("/katalog/sok/").partition("/")[0]
    page = client.get(answer["Location"]).content.decode()
    assert "Åsa Norén" in page
    assert "Personer 1" in page
    assert client_of(Role.IT, name="Irina Volkova").get(answer["Location"]).status_code == 302


@pytest.mark.parametrize("place", ["personer/", "brevlador/"])
def test_lists_cost_the_same_and_lead_on(place: str) -> None:
    client = client_of(Role.CASEWORKER)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/katalog/{place}")
        return len(asked)

    factories.mailbox("first", owner=factories.person())
    few = cost()
    for number in range(60):
        factories.mailbox(f"m{number}", owner=factories.person(f"Person {number}"))
    assert cost() == few
    first = client.get(f"/katalog/{place}")
    second = client.get(first.context["next_url"])
    shown = [row.id for one in (first, second) for row in one.context["page"].rows]
    assert len(first.context["page"].rows) == 50
    assert len(shown) == len(set(shown)) > 60


@pytest.mark.parametrize("kind", ["enheter", "personer", "brevlador", "grupper"])
def test_every_kind_has_its_page(kind: str) -> None:
    unit = factories.unit()
    sara = factories.person(at=unit)
    box = factories.mailbox(at=unit, owner=sara, members=(sara,), aliases=("kommunen",))
    sara.address_groups.create(address="alla@kommun.example", name="Alla")
    ids = {"enheter": unit.pk, "personer": sara.pk, "brevlador": box.pk, "grupper": sara.address_groups.get().pk}
    page = client_of(Role.AUDITOR).get(f"/katalog/{kind}/{ids[kind]}/").content.decode()
    assert ("Info" if kind == "personer" else "Sara Nyqvist") in page
    assert "Stäng" not in page
