"""Clause reply-with-history: an answer after a conversation was passed on quotes all of it, not the passing mail."""

import pytest
from django.urls import reverse
from tests import factories

from kommunpost.apps.composing import actions as composing
from kommunpost.apps.composing.models import Draft
from kommunpost.apps.directory.models import Mailbox, Membership
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.inbox.actions.answering import Sending, begin_answer
from kommunpost.apps.inbox.actions.passing import pass_on
from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import OutgoingMail
from kommunpost.core.mail import ParsedMail, parse

from .conftest import BERIT, DAY, HOUR, NOW, Office, deliver, letter, send_from_outlook
from .test_screens import signed_in

pytestmark = pytest.mark.django_db


def member(mailbox: Mailbox) -> Actor:
    person = factories.person("Tommy Rask")
    factories.account(person, Role.CASEWORKER)
    Membership.objects.create(mailbox=mailbox, person=person)
    return actor_for(person.account.pk)


def talked(office: Office) -> Conversation:
    """Three mails, none of which quotes the one before."""
    one = deliver(letter(1, body="Den första frågan."))
    send_from_outlook(2, answers="1@post.example", at=NOW + HOUR)
    deliver(letter(3, answers="2@post.example", body="Den sista frågan."), at=NOW + 2 * HOUR)
    one.refresh_from_db()
    return one


def passed(office: Office, one: Conversation, to: Mailbox) -> OutgoingMail | None:
    seen, at = one.last_event, NOW + DAY
    pass_on(actor=office.mona, conversation_id=one.pk, to_id=to.pk, seen=seen, word="Internt ord.", now=at)
    return OutgoingMail.objects.filter(recipients__icontains=to.address).first()


def answer(who: Actor, conversation: Conversation, *, to_all: bool = False) -> tuple[ParsedMail, OutgoingMail]:
    at = NOW + DAY + HOUR
    draft_id = begin_answer(actor=who, conversation_id=conversation.pk, body="Vårt svar.", now=at, to_all=to_all)
    page = signed_in(who).get(reverse("conversation", args=[conversation.pk])).content.decode()
    assert "Den sista frågan." in page.partition('id="skriv"')[2]
    sending = Sending(actor=who, conversation_id=conversation.pk, seen=conversation.last_event, now=at)
    sent = composing.send(
        actor=who, draft_id=draft_id, now=at, revision=None, message_id=sending.message_id(), check=sending.check,
        then=sending.then,
    )  # fmt: skip
    outgoing = OutgoingMail.objects.get(pk=sent.outgoing_id)
    return parse(store().get(outgoing.blob_id)), outgoing


def test_within_the_committee_the_answer_quotes_and_refers(office: Office) -> None:
    parks = factories.mailbox("park", at=factories.unit("park"))
    tommy = member(parks)
    one = talked(office)
    passed(office, one, parks)
    one.refresh_from_db()
    mail, outgoing = answer(tommy, one)
    assert outgoing.recipients == [BERIT]
    assert outgoing.mailbox == parks
    assert mail.headers.in_reply_to == ("3@post.example",)
    assert "> Den sista frågan." in mail.text
    assert "Internt ord" not in mail.text


def test_an_answer_to_all_leaves_out_the_mailbox_that_it_was_passed_on_from(office: Office) -> None:
    parks = factories.mailbox("park", at=factories.unit("park"))
    tommy = member(parks)
    one = talked(office)
    passed(office, one, parks)
    one.refresh_from_db()
    _mail, outgoing = answer(tommy, one, to_all=True)
    assert outgoing.recipients == [BERIT]


def test_at_another_committee_the_answer_quotes_all_mails_and_not_the_passing_one(office: Office) -> None:
    schools = factories.mailbox("skola", at=factories.unit("skola", under="UBN"))
    tommy = member(schools)
    one = talked(office)
    outgoing = passed(office, one, schools)
    assert outgoing is not None
    raw = store().get(outgoing.blob_id)
    deliver(raw, to="skola@kommun.example", sender="gatapark@kommun.example", at=NOW + DAY, trusted=True)
    theirs = Conversation.objects.get(mailbox=schools)
    mail, answered = answer(tommy, theirs)
    assert answered.recipients == [BERIT]
    assert mail.headers.subject == "Sv: Snövall framför infarten"
    assert mail.headers.in_reply_to == ("3@post.example",)
    assert "> Den sista frågan." in mail.text
    assert ">> Hej Berit!" in mail.text
    assert ">>> Den första frågan." in mail.text
    assert "Internt ord" not in mail.text
    assert "Lämnas över" not in mail.text


def test_a_citizens_own_file_of_that_name_is_not_taken_for_a_passing_mail(office: Office) -> None:
    from email.message import EmailMessage  # noqa: PLC0415 - for this one

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        BERIT,
        office.street.address,
        "Hej",
        "<9@post.example>",
    )
    mail.set_content("Min egen fråga. Den sista frågan.\n")
    mail.add_attachment(letter(1), maintype="application", subtype="octet-stream", filename="mejl-1.eml")
    one = deliver(mail.as_bytes())
    found, _outgoing = answer(office.mona, one)
    assert "> Min egen fråga." in found.text
    assert not Draft.objects.filter(answers_what_it_passes_on=True).exists()
