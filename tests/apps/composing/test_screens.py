"""The composer through the browser's eyes, without script: who gets in, what each button does, what stops a sending."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.site.people import TownHall, build_town_hall
from tests.site.post import deliver, letter

from kommunpost.apps.composing import actions
from kommunpost.apps.composing.models import AdviceOutcome, CannedText, Draft, DraftState, Reminder
from kommunpost.apps.directory.models import AddressGroup, Person
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.mailflow.actions import outbox as outbox_actions
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import OutboxState, OutgoingMail

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.hall: TownHall = build_town_hall()
        self.now = timezone.now()
        (self.came,) = deliver(
            letter(1, to=self.hall.street.address), to=self.hall.street.address, at=self.now - timedelta(days=1)
        )
        self.mona, self.henrik, self.jonas = map(self.client, (Role.CASEWORKER, Role.MANAGER, Role.CONTACT_CENTRE))

    def client(self, role: Role) -> Client:
        client = Client()
        client.force_login(self.hall.accounts[role])
        return client

    def draft(self, **fields: object) -> int:
        actor = actor_for(self.hall.accounts[Role.CASEWORKER].pk)
        whole = {"to": "berit.malmkvist@post.example", "subject": "Snö", "body": "Vi plogar."} | fields
        return actions.start_new(actor=actor, mailbox_id=self.hall.street.pk, now=self.now, fields=whole)  # type: ignore[arg-type]


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BLOB_STORE = str(tmp_path / "blobs")
    settings.FILE_ROOM = ""
    return World()


def fields_of(html: str) -> dict[str, str]:
    """The form as a browser would post it."""
    form = html[html.index('id="skriv"') :]
    found = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
    found |= {name: "" for name in re.findall(r'<input[^>]*name="(\w+)"', form) if name not in found}
    body = re.search(r'<textarea name="body"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    found["body"] = body[1] if body else ""
    return {name: unescape(text) for name, text in found.items() if name not in {"files", "may_repeat"}}


def opened(client: Client, draft_id: int) -> dict[str, str]:
    answer = client.get(f"/skriv/{draft_id}/")
    assert answer.status_code == 200
    return fields_of(answer.content.decode())


def test_answer_write_send_undo(world: World) -> None:
    page = world.mona.get(f"/inkorg/{world.hall.street.pk}/{world.came.pk}/").content.decode()
    address = f"/skriv/svara/{world.hall.street.pk}/{world.came.pk}/"
    assert address in page
    begun = world.mona.post(address, {"hur": "svara"})
    draft_id = Draft.objects.get().pk
    assert begun.headers["Location"] == f"/skriv/{draft_id}/"
    posted = opened(world.mona, draft_id) | {"body": "Hej Berit. Vi plogar infarten i dag."}
    gone = world.mona.post(f"/skriv/{draft_id}/skicka/", posted)
    assert gone.headers["Location"] == f"/skriv/{draft_id}/skickat/"
    sent = world.mona.get(gone.headers["Location"]).content.decode()
    assert "Kan ångras till" in sent
    back = world.mona.post(gone.headers["Location"])
    assert back.headers["Location"] == f"/skriv/{draft_id}/"
    assert OutgoingMail.objects.get().state == OutboxState.CANCELLED
    assert "Vi plogar infarten" in world.mona.get(f"/skriv/{draft_id}/").content.decode()


PLACES = {
    "composer": "/skriv/{draft}/",
    "its file": "/skriv/{draft}/bilaga/{file}/",
    "text for the intranet": "/skriv/{draft}/intranat/",
}
DEEDS = {
    "save": "/skriv/{draft}/",
    "autosave": "/skriv/{draft}/autospara/",
    "send": "/skriv/{draft}/skicka/",
    "throw away": "/skriv/{draft}/kasta/",
}


def test_a_draft_is_its_writers_alone(world: World) -> None:
    draft_id = world.draft()
    world.mona.post(f"/skriv/{draft_id}/", {"press": "save", "files": SimpleUploadedFile("a.txt", b"hej")})
    file_id = Draft.objects.get().attachments.get().pk
    for place in PLACES.values():
        url = place.format(draft=draft_id, file=file_id)
        # Henrik answers for the same mailbox; Jonas does not.
        assert [client.get(url).status_code for client in (world.mona, world.henrik, world.jonas)] == [200, 404, 404]
    for deed in DEEDS.values():
        url = deed.format(draft=draft_id)
        assert [client.post(url, {}).status_code for client in (world.henrik, world.jonas)] == [404, 404]
        assert client_without_role(world).post(url, {}).status_code == 403
    assert Draft.objects.get().state == DraftState.WRITING
    assert world.mona.post(DEEDS["throw away"].format(draft=draft_id)).status_code == 302


def client_without_role(world: World) -> Client:
    return world.client(Role.ADMIN)


def test_the_outbox_is_for_those_who_answer_for_the_mailbox(world: World) -> None:
    draft_id = world.draft()
    world.mona.post(f"/skriv/{draft_id}/skicka/", opened(world.mona, draft_id))
    url = f"/skriv/{draft_id}/skickat/"
    assert [one.get(url).status_code for one in (world.mona, world.henrik, world.jonas)] == [200, 200, 404]
    assert "Snö" in world.henrik.get("/skriv/utkorg/").content.decode()
    assert "Snö" not in world.jonas.get("/skriv/utkorg/").content.decode()
    assert world.jonas.post(url).status_code == 404
    assert world.henrik.post(url).headers["Location"] == "/skriv/utkorg/"
    assert Draft.objects.get().state == DraftState.WRITING


def test_nobody_answers_from_a_mailbox_that_is_not_theirs(world: World) -> None:
    url = f"/skriv/svara/{world.hall.street.pk}/{world.came.pk}/"
    assert [world.client(role).post(url).status_code for role in (Role.CONTACT_CENTRE, Role.REGISTRAR)] == [404, 404]
    assert world.client(Role.ADMIN).post(url).status_code == 403
    assert not Draft.objects.exists()
    # The registrar may read the mail, and still has no button to press.
    read = world.client(Role.REGISTRAR).get(f"/inkorg/{world.hall.street.pk}/{world.came.pk}/")
    assert read.status_code == 200
    assert url not in read.content.decode()


def test_what_is_wrong_is_said_and_nothing_is_lost(world: World) -> None:
    draft_id = world.draft()
    posted = opened(world.mona, draft_id) | {"to": "berit", "reply_by": "på fredag", "body": "Ny text"}
    answer = world.mona.post(f"/skriv/{draft_id}/skicka/", posted)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Skriv datumet som åååå-mm-dd" in html
    assert 'value="på fredag"' in html
    assert Draft.objects.get().body == "Ny text"
    again = world.mona.post(f"/skriv/{draft_id}/skicka/", fields_of(html) | {"reply_by": ""})
    assert "Vi förstår inte alla adresser" in again.content.decode()
    assert not OutgoingMail.objects.exists()


def test_advice_is_shown_once_before_sending_and_then_the_writer_decides(world: World) -> None:
    AddressGroup.objects.create(address="alla@botkyrka.example", name="Alla").members.set(Person.objects.all())
    draft_id = world.draft(to="alla@botkyrka.example")
    blind = opened(world.mona, draft_id) | {"seen": ""}
    stopped = world.mona.post(f"/skriv/{draft_id}/skicka/", blind)
    html = stopped.content.decode()
    assert stopped.status_code == 422
    assert "intranät" in html
    assert "Skicka ändå" in html
    assert world.mona.post(f"/skriv/{draft_id}/skicka/", fields_of(html)).status_code == 302
    counted = AdviceOutcome.objects.filter(clause="no-mass-mail").values_list("fate", "number")
    assert list(counted) == [("shown", 1)]
    assert AdviceOutcome.objects.get(fate="sent").number == 1
    assert Draft.objects.get().advice == {}


def test_advice_put_aside_stays_aside_and_is_counted_by_unit_alone(world: World) -> None:
    AddressGroup.objects.create(address="alla@botkyrka.example", name="Alla").members.set(Person.objects.all())
    draft_id = world.draft(to="alla@botkyrka.example")
    html = world.mona.get(f"/skriv/{draft_id}/").content.decode()
    button = next(one for one in re.findall(r'value="(dismiss:\w+:needed)"', html))
    world.mona.post(f"/skriv/{draft_id}/", fields_of(html) | {"press": button})
    after = world.mona.get(f"/skriv/{draft_id}/").content.decode()
    assert "intranätet i stället" not in after
    assert world.mona.post(f"/skriv/{draft_id}/skicka/", fields_of(after)).status_code == 302
    row = AdviceOutcome.objects.get(fate="dismissed")
    assert (row.clause, row.reason, row.unit_id, row.number) == (
        "no-mass-mail", "needed", world.hall.street.unit_id, 1,
    )  # fmt: skip
    assert {field.name for field in AdviceOutcome._meta.get_fields()} == {
        "id", "month", "unit", "clause", "fate", "reason", "number",
    }  # fmt: skip


def test_the_buttons_of_advice_do_what_they_say(world: World, settings, tmp_path) -> None:
    settings.FILE_ROOM, settings.FILE_ROOM_LINK = f"file://{tmp_path}/rum", "https://rum.botkyrka.example/mejl/"
    draft_id = world.draft(to="henrik.vallgren@botkyrka.example")
    file = SimpleUploadedFile("karta.pdf", b"%PDF-1.4")
    world.mona.post(f"/skriv/{draft_id}/", opened(world.mona, draft_id) | {"press": "attach", "files": file})
    html = world.mona.get(f"/skriv/{draft_id}/").content.decode()
    fix = re.search(r'value="(fix:\w+)"[^>]*>Spara filen i rummet', html)
    assert fix
    world.mona.post(f"/skriv/{draft_id}/", fields_of(html) | {"press": fix[1]})
    link = Draft.objects.get(pk=draft_id).attachments.get().link
    assert link.startswith("https://rum.botkyrka.example/mejl/")
    assert [path.read_bytes() for path in tmp_path.glob("rum/*/karta.pdf")] == [b"%PDF-1.4"]
    html = world.mona.get(f"/skriv/{draft_id}/").content.decode()
    assert "Spara filen i rummet" not in html
    outdated = world.mona.post(f"/skriv/{draft_id}/", fields_of(html) | {"press": fix[1]}, follow=True)
    assert "Texten har ändrats sedan rådet gavs" in outdated.content.decode()
    world.mona.post(f"/skriv/{draft_id}/skicka/", fields_of(html) | {"revision": ""})
    raw = store().get(OutgoingMail.objects.get().blob_id)
    text = message_from_bytes(raw, policy=default).get_body(("plain",))
    assert text is not None
    assert f"karta.pdf: {link}" in text.get_content()
    assert b"application/pdf" not in raw
    assert AdviceOutcome.objects.get(fate="fixed").clause == "no-internal-attachment"


def test_autosave_answers_with_advice_and_refuses_what_is_old(world: World) -> None:
    draft_id = world.draft()
    posted = opened(world.mona, draft_id) | {"to": "alla@botkyrka.example"}
    first = world.mona.post(f"/skriv/{draft_id}/autospara/", posted)
    told = first.json()
    assert (first.status_code, told["revision"]) == (200, 2)
    assert "intranät" in told["advice"]
    old = world.mona.post(f"/skriv/{draft_id}/autospara/", posted)
    assert (old.status_code, old.json()["refused"]) == (409, "draft_changed")


def test_suggestions_come_from_the_directory(world: World) -> None:
    AddressGroup.objects.create(address="chefer@botkyrka.example", name="Chefer").members.set(Person.objects.all()[:3])
    found = world.mona.post("/skriv/mottagare/", {"text": "vall"}).content.decode()
    assert "Henrik Vallgren &lt;henrik.vallgren@botkyrka.example&gt;" in found
    assert "når 3 personer" in world.mona.post("/skriv/mottagare/", {"text": "chef"}).content.decode()
    assert world.client(Role.ADMIN).post("/skriv/mottagare/", {"text": "vall"}).status_code == 403
    draft_id = world.draft(to="", cc="henrik.vallgren@botkyrka.example")
    page = world.mona.post(
        f"/skriv/{draft_id}/", opened(world.mona, draft_id) | {"press": "find", "find_text": "vallg"}
    ).content.decode()  # fmt: skip
    button = re.search(r'value="(add:to:[^"]+)"', page)
    assert button
    value = unescape(button[1])
    world.mona.post(f"/skriv/{draft_id}/", fields_of(page) | {"press": value})
    draft = Draft.objects.get(pk=draft_id)
    assert (draft.to, draft.cc) == ("Henrik Vallgren <henrik.vallgren@botkyrka.example>", "")


def test_answer_to_all_asks_who_must_act(world: World) -> None:
    world.mona.post(f"/skriv/svara/{world.hall.street.pk}/{world.came.pk}/", {"hur": "svara-alla"})
    draft = Draft.objects.get()
    Draft.objects.filter(pk=draft.pk).update(cc="Bo Ek <bo@post.example>, cia@post.example")
    page = world.mona.get(f"/skriv/{draft.pk}/").content.decode()
    assert "Vem av dem ska göra något?" in page
    world.mona.post(f"/skriv/{draft.pk}/", fields_of(page) | {"press": "act:bo@post.example"})
    draft.refresh_from_db()
    assert (draft.to, draft.cc) == (
        "Berit Malmkvist <berit.malmkvist@post.example>, Bo Ek <bo@post.example>", "cia@post.example",
    )  # fmt: skip
    world.mona.post(f"/skriv/{draft.pk}/", opened(world.mona, draft.pk) | {"press": "drop-copies"})
    draft.refresh_from_db()
    assert draft.cc == ""


def test_canned_texts_are_the_mailboxs_and_are_filled(world: World) -> None:
    form = {"name": "Plogning", "subject": "Om {mottagare}", "body": "Hej {mottagare}.\nRing {enhet}."}
    url = f"/skriv/texter/ny/{world.hall.street.pk}/"
    assert world.jonas.post(url, form).status_code == 404
    assert world.mona.post(url, form).headers["Location"] == "/skriv/texter/"
    assert "redan en text" in world.mona.post(url, form).content.decode()
    text = CannedText.objects.get()
    assert [one.get(f"/skriv/texter/{text.pk}/").status_code for one in (world.henrik, world.jonas)] == [200, 404]
    draft_id = world.draft(to="Berit Malmkvist <berit.malmkvist@post.example>", body="", subject="")
    world.mona.post(f"/skriv/{draft_id}/", opened(world.mona, draft_id) | {"press": "canned", "canned": str(text.pk)})
    draft = Draft.objects.get(pk=draft_id)
    assert (draft.subject, draft.body) == ("Om Berit Malmkvist", "Hej Berit Malmkvist.\nRing Gatu- och parkenheten.")
    assert world.jonas.post(f"/skriv/texter/{text.pk}/ta-bort/").status_code == 404
    assert world.henrik.post(f"/skriv/texter/{text.pk}/ta-bort/").status_code == 302
    assert not CannedText.objects.exists()


def test_a_reminder_comes_to_the_start_page_when_its_day_has_passed(world: World) -> None:
    day = timezone.localdate() + timedelta(days=3)
    draft_id = world.draft()
    posted = opened(world.mona, draft_id) | {"reply_by": day.isoformat()}
    assert world.mona.post(f"/skriv/{draft_id}/skicka/", posted).status_code == 302
    assert "Inget svar har kommit" not in world.mona.get("/").content.decode()
    Reminder.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    for client, sees in ((world.mona, True), (world.henrik, True), (world.jonas, False)):
        assert ("Inget svar har kommit" in client.get("/").content.decode()) is sees
    reminder = Reminder.objects.get()
    assert world.jonas.post(f"/skriv/bevakningar/{reminder.pk}/avsluta/", follow=True).status_code == 200
    reminder.refresh_from_db()
    assert reminder.state == "waiting"
    world.henrik.post(f"/skriv/bevakningar/{reminder.pk}/avsluta/")
    assert "Inget svar har kommit" not in world.mona.get("/").content.decode()


def test_an_unknown_fate_is_for_a_person_to_say(world: World) -> None:
    draft_id = world.draft()
    world.mona.post(f"/skriv/{draft_id}/skicka/", opened(world.mona, draft_id))
    later = timezone.now() + timedelta(minutes=5)
    (claim,) = outbox_actions.claim_due(worker="w", limit=1, now=later)
    outbox_actions.note_data(claim=claim, now=later)
    outbox_actions.record_unknown(claim=claim, now=later)
    page = world.mona.get(f"/skriv/{draft_id}/skickat/").content.decode()
    assert "Ingen vet om mejlet gick fram" in page
    url = f"/skriv/{draft_id}/avgor/"
    strangers = [world.client(role) for role in (Role.CONTACT_CENTRE, Role.ADMIN)]
    assert [one.post(url, {"was_sent": "1"}).status_code for one in strangers] == [404, 403]
    assert OutgoingMail.objects.get().state == OutboxState.UNKNOWN
    world.henrik.post(url, {"was_sent": "1"})
    assert OutgoingMail.objects.get().state == OutboxState.HANDED_OVER


def test_what_belongs_to_another_page_is_sent_from_there(world: World) -> None:
    draft_id = world.draft()
    Draft.objects.update(belongs_to="conversation:1", place="/inkorg/")
    assert world.mona.get(f"/skriv/{draft_id}/").headers["Location"] == "/inkorg/"
    assert world.mona.post(f"/skriv/{draft_id}/skicka/", {}).headers["Location"] == "/inkorg/"
    assert not OutgoingMail.objects.exists()
    away = world.mona.post(f"/skriv/{draft_id}/", {"press": "save", "back": "https://elak.example/"})
    assert away.headers["Location"].startswith("/inkorg/")


def test_lists_cost_the_same_for_one_row_as_for_many(world: World) -> None:
    def cost(url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert world.mona.get(url).status_code == 200
        return len(queries)

    def send_one() -> None:
        draft_id = world.draft(body=f"Text {Draft.objects.count()}")
        posted = opened(world.mona, draft_id) | {"reply_by": (timezone.localdate() + timedelta(days=2)).isoformat()}
        assert world.mona.post(f"/skriv/{draft_id}/skicka/", posted).status_code == 302
        world.draft()

    urls = ["/skriv/", "/skriv/utkorg/", "/skriv/bevakningar/", "/"]
    send_one()
    before = [cost(url) for url in urls]
    for _ in range(3):
        send_one()
    assert [cost(url) for url in urls] == before


def test_every_page_opens(world: World) -> None:
    for place in ("", "utkorg/", "kastat/", "bevakningar/", "texter/", "signatur/"):
        assert world.mona.get(f"/skriv/{place}").status_code == 200, place
        assert world.client(Role.ADMIN).get(f"/skriv/{place}").status_code == 403, place
