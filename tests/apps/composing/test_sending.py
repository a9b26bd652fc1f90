"""From the first word to the outbox and back: once, to the right people, with history, and undone in time."""

from datetime import date, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from tests.apps.composing.conftest import NOW, World

from kommunpost.apps.audit.models import Event
from kommunpost.apps.composing import actions
from kommunpost.apps.composing.actions.files import attach, detach
from kommunpost.apps.composing.models import Draft, DraftState, HeldFor, Reminder
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.rules.sending import GRACE
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, NotAllowed
from kommunpost.apps.mailflow.actions.outbox import claim_due
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Blob, OutboxState, OutgoingMail
from kommunpost.apps.mailflow.queries import NotVisible

UNDO = timedelta(seconds=20)
"""As in the profile that ships."""
pytestmark = pytest.mark.django_db


def answer(world: World, *, by: Actor | None = None, body: str = "Vi plogar i dag.", **more: object) -> int:
    return actions.start_reply(
        actor=by or world.mona, delivery_id=world.came.pk, mailbox_id=world.street_id, body=body, now=NOW, **more
    )


def send(world: World, draft_id: int, **more: object) -> actions.Sent:
    return actions.send(**{"actor": world.mona, "draft_id": draft_id, "revision": None, "now": NOW, **more})


def posted(sent: actions.Sent) -> EmailMessage:
    raw = store().get(OutgoingMail.objects.get(pk=sent.outgoing_id).blob_id)
    return message_from_bytes(raw, policy=default)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_an_answer_carries_history_signature_and_references(world: World) -> None:
    sent = send(world, answer(world))
    mail = posted(sent)
    assert mail["To"] == "Berit Malmkvist <berit.malmkvist@post.example>"
    assert mail["From"] == "Gata och park <gatapark@botkyrka.example>"
    assert (mail["Subject"], mail["In-Reply-To"], mail["References"]) == (
        "Sv: Snövall framför infarten", "<1@post.example>", "<1@post.example>",
    )  # fmt: skip
    text = text_of(mail)
    assert text.startswith("Vi plogar i dag.\n\nMed vänlig hälsning\n\nMona Isaksson\nGatu- och parkenheten\n")
    assert "Berit Malmkvist skrev:\n> Hej!" in text
    assert ">> Hej Berit!" in text
    assert mail["Message-ID"] == f"<{sent.message_id}>"


def test_the_quote_can_be_cut_to_the_latest_mail(world: World) -> None:
    text = text_of(posted(send(world, answer(world), fields={"quote_scope": "latest"})))
    assert "> Vem ansvarar <här>?" in text
    assert "Hej Berit!" not in text


def test_the_callers_message_id_is_used(world: World) -> None:
    sent = send(world, answer(world), message_id="k12.abcdef@botkyrka.example")
    assert posted(sent)["Message-ID"] == "<k12.abcdef@botkyrka.example>"


def test_a_forward_carries_the_mail_and_its_files(world: World) -> None:
    draft = actions.start_forward(
        actor=world.mona, delivery_id=world.came.pk, mailbox_id=world.street_id, now=NOW, body="För kännedom."
    )
    mail = posted(send(world, draft, fields={"to": "henrik.vallgren@botkyrka.example"}))
    assert mail["Subject"] == "VB: Snövall framför infarten"
    assert "Från: Berit Malmkvist <berit.malmkvist@post.example>" in text_of(mail)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["Ansökan _å_.pdf"]
    assert mail["In-Reply-To"] is None


def test_hidden_copies_reach_the_envelope_alone(world: World) -> None:
    sent = send(world, answer(world), fields={"bcc": "hemlig@post.example"})
    assert "hemlig@post.example" in OutgoingMail.objects.get(pk=sent.outgoing_id).recipients
    assert "hemlig" not in posted(sent).as_string()


@pytest.mark.parametrize("started", ["new", "reply"])
def test_the_last_day_stands_where_it_is_seen_and_reminds(world: World, started: str) -> None:
    draft = answer(world) if started == "reply" else actions.start_new(
        actor=world.mona, mailbox_id=world.street_id, now=NOW,
        fields={"to": "a@post.example", "subject": "Tider i hallen", "body": "Vilka tider?"},
    )  # fmt: skip
    mail = posted(send(world, draft, fields={"reply_by": date(2026, 11, 26), "reply_by_time": time(12)}))
    assert mail["Reply-By"].startswith("Thu, 26 Nov 2026 12:00:00 +0100")
    if started == "reply":
        assert mail["Subject"] == "Sv: Snövall framför infarten"
        assert text_of(mail).startswith("Svara senast 2026-11-26 klockan 12.00.\n\nVi plogar")
    else:
        assert mail["Subject"] == "För svar senast 2026-11-26 klockan 12.00: Tider i hallen"
    assert Reminder.objects.get().due_at.isoformat() == "2026-11-26T11:00:00+00:00"


def test_a_double_press_sends_once(world: World) -> None:
    draft = answer(world)
    fields: actions.DraftFields = {"subject": "Sv: Snö", "body": "Nu plogat."}
    first = send(world, draft, revision=1, fields=fields)
    second = send(world, draft, revision=1, fields=fields)
    assert (first.is_new, second.is_new, second.outgoing_id) == (True, False, first.outgoing_id)
    assert OutgoingMail.objects.count() == 1
    with pytest.raises(ComposingRefused, match="not_writing"):
        send(world, draft, revision=1, fields={"body": "Något annat."})


def test_the_same_text_to_the_same_people_is_refused_once(world: World) -> None:
    send(world, answer(world))
    again = answer(world, by=world.henrik)
    with pytest.raises(ComposingRefused, match="same_text_again"):
        send(world, again, actor=world.henrik)
    assert send(world, again, actor=world.henrik, may_repeat=True).is_new
    third = answer(world)
    with pytest.raises(ComposingRefused, match="same_text_again"):
        send(world, third)
    assert send(world, third, now=NOW + timedelta(hours=25)).is_new


def test_what_the_caller_refuses_leaves_no_trace(world: World) -> None:
    draft = answer(world)

    class StaleError(Exception):
        pass

    def check() -> None:
        raise StaleError

    with pytest.raises(StaleError):
        send(world, draft, check=check, fields={"body": "Nytt"})
    assert not OutgoingMail.objects.exists()
    assert Draft.objects.get(pk=draft).body == "Vi plogar i dag."


def test_then_hears_of_the_mail_in_the_same_transaction(world: World) -> None:
    heard: list[actions.Sent] = []
    sent = send(world, answer(world, belongs_to="conversation:7"), then=heard.append)
    assert heard == [sent]

    def fail(_sent: actions.Sent) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send(world, answer(world, body="Annat"), then=fail)
    assert OutgoingMail.objects.count() == 1


def test_it_can_be_taken_back_until_it_has_left(world: World) -> None:
    draft = answer(world)
    sent = send(world, draft)
    assert (sent.hold, sent.not_before) == (HeldFor.UNDO, NOW + UNDO + GRACE)
    actions.take_back(actor=world.henrik, draft_id=draft, now=NOW + UNDO)
    assert OutgoingMail.objects.get().state == OutboxState.CANCELLED
    assert Draft.objects.get(pk=draft).state == DraftState.WRITING
    again = send(world, draft)
    assert again.is_new
    assert again.message_id != sent.message_id
    claim_due(worker="w", limit=1, now=again.not_before)
    with pytest.raises(ComposingRefused, match="not_held"):
        actions.take_back(actor=world.mona, draft_id=draft, now=again.not_before)


def test_an_angry_mail_sleeps_until_the_next_working_morning(world: World) -> None:
    friday = NOW + timedelta(days=1)
    sent = send(world, answer(world), sleeps=True, now=friday)
    assert (sent.hold, sent.not_before.isoformat()) == (HeldFor.SLEEP, "2026-11-23T07:00:00+00:00")


def test_send_later(world: World) -> None:
    at = NOW + timedelta(hours=3)
    sent = send(world, answer(world), fields={"send_at": at})
    assert (sent.hold, sent.not_before) == (HeldFor.LATER, at)


REFUSED = [
    ({"to": ""}, "no_recipient", "to"),
    ({"to": "berit"}, "address_unreadable", "to"),
    ({"cc": "berit@"}, "address_unreadable", "cc"),
    ({"subject": " "}, "no_subject", "subject"),
    ({"body": " \n"}, "no_text", "body"),
    ({"subject": "a\r\nBcc: x@y.example"}, "not_sendable", "subject"),
    ({"body": "a\0b"}, "not_sendable", "body"),
    ({"send_at": NOW - timedelta(minutes=1)}, "send_at_past", "send_at"),
    ({"send_at": NOW + timedelta(days=400)}, "send_at_far", "send_at"),
    ({"reply_by": date(2026, 11, 18)}, "reply_by_past", "reply_by"),
]


@pytest.mark.parametrize(("fields", "code", "field"), REFUSED)
def test_what_cannot_be_sent_is_said(world: World, fields: actions.DraftFields, code: str, field: str) -> None:
    draft = answer(world)
    with pytest.raises(ComposingRefused) as refused:
        send(world, draft, fields=fields)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not OutgoingMail.objects.exists()


def test_two_windows_do_not_write_over_each_other(world: World) -> None:
    draft = answer(world)
    revision = actions.save(actor=world.mona, draft_id=draft, fields={"body": "Ett"}, revision=1, now=NOW)
    with pytest.raises(ComposingRefused, match="draft_changed"):
        actions.save(actor=world.mona, draft_id=draft, fields={"body": "Två"}, revision=1, now=NOW)
    with pytest.raises(ComposingRefused, match="draft_changed"):
        send(world, draft, revision=1)
    assert send(world, draft, revision=revision).is_new


def test_a_second_press_of_answer_gives_the_draft_that_is_being_written(world: World) -> None:
    assert answer(world) == answer(world)
    assert answer(world) != answer(world, to_all=True)
    assert answer(world) != answer(world, by=world.henrik)


def test_files_are_sent_and_erased_when_taken_away(world: World) -> None:
    draft = answer(world)
    kept = attach(actor=world.mona, draft_id=draft, name="../karta.PDF", content=b"%PDF", now=NOW)
    gone = attach(actor=world.mona, draft_id=draft, name="fel.txt", content=b"fel", now=NOW)
    digest = Draft.objects.get(pk=draft).attachments.get(pk=gone).blob_id
    detach(actor=world.mona, draft_id=draft, attachment_id=gone, now=NOW)
    assert Blob.objects.get(pk=digest).erased_at is not None
    files = list(posted(send(world, draft)).iter_attachments())
    assert [(one.get_filename(), one.get_content_type()) for one in files] == [("karta.PDF", "application/pdf")]
    with pytest.raises(ComposingRefused, match="not_writing"):
        detach(actor=world.mona, draft_id=draft, attachment_id=kept, now=NOW)


def test_bytes_that_a_mail_also_has_stay(world: World) -> None:
    draft = actions.start_forward(actor=world.mona, delivery_id=world.came.pk, mailbox_id=world.street_id, now=NOW)
    one = Draft.objects.get(pk=draft).attachments.get()
    other = answer(world)
    same = attach(actor=world.mona, draft_id=other, name="a.pdf", content=store().get(one.blob_id), now=NOW)
    detach(actor=world.mona, draft_id=other, attachment_id=same, now=NOW)
    assert store().exists(one.blob_id)


def test_too_much_is_too_large(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.apps.composing.actions.files.MOST_BYTES", 10)
    draft = answer(world)
    attach(actor=world.mona, draft_id=draft, name="a", content=b"12345678", now=NOW)
    with pytest.raises(ComposingRefused, match="too_large"):
        attach(actor=world.mona, draft_id=draft, name="b", content=b"123", now=NOW)


def test_only_those_who_answer_for_the_mailbox_write_from_it(world: World) -> None:
    draft = answer(world)
    with pytest.raises(NotVisible):
        answer(world, by=world.jonas)
    for stranger in (world.jonas, world.henrik):  # Henrik answers for the mailbox, and yet the draft is Mona's.
        with pytest.raises(NotVisible):
            actions.save(actor=stranger, draft_id=draft, fields={"body": "x"}, revision=None, now=NOW)
        with pytest.raises(NotVisible):
            send(world, draft, actor=stranger)
        with pytest.raises(NotVisible):
            actions.discard(actor=stranger, draft_id=draft, now=NOW)
    with pytest.raises(NotVisible):
        send(world, draft, fields={"mailbox_id": world.town.care.pk})
    send(world, draft)
    with pytest.raises(NotVisible):
        actions.take_back(actor=world.jonas, draft_id=draft, now=NOW)


def test_roles_that_send_nothing_write_nothing(world: World) -> None:
    silent = Actor(
        world.mona.account_id, world.mona.person_id, "Mona", roles=frozenset(), mailbox_ids=world.mona.mailbox_ids
    )
    with pytest.raises(NotAllowed):
        answer(world, by=silent)


def test_a_closed_mailbox_sends_nothing(world: World) -> None:
    draft = answer(world)
    Mailbox.objects.filter(pk=world.street_id).update(is_active=False)
    with pytest.raises(NotVisible):
        send(world, draft)


def test_thrown_away_and_taken_up(world: World) -> None:
    draft = answer(world)
    actions.discard(actor=world.mona, draft_id=draft, now=NOW)
    with pytest.raises(ComposingRefused, match="not_writing"):
        send(world, draft)
    actions.take_up(actor=world.mona, draft_id=draft, now=NOW)
    assert send(world, draft).is_new


def test_every_step_but_saving_is_in_the_trail(world: World) -> None:
    draft = answer(world)
    actions.save(actor=world.mona, draft_id=draft, fields={"body": "x"}, revision=None, now=NOW)
    send(world, draft)
    actions.take_back(actor=world.mona, draft_id=draft, now=NOW)
    verbs = Event.objects.filter(subject=f"draft:{draft}").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["composing:draft:start", "composing:draft:send", "composing:draft:take_back"]
