"""The front door: right and wrong passwords, the limits, where it leads, and the demo's short cut."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.site.people import PASSWORD, TownHall, build_town_hall

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Role
from kommunpost.site.models import SignInTry
from kommunpost.site.sign_in import client_address
from kommunpost.site.tries import TRIES_PER_ADDRESS, TRIES_PER_CLIENT

pytestmark = pytest.mark.django_db

DOOR = "/logga-in/"
WRONG = "Adressen och lösenordet hör inte ihop"
THROTTLED = "Det har varit för många försök"


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def hall(_quick_passwords) -> TownHall:
    return build_town_hall()


def mona(hall: TownHall) -> Account:
    return hall.accounts[Role.CASEWORKER]


def attempt(client: Client, address: str, password: str, **more: str):
    return client.post(DOOR, {"address": address, "password": password, **more})


def test_the_right_password_opens_and_is_noted(client, hall) -> None:
    answer = attempt(client, "  Mona.Isaksson@Botkyrka.example ", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert Event.objects.filter(verb="directory:account:sign_in", actor=f"account:{mona(hall).pk}").count() == 1
    assert not SignInTry.objects.exists()


@pytest.mark.parametrize("case", ["wrong password", "unknown address", "closed account"])
def test_every_refusal_reads_the_same(client, hall, case) -> None:
    address = "ingen@botkyrka.example" if case == "unknown address" else mona(hall).address
    if case == "closed account":
        Account.objects.update(is_active=False)
    answer = attempt(client, address, PASSWORD if case == "closed account" else "fel")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert WRONG in page
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("address", ["mona.isaksson@botkyrka.example", "ingen@botkyrka.example"])
def test_after_five_wrong_even_the_right_password_waits(client, hall, address) -> None:
    for _ in range(TRIES_PER_ADDRESS):
        assert WRONG in attempt(client, address, "fel").content.decode()
    assert THROTTLED in attempt(client, address, PASSWORD).content.decode()
    assert client.get("/").status_code == 302


def test_the_wait_ends_and_is_not_made_longer_by_more_tries(client, hall) -> None:
    for _ in range(TRIES_PER_ADDRESS + 3):
        attempt(client, mona(hall).address, "fel")
    assert SignInTry.objects.count() == 2 * TRIES_PER_ADDRESS
    SignInTry.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert attempt(client, mona(hall).address, PASSWORD).status_code == 302


def test_a_client_that_guesses_at_many_addresses_is_stopped(client, hall) -> None:
    for number in range(TRIES_PER_CLIENT):
        assert WRONG in attempt(client, f"nr{number}@botkyrka.example", "fel").content.decode()
    assert THROTTLED in attempt(client, mona(hall).address, PASSWORD).content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert attempt(elsewhere, mona(hall).address, PASSWORD).status_code == 302


def test_a_success_does_not_clear_the_client_of_its_other_guesses(client, hall) -> None:
    for number in range(TRIES_PER_CLIENT - 1):
        attempt(client, f"nr{number}@botkyrka.example", "fel")
    assert attempt(Client(), mona(hall).address, PASSWORD).status_code == 302
    attempt(client, "nr99@botkyrka.example", "fel")
    assert THROTTLED in attempt(client, "nr100@botkyrka.example", "fel").content.decode()


def test_no_address_is_stored_with_a_try(client, hall) -> None:
    attempt(client, mona(hall).address, "fel")
    assert not any("mona" in row.key or "127.0.0.1" in row.key for row in SignInTry.objects.all())


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/logg/", "/logg/"),
        ("", "/"),
        ("https://ond.example/", "/"),
        ("//ond.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\ond.example", "/"),
    ],
)
def test_next_leads_to_our_own_pages_only(client, hall, wanted, lands) -> None:
    assert attempt(client, mona(hall).address, PASSWORD, next=wanted)["Location"] == lands


def test_a_password_is_never_written_back(client, hall) -> None:
    assert "hemlig-fras-9" not in attempt(client, mona(hall).address, "hemlig-fras-9").content.decode()


def test_signing_out_needs_a_post_and_ends_the_session(client, hall) -> None:
    client.force_login(mona(hall))
    assert client.get("/logga-ut/").status_code == 405
    assert client.post("/logga-ut/")["Location"] == DOOR
    assert client.get("/").status_code == 302
    assert Event.objects.filter(verb="directory:account:sign_out").count() == 1


def test_whoever_has_left_is_out_at_the_next_page(client, hall) -> None:
    client.force_login(mona(hall))
    person = mona(hall).person
    person.is_active = False
    person.save()
    assert client.get("/")["Location"].startswith(DOOR)


def test_the_door_needs_a_csrf_token(hall) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert attempt(strict, mona(hall).address, PASSWORD).status_code == 403


def test_without_the_demo_there_is_no_short_cut(client, hall) -> None:
    assert "Logga in som" not in client.get(DOOR).content.decode()
    assert client.post(f"/logga-in/som/{mona(hall).pk}/").status_code == 404
    assert client.get("/").status_code == 302


def test_in_the_demo_one_click_opens_any_role(client, hall, settings) -> None:
    settings.DEMO = True
    page = client.get(DOOR).content.decode()
    assert all(account.person.name in page for account in hall.accounts.values())
    assert client.get(f"/logga-in/som/{mona(hall).pk}/").status_code == 405
    assert client.post(f"/logga-in/som/{mona(hall).pk}/")["Location"] == "/"
    assert "Mona Isaksson" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("remote", "forwarded", "client_is"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(remote, forwarded, client_is) -> None:
    meta = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(meta, trusted=["10.0.0.1", "10.0.0.2"]) == client_is
