"""Followers hear of what others do, once, in the digests at their own times."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from tests import factories

from kommunpost.apps.directory.models import Membership, Person
from kommunpost.apps.inbox.actions.linking import merge
from kommunpost.apps.inbox.actions.passing import pass_on
from kommunpost.apps.inbox.actions.settings import save_digest_times
from kommunpost.apps.inbox.actions.steps import answered_by_call, follow, reopen, take, write_note
from kommunpost.apps.inbox.actions.taking_in import take_in_pending
from kommunpost.apps.inbox.actions.watching import send_digests
from kommunpost.apps.inbox.models import Conversation, Notice
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import OutgoingMail
from kommunpost.apps.mailflow.rules.outbox import Answer as RelayAnswer
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.core.mail import parse
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

from .conftest import DAY, HOUR, NOW, Office, deliver, letter, send_from_outlook
from .test_answering import answer
from .test_screens import signed_in

pytestmark = pytest.mark.django_db


def followed(office: Office) -> Conversation:
    """Henrik follows what Mona works with."""
    one = deliver(letter(1))
    follow(actor=office.henrik, conversation_id=one.pk, follows=True, now=NOW)
    return one


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("kind", "person__name"))


def test_new_mail_answers_and_handovers_are_told_and_nothing_else(office: Office) -> None:
    one = followed(office)
    take(actor=office.mona, conversation_id=one.pk, now=NOW)
    write_note(actor=office.mona, conversation_id=one.pk, text="Ring.", now=NOW)
    assert told() == []
    deliver(letter(2, answers="1@post.example"), at=NOW + HOUR)
    answered_by_call(actor=office.mona, conversation_id=one.pk, text="Ringde.", now=NOW + HOUR)
    reopen(actor=office.mona, conversation_id=one.pk, now=NOW + HOUR)
    answer(office.mona, one, "Vi plogar i natt.")
    assert [kind for kind, _who in told()] == ["new_mail", "answered", "answered"]
    assert {who for _kind, who in told()} == {"Henrik Vallgren"}


def test_nobody_is_told_of_their_own_deeds(office: Office) -> None:
    one = followed(office)
    follow(actor=office.mona, conversation_id=one.pk, follows=True, now=NOW)
    answer(office.mona, one, "Vi plogar i natt.")
    # The mail itself leaves later, by the worker: still hers.
    (claim,) = outbox.claim_due(worker="w", limit=1, now=NOW + DAY)
    answers = {to: RelayAnswer(250) for to in claim.recipients}
    outbox.record_answers(claim=claim, answers=answers, listeners=DELIVERY_LISTENERS, now=NOW + DAY)
    read_new_messages(now=NOW + DAY)
    take_in_pending(now=NOW + DAY)
    assert Conversation.objects.get(pk=one.pk).entries.count() == 2
    assert told() == [("answered", "Henrik Vallgren")]


def test_an_answer_from_a_mail_program_is_told_to_all_who_follow(office: Office) -> None:
    one = followed(office)
    send_from_outlook(2, answers="1@post.example", at=NOW + HOUR)
    assert told() == [("answered", "Henrik Vallgren")]
    follow(actor=office.henrik, conversation_id=one.pk, follows=False, now=NOW)
    send_from_outlook(3, answers="1@post.example", at=NOW + 2 * HOUR)
    assert len(told()) == 1


def test_whoever_lost_sight_of_it_hears_that_it_went_and_no_more(office: Office) -> None:
    one = followed(office)
    parks = factories.mailbox("park", at=factories.unit("park"))
    tommy: Person = factories.person("Tommy Rask")
    Membership.objects.create(mailbox=parks, person=tommy)
    seen = Conversation.objects.get(pk=one.pk).last_event
    pass_on(actor=office.mona, conversation_id=one.pk, to_id=parks.pk, seen=seen, word="", now=NOW)
    assert told() == [("passed_on", "Henrik Vallgren")]
    assert Notice.objects.get().mailbox == office.street
    deliver(letter(2, answers="1@post.example"), at=NOW + HOUR)
    assert len(told()) == 1
    Membership.objects.create(mailbox=parks, person_id=office.henrik.person_id)
    deliver(letter(3, answers="1@post.example"), at=NOW + HOUR)
    assert len(told()) == 2


def test_followers_of_what_was_merged_hear_of_the_whole(office: Office) -> None:
    one = followed(office)
    other = deliver(letter(5, sender="annan@post.example"))
    merge(actor=office.mona, conversation_id=one.pk, into_id=other.pk, now=NOW)
    deliver(letter(6, sender="annan@post.example", answers="5@post.example"), at=NOW + HOUR)
    assert told() == [("new_mail", "Henrik Vallgren")]


def test_quiet_notifications_for_followers(office: Office) -> None:
    """They wait for the times that the person chose; three mails are one line, with no word of what they say."""
    one = followed(office)
    save_digest_times(person_id=office.henrik.person_id, times=["08:00", "13:00"])
    at = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)  # 10.00: this morning's digest had nothing to tell
    for number in (2, 3, 4):
        deliver(letter(number, answers="1@post.example"), at=at)
    assert send_digests(now=at) == 0
    assert send_digests(now=datetime(2026, 3, 12, 11, 59, tzinfo=UTC)) == 0
    noon = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
    assert send_digests(now=noon) == 1
    assert send_digests(now=noon + HOUR) == 0
    outgoing = OutgoingMail.objects.get()
    text = parse(store().get(outgoing.blob_id)).text
    assert outgoing.recipients == ["henrik.vallgren@kommun.example"]
    line = f"Nytt mejl i en konversation som du följer: gatapark@kommun.example, konversation {one.pk}"
    assert text.count(line) == 1
    assert "plogar" not in text
    assert "Berit" not in text


def test_nothing_goes_on_a_day_off(office: Office) -> None:
    followed(office)
    saturday = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
    deliver(letter(2, answers="1@post.example"), at=saturday)
    assert send_digests(now=saturday + 5 * HOUR) == 0
    monday = datetime(2026, 3, 16, 7, 0, tzinfo=UTC)
    assert send_digests(now=monday) == 1


def test_the_page_says_where_a_follower_hears_of_it(office: Office) -> None:
    one = followed(office)
    page = reverse("conversation", args=[one.pk])
    assert "sammandrag</a>" in signed_in(office.henrik).get(page).content.decode()
    assert "sammandrag</a>" not in signed_in(office.mona).get(page).content.decode()
