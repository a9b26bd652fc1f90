"""Clause right-authority: sending on to another authority, only what is not secret, by a person who has seen it all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.urls import reverse
from pytest_django import Settings
from tests import factories

from kommunpost.apps.audit.models import Event as AuditEvent
from kommunpost.apps.composing import actions as composing
from kommunpost.apps.composing.models import Draft
from kommunpost.apps.directory.models import Account, Membership, Person
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Actor, NotAllowed, Role
from kommunpost.apps.inbox.actions.answering import Sending, own_draft_of, settle_answers
from kommunpost.apps.inbox.actions.sending_on import send_on
from kommunpost.apps.inbox.actions.steps import close, write_note
from kommunpost.apps.inbox.actions.taking_in import take_in_pending
from kommunpost.apps.inbox.models import Answer, AnswerState, Conversation, Ending, Event, State, Wait
from kommunpost.apps.inbox.queries import sending_on as queries
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.wording import REFUSAL_TEXTS
from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import FileScan, OutboxState, OutgoingMail, ScanState
from kommunpost.apps.mailflow.rules.outbox import Answer as RelayAnswer
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.apps.maillog.models import LogRow
from kommunpost.apps.register.models import Judgement, Record
from kommunpost.core.law import NoSuchEntry
from kommunpost.core.mail import parse
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

from .conftest import BERIT, DAY, HOUR, NOW, Office, deliver, letter, send_from_outlook
from .test_screens import signed_in

pytestmark = pytest.mark.django_db

TAX, THEIRS = "skatteverket", "registrator@skatteverket.example"
QUESTION = "Jag har flyttat och behöver göra en flyttanmälan och få ett personbevis."


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: NOW + HOUR)


def judge(one: Conversation, secrecy: str = "none") -> None:
    for pk in one.entries.values_list("message_id", flat=True):
        defaults = {"judged_at": NOW, "model": "prov", "values": {"secrecy": secrecy}}
        Judgement.objects.update_or_create(message_id=pk, defaults=defaults)


def asked(number: int = 1, **more: str) -> Conversation:
    one = deliver(letter(number, subject="Flytt", body=QUESTION, **more))
    judge(one)
    return one


def go(who: Actor, one: Conversation, *, authority: str = TAX, seen: int | None = None) -> queries.Plan:
    seen = Conversation.objects.get(pk=one.pk).last_event if seen is None else seen
    return send_on(actor=who, conversation_id=one.pk, authority_id=authority, seen=seen, now=NOW + HOUR)


def address_of(one: Conversation, authority: str = TAX) -> str:
    return reverse("conversation-send-on", args=[one.pk, authority])


def hand_over(outgoing: OutgoingMail, *, code: int = 250) -> None:
    (claim,) = outbox.claim_due(worker="w", limit=1, now=NOW + HOUR)
    answers = {to: RelayAnswer(code) for to in outgoing.recipients}
    outbox.record_answers(claim=claim, answers=answers, listeners=DELIVERY_LISTENERS, now=NOW + HOUR)


def test_the_mails_go_as_they_came_and_the_clock_goes_on(office: Office) -> None:
    one = asked()
    send_from_outlook(2, answers="1@post.example", at=NOW + timedelta(minutes=5))
    deliver(letter(3, answers="2@post.example", body="Och en sak till."), at=NOW + timedelta(minutes=9))
    judge(one)
    write_note(actor=office.mona, conversation_id=one.pk, text="Internt: hör sig.", now=NOW)
    go(office.mona, one)
    outgoing = OutgoingMail.objects.get()
    mail = parse(store().get(outgoing.blob_id))
    assert outgoing.recipients == [THEIRS]
    assert [one.address for one in mail.headers.reply_to] == [BERIT]
    assert [one.content for one in mail.attachments] == [
        letter(1, subject="Flytt", body=QUESTION), letter(3, answers="2@post.example", body="Och en sak till."),
    ]  # fmt: skip
    assert "Internt" not in store().get(outgoing.blob_id).decode()
    one.refresh_from_db()
    assert (one.state, one.ending, one.owner_id) == (State.OPEN, Ending.OTHER_AUTHORITY, office.mona.person_id)
    assert one.due_at is not None
    assert Wait.objects.filter(ended_at=None).count() == 1
    event = Event.objects.get(kind="send_on")
    assert event.details == {"authority": TAX, "outgoing": outgoing.pk}
    assert AuditEvent.objects.get(verb="inbox:conversation:send_on").details == event.details


def test_what_was_sent_on_is_in_the_log_the_register_and_the_conversation(office: Office) -> None:
    one = asked()
    go(office.mona, one)
    outgoing = OutgoingMail.objects.get()
    before = LogRow.objects.count()
    hand_over(outgoing)
    outgoing.refresh_from_db()
    assert LogRow.objects.count() == before + 1
    assert Record.objects.get(message=outgoing.sent_message).direction == "out"
    read_new_messages(now=NOW + HOUR)
    take_in_pending(now=NOW + HOUR)
    one.refresh_from_db()
    assert one.entries.filter(direction="out").count() == 1
    assert one.due_at is not None, "whoever wrote has not been told"
    assert Answer.objects.get().state == AnswerState.SENT


def test_only_once(office: Office) -> None:
    one = asked()
    seen = one.last_event
    go(office.mona, one)
    with pytest.raises(InboxRefused, match="stale"):
        go(office.henrik, one, seen=seen)
    with pytest.raises(InboxRefused, match="sent_on_already"):
        go(office.henrik, one)
    assert OutgoingMail.objects.count() == 1
    page = signed_in(office.henrik).get(address_of(one)).content.decode()
    assert str(REFUSAL_TEXTS["sent_on_already"]) in page
    # Another authority is another thing.
    go(office.henrik, one, authority="lantmateriet")
    assert OutgoingMail.objects.count() == 2


def test_what_came_since_would_go_along_unseen(office: Office) -> None:
    one = asked()
    seen = one.last_event
    deliver(letter(2, answers="1@post.example", body="Min diagnos är."), at=NOW + timedelta(minutes=1))
    with pytest.raises(InboxRefused, match="stale"):
        go(office.mona, one, seen=seen)
    assert not OutgoingMail.objects.exists()


def suspected(one: Conversation) -> None:
    judge(one, "check")


def strong(one: Conversation) -> None:
    judge(one, "strong")


def marked(one: Conversation) -> None:
    Record.objects.filter(message_id__in=one.entries.values("message_id")).update(secrecy="check")


def unjudged(one: Conversation) -> None:
    Judgement.objects.all().delete()


def infected(one: Conversation) -> None:
    message_id = one.entries.values_list("message_id", flat=True)[0]
    FileScan.objects.create(message_id=message_id, number=0, state=ScanState.INFECTED, signature="Test", at=NOW)


def erased(one: Conversation) -> None:
    store().erase(one.entries.get().delivery.blob_id)


@pytest.mark.parametrize(
    ("change", "authority", "why"),
    [
        (suspected, TAX, "may_be_secret"),
        (strong, TAX, "may_be_secret"),
        (marked, TAX, "may_be_secret"),
        (unjudged, TAX, "not_judged"),
        (infected, TAX, "infected"),
        (erased, TAX, "nothing_to_send"),
        (lambda _one: None, "forsakringskassan", "authority_sensitive"),
        (lambda _one: None, "csn", "authority_takes_no_mail"),
    ],
)
def test_refused_with_why_when_shown_and_when_sent(
    office: Office, change: Callable[[Conversation], None], authority: str, why: str
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        BERIT,
        office.street.address,
        "x",
        "<1@post.example>",
    )
    mail.set_content(QUESTION)
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="intyg.pdf")
    one = deliver(mail.as_bytes())
    judge(one)
    client, page = signed_in(office.mona), address_of(one, authority)
    allowed = client.get(address_of(one)).content.decode()
    assert "Det går inte att skicka vidare" not in allowed
    seen = one.last_event
    change(one)
    with pytest.raises(InboxRefused, match=why):
        go(office.mona, one, authority=authority)
    for answer in (client.get(page), client.post(page, {"seen": seen})):
        words = answer.content.decode()
        assert str(REFUSAL_TEXTS[why]) in words
        assert QUESTION not in words
        assert "Svara med rätt kontaktväg" in words
    assert not OutgoingMail.objects.exists()
    assert not Answer.objects.exists()


def test_the_page_shows_all_that_goes_and_the_press_opens_the_answer(office: Office) -> None:
    one = asked()
    client = signed_in(office.mona)
    conversation = client.get(reverse("conversation", args=[one.pk])).content.decode()
    assert "Skicka vidare till Skatteverket" in conversation
    assert address_of(one) in conversation
    page = client.get(address_of(one)).content.decode()
    assert not OutgoingMail.objects.exists()
    plan = queries.plan_for(Conversation.objects.get(pk=one.pk), TAX)
    for words in (QUESTION, "Skatteverket", BERIT, "mejl-1.eml", *plan.text.split("\n\n")[:3]):
        assert words in page.replace("<wbr>", "")
    answer = client.post(address_of(one), {"seen": one.last_event})
    assert answer.headers["Location"].endswith(f"{one.pk}/#skriv")
    assert OutgoingMail.objects.get().recipients == [THEIRS]
    draft = Draft.objects.get()
    assert THEIRS in draft.body
    assert "skatteverket.se" in draft.body
    # The mail leaves while the answer is being written: no news to whoever sent it.
    seen = Conversation.objects.get(pk=one.pk).last_event
    hand_over(OutgoingMail.objects.get())
    read_new_messages(now=NOW + HOUR)
    take_in_pending(now=NOW + HOUR)
    assert Conversation.objects.get(pk=one.pk).last_event == seen + 1
    # And when it goes the clock stops, and it was not solved here.
    at = NOW + 2 * HOUR
    with pytest.raises(InboxRefused, match="stale"):
        Sending(actor=office.henrik, conversation_id=one.pk, seen=seen, now=at).check()
    sending = Sending(actor=office.mona, conversation_id=one.pk, seen=seen, now=at)
    draft_id = own_draft_of(office.mona, one.pk)
    assert draft_id is not None
    composing.send(
        actor=office.mona, draft_id=draft_id, now=at, revision=None, message_id=sending.message_id(),
        check=sending.check, then=sending.then,
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.state, one.due_at, one.ending) == (State.ANSWERED, None, Ending.OTHER_AUTHORITY)


def test_a_stale_press_shows_the_page_anew(office: Office) -> None:
    one = asked()
    client = signed_in(office.mona)
    write_note(actor=office.henrik, conversation_id=one.pk, text="Jag tar den.", now=NOW)
    answer = client.post(address_of(one), {"seen": one.last_event})
    assert answer.status_code == 422
    assert "1 ny händelse" in answer.content.decode()
    assert f'value="{one.last_event + 1}"' in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_when_it_bounces_somebody_must_look_again(office: Office) -> None:
    one = asked()
    go(office.mona, one)
    outgoing = OutgoingMail.objects.get()
    hand_over(outgoing, code=550)
    Conversation.objects.filter(pk=one.pk).update(state=State.ANSWERED, due_at=None, waits_since=None)
    assert settle_answers(now=NOW + DAY) == 1
    outgoing.refresh_from_db()
    assert outgoing.state == OutboxState.BOUNCED
    one.refresh_from_db()
    assert one.state == State.OPEN
    assert one.due_at is not None
    # It may be tried once more.
    go(office.mona, one)
    assert OutgoingMail.objects.count() == 2


def test_a_bounce_leaves_a_running_clock_alone(office: Office) -> None:
    one = asked()
    go(office.mona, one)
    hand_over(OutgoingMail.objects.get(), code=550)
    due = one.due_at
    settle_answers(now=NOW + DAY)
    one.refresh_from_db()
    assert one.due_at == due


def test_a_closed_conversation_is_opened_first(office: Office) -> None:
    one = asked()
    close(actor=office.mona, conversation_id=one.pk, ending=Ending.NO_ANSWER_NEEDED, now=NOW)
    with pytest.raises(InboxRefused, match="no_such_step"):
        go(office.mona, one)
    assert not OutgoingMail.objects.exists()


def test_no_such_authority(office: Office) -> None:
    one = asked()
    with pytest.raises(NoSuchEntry):
        go(office.mona, one, authority="trollkommissionen")
    assert signed_in(office.mona).get(address_of(one, "trollkommissionen")).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_who_may(office: Office, role: Role) -> None:
    """A member with the role; the same role without the mailbox sees nothing to press."""
    one = asked()
    person: Person = factories.person("Utom Stående")
    account: Account = factories.account(person, role)
    outsider = signed_in(account)
    assert outsider.get(address_of(one)).status_code == 404
    assert outsider.post(address_of(one), {"seen": one.last_event}).status_code == 404
    Membership.objects.create(mailbox=office.street, person=person)
    may = role not in {Role.ADMIN, Role.AUDITOR}
    if may:
        go(actor_for(account.pk), one)
    else:
        with pytest.raises((NotAllowed, InboxRefused)):
            go(actor_for(account.pk), one)
    assert OutgoingMail.objects.count() == may


def test_the_form_has_its_token(office: Office) -> None:
    from django.test import Client  # noqa: PLC0415

    one = asked()
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(pk=office.mona.account_id))
    assert client.post(address_of(one), {"seen": one.last_event}).status_code == 403


def test_hostile_words_are_shown_as_words(office: Office) -> None:
    one = deliver(letter(1, subject="<script>a</script>", body="<b>x</b> flyttanmälan\r\nBcc: b@post.example"))
    judge(one)
    page = signed_in(office.mona).get(address_of(one)).content.decode()
    assert "<script>a" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    go(office.mona, one)
    assert OutgoingMail.objects.get().recipients == [THEIRS]


def test_the_button_is_not_there_for_what_may_be_secret(office: Office) -> None:
    one = asked()
    judge(one, "check")
    page = signed_in(office.mona).get(reverse("conversation", args=[one.pk])).content.decode()
    assert "Svara med rätt kontaktväg" in page
    assert "Vidarebefordra inte mejlet." in page
    assert address_of(one) not in page


def test_no_address_no_button(office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    one = deliver(letter(1, body="När kommer mitt studiemedel från CSN? Jag har studielån och studiebidrag."))
    judge(one)
    page = signed_in(office.mona).get(reverse("conversation", args=[one.pk])).content.decode()
    assert "CSN" in page
    assert address_of(one, "csn") not in page


@pytest.mark.django_db
def test_the_day_that_it_came_is_the_day_in_sweden(office: Office) -> None:
    one = asked()
    late = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
    Conversation.objects.filter(pk=one.pk).update(waits_since=late)
    assert "2026-11-29" in queries.plan_for(Conversation.objects.get(pk=one.pk), TAX).text
