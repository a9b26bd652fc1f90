"""The states of records, cases, notes and questions, and what may follow what: tables, tested to be whole."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from kommunpost.apps.register.kinds import CaseState, NoteState, PackageState, QuestionState, RecordState


class RegisterRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """The register says no. ``code`` is turned into Swedish by the screen."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Step(StrEnum):
    """What is done to a record."""

    REGISTER = "register"
    ORDER = "order"
    EXEMPT = "exempt"
    DECIDE_NOT = "decide_not"
    REOPEN = "reopen"
    BECOME_PUBLIC = "become_public"


RECORD_STEPS: Mapping[RecordState, Mapping[Step, RecordState]] = {
    RecordState.OPEN: {
        Step.REGISTER: RecordState.REGISTERED,
        Step.ORDER: RecordState.ORDERED,
        Step.EXEMPT: RecordState.EXEMPT,
        Step.DECIDE_NOT: RecordState.NOT_RECORD,
    },
    # What is registered leaves the diary only by a voided entry, and then waits anew.
    RecordState.REGISTERED: {Step.REOPEN: RecordState.OPEN},
    RecordState.ORDERED: {Step.REOPEN: RecordState.OPEN, Step.REGISTER: RecordState.REGISTERED},
    RecordState.EXEMPT: {Step.REOPEN: RecordState.OPEN, Step.REGISTER: RecordState.REGISTERED},
    # Dispatch and archiving make working material a public record by themselves (TF 2:10, 2:12).
    RecordState.NOT_RECORD: {Step.REOPEN: RecordState.OPEN, Step.BECOME_PUBLIC: RecordState.OPEN},
}

CASE_STEPS: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.CLOSED}),
    CaseState.CLOSED: frozenset({CaseState.OPEN}),
}

NOTE_STEPS: Mapping[NoteState, frozenset[NoteState]] = {
    NoteState.KEPT: frozenset({NoteState.CLEARED, NoteState.ARCHIVED}),
    NoteState.CLEARED: frozenset(),
    NoteState.ARCHIVED: frozenset(),
}

QUESTION_STEPS: Mapping[QuestionState, frozenset[QuestionState]] = {
    QuestionState.OPEN: frozenset({QuestionState.ANSWERED, QuestionState.WITHDRAWN}),
    QuestionState.ANSWERED: frozenset(),
    QuestionState.WITHDRAWN: frozenset(),
}

PACKAGE_STEPS: Mapping[PackageState, frozenset[PackageState]] = {
    PackageState.WAITING: frozenset({PackageState.MAKING, PackageState.REMOVED}),
    # A worker that died half-way leaves it being made; the next one begins anew.
    PackageState.MAKING: frozenset({PackageState.MAKING, PackageState.READY, PackageState.FAILED}),
    PackageState.READY: frozenset({PackageState.REMOVED}),
    PackageState.FAILED: frozenset({PackageState.WAITING, PackageState.REMOVED}),
    PackageState.REMOVED: frozenset(),
}

_State = TypeVar("_State", CaseState, NoteState, PackageState, QuestionState)


def after(state: RecordState, step: Step) -> RecordState:
    """Where ``step`` leads from ``state``. Raises ``RegisterRefused`` (``not_from_this_state``)."""
    try:
        return RECORD_STEPS[state][step]
    except KeyError:
        raise RegisterRefused("not_from_this_state") from None


def sources(step: Step) -> tuple[RecordState, ...]:
    """The states that ``step`` may be taken from."""
    return tuple(state for state, steps in RECORD_STEPS.items() if step in steps)


def check_step(table: Mapping[_State, frozenset[_State]], state: _State, wanted: _State) -> None:
    """Raises ``RegisterRefused`` (``not_from_this_state``)."""
    if wanted not in table[state]:
        raise RegisterRefused("not_from_this_state")
