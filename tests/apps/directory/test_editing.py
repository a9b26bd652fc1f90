"""Adding and changing entries on the screens: what is saved, what is refused, and that nothing written is lost."""

import pytest
from django.test import Client
from tests import factories
from tests.apps.directory.test_screens import client_of

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Mailbox, Person, Unit
from kommunpost.apps.directory.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return client_of(Role.ADMIN)


@pytest.mark.parametrize("kind", ["personer", "brevlador", "grupper", "enheter", "namnder"])
@pytest.mark.parametrize("role", Role)
def test_who_edits(role: Role, kind: str) -> None:
    client = client_of(role)
    assert client.get(f"/katalog/{kind}/ny/").status_code == (200 if role == Role.ADMIN else 403)
    assert client.get(f"/katalog/{kind}/999/andra/").status_code == (404 if role == Role.ADMIN else 403)


def test_each_kind_is_added_and_changed_with_its_events(admin: Client) -> None:
    committee = factories.committee()
    entries = {
        "personer": {"address": "Ny.Person@kommun.example", "name": "Ny Person"},
        "enheter": {
            "slug": "ny-enhet",
            "name": "Ny enhet",
            "committee_id": committee.pk,
            "manager_id": "NY.person@kommun.example",
        },
        "brevlador": {"address": "ny@kommun.example", "name": "Ny", "kind": "function", "owner_id": "annat namn"},
        "grupper": {"address": "alla@kommun.example", "name": "Alla"},
        "namnder": {"code": "TN", "name": "Tekniska nämnden"},
    }
    for kind, values in entries.items():
        answer = admin.post(f"/katalog/{kind}/ny/", values)
        assert answer.status_code == 302, answer.content.decode()
        form = admin.get(f"{answer['Location']}andra/").context["form"]
        again = {name: form[name].value() or "" for name in form.fields} | {"name": "Annat namn"}
        assert admin.post(f"{answer['Location']}andra/", again).status_code == 302
    assert Unit.objects.get().manager == Mailbox.objects.get().owner
    assert Event.objects.count() == 2 * len(entries)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("info@kommun.example", "leder redan till en brevlåda"),
        ("info@komun.example", "Kommunens är: kommun.example"),
        ("info", "Skriv adressen som"),
    ],
)
def test_what_cannot_be_an_address_says_what_to_do(admin: Client, address: str, says: str) -> None:
    factories.mailbox("info")
    answer = admin.post("/katalog/brevlador/ny/", {"address": address, "name": "N", "kind": "function"})
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_two_who_write_at_once_lose_nothing(admin: Client) -> None:
    sara = factories.person()
    address = f"/katalog/personer/{sara.pk}/andra/"
    seen = admin.get(address).context["form"]["seen"].value()
    assert admin.post(address, {"name": "Sara Nyqvist", "title": "Chef", "seen": seen}).status_code == 302
    late = admin.post(address, {"name": "Sara Nyqvist", "title": "Jurist", "seen": seen})
    assert late.status_code == 422
    assert "Någon annan ändrade" in late.content.decode()
    assert late.context["form"]["title"].value() == "Jurist"
    assert Person.objects.get(pk=sara.pk).title == "Chef"
    seen = late.context["form"]["seen"].value()
    assert admin.post(address, {"name": "Sara Nyqvist", "title": "Jurist", "seen": seen}).status_code == 302


def test_members_come_and_go(admin: Client) -> None:
    box, sara = factories.mailbox(), factories.person()
    for deed, number in (("add", 1), ("remove", 0)):
        admin.post(f"/katalog/brevlador/{box.pk}/medlem/", {"person": "Sara Nyqvist", "deed": deed})
        assert box.members.count() == number
    page = admin.post(f"/katalog/brevlador/{box.pk}/medlem/", {"person": "Ingen", "deed": "add"}, follow=True)
    assert "Ingen i katalogen heter så" in page.content.decode()
    assert sara.mailboxes.count() == 0
    assert client_of(Role.IT, name="Irina Volkova").post(f"/katalog/brevlador/{box.pk}/medlem/").status_code == 403
