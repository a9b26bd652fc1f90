"""From deliveries to conversations: exactly once, in the right place, with the right clock."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from tests import factories

from kommunpost.apps.directory.models import MailboxKind
from kommunpost.apps.inbox.actions import linking, steps, taking_in
from kommunpost.apps.inbox.actions.taking_in import take_in, take_in_pending
from kommunpost.apps.inbox.models import Conversation, EndedBy, Entry, Event, Pending, State, Suggestion, Wait
from kommunpost.apps.inbox.queries.queue import Tab, list_queue
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.threading import make_token
from kommunpost.apps.mailflow.models import Route

from .conftest import BERIT, DAY, HOUR, NOW, Office, deliver, deliver_all, entries_of, letter, send_from_outlook

pytestmark = pytest.mark.django_db


def test_a_mail_begins_a_conversation_with_a_clock(office: Office) -> None:
    one = deliver(letter(1))
    assert (one.state, one.party_address, one.message_count, one.preview) == (State.NEW, BERIT, 1, "Hej! Vem plogar?")
    assert one.waits_since == NOW
    assert one.due_at is not None
    assert one.due_at.isoformat() == "2026-03-16T23:00:00+00:00"
    assert [event.kind for event in one.events.all()] == ["mail_came"]
    assert not Pending.objects.exists()


def test_personal_mailboxes_have_no_conversations(office: Office) -> None:
    factories.mailbox("mona", kind=MailboxKind.PERSONAL)
    with pytest.raises(Conversation.DoesNotExist):
        deliver(letter(1, to="mona@kommun.example"), to="mona@kommun.example")


def test_taking_in_twice_changes_nothing(office: Office) -> None:
    one = deliver(letter(1))
    delivery_id = one.entries.get().delivery_id
    assert take_in(delivery_id=delivery_id, now=NOW) is False
    Pending.objects.create(delivery_id=delivery_id)
    assert take_in(delivery_id=delivery_id, now=NOW) is False
    assert Entry.objects.count() == 1


def test_an_error_half_way_leaves_nothing_and_the_next_try_does_it_all(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(taking_in, "note_likeness", lambda *_: 1 / 0)
        assert deliver_all([letter(1)]) == 0
    assert (Conversation.objects.count(), Event.objects.count(), Pending.objects.get().tries) == (0, 0, 1)
    assert take_in_pending(now=NOW) == 1
    assert (Conversation.objects.count(), Entry.objects.count(), Pending.objects.count()) == (1, 1, 0)


def test_a_reply_by_reference_from_a_known_participant_joins(office: Office) -> None:
    first = deliver(letter(1))
    assert deliver(letter(2, answers="1@post.example"), at=NOW + HOUR) == first
    first.refresh_from_db()
    assert (entries_of(first), first.message_count) == (["1", "2"], 2)
    # The oldest mail decides how long there is left.
    assert first.waits_since == NOW


def test_a_stranger_who_has_our_reference_gets_a_conversation_of_his_own(office: Office) -> None:
    first = deliver(letter(1))
    other = deliver(letter(2, answers="1@post.example", sender="okand@annan.example"), at=NOW + HOUR)
    assert other != first
    suggestion = Suggestion.objects.get()
    assert (suggestion.conversation, suggestion.other, suggestion.reason) == (other, first, "reference")


def test_a_case_number_in_the_subject_is_never_trusted(office: Office) -> None:
    first = deliver(letter(1, subject="Ang. TEN/2026:00147"))
    other = deliver(letter(2, subject="Ang. TEN/2026:00147", sender="okand@annan.example"), at=NOW + HOUR)
    assert other != first
    assert not Suggestion.objects.exists()
    same = deliver(letter(3, subject="Mer om TEN/2026:00147"), at=NOW + HOUR)
    assert same not in {first, other}
    assert Suggestion.objects.get(conversation=same).other == first


def test_our_token_threads_when_references_are_lost(office: Office) -> None:
    first = deliver(letter(1))
    token = make_token(first.pk, nonce="n0nce", key=settings.SECRET_KEY)
    raw = letter(2, to=f"gatapark+{token}@kommun.example")
    assert deliver(raw, to=f"gatapark+{token}@kommun.example", at=NOW + HOUR) == first
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert deliver(letter(3, to=f"gatapark+{forged}@kommun.example"), at=NOW + HOUR) != first
    # A token that was passed on to somebody else proves nothing of who he is.
    assert deliver(letter(4, answers=f"{token}@kommun.example", sender="okand@annan.example"), at=NOW + HOUR) != first


def test_a_token_of_another_mailbox_opens_nothing(office: Office) -> None:
    first = deliver(letter(1))
    token = make_token(first.pk, nonce="n0nce", key=settings.SECRET_KEY)
    other = deliver(letter(2, to="info@kommun.example", answers=f"{token}@x.example"), to="info@kommun.example")
    assert other != first
    assert other.mailbox == office.info


def test_a_new_subject_in_a_reply_asks_for_a_new_matter(office: Office) -> None:
    first = deliver(letter(1))
    assert deliver(letter(2, answers="1@post.example", subject="Sv: Snövall framför infarten"), at=NOW + HOUR) == first
    assert not Suggestion.objects.exists()
    assert deliver(letter(3, answers="1@post.example", subject="Lekplatsen"), at=NOW + HOUR) == first
    suggestion = Suggestion.objects.get()
    assert suggestion.kind == "new_matter"
    new = linking.split(actor=office.mona, conversation_id=first.pk, entry_id=suggestion.entry_id, now=NOW + 2 * HOUR)
    made = Conversation.objects.get(pk=new)
    assert (made.subject, made.state, made.waits_since) == ("Lekplatsen", State.NEW, NOW + HOUR)
    suggestion.refresh_from_db()
    assert suggestion.settled == "accepted"


def test_imported_mail_is_silent(office: Office) -> None:
    old = deliver(letter(1), at=NOW - 90 * DAY, route=Route.IMPORT)
    assert (old.state, old.due_at, Wait.objects.count()) == (State.CLOSED, None, 0)
    assert old.events.get().kind == "import"


@pytest.mark.parametrize(
    ("headers", "clock_runs"),
    [
        ({}, True),
        ({"Auto_Submitted": "no"}, True),
        ({"X_Auto_Response_Suppress": "OOF"}, True),
        ({"Auto_Submitted": "auto-generated"}, True),
        ({"Auto_Submitted": "auto-replied"}, False),
        ({"List_Id": "<nyheter.annan.example>"}, False),
        ({"Precedence": "bulk"}, False),
    ],
)
def test_who_waits_for_an_answer(office: Office, headers: dict[str, Any], clock_runs: bool) -> None:
    one = deliver(letter(1, **headers))
    assert (one.due_at is not None) is clock_runs
    assert one.state == (State.NEW if clock_runs else State.CLOSED)


def test_an_out_of_office_reply_opens_nothing_again(office: Office) -> None:
    one = deliver(letter(1))
    send_from_outlook(2, answers="1@post.example", at=NOW + HOUR)
    again = deliver(letter(3, answers="2@post.example", Auto_Submitted="auto-replied"), at=NOW + 2 * HOUR)
    one.refresh_from_db()
    assert (again, one.state, one.due_at) == (one, State.ANSWERED, None)


def test_an_answer_from_outlook_stops_the_clock(office: Office) -> None:
    one = deliver(letter(1))
    assert send_from_outlook(2, answers="1@post.example", at=NOW + HOUR) == one
    one.refresh_from_db()
    assert (one.state, one.due_at) == (State.ANSWERED, None)
    wait = Wait.objects.get()
    assert (wait.ended_by, wait.in_time, wait.ended_at) == (EndedBy.ANSWER, True, NOW + HOUR)
    reply = deliver(letter(3, answers="2@post.example"), at=NOW + DAY)
    one.refresh_from_db()
    assert (reply, one.state, one.waits_since) == (one, State.REOPENED, NOW + DAY)


def test_a_storm_of_two_hundred_mails_makes_two_hundred_conversations(office: Office) -> None:
    raws = [letter(number, subject=f"Fråga {number}", sender=f"nr{number}@post.example") for number in range(200)]
    assert deliver_all(raws) == 200
    assert (Conversation.objects.count(), Entry.objects.count(), Pending.objects.count()) == (200, 200, 0)


def test_merge_is_a_link_that_can_be_undone(office: Office) -> None:
    first = deliver(letter(1))
    second = deliver(letter(2, subject="Samma snövall", sender="granne@post.example"), at=NOW + DAY)
    linking.merge(actor=office.mona, conversation_id=first.pk, into_id=second.pk, now=NOW + DAY)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.merged_into, first.due_at, entries_of(first)) == (second, None, ["1"])
    # The one that is shown takes over the earlier day.
    assert second.waits_since == NOW
    # A reply to the merged one goes where it is shown.
    assert deliver(letter(3, answers="1@post.example"), at=NOW + DAY) == second
    with pytest.raises(InboxRefused, match="merged"):
        steps.take(actor=office.mona, conversation_id=first.pk, now=NOW)
    linking.unmerge(actor=office.mona, conversation_id=first.pk, now=NOW + DAY)
    first.refresh_from_db()
    assert (first.merged_into, first.state, first.waits_since) == (None, State.NEW, NOW)
    kinds = list(first.events.order_by("number").values_list("kind", flat=True))
    assert kinds == ["mail_came", "merge", "unmerge"]


def test_split_and_back(office: Office) -> None:
    first = deliver(letter(1))
    deliver(letter(2, answers="1@post.example"), at=NOW + HOUR)
    entry = Entry.objects.get(message__message_id__startswith="2@")
    new = linking.split(actor=office.mona, conversation_id=first.pk, entry_id=entry.pk, now=NOW + HOUR)
    assert entries_of(first) == ["1"]
    assert linking.unsplit(actor=office.mona, conversation_id=new, now=NOW + HOUR) == first.pk
    first.refresh_from_db()
    assert (entries_of(first), first.message_count) == (["1", "2"], 2)
    lone = deliver(letter(9, subject="En egen"), at=NOW + HOUR)
    only = lone.entries.get().pk
    with pytest.raises(InboxRefused, match="only_entry"):
        linking.split(actor=office.mona, conversation_id=lone.pk, entry_id=only, now=NOW)


def test_the_mails_of_two_weeks_are_due_in_order(office: Office) -> None:
    made = [
        deliver(letter(day, subject=f"Dag {day}", sender=f"nr{day}@post.example"), at=NOW + day * DAY)
        for day in (5, 1, 9, 3)
    ]
    page = list_queue(mailbox_id=office.street.pk, tab=Tab.TO_ANSWER, person_id=0, now=NOW + timedelta(days=4))
    assert [row.id for row in page.rows] == [made[1].pk, made[3].pk, made[0].pk, made[2].pk]
