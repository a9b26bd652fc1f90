"""The states of a conversation: what each step makes of each state. What is not in the table cannot be done."""

from collections.abc import Mapping
from enum import StrEnum

from kommunpost.apps.inbox.models import State
from kommunpost.apps.inbox.rules.refusals import InboxRefused


class Move(StrEnum):
    """What happens to a conversation. ``MAIL``: somebody writes and expects an answer."""

    MAIL = "mail"
    TAKE = "take"
    ANSWER = "answer"
    ACKNOWLEDGE = "acknowledge"
    WAIT = "wait"
    CLOSE = "close"
    REOPEN = "reopen"


TRANSITIONS: Mapping[State, Mapping[Move, State]] = {
    State.NEW: {
        Move.MAIL: State.NEW,
        Move.TAKE: State.OPEN,
        Move.ANSWER: State.ANSWERED,
        Move.ACKNOWLEDGE: State.OPEN,
        Move.CLOSE: State.CLOSED,
    },
    State.OPEN: {
        Move.MAIL: State.OPEN,
        Move.TAKE: State.OPEN,
        Move.ANSWER: State.ANSWERED,
        Move.ACKNOWLEDGE: State.OPEN,
        Move.CLOSE: State.CLOSED,
    },
    State.WAITING: {
        Move.MAIL: State.REOPENED,
        Move.TAKE: State.WAITING,
        Move.ANSWER: State.ANSWERED,
        Move.CLOSE: State.CLOSED,
        Move.REOPEN: State.OPEN,
    },
    State.ANSWERED: {
        Move.MAIL: State.REOPENED,
        Move.TAKE: State.ANSWERED,
        Move.ANSWER: State.ANSWERED,
        # Only what has been answered can wait for the other: a clock that runs is never stopped by a click.
        Move.WAIT: State.WAITING,
        Move.CLOSE: State.CLOSED,
        Move.REOPEN: State.OPEN,
    },
    State.CLOSED: {
        Move.MAIL: State.REOPENED,
        Move.ANSWER: State.ANSWERED,
        Move.REOPEN: State.OPEN,
    },
    State.REOPENED: {
        Move.MAIL: State.REOPENED,
        Move.TAKE: State.OPEN,
        Move.ANSWER: State.ANSWERED,
        Move.ACKNOWLEDGE: State.OPEN,
        Move.CLOSE: State.CLOSED,
    },
}


def state_after(state: str, step: Move) -> State:
    """The state that ``step`` leads to. Raises ``InboxRefused("no_such_step")``."""
    try:
        return TRANSITIONS[State(state)][step]
    except KeyError:
        raise InboxRefused("no_such_step") from None


def may_move(state: str, step: Move) -> bool:
    """Whether the table allows ``step``; screens show no button that the table would refuse."""
    return step in TRANSITIONS[State(state)]
