"""The IT unit's page of connected mailboxes: who may, what is refused, and a real server to try it on."""

import re

import pytest
from django.test import Client
from tests import factories
from tests.dovecot import PASSWORD, Dovecot
from tests.graph_double import SECRET, GraphDouble
from tests.site.people import build_town_hall

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.mailflow.models import Connection
from kommunpost.site.sealing import unseal

pytestmark = pytest.mark.django_db
LIST = "/drift/brevlador/"


class World:
    def __init__(self) -> None:
        self.hall = build_town_hall()

    def client(self, role: Role = Role.IT) -> Client:
        client = Client()
        client.force_login(self.hall.accounts[role])
        return client


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.BLOB_STORE = str(tmp_path / "blobs")
    return World()


def filled(**more: object) -> dict[str, object]:
    box = Mailbox.objects.filter(connection__isnull=True, is_active=True).order_by("address")[0]
    return {
        "mailbox": box.pk, "host": "imap.kommun.example", "port": 993, "security": "tls", "login": "bygg",
        "secret": "mycket hemligt", "move_to": "",
    } | more  # fmt: skip


def connect(client: Client, **more: object) -> Connection:
    answer = client.post(f"{LIST}ny/imap/", filled(**more))
    assert answer.status_code == 302, answer.content.decode()
    return Connection.objects.latest("pk")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.IT])
def test_only_the_it_unit_comes_in(world: World, role: Role) -> None:
    row = connect(world.client())
    other = world.client(role)
    for path in (LIST, f"{LIST}ny/imap/", f"{LIST}{row.pk}/", f"{LIST}{row.pk}/andra/", f"{LIST}{row.pk}/ta-bort/"):
        assert other.get(path).status_code == 403
        assert world.client().get(path).status_code == 200
    for path in ("prova/", "pausa/", "las-nu/", "ta-bort/"):
        assert other.post(f"{LIST}{row.pk}/{path}").status_code == 403
    assert Connection.objects.filter(pk=row.pk, state="new").exists()


def test_the_password_is_sealed_and_never_shown(world: World) -> None:
    client = world.client()
    row = connect(client)
    assert "mycket" not in row.secret
    assert unseal(row.secret) == "mycket hemligt"
    for path in (LIST, f"{LIST}{row.pk}/", f"{LIST}{row.pk}/andra/"):
        page = client.get(path).content.decode()
        assert "mycket hemligt" not in page
        assert row.secret not in page
    assert client.post(f"{LIST}{row.pk}/andra/", filled(secret="", host="ny.kommun.example")).status_code == 302
    row.refresh_from_db()
    assert (row.host, unseal(row.secret), row.version) == ("ny.kommun.example", "mycket hemligt", 2)


def test_a_password_never_goes_in_clear_text_over_the_net(world: World) -> None:
    answer = world.client().post(f"{LIST}ny/imap/", filled(security="none"))
    assert answer.status_code == 422
    assert "Välj TLS eller STARTTLS" in answer.content.decode()
    assert not Connection.objects.exists()
    assert connect(world.client(), security="none", host="127.0.0.1").pk


def test_every_step_is_in_the_trail(world: World) -> None:
    client = world.client()
    row = connect(client)
    for path in ("las-nu/", "pausa/", "las-igen/", "ta-bort/"):
        assert client.post(f"{LIST}{row.pk}/{path}").status_code == 302
    verbs = Event.objects.filter(subject=f"connection:{row.pk}").order_by("number").values_list("verb", flat=True)
    steps = [verb.rpartition(":")[2] for verb in verbs]
    assert steps == ["add", "read_now", "pause", "resume", "remove"]
    assert not Connection.objects.exists()
    assert client.get(f"{LIST}{row.pk}/").status_code == 404


@pytest.mark.server
def test_it_is_tried_on_a_real_server(world: World, dovecot: Dovecot) -> None:
    client = world.client()
    reached = {"security": "none", "host": "127.0.0.1", "port": dovecot.imap, "secret": PASSWORD}
    row = connect(client, **reached)
    said = client.post(f"{LIST}{row.pk}/prova/", follow=True).content.decode()
    assert "Inloggningen gick bra. 2 mappar läses." in said
    client.post(f"{LIST}{row.pk}/andra/", filled(**reached | {"secret": "fel"}))
    said = client.post(f"{LIST}{row.pk}/prova/", follow=True).content.decode()
    assert "Användarnamnet eller lösenordet stämmer inte" in said
    dovecot.stop()
    assert "Servern svarar inte." in client.post(f"{LIST}{row.pk}/prova/", follow=True).content.decode()
    assert not re.search(r"fel\b.*hemligt", said)


def test_the_list_costs_the_same_for_one_and_for_many(world: World, django_assert_max_num_queries) -> None:
    client = world.client()
    connect(client)
    for number in range(3):
        box = factories.mailbox(f"funktion{number}")
        connect(client, mailbox=box.pk)
    client.get(LIST)
    with django_assert_max_num_queries(9):
        client.get(LIST)


def test_graph_says_that_it_is_tried_against_a_double(world: World, graph_double: GraphDouble, settings) -> None:
    settings.GRAPH_URL, settings.GRAPH_SIGN_IN = f"{graph_double.url}/v1.0", graph_double.url
    client = world.client()
    for path in (LIST, f"{LIST}ny/graph/"):
        assert "inte mot Microsoft" in client.get(path).content.decode()
    box = Mailbox.objects.filter(is_active=True).order_by("address")[0]
    graph_double.mailbox = box.address
    told = {"mailbox": box.pk, "tenant": "kommunen", "login": "program", "secret": SECRET, "move_to": ""}
    assert client.post(f"{LIST}ny/graph/", told | {"tenant": ""}).status_code == 422
    assert client.post(f"{LIST}ny/graph/", told).status_code == 302
    row = Connection.objects.get()
    assert (row.kind, row.stores_sent) == ("graph", False)
    assert "inte mot Microsoft" in client.get(f"{LIST}{row.pk}/").content.decode()
    said = client.post(f"{LIST}{row.pk}/prova/", follow=True).content.decode()
    assert "Inloggningen gick bra. 2 mappar läses." in said
