"""The first rooms as each role sees them: what opens, what does not, and what every page carries."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.site.people import TownHall, build_town_hall
from tests.site.post import HTML, deliver, letter

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.mailflow.models import Delivery
from kommunpost.apps.mailflow.tasks import read_new_messages

pytestmark = pytest.mark.django_db

STREET, CARE, NOBODY = "gatapark@botkyrka.example", "vardomsorg@botkyrka.example", "ingen@botkyrka.example"
HIDDEN = "Vi hittar ingen sådan sida, eller så får du inte se den."
READ_OWN = {Role.CASEWORKER, Role.MANAGER, Role.REGISTRAR, Role.LAWYER}
READ_ALL = {Role.REGISTRAR, Role.LAWYER}
SEE_PEN = {Role.REGISTRAR, Role.IT}
NO_LOG = {Role.ADMIN, Role.AUDITOR}


class World:
    """A town hall with one mail in each mailbox and one in the holding pen."""

    def __init__(self) -> None:
        self.hall: TownHall = build_town_hall()
        self.now = timezone.now()
        (self.street,) = deliver(letter(1, to=STREET, html=HTML), to=STREET, at=self.now)
        self.raw = letter(2, to=CARE, subject="Fråga om hemtjänst")
        (self.care,) = deliver(self.raw, to=CARE, at=self.now)
        (self.lost,) = deliver(letter(3, to=NOBODY, subject="Till ingen"), to=NOBODY, at=self.now)

    def url(self, delivery: Delivery, more: str = "") -> str:
        place = delivery.mailbox_id or "utan-mottagare"
        return f"/inkorg/{place}/{delivery.pk}/{more}"

    def client(self, role: Role) -> Client:
        client = Client()
        client.force_login(self.hall.accounts[role])
        return client


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BLOB_STORE = str(tmp_path / "blobs")
    return World()


PLACES = {
    "street list": (lambda world: f"/inkorg/{world.hall.street.pk}/", READ_OWN),
    "street mail": (lambda world: world.url(world.street), READ_OWN),
    "street body": (lambda world: world.url(world.street, "formaterad/"), READ_OWN),
    "street file": (lambda world: world.url(world.street, "bilaga/0/"), READ_OWN),
    "street source": (lambda world: world.url(world.street, "mejl.eml"), READ_OWN),
    "care list": (lambda world: f"/inkorg/{world.hall.care.pk}/", READ_ALL),
    "care mail": (lambda world: world.url(world.care), READ_ALL),
    "care file": (lambda world: world.url(world.care, "bilaga/0/"), READ_ALL),
    "care source": (lambda world: world.url(world.care, "mejl.eml"), READ_ALL),
    "pen list": (lambda world: "/inkorg/utan-mottagare/", SEE_PEN),
    "pen mail": (lambda world: world.url(world.lost), SEE_PEN),
    "pen source": (lambda world: world.url(world.lost, "mejl.eml"), SEE_PEN),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", PLACES)
def test_who_may_open_what(world: World, role: Role, place: str) -> None:
    where, allowed = PLACES[place]
    answer = world.client(role).get(where(world))
    assert answer.status_code == (200 if role in allowed else 404)


@pytest.mark.parametrize(
    "path", ["/", "/inkorg/", "/logg/", "/konto/", "/inkorg/1/", "/inkorg/1/1/mejl.eml", "/logg/sok/a1/"]
)
def test_nothing_opens_without_signing_in(world: World, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/logga-in/")


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_start_page_and_an_account(world: World, role: Role) -> None:
    client = world.client(role)
    assert "Det här väntar på dig" in client.get("/").content.decode()
    assert client.get("/konto/").status_code == 200
    assert client.get("/inkorg/").status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_who_may_see_the_log_and_of_which_mailboxes(world: World, role: Role) -> None:
    answer = world.client(role).get("/logg/")
    page = answer.content.decode()
    assert answer.status_code == (403 if role in NO_LOG else 200)
    assert ("Snövall" in page) == (role in READ_OWN | {Role.IT})
    assert ("Till ingen" in page) == (role in {Role.REGISTRAR, Role.LAWYER, Role.IT})


def test_not_yours_and_no_such_give_the_very_same_page(world: World) -> None:
    client = world.client(Role.CASEWORKER)
    answers = [
        client.get(path)
        for path in (
            world.url(world.care),
            "/inkorg/999999/1/",
            f"/inkorg/{world.hall.street.pk}/999999/",
            "/finns-inte/",
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    # The search above the page holds a token that is new each time.
    pages = {re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()) for answer in answers[:3]}
    assert len(pages) == 1
    assert len({answer.content.decode().partition("<main")[2] for answer in answers}) == 1
    assert HIDDEN in answers[0].content.decode()


def test_a_mail_cannot_be_opened_through_another_mailbox(world: World) -> None:
    client = world.client(Role.CASEWORKER)
    assert client.get(f"/inkorg/{world.hall.street.pk}/{world.care.pk}/").status_code == 404


@pytest.mark.parametrize(("role", "events"), [(Role.CASEWORKER, 0), (Role.REGISTRAR, 1)])
def test_reading_somebody_elses_mailbox_is_noted(world: World, role: Role, events: int) -> None:
    client = world.client(role)
    client.get(world.url(world.street))
    noted = Event.objects.filter(verb="mail:message:read", actor=f"account:{world.hall.accounts[role].pk}")
    assert noted.count() == events


def test_every_page_has_the_strict_policy_and_is_not_kept(world: World) -> None:
    client = world.client(Role.REGISTRAR)
    for path in ("/", "/inkorg/", "/logg/", "/konto/", world.url(world.street), "/finns-inte/"):
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Frame-Options"] == "DENY"
        page = answer.content.decode()
        assert " style=" not in page
        assert "<script>" not in page


def test_the_text_view_escapes_and_folds_quotes(world: World) -> None:
    page = world.client(Role.CASEWORKER).get(world.url(world.street)).content.decode()
    assert "Vem ansvarar &lt;här&gt;?" in page
    assert "Visa citerad text" in page
    assert '<details class="kp-quote"><summary>' in page


def test_the_formatted_view_is_framed_and_says_what_it_left_out(world: World) -> None:
    page = world.client(Role.CASEWORKER).get(world.url(world.street) + "?form=html").content.decode()
    assert 'sandbox src="' in page
    assert "1 bild ligger på en annan server" in page
    assert "https://spar.example/klick" in page
    assert "alert(1)" not in page


def test_the_framed_document_has_its_own_policy_and_no_remote_address(world: World) -> None:
    answer = world.client(Role.CASEWORKER).get(world.url(world.street, "formaterad/"))
    body = answer.content.decode()
    assert answer["Content-Security-Policy"].endswith("sandbox")
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"]
    assert "spar.example" not in body
    assert "<script" not in body
    assert "data:image/png;base64," in body


def test_a_file_is_only_ever_saved(world: World) -> None:
    answer = world.client(Role.CASEWORKER).get(world.url(world.care, "bilaga/0/"))
    assert answer.status_code == 404
    answer = world.client(Role.REGISTRAR).get(world.url(world.care, "bilaga/0/"))
    assert answer.content == b"%PDF-1.4"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    disposition = answer["Content-Disposition"]
    assert disposition.startswith('attachment; filename="Ans')
    assert "filename*=UTF-8''Ans%C3%B6kan" in disposition
    assert disposition.count('"') == 2
    assert world.client(Role.REGISTRAR).get(world.url(world.care, "bilaga/7/")).status_code == 404


def test_the_source_is_byte_for_byte(world: World) -> None:
    answer = world.client(Role.REGISTRAR).get(world.url(world.care, "mejl.eml"))
    assert answer.content == world.raw
    assert answer["Content-Disposition"].startswith("attachment;")


def test_erased_bytes_leave_a_page_that_says_so(world: World, settings, tmp_path) -> None:
    settings.BLOB_STORE = str(tmp_path / "emptied")
    page = world.client(Role.CASEWORKER).get(world.url(world.street)).content.decode()
    assert "Mejlets innehåll finns inte kvar" in page


def test_lists_page_by_keyset_and_lose_nothing(world: World) -> None:
    at = timezone.now() - timedelta(hours=2)
    deliver(*(letter(100 + number, to=STREET, subject=f"Nr {number}") for number in range(120)), to=STREET, at=at)
    client, path, seen = world.client(Role.CASEWORKER), f"/inkorg/{world.hall.street.pk}/", []
    while path:
        answer = client.get(path)
        seen += [row.id for row in answer.context["page"].rows]
        assert len(answer.content) < 100_000
        path = answer.context["older_url"]
    assert len(seen) == len(set(seen)) == 121


@pytest.mark.parametrize("cursor", ["x", "1", "1.2.3", "9" * 39, "99999999999999999999.1", "-1.1", "١.١"])
def test_a_nonsense_cursor_gives_a_page(world: World, cursor: str) -> None:
    assert world.client(Role.CASEWORKER).get(f"/inkorg/{world.hall.street.pk}/", {"fore": cursor}).status_code == 200
    assert world.client(Role.CASEWORKER).get("/logg/", {"fore": cursor}).status_code == 200


def queries_for(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_the_number_of_queries_does_not_grow_with_the_mail(world: World) -> None:
    client = world.client(Role.CASEWORKER)
    paths = ["/", "/inkorg/", f"/inkorg/{world.hall.street.pk}/", world.url(world.street), "/logg/"]
    before = {path: queries_for(client, path) for path in paths}
    deliver(*(letter(200 + number, to=STREET) for number in range(40)), to=STREET, at=timezone.now())
    assert {path: queries_for(client, path) for path in paths} == before
    assert max(before.values()) <= 25


def test_language_and_colours_follow_the_account(world: World) -> None:
    client = world.client(Role.CASEWORKER)
    answer = client.post("/konto/", {"language": "en", "colour_scheme": "dark"}, follow=True)
    page = answer.content.decode()
    assert '<html lang="en" data-color-scheme="dark"' in page
    assert "E-mail log" in client.get("/logg/").content.decode()
    assert Event.objects.filter(verb="directory:preferences:save").count() == 1
    assert client.post("/konto/", {"language": "xx", "colour_scheme": "dark"}).status_code == 200
    assert Account.objects.get(pk=world.hall.accounts[Role.CASEWORKER].pk).language == "en"


def test_errors_are_plain_pages_that_repeat_nothing(world: World, settings) -> None:
    client = world.client(Role.CASEWORKER)
    client.raise_request_exception = False
    page = client.get("/inkorg/berit.malmkvist@post.example/").content.decode()
    assert HIDDEN in page
    assert "berit" not in page
    settings.BLOB_STORE = "/dev/null/x"
    broken = client.get(world.url(world.street))
    assert broken.status_code in {200, 500}
    assert "/dev/null" not in broken.content.decode()


def test_no_page_holds_personal_data_in_an_address(world: World) -> None:
    page = world.client(Role.REGISTRAR).get("/logg/").content.decode()
    links = [part.partition('"')[0] for part in page.split('href="')[1:]]
    assert not any("%40" in link or "@" in link for link in links)


def test_a_mail_shows_its_real_sender_its_meeting_and_its_thread(world: World) -> None:
    meeting = "BEGIN:VEVENT\r\nSUMMARY:Samr\u00e5d\r\nATTACH:file:///etc/passwd\r\nEND:VEVENT"
    mail = EmailMessage()
    mail["From"] = '"chef@botkyrka.example" <x@ond.example>'
    mail["Subject"] = "Kallelse \u202eexe.fdp"
    mail["Message-ID"] = "<9@post.example>"
    mail["References"] = "<1@post.example>"
    mail["Authentication-Results"] = "botkyrka.example; dkim=pass; spf=pass"
    mail.set_content("Verifierad avs\u00e4ndare \u2714")
    mail.add_attachment(meeting.encode(), maintype="text", subtype="calendar")
    mail.add_attachment(b"MZ", maintype="application", subtype="pdf", filename="faktura.pdf")
    (made,) = deliver(mail.as_bytes(), to=STREET, at=world.now)
    read_new_messages(now=world.now)
    page = world.client(Role.CASEWORKER).get(world.url(made)).content.decode()
    assert "<b><bdi>x@ond.example</bdi></b>" in page
    assert "mejlet kommer från: x@ond.example" in page
    assert "\u202e" not in page
    assert "Samr\u00e5d</bdi></dd>" in page
    assert "etc/passwd" not in page
    assert "1 tidigare meddelande<" in page
    assert "Filen kan k\u00f6ra n\u00e5got" in page
    assert 'data-is="done"' not in page
