"""A file with a virus on the pages: who sees what, who may take it out, and that a verdict costs one question."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.site.people import build_town_hall
from tests.site.post import deliver, letter

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.inbox.actions.taking_in import take_in_pending
from kommunpost.apps.inbox.models import Entry
from kommunpost.apps.mailflow.models import Delivery, FileScan, ScanState
from kommunpost.apps.mailflow.tasks import read_new_messages

pytestmark = pytest.mark.django_db

STREET, NOBODY = "gatapark@botkyrka.example", "ingen@botkyrka.example"
NAME = "Test.<b>Eicar</b>"
TAKEN = "mailflow:file:take_out_infected"


class World:
    def __init__(self) -> None:
        self.hall = build_town_hall()
        self.now = timezone.now()
        (self.street,) = deliver(letter(1, to=STREET), to=STREET, at=self.now)
        (self.lost,) = deliver(letter(2, to=NOBODY), to=NOBODY, at=self.now)
        read_new_messages(now=self.now)
        take_in_pending(now=self.now)
        self.conversation = Entry.objects.get(delivery=self.street).conversation_id

    def say(self, state: ScanState, signature: str = "") -> None:
        due = self.now if state is ScanState.UNSCANNED else None
        FileScan.objects.update(state=state, signature=signature, due_at=due)

    def client(self, role: Role) -> Client:
        client = Client()
        client.force_login(self.hall.accounts[role])
        return client

    def places(self, delivery: Delivery) -> tuple[str, str]:
        """The page of a mail, in its mailbox and in its conversation."""
        entry = Entry.objects.filter(delivery=delivery).first()
        own = f"/inkorg/{delivery.mailbox_id or 'utan-mottagare'}/{delivery.pk}/"
        return own, f"/inkorg/konversation/{self.conversation}/mejl/{entry.pk}/" if entry else own


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.BLOB_STORE = str(tmp_path / "blobs")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    return World()


def pages(world: World, role: Role) -> list[str]:
    client = world.client(role)
    own, _entry = world.places(world.street)
    return [client.get(url).content.decode() for url in (own, f"/inkorg/konversation/{world.conversation}/")]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ScanState.UNSCANNED, "Inte virusgranskad än"),
        (ScanState.CLEAN, "Virusgranskad"),
        (ScanState.TOO_LARGE, "För stor att virusgranska"),
        (ScanState.FAILED, "Gick inte att virusgranska"),
    ],
)
def test_the_verdict_stands_beside_the_file_which_can_be_saved(world: World, state: ScanState, words: str) -> None:
    world.say(state)
    for page in pages(world, Role.CASEWORKER):
        assert words in page
        assert 'bilaga/0/" download' in page
    client = world.client(Role.CASEWORKER)
    for place in world.places(world.street):
        assert client.get(place + "bilaga/0/").status_code == 200
        assert client.get(place + "mejl.eml").status_code == 200


def test_where_nobody_scans_nothing_is_said(world: World, settings) -> None:
    FileScan.objects.all().delete()
    assert all("irusgranska" in page for page in pages(world, Role.CASEWORKER))
    settings.CLAMD_URL = ""
    assert all("irusgranska" not in page for page in pages(world, Role.CASEWORKER))


@pytest.mark.parametrize("what", ["bilaga/0/", "mejl.eml"])
def test_a_file_with_a_virus_is_refused_with_why(world: World, what: str, settings) -> None:
    world.say(ScanState.INFECTED, NAME)
    # Also when nobody scans any more.
    settings.CLAMD_URL = ""
    for page in pages(world, Role.CASEWORKER):
        assert "Virus: Test.&lt;b&gt;Eicar&lt;/b&gt;. Filen är spärrad." in page
        assert 'bilaga/0/" download' not in page
    client = world.client(Role.CASEWORKER)
    for place in world.places(world.street):
        answer = client.get(place + what)
        words = answer.content.decode()
        assert answer.status_code == 403
        assert "Content-Disposition" not in answer.headers
        assert "Test.&lt;b&gt;Eicar&lt;/b&gt;" in words
        assert "allmän handling" in words
        assert "Ta ut filen" not in words
        assert client.post(place + what).status_code == 403
    assert not Event.objects.filter(verb=TAKEN).exists()


@pytest.mark.parametrize("what", ["bilaga/0/", "mejl.eml"])
def test_the_registrar_may_take_it_out_and_it_is_traced(world: World, what: str) -> None:
    world.say(ScanState.INFECTED, NAME)
    client = world.client(Role.REGISTRAR)
    for number, place in enumerate(world.places(world.street), start=1):
        shown = client.get(place + what)
        assert shown.status_code == 403
        assert "Ta ut filen med virus" in shown.content.decode()
        assert Event.objects.filter(verb=TAKEN).count() == number - 1
        taken = client.post(place + what)
        assert taken.status_code == 200
        assert '.virus"' in taken.headers["Content-Disposition"]
        event = Event.objects.filter(verb=TAKEN).latest("pk")
        assert event.subject == f"message:{world.street.message_id}"
        assert event.details == {"number": 0 if what.startswith("bilaga") else None}
        assert event.actor == f"account:{world.hall.accounts[Role.REGISTRAR].pk}"


@pytest.mark.parametrize("role", list(Role))
def test_who_takes_out_a_file_of_the_holding_pen(world: World, role: Role) -> None:
    world.say(ScanState.INFECTED, NAME)
    (place, _same) = world.places(world.lost)
    sees = role in {Role.REGISTRAR, Role.IT}
    assert world.client(role).post(place + "bilaga/0/").status_code == (200 if sees else 404)


def test_the_form_has_its_token(world: World) -> None:
    world.say(ScanState.INFECTED, NAME)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.hall.accounts[Role.REGISTRAR])
    assert client.post(world.places(world.street)[0] + "bilaga/0/").status_code == 403
    assert not Event.objects.filter(verb=TAKEN).exists()


def test_verdicts_cost_the_same_for_many_mails_as_for_one(world: World) -> None:
    client = world.client(Role.CASEWORKER)
    page = f"/inkorg/konversation/{world.conversation}/"
    client.get(page)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        return sum("mailflow_filescan" in one["sql"] for one in asked)

    before = cost()
    for number in range(10, 16):
        raw = letter(number, to=STREET)
        (one,) = deliver(raw, to=STREET, at=world.now + timedelta(minutes=number))
        read_new_messages(now=world.now)
        take_in_pending(now=world.now)
        Entry.objects.filter(delivery=one).update(conversation_id=world.conversation)
    assert before == cost() == 1
