"""Accounts, roles and password links on screen: who may, what happens, what is refused, and where a link stands."""

import re

import pytest
from django.test import Client
from tests import factories

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Account, Person, RoleAssignment
from kommunpost.apps.directory.rules import Role
from kommunpost.site.cli import main

pytestmark = pytest.mark.django_db
NEW = "en ganska lång ramsa 7"


class World:
    def __init__(self) -> None:
        self.anna: Person = factories.person("Anna Ek")
        self.admin = factories.account(factories.person("Simon Palo"), Role.ADMIN)
        self.client = Client()
        self.client.force_login(self.admin)

    def deed(self, deed: str, person: Person | None = None, **fields: object) -> str:
        page = f"/katalog/personer/{(person or self.anna).pk}/"
        answer = self.client.post(f"{page}konto/", {"deed": deed, **fields}, follow=True)
        assert answer.redirect_chain == [(page, 302)]
        return answer.content.decode()

    def link(self) -> str:
        answer = self.client.post(f"/katalog/personer/{self.anna.pk}/lank/")
        assert "no-store" in answer["Cache-Control"]
        found = re.search(r'value="(http://testserver/losenord/[^"]+)"', answer.content.decode())
        assert found
        return found[1].removeprefix("http://testserver")


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("place", ["konto/", "lank/"])
@pytest.mark.parametrize("role", list(Role))
def test_who_may(world: World, role: Role, place: str) -> None:
    client = Client()
    client.force_login(factories.account(factories.person("Petra Lundmark"), role))
    factories.account(world.anna)
    answer = client.post(f"/katalog/personer/{world.anna.pk}/{place}", {"deed": "close"})
    assert answer.status_code == (403 if role is not Role.ADMIN else 302 if place == "konto/" else 200)
    assert Account.objects.get(person=world.anna).is_active == (role is not Role.ADMIN or place == "lank/")
    assert client.get(f"/katalog/personer/{world.anna.pk}/{place}").status_code == 405
    page = client.get(f"/katalog/personer/{world.anna.pk}/").content.decode()
    assert ("Ge rollen" in page) == (role is Role.ADMIN)


def test_from_nobody_to_signed_in(world: World) -> None:
    """An account, a role, a link, a password: and the person is in."""
    assert "Ge det en roll" in world.deed("add")
    assert "Personen har rollen" in world.deed("grant", role="registrar")
    link = world.link()
    visitor = Client()
    assert visitor.get(link).status_code == 200
    assert visitor.post(link, {"new": NEW, "again": NEW}).status_code == 302
    signed_in = visitor.post("/logga-in/", {"address": world.anna.address, "password": NEW}, follow=True)
    assert "Anna Ek" in signed_in.content.decode()
    assert "Registrator" in signed_in.content.decode()
    assert visitor.get(link).status_code == 410
    told = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    steps = ("account:add", "role:grant", "account:make_link", "account:set_password_by_link")
    assert [verb for verb in told if verb.removeprefix("directory:") in steps] == [f"directory:{one}" for one in steps]
    assert link.split("/")[-2] not in str(list(Event.objects.values_list("details", flat=True)))


def test_a_role_in_a_unit_is_given_and_taken(world: World) -> None:
    account, unit = factories.account(world.anna), factories.unit()
    world.deed("grant", role="registrar", unit_id=unit.pk)
    assert [(one.role, one.unit_id) for one in RoleAssignment.objects.filter(account=account)] == [
        ("registrar", unit.pk)
    ]
    assert "Rollen gäller alltid hela kommunen" in world.deed("grant", role="auditor", unit_id=unit.pk)
    assert "Välj en roll" in world.deed("grant", role="borgmästare")
    world.deed("revoke", role="registrar", unit_id=unit.pk)
    assert not RoleAssignment.objects.filter(account=account).exists()


def test_closing_ends_the_sign_in_and_opening_gives_it_back(world: World) -> None:
    account = factories.account(world.anna, Role.CASEWORKER)
    theirs = Client()
    theirs.force_login(account)
    assert theirs.get("/").status_code == 200
    assert "utloggad överallt" in world.deed("close")
    assert theirs.get("/").status_code == 302
    answer = world.client.post(f"/katalog/personer/{world.anna.pk}/lank/", follow=True)
    assert "Kontot är stängt" in answer.content.decode()
    assert "öppet igen" in world.deed("open")


@pytest.mark.parametrize(
    ("deed", "fields"),
    [("close", {}), ("grant", {"role": "auditor"}), ("revoke", {"role": "admin"})],
)
def test_nobody_changes_their_own(world: World, deed: str, fields: dict[str, str]) -> None:
    before = set(RoleAssignment.objects.values_list("account_id", "role"))
    assert "Be en annan administratör" in world.deed(deed, world.admin.person, **fields)
    world.admin.refresh_from_db()
    assert world.admin.is_active
    assert set(RoleAssignment.objects.values_list("account_id", "role")) == before


def test_what_is_not_there(world: World) -> None:
    assert world.client.post("/katalog/personer/999/konto/", {"deed": "add"}).status_code == 404
    assert world.client.post(f"/katalog/personer/{world.anna.pk}/konto/", {"deed": "x"}).status_code == 404
    assert "Personen har inget konto" in world.deed("grant", role="auditor")
    world.deed("add")
    assert "redan ett konto" in world.deed("add")


def test_the_first_administrator_comes_in_by_a_link_from_the_command_line(
    world: World, capsys: pytest.CaptureFixture[str], settings
) -> None:
    assert main(["directory", "link", world.anna.address]) == 2
    assert "has no account" in capsys.readouterr().err
    factories.account(world.anna, Role.ADMIN)
    settings.CSRF_TRUSTED_ORIGINS = ["https://post.botkyrka.example"]
    assert main(["directory", "link", world.anna.address.upper()]) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("https://post.botkyrka.example/losenord/")
    assert Client().get(link.removeprefix("https://post.botkyrka.example")).status_code == 200
    assert Event.objects.filter(actor="system:cli", verb="directory:account:make_link").count() == 1
