"""The pure rules: states, signature, last day for an answer, canned texts, when a mail leaves; what is tidied away."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.apps.composing.conftest import NOW, World

from kommunpost.apps.composing import actions
from kommunpost.apps.composing.actions.files import attach
from kommunpost.apps.composing.models import Draft, DraftAttachment, DraftState, HeldFor
from kommunpost.apps.composing.rules.canned import fill, unfilled
from kommunpost.apps.composing.rules.reply_by import ReplyBy, body_with, subject_with
from kommunpost.apps.composing.rules.sending import plan_sending
from kommunpost.apps.composing.rules.signature import SignatureFacts, build_signature, sign
from kommunpost.apps.composing.rules.states import TRANSITIONS, Shown, shown_state
from kommunpost.apps.composing.tasks import tidy_drafts
from kommunpost.apps.mailflow.models import OutboxState, OutgoingMail
from kommunpost.core.swedish.working_days import WorkCalendar

DAY = ReplyBy(date(2026, 11, 26))


def test_the_tables_cover_every_state() -> None:
    assert set(TRANSITIONS) == set(DraftState)
    reached = {
        shown_state(state=state, hold=hold, attempts=tries, not_before=NOW + wait, now=NOW)
        for state in OutboxState for hold in HeldFor for tries in (0, 1) for wait in (timedelta(-1), timedelta(1))
    }  # fmt: skip
    assert reached == set(Shown)


def test_a_signature_has_no_line_for_what_is_not_known() -> None:
    facts = SignatureFacts(
        name="Mona Isaksson", title="", unit="Gatu- och parkenheten", municipality="Botkyrka kommun",
        phone="08-465 004 10", phone_hours="9-12", address="gatapark@botkyrka.example", web="",
    )  # fmt: skip
    assert build_signature(facts) == (
        "Med vänlig hälsning\n\nMona Isaksson\nGatu- och parkenheten\nBotkyrka kommun\n"
        "Telefon: 08-465 004 10 (9-12)\ngatapark@botkyrka.example"
    )


@pytest.mark.parametrize("body", ["Hej\n", "Hej\n\nMed vänlig hälsning", "Hej\n\nmed vänlig hälsning,\n"])
def test_a_closing_that_was_typed_is_not_said_twice(body: str) -> None:
    assert sign(body, "Med vänlig hälsning\n\nMona") == "Hej\n\nMed vänlig hälsning\n\nMona"


@pytest.mark.parametrize(
    ("subject", "better"),
    [
        ("Tider", "För svar senast 2026-11-26: Tider"),
        ("För beslut: Tider", "För beslut senast 2026-11-26: Tider"),
        ("för åtgärd – Tider", "för åtgärd senast 2026-11-26: Tider"),
        ("Tider, svar 2026-11-26", "Tider, svar 2026-11-26"),
        ("", "För svar senast 2026-11-26"),
    ],
)
def test_subject_with_the_last_day(subject: str, better: str) -> None:
    assert subject_with(subject, DAY) == better


def test_the_last_day_in_summer_and_winter() -> None:
    assert ReplyBy(date(2026, 7, 1), time(12)).moment == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert DAY.moment == datetime(2026, 11, 26, 22, 59, tzinfo=UTC)
    assert body_with("Hej", DAY) == "Svara senast 2026-11-26.\n\nHej"
    assert body_with("Svar 2026-11-26 tack", DAY) == "Svar 2026-11-26 tack"


def test_canned_fields() -> None:
    assert fill("Hej { Mottagare } på {enhet} {okänd}", {"mottagare": "Bo"}) == "Hej Bo på {enhet} {okänd}"
    assert unfilled("{enhet} {ENHET} {telefon}") == ("enhet", "telefon")


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 11, 19, 22, 59, tzinfo=UTC), "2026-11-20T07:00"),  # 23.59 on a Thursday
        (datetime(2026, 11, 19, 23, 1, tzinfo=UTC), "2026-11-23T07:00"),  # 00.01 on the Friday
        (datetime(2026, 12, 23, 12, tzinfo=UTC), "2026-12-28T07:00"),  # over Christmas
        (datetime(2026, 3, 27, 12, tzinfo=UTC), "2026-03-30T06:00"),  # into summer time
    ],
)
def test_sleeping_until_the_next_working_morning(now: datetime, morning: str) -> None:
    plan = plan_sending(send_at=None, sleeps=True, undo=timedelta(seconds=20), calendar=WorkCalendar(), now=now)
    assert (plan.hold, f"{plan.not_before:%Y-%m-%dT%H:%M}") == (HeldFor.SLEEP, morning)


@pytest.mark.django_db
def test_what_nobody_needs_is_tidied_away(world: World) -> None:
    def begun(body: str) -> int:
        made = actions.start_reply(
            actor=world.mona, delivery_id=world.came.pk, mailbox_id=world.street_id, body=body, belongs_to=f"x:{body}",
            now=NOW,
        )  # fmt: skip
        attach(actor=world.mona, draft_id=made, name="a.txt", content=body.encode(), now=NOW)
        return made

    thrown, left, waits = begun("ett"), begun("tva"), begun("tre")
    actions.discard(actor=world.mona, draft_id=thrown, now=NOW)
    for one in (left, waits):
        actions.send(actor=world.mona, draft_id=one, revision=None, now=NOW)
    OutgoingMail.objects.filter(draft__pk=left).update(state=OutboxState.HANDED_OVER)
    tidy_drafts(now=NOW + timedelta(hours=23))
    assert Draft.objects.count() == 3
    assert DraftAttachment.objects.count() == 3
    tidy_drafts(now=NOW + timedelta(days=8))
    assert set(Draft.objects.values_list("pk", "body")) == {(left, ""), (waits, "tre")}
    assert DraftAttachment.objects.get().draft_id == waits
    tidy_drafts(now=NOW + timedelta(days=8))
