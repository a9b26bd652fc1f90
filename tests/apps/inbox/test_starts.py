"""Going live: from a day on imported mail awaits an answer. Counted first, done by the worker, and undone."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kommunpost.apps.audit.models import Event as AuditEvent
from kommunpost.apps.inbox.actions import starts, steps
from kommunpost.apps.inbox.models import ClockStart, Conversation, Notice, StartState, State, Wait
from kommunpost.apps.inbox.queries.starts import Preview, preview
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.starts import TRANSITIONS, check_step
from kommunpost.apps.mailflow.models import OutgoingMail, Route
from kommunpost.site.cli import main

from .conftest import DAY, NOW, Office, deliver, letter
from .test_screens import signed_in

pytestmark = pytest.mark.django_db
SINCE = (NOW - 10 * DAY).date()


def old(number: int, *, days: int = 3, **more: str) -> Conversation:
    raw = letter(number, subject=f"Fråga {number}", sender=f"nr{number}@post.example", **more)
    return deliver(raw, at=NOW - days * DAY, route=Route.IMPORT)


def start(office: Office, since: date = SINCE) -> ClockStart:
    made = starts.ask_start(actor=office.henrik, mailbox_id=office.street.pk, since=since, now=NOW)
    return starts.carry_to_the_end(start_id=made, now=NOW)


def test_what_waits_gets_a_clock_and_nothing_is_sent(office: Office) -> None:
    waits, new, before = old(1, days=7), old(2, days=1), old(3, days=90)
    assert preview(office.street.pk, SINCE, now=NOW) == Preview(waiting=2, late=1, unsorted=0)
    done = start(office)
    assert (done.state, done.started) == (StartState.STARTED, 2)
    for one in (waits, new, before):
        one.refresh_from_db()
    assert (waits.state, waits.waits_since) == (State.NEW, NOW - 7 * DAY)
    assert waits.due_at is not None
    assert waits.due_at < NOW
    assert (new.state, before.state, before.due_at) == (State.NEW, State.CLOSED, None)
    assert not OutgoingMail.objects.exists()
    assert start(office).started == 0


def test_the_oldest_mail_without_an_answer_decides(office: Office) -> None:
    one = old(1, days=7)
    raw = letter(2, sender="gatapark@kommun.example", to="nr1@post.example", answers="1@post.example")
    deliver(raw, to="nr1@post.example", at=NOW - 6 * DAY, route=Route.IMPORT, sender="gatapark@kommun.example",
            trusted=True)  # fmt: skip
    assert preview(office.street.pk, SINCE, now=NOW).waiting == 0  # we wrote last
    for number, days in ((3, 5), (4, 2)):
        raw = letter(number, sender="nr1@post.example", answers="2@post.example")
        assert deliver(raw, at=NOW - days * DAY, route=Route.IMPORT) == one
    start(office)
    one.refresh_from_db()
    assert one.waits_since == NOW - 5 * DAY


def test_other_mailboxes_closed_and_automatic_mail_are_left_alone(office: Office) -> None:
    deliver(letter(1, to="info@kommun.example"), to="info@kommun.example", at=NOW - DAY, route=Route.IMPORT)
    old(2, Auto_Submitted="auto-replied")
    done = deliver(letter(3, subject="Besvarad"), at=NOW - DAY)
    steps.close(actor=office.mona, conversation_id=done.pk, ending="no_answer_needed", now=NOW)
    assert preview(office.street.pk, SINCE, now=NOW).waiting == 0
    assert start(office).started == 0


def test_the_worker_goes_on_a_few_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "BATCH", 2)
    for number in range(5):
        old(number)
    starts.ask_start(actor=office.henrik, mailbox_id=office.street.pk, since=SINCE, now=NOW)
    assert [starts.carry_on(now=NOW) for _ in range(5)] == [2, 2, 1, 0, 0]
    assert (ClockStart.objects.get().started, Wait.objects.count()) == (5, 5)


def test_an_undone_start_takes_back_what_nobody_has_touched(office: Office) -> None:
    touched, left = old(1, days=7), old(2, days=7)
    done = start(office)
    steps.take(actor=office.mona, conversation_id=touched.pk, now=NOW)
    Notice.objects.create(
        person_id=office.mona.person_id, kind="overdue", mailbox=office.street, conversation=left, once="x", at=NOW
    )
    starts.ask_undo(actor=office.henrik, mailbox_id=office.street.pk, start_id=done.pk, now=NOW)
    done = starts.carry_to_the_end(start_id=done.pk, now=NOW)
    assert (done.state, done.started, done.put_back) == (StartState.UNDONE, 2, 1)
    for one in (touched, left):
        one.refresh_from_db()
    assert (left.state, left.due_at, touched.state) == (State.CLOSED, None, State.OPEN)
    assert touched.due_at is not None
    assert not Notice.objects.exists()
    assert [event.kind for event in left.events.order_by("number")] == ["import", "start_clock", "undo_clock_start"]
    with pytest.raises(InboxRefused, match="no_such_start"):
        starts.ask_undo(actor=office.henrik, mailbox_id=office.street.pk, start_id=done.pk, now=NOW)
    assert start(office).started == 1  # and may be started anew


@pytest.mark.parametrize(
    ("since", "why"),
    [(NOW.date() + timedelta(days=1), "day_to_come"), (NOW.date() - timedelta(days=367), "too_long_ago")],
)
def test_days_that_cannot_be(office: Office, since: date, why: str) -> None:
    with pytest.raises(InboxRefused, match=why):
        start(office, since)


def test_one_start_at_a_time_for_a_mailbox(office: Office) -> None:
    old(1)
    starts.ask_start(actor=office.henrik, mailbox_id=office.street.pk, since=SINCE, now=NOW)
    with pytest.raises(InboxRefused, match="start_at_work"):
        starts.ask_start(actor=office.henrik, mailbox_id=office.street.pk, since=SINCE, now=NOW)
    assert ClockStart.objects.count() == 1


@pytest.mark.parametrize("state", list(StartState))
@pytest.mark.parametrize("then", list(StartState))
def test_no_step_but_those_of_the_table(state: StartState, then: StartState) -> None:
    if then in TRANSITIONS[state]:
        check_step(state, then)
        return
    with pytest.raises(InboxRefused, match="no_such_start"):
        check_step(state, then)


@pytest.fixture
def this_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: NOW)


def test_the_page_counts_first_and_starts_then(office: Office, this_morning: None) -> None:
    old(1, days=7)
    url = reverse("clock-starts", args=[office.street.pk])
    owner = signed_in(office.henrik)
    shown = owner.post(url, {"since": SINCE.isoformat()})
    assert shown.status_code == 200
    assert "1 konversation får en klocka." in (html := shown.content.decode())
    assert "försenad direkt" in html
    assert not ClockStart.objects.exists()
    assert owner.post(url, {"since": SINCE.isoformat(), "start": "1"}).status_code == 302
    starts.carry_on(now=NOW)
    starts.carry_on(now=NOW)
    made = ClockStart.objects.get()
    assert (made.asked_by_id, made.started) == (office.henrik.person_id, 1)
    undo = reverse("clock-start-undo", args=[office.street.pk, made.pk])
    assert undo in owner.get(url).content.decode()
    assert owner.post(undo).status_code == 302
    assert ClockStart.objects.get().state == StartState.UNDOING
    verbs = AuditEvent.objects.filter(subject=f"mailbox:{office.street.pk}").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["inbox:clocks:start", "inbox:clocks:undo"]


@pytest.mark.parametrize("since", ["", "i går", "2026-13-01", "2019-01-01", "2027-01-01", "<script>"])
def test_nonsense_days_are_told_at_the_field(office: Office, this_morning: None, since: str) -> None:
    url = reverse("clock-starts", args=[office.street.pk])
    answer = signed_in(office.henrik).post(url, {"since": since, "start": "1"})
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode().partition("<main")[2]
    assert not ClockStart.objects.exists()


def test_who_may_start_and_undo(office: Office, this_morning: None) -> None:
    """Owner and manager; its other people are refused, and all others see nothing."""
    old(1)
    done = start(office)
    pages = [
        (reverse("clock-starts", args=[office.street.pk]), {"since": SINCE.isoformat(), "start": "1"}),
        (reverse("clock-start-undo", args=[office.street.pk, done.pk]), {}),
    ]
    for url, data in pages:
        assert signed_in(office.mona).post(url, data).status_code == 403
        assert signed_in(office.jonas).post(url, data).status_code in {403, 404}
        assert signed_in(office.tova).post(url, data).status_code in {403, 404}
        assert Client().post(url, data).status_code == 401
    assert ClockStart.objects.get().state == StartState.STARTED
    assert [signed_in(office.henrik).post(url, data).status_code for url, data in pages] == [302, 302]
    assert ClockStart.objects.filter(state=StartState.UNDOING).count() == 0  # the second start was at work
    other = reverse("clock-start-undo", args=[office.street.pk, 1 << 70])
    assert signed_in(office.henrik).post(other, follow=True).status_code == 200


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, object]]]:
    code = main(["clocks", *words])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_command_line_starts_and_undoes(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        @staticmethod
        def now(_zone: object) -> object:
            return NOW

    monkeypatch.setattr("kommunpost.site.cli.clocks.datetime", Clock)
    old(1)
    since = SINCE.isoformat()
    counted = {"mailbox": "gatapark@kommun.example", "since": since, "waiting": 1, "late": 1, "unsorted": 0}
    only = ("start", "--since", since, "--mailbox", "Gatapark@kommun.example")
    assert said(capsys, *only, "--dry-run") == (0, [{**counted, "id": None, "started": 0}])
    assert not ClockStart.objects.exists()
    code, lines = said(capsys, "start", "--since", since)
    assert code == 0
    assert [(line["mailbox"], line["started"]) for line in lines] == [
        ("gatapark@kommun.example", 1), ("info@kommun.example", 0)
    ]  # fmt: skip
    number = ClockStart.objects.get().pk
    told = {"id": number, "mailbox": "gatapark@kommun.example", "since": since, "started": 1}
    assert said(capsys, "list") == (0, [{**told, "state": "started", "put_back": 0}])
    assert said(capsys, "undo", str(number)) == (0, [{**told, "state": "undone", "put_back": 1}])
    assert said(capsys, "undo", str(number))[0] == 2
    assert set(AuditEvent.objects.filter(verb__startswith="inbox:clocks").values_list("actor", flat=True)) == {
        "system:cli"
    }


@pytest.mark.parametrize(
    "words",
    [
        ("start",),
        ("start", "--since", "i går"),
        ("start", "--since", "2999-01-01"),
        ("start", "--since", "1999-01-01"),
        ("start", "--since", "2026-11-20", "--mailbox", "finns.inte@kommun.example"),
        ("undo", "4711"),
    ],
)
def test_what_the_command_line_refuses(office: Office, words: tuple[str, ...]) -> None:
    assert main(["clocks", *words]) == 2
    assert not ClockStart.objects.exists()
