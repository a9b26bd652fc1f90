"""The states of a draft, and what a mail in the outbox is called on screen. Tests assert that the tables are whole."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from kommunpost.apps.composing.models import DraftState, HeldFor
from kommunpost.apps.mailflow.models import OutboxState

TRANSITIONS: Mapping[DraftState, frozenset[DraftState]] = {
    DraftState.WRITING: frozenset({DraftState.QUEUED, DraftState.DISCARDED}),
    # Taken back before it left; what has left is never a draft again.
    DraftState.QUEUED: frozenset({DraftState.WRITING}),
    DraftState.DISCARDED: frozenset({DraftState.WRITING}),
}


class Shown(StrEnum):
    """What a sent mail is called where people follow it."""

    UNDO = "undo"
    LATER = "later"
    SLEEP = "sleep"
    RETRY = "retry"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


_PLAIN: Mapping[OutboxState, Shown] = {
    OutboxState.DRAFT: Shown.SENDING,
    OutboxState.CLAIMED: Shown.SENDING,
    OutboxState.HANDED_OVER: Shown.SENT,
    OutboxState.DELIVERED: Shown.DELIVERED,
    OutboxState.BOUNCED: Shown.BOUNCED,
    OutboxState.UNKNOWN: Shown.UNKNOWN,
    OutboxState.CANCELLED: Shown.CANCELLED,
}
_HELD: Mapping[HeldFor, Shown] = {HeldFor.UNDO: Shown.UNDO, HeldFor.LATER: Shown.LATER, HeldFor.SLEEP: Shown.SLEEP}


def shown_state(*, state: OutboxState, hold: HeldFor, attempts: int, not_before: datetime, now: datetime) -> Shown:
    """A held mail waits for its reason until ``not_before``; after that, or after a first try, for the relay."""
    if state is not OutboxState.HELD:
        return _PLAIN[state]
    if attempts:
        return Shown.RETRY
    return _HELD[hold] if now < not_before else Shown.SENDING


def can_take_back(*, state: OutboxState, accepted: bool) -> bool:
    """Nobody has it yet, and no worker holds it: the same that ``mailflow.actions.outbox.cancel`` asks."""
    return state is OutboxState.HELD and not accepted
