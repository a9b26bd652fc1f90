"""The pure rules: state tables, numbers, deadlines, what is filled in, guidance."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.apps.register.kinds import (
    CaseState,
    NoteState,
    PackageState,
    QuestionState,
    RecordState,
    RemovalState,
    StepState,
)
from kommunpost.apps.register.rules.deadlines import When, clock, due_day
from kommunpost.apps.register.rules.entries import EntryFacts, check_entry
from kommunpost.apps.register.rules.guidance import fits, key_words, names_somebody
from kommunpost.apps.register.rules.numbering import DEFAULT_FORMAT, parse_format, running_designation
from kommunpost.apps.register.rules.prefill import (
    brief,
    document_type,
    neutral_brief,
    public_counterpart,
    public_title,
)
from kommunpost.apps.register.rules.provisions import is_provision
from kommunpost.apps.register.rules.removing import REMOVAL_STEPS, STEP_STEPS
from kommunpost.apps.register.rules.states import (
    CASE_STEPS,
    NOTE_STEPS,
    PACKAGE_STEPS,
    QUESTION_STEPS,
    RECORD_STEPS,
    RegisterRefused,
    Step,
    after,
    check_step,
)
from kommunpost.core.swedish.working_days import WorkCalendar

from .world import NOW

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("table", "states"),
    [
        (RECORD_STEPS, RecordState), (CASE_STEPS, CaseState), (NOTE_STEPS, NoteState), (QUESTION_STEPS, QuestionState),
        (PACKAGE_STEPS, PackageState), (REMOVAL_STEPS, RemovalState), (STEP_STEPS, StepState),
    ],
)  # fmt: skip
def test_every_table_says_of_every_state_what_may_follow(table: dict[str, object], states: type) -> None:
    assert set(table) == set(states)


@pytest.mark.parametrize("state", RecordState)
@pytest.mark.parametrize("step", Step)
def test_a_step_of_a_record_is_in_the_table_or_refused(state: RecordState, step: Step) -> None:
    if step in RECORD_STEPS[state]:
        assert after(state, step) in RecordState
        return
    with pytest.raises(RegisterRefused, match="not_from_this_state"):
        after(state, step)


@pytest.mark.parametrize("table", [CASE_STEPS, NOTE_STEPS, QUESTION_STEPS, PACKAGE_STEPS])
def test_a_step_is_in_the_table_or_refused(table: dict[CaseState, frozenset[CaseState]]) -> None:
    for state, following in table.items():
        for wanted in set(table) - following:
            with pytest.raises(RegisterRefused, match="not_from_this_state"):
                check_step(table, state, wanted)
        for wanted in following:
            check_step(table, state, wanted)


def test_every_step_of_a_record_is_taken_from_somewhere_and_leads_to_every_state() -> None:
    assert {step for steps in RECORD_STEPS.values() for step in steps} == set(Step)
    assert {state for steps in RECORD_STEPS.values() for state in steps.values()} == set(RecordState)


def test_what_is_registered_is_never_exempted_or_called_no_record() -> None:
    for step in set(Step) - {Step.REOPEN}:
        with pytest.raises(RegisterRefused, match="not_from_this_state"):
            after(RecordState.REGISTERED, step)


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        (DEFAULT_FORMAT, "SBN/2026:00934"),
        ("{nämnd} {år}-{nr}", "SBN 2026-934"),
        ("{år2}.{nämnd}.{nr:8}", "26.SBN.00000934"),
        ("Dnr {nämnd}/{år}:{nr:2}", "Dnr SBN/2026:934"),
    ],
)
def test_a_format_gives_a_designation(text: str, gives: str) -> None:
    assert parse_format(text).designation(committee="SBN", year=2026, number=934) == gives


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "format_empty"), ("x" * 61, "format_too_long"), ("{nämnd}/{år}:{löpnr}", "format_unknown_part"),
        ("{nämnd}/{år}:{nr:9}", "format_unknown_part"), ("{nämnd}/{år}<{nr}", "format_odd_sign"),
        ("{nämnd}/{år}:{nr", "format_odd_sign"), ("{år}:{nr}", "format_lacks_committee"),
        ("{nämnd}:{nr}", "format_lacks_year"), ("{nämnd}/{år}", "format_lacks_number"),
        ("{nämnd}/{år}:{nr}-{nr}", "format_repeats"), ("{nämnd}/{år}/{år2}:{nr}", "format_repeats"),
        ("{nämnd}{år}:{nr}", "format_runs_together"),
    ],
)  # fmt: skip
def test_a_format_that_would_not_do_says_why(text: str, code: str) -> None:
    with pytest.raises(RegisterRefused, match=code):
        parse_format(text)


@given(
    st.tuples(st.integers(2020, 2099), st.integers(1, 10**6)), st.tuples(st.integers(2020, 2099), st.integers(1, 10**6))
)
def test_no_two_numbers_are_written_alike(one: tuple[int, int], other: tuple[int, int]) -> None:
    for text in (DEFAULT_FORMAT, "{nämnd}-{nr}-{år2}", "{år} {nr} {nämnd}"):
        wanted = parse_format(text)
        written = [wanted.designation(committee="KS", year=year, number=number) for year, number in (one, other)]
        assert (written[0] == written[1]) == (one == other)


def test_a_record_of_a_case_is_written_with_its_running_number() -> None:
    assert running_designation("SBN/2026:00934", 3) == "SBN/2026:00934-3"


@pytest.mark.parametrize(
    ("at", "last"),
    [
        (datetime(2026, 11, 18, 9, 2, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 15, 0, tzinfo=UTC), date(2026, 11, 23)),  # Friday: Monday
        (datetime(2026, 11, 21, 15, 0, tzinfo=UTC), date(2026, 11, 23)),  # Saturday: Monday
        (datetime(2026, 12, 23, 9, 0, tzinfo=UTC), date(2026, 12, 28)),  # Christmas on Thursday and Friday
        (datetime(2026, 11, 18, 23, 30, tzinfo=UTC), date(2026, 11, 20)),  # past midnight in Sweden
    ],
)
def test_register_always_by_the_next_working_day(at: datetime, last: date) -> None:
    assert due_day(at, working_days=1, calendar=CALENDAR) == last


@pytest.mark.parametrize(
    ("now", "when", "left"),
    [
        (datetime(2026, 11, 19, 23, 30, tzinfo=UTC), When.TODAY, 0),
        (datetime(2026, 11, 20, 9, 0, tzinfo=UTC), When.TODAY, 0),
        (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), When.LATE, 0),  # Saturday: late, though no working day has gone by
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), When.LATE, -1),
        (datetime(2026, 11, 19, 9, 0, tzinfo=UTC), When.TOMORROW, 1),
        (datetime(2026, 11, 17, 9, 0, tzinfo=UTC), When.LATER, 3),
    ],
)
def test_the_clock_of_what_is_due_on_friday(now: datetime, when: When, left: int) -> None:
    found = clock(date(2026, 11, 20), now=now, calendar=CALENDAR)
    assert (found.when, found.working_days) == (when, left)


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("SV: Re: VB: Ansökan om bygglov", "Ansökan om bygglov"),
        ("För åtgärd: Komplettering", "Komplettering"),
        ("Klagomål (19800101-9806)", "Klagomål"),
        ("Barn 801212-9812, ring 070-174 06 05", "Barn , ring"),
        ("Fråga från anna@mejl.example", "Fråga från"),
        ("   Rad\n två  ", "Rad två"),
        ("Re:", ""),
    ],
)
def test_no_sensitive_subject_in_what_is_filled_in(subject: str, title: str) -> None:
    assert brief(subject) == title


def test_the_kind_of_writing_and_what_everybody_sees() -> None:
    assert document_type("Sv: Komplettering av ansökan") == "Komplettering"
    assert document_type("Hej") == "Skrivelse"
    assert public_title(title="Ansökan om bygglov", kind="Ansökan", secrecy="none") == "Ansökan om bygglov"
    assert public_title(title="Oro för Ellen", kind="Anmälan", secrecy="check") == "Anmälan"
    assert public_counterpart(name="Nybygge i Sörmland AB", secrecy="none") == "Nybygge i Sörmland AB"
    assert public_counterpart(name="Berit Malmkvist", secrecy="none") == ""
    assert public_counterpart(name="Nybygge i Sörmland AB", secrecy="strong") == ""


def facts(**changed: object) -> EntryFacts:
    values = {"direction": "in", "dated_at": NOW, "counterpart": "Berit Malmkvist", "title": "Fråga"} | changed
    return EntryFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "provisions", "code"),
    [
        ({"title": " "}, (), "title_missing"),
        ({"counterpart": ""}, (), "counterpart_missing"),
        ({"direction": "sideways"}, (), "direction_unknown"),
        ({"dated_at": datetime(2026, 11, 19, tzinfo=UTC)}, (), "dated_in_future"),
        ({"title": "x" * 301}, (), "too_long"),
        ({"public_title": "Barn 801212-9812"}, (), "public_title_personal_number"),
        ({"public_title": "Ring 070-174 06 05"}, (), "public_title_phone"),
        ({"public_title": "Svar till anna@mejl.example"}, (), "public_title_address"),
        ({"secrecy": "strong"}, (), "provision_missing"),
        ({"secrecy": "none"}, ("OSL 26:1",), "provision_without_secrecy"),
        ({"secrecy": "check"}, ("26:1",), "provision_unknown"),
        ({"secrecy": "perhaps"}, (), "secrecy_unknown"),
    ],
)
def test_an_entry_without_the_four_facts_is_refused(
    changed: dict[str, object], provisions: tuple[str, ...], code: str
) -> None:
    with pytest.raises(RegisterRefused) as refusal:
        check_entry(facts(**changed), provisions=provisions, now=NOW)
    assert refusal.value.code == code


def test_only_what_was_drawn_up_has_no_counterpart() -> None:
    check_entry(facts(direction="drawn_up", counterpart=""), provisions=(), now=NOW)


@pytest.mark.parametrize("text", ["OSL 26:1", "OSL 18:13 a", "OSL 39:3 st2", "OSL 21:3 p1"])
def test_a_provision(text: str) -> None:
    assert is_provision(text)


def test_guidance_fits_by_the_words_in_common() -> None:
    words = key_words("Fakturor som skickas till fel adress")
    found = fits(
        words, [(1, key_words("Faktura till fel adress")), (2, key_words("Bygglov för altan")), (3, frozenset())]
    )
    assert [fit.guidance_id for fit in found] == [1]
    assert names_somebody("ring 070-174 06 05")
    assert not names_somebody("Fakturor skickas till ekonomi")


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Ansökan om bygglov, Kaprifolen 12", "Ansökan om bygglov, Kaprifolen 12"),
        ("Re: Hål i gatan", "Hål i gatan"),
        ("Elton har diagnosen autism", "Skrivelse"),
        ("Fråga om färdtjänst för min mamma som har demens", "Fråga"),
        ("Orosanmälan om barn på Solskolan", "Anmälan"),
        ("Skyddade personuppgifter", "Skrivelse"),
        ("", ""),
    ],
)
def test_a_title_is_never_filled_in_with_what_a_subject_tells_of_somebody(subject: str, title: str) -> None:
    assert neutral_brief(subject, kind=document_type(subject)) == title
