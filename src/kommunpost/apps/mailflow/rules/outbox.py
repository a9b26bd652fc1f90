"""The states of a mail on its way out, and what a relay's answers make of it (RFC 5321 section 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kommunpost.apps.mailflow.models import OutboxState

TRANSITIONS: Mapping[OutboxState, frozenset[OutboxState]] = {
    OutboxState.DRAFT: frozenset({OutboxState.HELD, OutboxState.CANCELLED}),
    OutboxState.HELD: frozenset({OutboxState.CLAIMED, OutboxState.CANCELLED}),
    OutboxState.CLAIMED: frozenset(
        {OutboxState.HANDED_OVER, OutboxState.HELD, OutboxState.BOUNCED, OutboxState.UNKNOWN}
    ),
    OutboxState.HANDED_OVER: frozenset({OutboxState.DELIVERED, OutboxState.BOUNCED}),
    OutboxState.UNKNOWN: frozenset({OutboxState.HANDED_OVER, OutboxState.HELD}),
    OutboxState.DELIVERED: frozenset(),
    OutboxState.BOUNCED: frozenset(),
    OutboxState.CANCELLED: frozenset(),
}

LEASE = timedelta(minutes=15)
"""A claim older than this belongs to a worker that died. Longer than every timeout of the relay together."""
BACKOFF = (1, 5, 15, 30, 60, 120, 240)
"""Minutes to wait after the first, second … temporary refusal."""
GIVE_UP_AFTER = timedelta(days=4)
"""RFC 5321 section 4.5.4.1: at least 4-5 days before a mail is given up."""


class OutboxRefused(Exception):  # noqa: N818 -- named by what it says.
    """The mail is not in a state from which this can be done. ``code`` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Outcome(StrEnum):
    """What the relay has said of one recipient; nothing yet is ``pending``."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """``code`` as in SMTP (250, 451, 550). Text is left out: relays quote addresses in it."""

    code: int
    enhanced: str = ""

    @property
    def outcome(self) -> Outcome:
        if 200 <= self.code < 300:  # noqa: PLR2004 -- RFC 5321 section 4.2.1.
            return Outcome.ACCEPTED
        return Outcome.REFUSED if self.code >= 500 else Outcome.PENDING  # noqa: PLR2004

    def __str__(self) -> str:
        return f"{self.code} {self.enhanced}".strip()


def may_become(state: str, new: OutboxState) -> bool:
    """Whether the table allows the step."""
    return new in TRANSITIONS[OutboxState(state)]


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th temporary refusal (1 is the first)."""
    return timedelta(minutes=BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1])


def state_after(outcomes: Mapping[str, Outcome]) -> OutboxState:
    """The state when the relay has answered: pending are tried again; else one accepted makes it handed over."""
    if Outcome.PENDING in outcomes.values():
        return OutboxState.HELD
    return OutboxState.HANDED_OVER if Outcome.ACCEPTED in outcomes.values() else OutboxState.BOUNCED


def state_after_reports(outcomes: Mapping[str, Mapping[str, str]]) -> OutboxState:
    """The state by the reports that came back of the recipients whom the relay took it for: bounced when it failed for
    all of them, delivered when it reached all; else it stays handed over.
    """
    told = {one.get("report", "") for one in outcomes.values() if one["state"] == Outcome.ACCEPTED}
    if told == {"failed"}:
        return OutboxState.BOUNCED
    return OutboxState.DELIVERED if told == {"delivered"} else OutboxState.HANDED_OVER


def lost_recipients(outcomes: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Those whom the mail did not reach, as far as anybody has said."""
    return [to for to, one in outcomes.items() if one["state"] == Outcome.REFUSED or one.get("report") == "failed"]
