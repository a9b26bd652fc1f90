"""The IT unit's page: who may, what it shows and never shows, and each of its deeds with its trace in the trail."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.site.people import build_town_hall
from tests.site.post import deliver, letter
from tests.site.worker import tasks

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.mailflow.actions.outbox import queue_mail
from kommunpost.apps.mailflow.models import OutboxState, OutgoingMail
from kommunpost.apps.maillog.actions import index_pending
from kommunpost.site.operations import upkeep
from kommunpost.site.operations.finding_texts import FINDING_TEXTS
from kommunpost.site.operations.models import SetAside
from kommunpost.site.operations.queries.rhythm import hours, silent_mailboxes
from kommunpost.site.worker import queue

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[2] / "src" / "kommunpost"
STREET = "gatapark@botkyrka.example"


class World:
    def __init__(self) -> None:
        self.hall = build_town_hall()

    def client(self, role: Role = Role.IT) -> Client:
        client = Client()
        client.force_login(self.hall.accounts[role])
        return client


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.BLOB_STORE, settings.DATA_FOLDER, settings.RELAY_URL = str(tmp_path / "blobs"), tmp_path, ""
    return World()


def verbs() -> list[str]:
    return list(Event.objects.filter(verb__startswith="operations:").order_by("pk").values_list("verb", flat=True))


def failed_task() -> str:
    tasks.fail.enqueue(7)
    later = datetime(2100, 1, 1, tzinfo=UTC)
    for minutes in (0, 1):
        queue.run_next(worker_id="a", now=later + timedelta(minutes=minutes))
    return str(DBTaskResult.objects.get(status="FAILED").pk)


@pytest.mark.parametrize("role", list(Role))
def test_only_who_looks_after_the_house_comes_in(world: World, role: Role) -> None:
    client, allowed = world.client(role), role in {Role.IT, Role.ADMIN}
    assert client.get("/drift/").status_code == (200 if allowed else 403)
    for deed in ("halsa", "kontrollera"):
        assert client.post(f"/drift/{deed}/").status_code == (302 if allowed else 403)


def test_it_shows_no_subject_no_writer_and_no_password(world: World, settings) -> None:
    settings.RELAY_URL = "smtp://kommun:hemligtord@relay.example:2500"
    deliver(letter(1, to=STREET), to=STREET, at=timezone.now())
    page = world.client().get("/drift/").content.decode()
    assert "relay.example:2500" in page
    assert not any(word in page for word in ("hemligtord", "Snövall", "berit.malmkvist"))


def test_the_doctor_comes_when_asked_and_speaks_swedish(world: World) -> None:
    client = world.client()
    client.post("/drift/halsa/")
    assert "Kontrollen är på väg." in client.get("/drift/").content.decode()
    assert upkeep.examine_asked(clock=timezone.now) == 1
    page = client.get("/drift/").content.decode()
    assert "Ingen e-postserver är angiven" in page
    assert "Kontrollen är på väg." not in page
    assert verbs() == ["operations:doctor:ask"]


def test_every_finding_has_swedish_words() -> None:
    call = re.compile(r"\b(?:ok|note|wrong)\(\s*\"([a-z_]+\.[a-z_]+)\"")
    files = [*SOURCE.glob("site/doctor/*.py"), *SOURCE.glob("apps/*/checks.py")]
    codes = {code for file in files for code in call.findall(file.read_text(encoding="utf-8"))}
    assert len(codes) > 25
    assert codes - set(FINDING_TEXTS) == set()


def test_a_failed_task_is_run_again(world: World) -> None:
    client, task = world.client(), failed_task()
    assert "tasks.fail" in client.get("/drift/").content.decode()
    client.post(f"/drift/arbete/{task}/", {"do": "rerun"})
    assert (DBTaskResult.objects.get().status, DBTaskResult.objects.get().worker_ids) == ("READY", [])
    assert verbs() == ["operations:task:rerun"]
    assert client.post(f"/drift/arbete/{task}/", {"do": "rerun"}).status_code == 404


def test_a_failed_task_is_set_aside_only_with_a_reason_that_stays_out_of_the_trail(world: World) -> None:
    client, task = world.client(), failed_task()
    answer = client.post(f"/drift/arbete/{task}/", {"do": "set_aside", "reason": " "}, follow=True)
    assert "Skriv varför" in answer.content.decode()
    assert DBTaskResult.objects.count() == 1
    client.post(f"/drift/arbete/{task}/", {"do": "set_aside", "reason": "Gammal fil"})
    assert not DBTaskResult.objects.exists()
    assert SetAside.objects.get().reason == "Gammal fil"
    assert "Gammal fil" not in str(list(Event.objects.values_list("details", flat=True)))
    assert verbs() == ["operations:task:set_aside"]


@pytest.mark.parametrize(("sent", "state"), [("yes", OutboxState.HANDED_OVER), ("no", OutboxState.HELD)])
def test_a_mail_of_unknown_fate_gets_a_persons_word(world: World, sent: str, state: OutboxState) -> None:
    now = timezone.now()
    raw = letter(9, to="anna.ek@post.example")
    pk = queue_mail(
        mailbox_id=world.hall.street.pk, raw=raw, recipients=["anna.ek@post.example"], not_before=now,
        by="system:test", now=now,
    )  # fmt: skip
    OutgoingMail.objects.filter(pk=pk).update(state=OutboxState.UNKNOWN)
    client = world.client()
    page = client.get("/drift/").content.decode()
    assert "Mejl med okänt öde" in page
    assert "anna.ek" not in page
    client.post(f"/drift/mejl/{pk}/", {"sent": sent})
    assert OutgoingMail.objects.get(pk=pk).state == state
    assert Event.objects.filter(verb="outbox:mail:resolve").count() == 1
    assert client.post(f"/drift/mejl/{pk}/", {"sent": sent}).status_code == 404


def test_the_last_day_is_counted_hour_by_hour(world: World) -> None:
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    for number, ago in enumerate((0, 5, 90, 23 * 60, 24 * 60)):
        deliver(letter(number, to=STREET), to=STREET, at=now - timedelta(minutes=ago))
    counted = hours(now=now)
    assert (len(counted), counted[-1].at) == (24, now.replace(minute=0))
    assert [(one.at.hour, one.incoming) for one in counted if one.incoming] == [(10, 1), (8, 1), (9, 2)]


def test_a_mailbox_that_falls_silent_is_found_with_its_reason(world: World) -> None:
    now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    number = 0
    for days in range(1, 40):
        day = datetime(2026, 11, 24, 8, 0, tzinfo=UTC) - timedelta(days=days)
        for minute in range(6 if day.weekday() < 5 else 0):
            number += 1
            deliver(letter(number, to=STREET), to=STREET, at=day + timedelta(minutes=minute))
    index_pending()
    (found,) = silent_mailboxes(now=now)
    assert (found.address, found.weekday, round(found.usual)) == (STREET, 1, 6)
    deliver(letter(9999, to=STREET), to=STREET, at=now - timedelta(minutes=1))
    assert silent_mailboxes(now=now) == []
