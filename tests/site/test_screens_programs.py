"""The page of programs with a token: who may, the token shown once, and each deed in the trail."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.site.people import TownHall, build_town_hall

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.rules import Role
from kommunpost.site.api.clients import client_of, list_clients, make_client

pytestmark = pytest.mark.django_db
PAGE = "/drift/program/"
TOKEN = re.compile(r"kommunpost_\d+_[\w-]+")
MAY = {Role.IT, Role.ADMIN}


@pytest.fixture
def hall() -> TownHall:
    return build_town_hall()


@pytest.fixture
def it(hall: TownHall) -> Client:
    client = Client()
    client.force_login(hall.accounts[Role.IT])
    return client


@pytest.mark.parametrize("role", list(Role))
def test_only_it_and_administrators_come_in(hall: TownHall, role: Role) -> None:
    make_client(name="Outlook", scopes=["advice"], by="system:cli", now=datetime(2026, 9, 9, tzinfo=UTC))
    client = Client()
    client.force_login(hall.accounts[role])
    expected = 200 if role in MAY else 403
    revoke = f"{PAGE}{list_clients()[0].id}/aterkalla/"
    assert [client.get(PAGE).status_code, client.get(revoke).status_code] == [expected, expected]
    if role not in MAY:
        assert client.post(PAGE, {"name": "Mitt", "scopes": ["submission"]}).status_code == 403
        assert client.post(revoke).status_code == 403
        assert [(one.name, one.revoked_at) for one in list_clients()] == [("Outlook", None)]


def test_the_token_is_shown_once_and_works_until_it_is_revoked(it: Client, hall: TownHall) -> None:
    answer = it.post(PAGE, {"name": "Outlook", "scopes": ["advice", "judgement"]})
    (token,) = set(TOKEN.findall(answer.content.decode()))
    assert "no-store" in answer.headers["Cache-Control"]
    known = client_of(token)
    assert known is not None
    assert known.scopes == {"advice", "judgement"}
    assert token not in it.get(PAGE).content.decode()
    revoke = f"{PAGE}{known.id}/aterkalla/"
    assert "Outlook" in it.get(revoke).content.decode()
    assert client_of(token) is not None
    assert it.post(revoke).status_code == 302
    assert client_of(token) is None
    assert it.post(revoke).status_code == 404
    events = [(one.verb, one.actor) for one in Event.objects.filter(verb__startswith="api:").order_by("pk")]
    reference = f"account:{hall.accounts[Role.IT].pk}"
    assert events == [("api:client:make", reference), ("api:client:revoke", reference)]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "", "scopes": ["advice"]}, "måste fyllas i"),
        ({"name": "Nytt"}, "måste fyllas i"),
        ({"name": "Nytt", "scopes": ["allt"]}, "allt"),
        ({"name": "Outlook", "scopes": ["advice"]}, "Det finns redan ett program"),
    ],
)
def test_what_cannot_be_made_is_said_at_the_form(it: Client, form: dict[str, object], says: str) -> None:
    make_client(name="Outlook", scopes=["advice"], by="system:cli", now=datetime(2026, 9, 9, tzinfo=UTC))
    answer = it.post(PAGE, form)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert len(list_clients()) == 1
