"""From which day clocks may be started, and what may follow what. Pure (ADR 0044)."""

from collections.abc import Mapping
from datetime import date, timedelta

from kommunpost.apps.inbox.models.starts import StartState
from kommunpost.apps.inbox.rules.refusals import InboxRefused

LONGEST_AGO = timedelta(days=366)

TRANSITIONS: Mapping[StartState, frozenset[StartState]] = {
    StartState.STARTING: frozenset({StartState.STARTED}),
    StartState.STARTED: frozenset({StartState.UNDOING}),
    StartState.UNDOING: frozenset({StartState.UNDONE}),
    StartState.UNDONE: frozenset(),
}


def check_since(since: date, *, today: date) -> None:
    """Raises ``day_to_come`` and ``too_long_ago``: nobody waits today for an answer to a mail of several years ago."""
    if since > today:
        raise InboxRefused("day_to_come")
    if since < today - LONGEST_AGO:
        raise InboxRefused("too_long_ago")


def check_step(state: str, then: StartState) -> None:
    """Raises ``no_such_start`` unless the table allows it."""
    if then not in TRANSITIONS[StartState(state)]:
        raise InboxRefused("no_such_start")
