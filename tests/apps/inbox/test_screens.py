"""The screens: queue, conversation, deeds; who may and who may not, from the same set-up."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from tests import factories

from kommunpost.apps.audit.models import Event as AuditEvent
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.inbox.actions import steps
from kommunpost.apps.inbox.models import Conversation, Note, State
from kommunpost.apps.mailflow.models import OutgoingMail

from .conftest import DAY, HOUR, NOW, Office, deliver, letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: NOW + DAY)


def signed_in(who: Actor | Account) -> Client:
    client = Client()
    account = who if isinstance(who, Account) else Account.objects.get(pk=who.account_id)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, name: str, *args: int, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_queue_is_grouped_by_the_last_day(office: Office) -> None:
    deliver(letter(1, subject="Gammal fråga"), at=NOW - 7 * DAY)
    deliver(letter(2, subject="Dagens fråga", sender="b@post.example"), at=NOW - DAY)
    deliver(letter(3, subject="Ny fråga", sender="c@post.example"), at=NOW)
    html = page(signed_in(office.mona), "queue", office.street.pk)
    assert html.index("Försenat") < html.index("Gammal fråga") < html.index("Dagens fråga") < html.index("Ny fråga")
    assert "arbetsdagar sen" in html
    assert "Nästa arbetsdag" in html  # on a Friday, Monday is not tomorrow


def test_empty_queues_say_so(office: Office) -> None:
    client = signed_in(office.mona)
    assert "Ingen väntar på svar här." in page(client, "queue", office.street.pk)
    for tab in ("mina", "vantar", "alla", "nonsens"):
        page(client, "queue", office.street.pk, query=f"?visa={tab}&efter=skrap")


def test_the_way_in_shows_what_waits(office: Office) -> None:
    deliver(letter(1), at=NOW - 7 * DAY)
    html = page(signed_in(office.mona), "inbox")
    assert "1 försenad" in html
    assert reverse("queue", args=[office.street.pk]) in html


def test_a_conversation_shows_its_mail_and_who_else_reads(office: Office) -> None:
    one = deliver(letter(1))
    page(signed_in(office.henrik), "conversation", one.pk)
    html = page(signed_in(office.mona), "conversation", one.pk)
    assert "Hej! Vem plogar?" in html
    assert "Henrik Vallgren läser också just nu." in html
    assert "måndag 16 mars" in html


def test_many_mails_are_paged_without_loss(office: Office) -> None:
    base = deliver(letter(1))
    rows = [
        Conversation(
            mailbox=office.street, subject=f"nr {number}", party_name="X", began_at=NOW, last_at=NOW,
            waits_since=NOW, due_at=base.due_at + timedelta(minutes=number // 3) if base.due_at else None,
        )
        for number in range(120)
    ]  # fmt: skip
    Conversation.objects.bulk_create(rows)
    client, seen, url = signed_in(office.mona), [], reverse("queue", args=[office.street.pk])
    for _round in range(3):
        response = client.get(url)
        seen += [one.row.id for group in response.context["groups"] for one in group.rows]
        url = response.context["next_url"]
    assert url == ""
    assert len(seen) == len(set(seen)) == 121


def test_a_list_costs_the_same_for_one_row_as_for_fifty(office: Office) -> None:
    deliver(letter(1))
    client = signed_in(office.mona)
    page(client, "queue", office.street.pk)
    with CaptureQueriesContext(connection) as few:
        page(client, "queue", office.street.pk)
    for number in range(2, 40):
        deliver(letter(number, subject=f"Fråga {number}", sender=f"nr{number}@post.example"))
    with CaptureQueriesContext(connection) as many:
        page(client, "queue", office.street.pk)
    assert len(many) == len(few) < 20


DEEDS = {
    "ta": {},
    "ge": {"person": ""},
    "anteckna": {"text": "Ringde entreprenören."},
    "folj": {"follows": "1"},
    "samtal": {"text": "Svarade per telefon."},
    "avsluta": {"ending": "no_answer_needed"},
}


@pytest.mark.parametrize("deed", DEEDS)
def test_who_may_do_what(office: Office, deed: str) -> None:
    one = deliver(letter(1))
    url = reverse("conversation-deed", args=[one.pk, deed])
    before = Conversation.objects.get().last_event
    # Another mailbox's people see nothing at all; a registrar reads, and is refused in words; nobody at the door.
    assert signed_in(office.jonas).post(url, DEEDS[deed]).status_code == 404
    assert (
        "Den som svarar för den kan göra det här"
        in signed_in(office.tova).post(url, DEEDS[deed], follow=True).content.decode()
    )
    assert Client().post(url, DEEDS[deed]).status_code in {302, 401, 403}
    assert signed_in(office.mona).get(url).status_code == 405
    assert Conversation.objects.get().last_event == before
    assert signed_in(office.mona).post(url, DEEDS[deed]).status_code == 302
    assert Conversation.objects.get().last_event == before + 1


PAGES = ("conversation", "conversation-source")
ROLES = {
    Role.CASEWORKER: 404, Role.CONTACT_CENTRE: 404, Role.MANAGER: 404, Role.IT: 404, Role.ADMIN: 404,
    Role.AUDITOR: 404, Role.REGISTRAR: 200, Role.LAWYER: 200,
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_a_conversation_without_answering_for_its_mailbox(office: Office, role: Role) -> None:
    one = deliver(letter(1))
    entry = one.entries.get().pk
    client = signed_in(factories.account(factories.person("Utom Stående"), role))
    addresses = [
        reverse("queue", args=[office.street.pk]),
        reverse("conversation", args=[one.pk]),
        reverse("conversation-source", args=[one.pk, entry]),
    ]
    assert {client.get(address).status_code for address in addresses} == {ROLES[role]}
    traced = AuditEvent.objects.filter(verb="inbox:conversation:read").exists()
    assert traced is (ROLES[role] == 200)
    assert client.get(reverse("note-contact", args=[office.street.pk])).status_code == (
        403 if ROLES[role] == 200 else 404
    )


def test_no_such_conversation_answers_like_one_that_is_not_yours(office: Office) -> None:
    one = deliver(letter(1))
    client = signed_in(office.jonas)
    answers = [client.get(reverse("conversation", args=[pk])) for pk in (one.pk, 99999, 1 << 70)]
    assert {answer.status_code for answer in answers} == {404}


def test_a_mail_of_another_conversation_is_not_opened_through_this_one(office: Office) -> None:
    mine, other = deliver(letter(1)), deliver(letter(2, to="info@kommun.example"), to="info@kommun.example")
    url = reverse("conversation-source", args=[mine.pk, other.entries.get().pk])
    assert signed_in(office.mona).get(url).status_code == 404


def test_a_note_can_never_be_sent(office: Office) -> None:
    one = deliver(letter(1))
    signed_in(office.mona).post(reverse("conversation-deed", args=[one.pk, "anteckna"]), {"text": "Internt <b>"})
    assert Note.objects.get().text == "Internt <b>"
    assert not OutgoingMail.objects.exists()
    assert not {field.name for field in Note._meta.get_fields()} & {"recipients", "outgoing", "draft", "message"}
    html = page(signed_in(office.henrik), "conversation", one.pk)
    assert "Internt &lt;b&gt;" in html


def test_a_call_is_noted_as_a_conversation(office: Office) -> None:
    client = signed_in(office.mona)
    url = reverse("note-contact", args=[office.street.pk])
    facts = {"channel": "phone", "name": "", "reach": "", "subject": "Hål i gatan", "text": "Vid Storgatan 4."}
    assert client.post(url, {**facts, "text": ""}).status_code == 422
    assert client.post(url, facts).status_code == 302
    waits = Conversation.objects.get()
    assert (waits.state, waits.channel, waits.due_at is not None) == (State.OPEN, "phone", True)
    assert client.post(url, {**facts, "is_settled": "on"}).status_code == 302
    done = Conversation.objects.latest("pk")
    assert (done.state, done.due_at, done.ending) == (State.ANSWERED, None, "solved_here")


def test_who_waits_is_not_closed_by_accident(office: Office) -> None:
    one = deliver(letter(1))
    url = reverse("conversation-deed", args=[one.pk, "avsluta"])
    html = signed_in(office.mona).post(url, {"ending": ""}, follow=True).content.decode()
    assert "Någon väntar på svar." in html
    one.refresh_from_db()
    assert one.due_at is not None


def test_merge_and_split_from_the_page(office: Office) -> None:
    first, second = deliver(letter(1)), deliver(letter(2, subject="Mer snö"), at=NOW + HOUR)
    client = signed_in(office.mona)
    client.post(reverse("conversation-deed", args=[second.pk, "sammanfor"]), {"into": str(first.pk)})
    html = page(client, "conversation", first.pk)
    assert "Här visas också" in html
    assert "visas i en annan" in page(client, "conversation", second.pk)
    client.post(reverse("conversation-deed", args=[first.pk, "ta-isar"]), {"conversation": str(second.pk)})
    second.refresh_from_db()
    assert second.merged_into is None


def test_names_and_words_stay_out_of_addresses(office: Office) -> None:
    one = deliver(letter(1))
    client = signed_in(office.mona)
    response = client.post(reverse("conversation-deed", args=[one.pk, "anteckna"]), {"text": "Hemligt"})
    assert response.headers["Location"] == reverse("conversation", args=[one.pk])


def test_every_change_is_in_the_trail_by_number_alone(office: Office, settings: Settings) -> None:
    one = deliver(letter(1))
    steps.take(actor=office.mona, conversation_id=one.pk, now=NOW)
    steps.write_note(actor=office.mona, conversation_id=one.pk, text="Hemligt om Berit", now=NOW)
    events = AuditEvent.objects.filter(subject=f"conversation:{one.pk}").order_by("id")
    assert [event.verb.rpartition(":")[2] for event in events] == ["mail_came", "take", "write_note"]
    assert not any("Berit" in str(event.details) for event in events)
