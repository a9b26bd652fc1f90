"""Answering: once, seen, in time; taken back, come back; two at once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from kommunpost.apps.composing import actions as composing
from kommunpost.apps.composing.models import Draft
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.actions.answering import Sending, acknowledge, begin_answer, settle_answers
from kommunpost.apps.inbox.actions.steps import take, write_note
from kommunpost.apps.inbox.models import Answer, Conversation, EndedBy, State, Wait
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.threading import read_token
from kommunpost.apps.mailflow.actions.outbox import claim_due, record_answers
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import OutboxState, OutgoingMail
from kommunpost.apps.mailflow.rules.outbox import Answer as Reply
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

from .conftest import BERIT, DAY, HOUR, NOW, Office, deliver, deliver_all, letter
from .test_screens import signed_in

LATER = NOW + HOUR


def answer(actor: Actor, one: Conversation, text: str, *, seen: int | None = None) -> composing.Sent:
    seen = Conversation.objects.get(pk=one.pk).last_event if seen is None else seen
    draft_id = begin_answer(actor=actor, conversation_id=one.pk, body=text, now=LATER)
    sending = Sending(actor=actor, conversation_id=one.pk, seen=seen, now=LATER)
    return composing.send(
        actor=actor, draft_id=draft_id, now=LATER, revision=None, message_id=sending.message_id(),
        check=sending.check, then=sending.then,
    )  # fmt: skip


@pytest.mark.django_db
def test_reply_with_history_stops_the_clock_and_carries_our_token(office: Office) -> None:
    one = deliver(letter(1))
    sent = answer(office.mona, one, "Hej Berit! Vi plogar i natt.")
    one.refresh_from_db()
    assert (one.state, one.due_at, one.owner_id) == (State.ANSWERED, None, office.mona.person_id)
    wait = Wait.objects.get()
    assert (wait.ended_by, wait.in_time) == (EndedBy.ANSWER, True)
    outgoing = OutgoingMail.objects.get(pk=sent.outgoing_id)
    raw = store().get(outgoing.blob_id).decode()
    assert outgoing.recipients == [BERIT]
    assert "Vem plogar?" in raw
    assert read_token(sent.message_id, keys=[settings.SECRET_KEY]) == one.pk
    # And what comes back finds its way, whatever else it has lost.
    assert deliver(letter(2, answers=sent.message_id, subject="Tack"), at=NOW + DAY) == one


@pytest.mark.django_db
def test_who_has_not_seen_the_news_is_refused_and_keeps_the_draft(office: Office) -> None:
    one = deliver(letter(1))
    seen = one.last_event
    deliver(letter(2, answers="1@post.example"), at=NOW + HOUR)
    write_note(actor=office.henrik, conversation_id=one.pk, text="Adressen saknas på kartan.", now=NOW)
    with pytest.raises(InboxRefused) as refused:
        answer(office.mona, one, "Hej!", seen=seen)
    assert (refused.value.code, refused.value.news) == ("stale", 2)
    assert not OutgoingMail.objects.exists()
    assert Draft.objects.get().body == "Hej!"


@pytest.mark.django_db
def test_the_page_says_look_first_and_keeps_the_text(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: LATER)
    one = deliver(letter(1))
    client = signed_in(office.mona)
    client.post(reverse("conversation-answer", args=[one.pk]))
    editor = client.get(reverse("conversation", args=[one.pk])).context["editor"]
    facts = {name: value for name, value in editor.form.initial.items() if value is not None}
    facts |= {"body": "Vi plogar i natt.", "mailbox": str(office.street.pk), "back": editor.back}
    write_note(actor=office.henrik, conversation_id=one.pk, text="Vänta lite.", now=LATER)
    html = client.post(editor.send_url, facts, follow=True).content.decode()
    assert "1 ny händelse, titta först." in html
    assert "Vi plogar i natt." in html
    assert not OutgoingMail.objects.exists()
    fresh = client.get(reverse("conversation", args=[one.pk])).context["editor"]
    facts |= {"revision": fresh.form.initial["revision"], "seen": fresh.form.initial["seen"]}
    response = client.post(fresh.send_url, facts, follow=True)
    if not OutgoingMail.objects.exists():  # advice is asked about once
        editor = response.context["editor"]
        facts |= {name: editor.form.data[name] for name in ("revision", "seen", "asked")}
        client.post(editor.send_url, facts, follow=True)
    assert OutgoingMail.objects.get().recipients == [BERIT]
    assert signed_in(office.jonas).post(fresh.send_url, facts).status_code == 404


@pytest.mark.django_db
def test_the_same_text_twice_is_refused(office: Office) -> None:
    one = deliver(letter(1))
    answer(office.mona, one, "Vi plogar i natt.")
    deliver(letter(2, answers="1@post.example"), at=NOW + 2 * HOUR)
    with pytest.raises((InboxRefused, ComposingRefused), match="same_text"):
        answer(office.henrik, one, "Vi  plogar i natt.")
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_taken_back_and_the_clock_runs_as_before(office: Office) -> None:
    one = deliver(letter(1))
    sent = answer(office.mona, one, "Hej!")
    composing.take_back(actor=office.mona, draft_id=sent.draft_id, now=LATER)
    assert settle_answers(now=LATER) == 1
    one.refresh_from_db()
    assert (one.state, one.waits_since) == (State.NEW, NOW)
    assert Wait.objects.get().ended_at is None
    assert Answer.objects.get().state == "undone"
    assert settle_answers(now=LATER) == 0
    answer(office.mona, one, "Hej!")  # the same text is no repetition of what was never sent


@pytest.mark.django_db
def test_an_answer_that_comes_back_starts_the_clock_again(office: Office) -> None:
    one = deliver(letter(1))
    sent = answer(office.mona, one, "Hej!")
    OutgoingMail.objects.filter(pk=sent.outgoing_id).update(state=OutboxState.HANDED_OVER)
    settle_answers(now=LATER)
    assert Answer.objects.get().state == "sent"
    OutgoingMail.objects.filter(pk=sent.outgoing_id).update(state=OutboxState.BOUNCED)
    assert settle_answers(now=LATER) == 1
    one.refresh_from_db()
    assert (one.waits_since, Answer.objects.get().state) == (NOW, "failed")
    html = signed_in(office.mona).get(reverse("conversation", args=[one.pk])).content.decode()
    assert "Kom i retur" in html


def report_on(message_id: str, *, to: str, action: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: gatapark@kommun.example\r\nSubject: Delivery report\r\n"
        f"Message-ID: <{action}.{to}>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n"
        f"Original-Envelope-Id: {message_id}\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: 2.0.0\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("to", "sender", "belongs", "state"),
    [
        (BERIT, "", True, OutboxState.DELIVERED),
        ("cia@annan.example", "", False, OutboxState.HANDED_OVER),
        (BERIT, "elak@annan.example", False, OutboxState.HANDED_OVER),
    ],
)
def test_a_report_stands_in_the_conversation_of_the_answer(
    office: Office, to: str, sender: str, belongs: bool, state: OutboxState
) -> None:
    """Tied by the ENVID that we gave it; what names others, or has a writer, is no report on ours."""
    one = deliver(letter(1))
    sent = answer(office.mona, one, "Hej!")
    claim = next(claim for claim in claim_due(worker="w", limit=5, now=NOW + DAY) if claim.id == sent.outgoing_id)
    record_answers(claim=claim, answers={BERIT: Reply(250)}, listeners=DELIVERY_LISTENERS, now=NOW + DAY)
    deliver_all([])
    raw = report_on(claim.message_id, to=to, action="delivered")
    placed = deliver(raw, at=NOW + DAY + HOUR, sender=sender)
    assert (placed == one) is belongs
    assert OutgoingMail.objects.get(pk=sent.outgoing_id).state == state
    one.refresh_from_db()
    assert (one.state, one.due_at) == (State.ANSWERED, None)


@pytest.mark.django_db
def test_an_answer_that_some_did_not_get_names_them_and_the_clock_stays_stopped(office: Office) -> None:
    one = deliver(letter(1))
    sent = answer(office.mona, one, "Hej!")
    got, lost = {"state": "accepted", "answer": "250"}, {"state": "accepted", "report": "failed", "status": "5.1.1"}
    OutgoingMail.objects.filter(pk=sent.outgoing_id).update(
        state=OutboxState.HANDED_OVER, outcomes={BERIT: got, "bo@post.example": lost}
    )
    settle_answers(now=LATER)
    one.refresh_from_db()
    assert (one.waits_since, Answer.objects.get().state) == (None, "sent")
    html = signed_in(office.mona).get(reverse("conversation", args=[one.pk])).content.decode()
    assert "Kom inte fram till bo@post.example" in html


@pytest.mark.django_db
def test_acknowledge_complex_counts_as_answered_and_sets_the_new_day(office: Office) -> None:
    one = deliver(letter(1))
    promised = (NOW + timedelta(days=8)).date()
    acknowledge(
        actor=office.mona, conversation_id=one.pk, seen=one.last_event, contact_id=office.henrik.person_id,
        promised=promised, text=lambda who: f"{who.name} svarar senast {promised}.", now=LATER,
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.state, one.is_promised, one.contact_id) == (State.OPEN, True, office.henrik.person_id)
    assert one.due_at is not None
    assert one.due_at.date() == promised  # the midnight that ends it is 23.00 UTC of the same day
    ended = Wait.objects.get(ended_at__isnull=False)
    assert (ended.ended_by, ended.in_time) == (EndedBy.ACKNOWLEDGEMENT, True)
    assert "Henrik Vallgren svarar" in store().get(OutgoingMail.objects.get().blob_id).decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code"),
    [({"contact_id": 999}, "not_member"), ({"promised": NOW.date() - timedelta(days=1)}, "past")],
)
def test_an_acknowledgement_names_somebody_and_a_day_to_come(
    office: Office, changed: dict[str, object], code: str
) -> None:
    one = deliver(letter(1))
    facts = {"contact_id": office.mona.person_id, "promised": (NOW + timedelta(days=8)).date()} | changed
    with pytest.raises(InboxRefused, match=code):
        acknowledge(
            actor=office.mona, conversation_id=one.pk, seen=one.last_event, text=lambda _: "Hej", now=LATER,
            **facts,  # type: ignore[arg-type]
        )  # fmt: skip
    assert not OutgoingMail.objects.exists()


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Run all at the same moment, each in a thread with its own connection; what each gave or raised."""
    gate, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number: int) -> None:
        gate.wait(10)
        try:
            results[number] = deeds[number]()  # type: ignore[call-overload]
        except Exception as error:
            results[number] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return list(results)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_exactly_one_does(office: Office) -> None:
    one = deliver(letter(1))
    seen = one.last_event
    results = at_once(
        lambda: answer(office.mona, one, "Vi plogar i natt.", seen=seen),
        lambda: answer(office.henrik, one, "Vi kommer i morgon.", seen=seen),
    )
    refused = [result for result in results if isinstance(result, InboxRefused)]
    assert [refusal.code for refusal in refused] == ["stale"], results
    assert (OutgoingMail.objects.count(), Answer.objects.count()) == (1, 1)
    assert Draft.objects.count() == 2  # whoever was second keeps the text
    one.refresh_from_db()
    assert one.state == State.ANSWERED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_both_are_in_the_history(office: Office) -> None:
    one = deliver(letter(1))
    at_once(
        lambda: take(actor=office.mona, conversation_id=one.pk, now=LATER),
        lambda: take(actor=office.henrik, conversation_id=one.pk, now=LATER),
    )
    numbers = list(one.events.order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2, 3]


@pytest.mark.django_db
def test_the_page_takes_a_fresh_answer_back(office: Office) -> None:
    one = deliver(letter(1))
    sent = answer(office.mona, one, "Vi plogar i natt.")
    page, client = reverse("conversation", args=[one.pk]), signed_in(office.mona)
    undo = reverse("compose-sent", args=[sent.draft_id])
    assert f'action="{undo}"' in client.get(page).content.decode()
    response = client.post(undo)
    assert response.url == page
    html = client.get(page).content.decode()
    assert "Vi plogar i natt." in html
    assert f'action="{undo}"' not in html
