"""The pure rules: states, the clock, tokens and places."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.apps.inbox.models import Placed, State
from kommunpost.apps.inbox.rules import clock
from kommunpost.apps.inbox.rules.clock import AWAITS_ANSWER, Group
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.states import TRANSITIONS, Move, may_move, state_after
from kommunpost.apps.inbox.rules.threading import Candidate, make_token, place, plain_subject, read_token
from kommunpost.apps.inbox.verbs import EVENT_TEXTS, InboxVerb
from kommunpost.core.mail.model import AutomaticKind
from kommunpost.core.swedish.working_days import WorkCalendar

CALENDAR = WorkCalendar()
KEY = "en-nyckel-for-prov"


def test_the_tables_cover_every_state_and_kind() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(AWAITS_ANSWER) == {"", *AutomaticKind}
    assert set(EVENT_TEXTS) == set(InboxVerb)
    reached = {state for steps in TRANSITIONS.values() for state in steps.values()}
    assert reached == set(State)


def test_every_state_takes_a_mail_and_an_answer() -> None:
    assert all(may_move(state, Move.MAIL) and may_move(state, Move.ANSWER) for state in State)


@pytest.mark.parametrize("state", [State.ANSWERED, State.CLOSED, State.WAITING])
def test_a_new_mail_opens_what_was_done_again(state: State) -> None:
    assert state_after(state, Move.MAIL) is State.REOPENED


@pytest.mark.parametrize("state", [State.NEW, State.OPEN, State.REOPENED])
def test_a_running_clock_cannot_be_stopped_by_saying_that_we_wait(state: State) -> None:
    with pytest.raises(InboxRefused, match="no_such_step"):
        state_after(state, Move.WAIT)


@pytest.mark.parametrize(
    ("arrived", "last"),
    [
        ("2026-03-12T07:41:00+00:00", date(2026, 3, 16)),  # Thursday -> Monday
        ("2026-03-14T12:00:00+00:00", date(2026, 3, 17)),  # Saturday -> Tuesday
        ("2026-04-02T10:00:00+00:00", date(2026, 4, 8)),  # Maundy Thursday -> past Easter
        ("2026-06-18T10:00:00+00:00", date(2026, 6, 23)),  # before Midsummer's Eve
        ("2026-03-27T23:30:00+00:00", date(2026, 3, 31)),  # Saturday by Swedish time, on the night of summer time
    ],
)
def test_answer_in_two_working_days(arrived: str, last: date) -> None:
    due = clock.due_at(datetime.fromisoformat(arrived), calendar=CALENDAR, working_days=2)
    assert clock.last_day(due) == last
    local = due.astimezone(clock._noon(last).tzinfo)
    assert due > datetime.fromisoformat(arrived)
    assert (local - timedelta(microseconds=1)).date() in {last, last - timedelta(days=1)}


@pytest.mark.parametrize(
    ("now", "group", "days"),
    [
        ("2026-03-12T08:00:00+00:00", Group.LATER, 2),
        ("2026-03-13T08:00:00+00:00", Group.NEXT, 1),
        ("2026-03-15T08:00:00+00:00", Group.NEXT, 1),
        ("2026-03-16T08:00:00+00:00", Group.TODAY, 0),
        ("2026-03-16T22:59:59+00:00", Group.TODAY, 0),
        ("2026-03-16T23:00:00+00:00", Group.LATE, -1),
        ("2026-03-18T08:00:00+00:00", Group.LATE, -2),
    ],
)
def test_how_a_clock_stands(now: str, group: Group, days: int) -> None:
    due = datetime(2026, 3, 16, 23, 0, tzinfo=UTC)
    standing = clock.standing(due, now=datetime.fromisoformat(now), calendar=CALENDAR)
    assert (standing.group, standing.days, standing.last) == (group, days, date(2026, 3, 16))


def test_a_token_is_read_wherever_it_stands_and_only_ours() -> None:
    token = make_token(4711, nonce="abc123", key=KEY)
    assert read_token(f"<{token}@kommun.example>", keys=[KEY]) == 4711
    assert read_token(f"gatapark+{token}@kommun.example", keys=["newer", KEY]) == 4711
    assert read_token(token, keys=["another"]) is None
    assert read_token(token.replace("4711", "4712"), keys=[KEY]) is None
    assert read_token(token + "0", keys=[KEY]) is None


@given(st.text(max_size=200))
def test_nobody_guesses_a_token(text: str) -> None:
    assert read_token(text, keys=[KEY]) is None


def test_only_whoever_is_known_is_put_in_the_conversation() -> None:
    strange = Candidate(1, Placed.TOKEN, knows_sender=False)
    known = Candidate(2, Placed.REFERENCE, knows_sender=True)
    assert place([strange, known]).conversation_id == 2
    alone = place([strange])
    assert (alone.conversation_id, alone.placed, alone.suggested) == (None, Placed.FIRST, (1,))
    assert place([]).conversation_id is None


@pytest.mark.parametrize("subject", ["Altan", "Sv: Altan", "RE: SV: altan", "[gata] VB: Altan", "Sv: [gata] Altan"])
def test_subjects_are_compared_bare(subject: str) -> None:
    assert plain_subject(subject) == "altan"
