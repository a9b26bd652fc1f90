"""The audit room: who may, sentences for every verb, filters, files, constant queries, and the proof with a button."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.site.people import build_town_hall
from tests.trail import guards_lifted

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.models import Event
from kommunpost.apps.audit.queries import BreakKind
from kommunpost.apps.directory.rules import Role
from kommunpost.site.operations import upkeep
from kommunpost.site.operations.sentences import BREAKS, GROUPS, SENTENCES

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class World:
    def __init__(self) -> None:
        self.hall = build_town_hall()

    def client(self, role: Role = Role.AUDITOR) -> Client:
        client = Client()
        client.force_login(self.hall.accounts[role])
        return client

    def account(self, role: Role) -> str:
        return f"account:{self.hall.accounts[role].pk}"

    def tell(self, verb: str, *, by: Role = Role.IT, subject: str = "", at: datetime = NOW, **details: str) -> None:
        with transaction.atomic():
            record(actor=self.account(by), verb=verb, subject=subject, details=details, at=at)


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.BLOB_STORE, settings.DATA_FOLDER = str(tmp_path / "blobs"), tmp_path
    return World()


def test_every_verb_that_the_code_records_has_a_sentence_and_a_group() -> None:
    audit_verbs = pytest.importorskip("checks.reference.audit_verbs")
    verbs = {told.verb for told in audit_verbs.collect()}
    assert verbs - set(SENTENCES) == set()
    assert {verb.partition(":")[0] for verb in SENTENCES} <= set(GROUPS)
    assert set(BreakKind) <= set(BREAKS)


@pytest.mark.parametrize("role", list(Role))
def test_only_who_audits_comes_in(world: World, role: Role) -> None:
    client, allowed = world.client(role), role is Role.AUDITOR
    assert client.get("/granskning/").status_code == (200 if allowed else 403)
    assert client.post("/granskning/", {}).status_code == (302 if allowed else 403)
    assert client.post("/granskning/fil/", {"format": "csv"}).status_code == (200 if allowed else 403)
    assert client.post("/granskning/kontrollera/").status_code == (302 if allowed else 403)


def test_an_event_is_a_sentence_with_names_and_a_folded_detail(world: World) -> None:
    world.tell("directory:mailbox:change", subject=f"mailbox:{world.hall.street.pk}", field="name")
    page = world.client().get("/granskning/").content.decode()
    assert "Irina Volkova" in page
    assert "Ändrade en brevlåda" in page
    assert "gatapark@botkyrka.example" in page
    assert "field" in page
    assert f'href="/inkorg/{world.hall.street.pk}/"' not in page  # an auditor reads no mail


def searched(world: World, **terms: str) -> str:
    client = world.client()
    answer = client.post("/granskning/", terms)
    assert answer.status_code == 302
    assert not any(value in answer["Location"] for value in terms.values() if len(value) > 3)
    return client.get(answer["Location"]).content.decode().partition('id="handelser"')[2]


def test_filters_narrow_to_what_was_asked_for(world: World) -> None:
    box = f"mailbox:{world.hall.street.pk}"
    world.tell("directory:mailbox:change", subject=box)
    world.tell("log:extract:exported", by=Role.REGISTRAR, at=NOW - timedelta(days=3))
    for terms in (
        {"actor": world.account(Role.IT)},
        {"office": "directory"},
        {"subject": box},
        {"since": "2026-11-24", "until": "2026-11-24"},
    ):
        rows = searched(world, **terms)
        assert "Ändrade en brevlåda" in rows
        assert "ett utdrag ur e-postloggen" not in rows
    rows = searched(world, since="2026-11-21", until="2026-11-21")
    assert "ett utdrag ur e-postloggen" in rows
    assert "Ändrade en brevlåda" not in rows


def test_a_filter_that_makes_no_sense_is_told(world: World) -> None:
    assert world.client().post("/granskning/", {"since": "i går"}).status_code == 422


def test_somebody_elses_search_is_not_found(world: World) -> None:
    assert world.client().get("/granskning/sok/abc123/")["Location"] == "/granskning/"


def test_reading_is_written_once_for_each_search_of_a_session(world: World) -> None:
    client = world.client()
    for _time in range(3):
        client.get("/granskning/")
    assert Event.objects.filter(verb="audit:trail:read", chain="reads").count() == 1
    client.get(client.post("/granskning/", {"office": "mail"})["Location"])
    newest = Event.objects.filter(verb="audit:trail:read").latest("pk")
    assert (newest.details["group"], newest.actor) == ("mail", world.account(Role.AUDITOR))


def test_pages_of_fifty_cost_the_same_queries_as_five(world: World) -> None:
    client = world.client()
    for number in range(5):
        world.tell("directory:person:change", subject=f"person:{number + 1}")
    client.get("/granskning/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/granskning/")
    for number in range(60):
        world.tell("directory:person:change", subject=f"person:{number + 1}")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/granskning/").content.decode()
    assert len(few) == len(many)
    assert page.count('<th scope="row">Ändrade en person') == 50
    assert "?fore=" in page


def test_files_hold_the_filtered_events_run_no_formula_and_are_themselves_recorded(world: World) -> None:
    world.tell("directory:mailbox:change", subject="mailbox:1", field="=1+1")
    world.hall.accounts[Role.IT].person.name = "=SUM(A1)"
    world.hall.accounts[Role.IT].person.save()
    client = world.client()
    answer = client.post("/granskning/fil/", {"format": "csv", "office": "directory"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["verb"] for row in rows} == {"directory:mailbox:change"}
    assert (rows[0]["name"], rows[0]["sentence"]) == ("'=SUM(A1)", "Ändrade en brevlåda")
    lines = b"".join(client.post("/granskning/fil/", {"format": "json"}).streaming_content).decode().splitlines()
    assert json.loads(lines[-1])["details"] == {"field": "=1+1"}
    kept = Event.objects.filter(verb="audit:trail:export").order_by("pk").values_list("details", flat=True)
    assert [one["format"] for one in kept] == ["csv", "json"]


def test_the_button_starts_a_proof_that_the_page_follows_to_its_end(world: World) -> None:
    world.tell("directory:mailbox:change", subject="mailbox:1")
    client = world.client()
    assert "Inte kontrollerat än" in client.get("/granskning/").content.decode()
    client.post("/granskning/kontrollera/")
    page = client.get("/granskning/").content.decode()
    assert "Kontrollen pågår" in page
    assert 'http-equiv="refresh"' in page
    assert "pågår redan" in client.post("/granskning/kontrollera/", follow=True).content.decode()
    upkeep.verify_asked(clock=lambda: NOW)
    page = client.get("/granskning/").content.decode()
    assert "Inga brott" in page
    assert "Kontrollen pågår" not in page


def test_a_break_is_named_and_says_what_to_do(world: World) -> None:
    world.tell("directory:mailbox:change", subject="mailbox:1")
    with guards_lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor = 'account:99' WHERE chain = 'main' AND number = 1")
    client = world.client()
    client.post("/granskning/kontrollera/")
    upkeep.verify_asked(clock=lambda: NOW)
    page = client.get("/granskning/").content.decode()
    assert "Brott hittade" in page
    assert "En händelse har ändrats: main/1" in page
    assert "Ändra ingenting i databasen." in page
