"""Handing entries to case systems: what may follow what, how long one waits, and what a number may look like. Pure."""

import re
from collections.abc import Mapping
from datetime import timedelta

from kommunpost.apps.register.kinds import HandoverState
from kommunpost.apps.register.rules.states import RegisterRefused

HANDOVER_STEPS: Mapping[HandoverState, frozenset[HandoverState]] = {
    HandoverState.WAITING: frozenset({HandoverState.SENDING, HandoverState.DEAD, HandoverState.WITHDRAWN}),
    HandoverState.SENDING: frozenset(
        {
            HandoverState.WAITING, HandoverState.SENT, HandoverState.UNKNOWN, HandoverState.RECEIVED,
            HandoverState.REFUSED, HandoverState.DEAD,
        }
    ),
    HandoverState.SENT: frozenset(
        {HandoverState.RECEIVED, HandoverState.REFUSED, HandoverState.UNKNOWN, HandoverState.DEAD}
    ),
    # Where the receiver knows the key, it is sent once more; a mail of unknown fate never is, but it may be answered.
    HandoverState.UNKNOWN: frozenset(
        {
            HandoverState.SENDING, HandoverState.SENT, HandoverState.RECEIVED, HandoverState.REFUSED,
            HandoverState.DEAD, HandoverState.WITHDRAWN,
        }
    ),
    # A person corrects the number that they typed in, or that the receiver gave.
    HandoverState.RECEIVED: frozenset({HandoverState.RECEIVED}),
    HandoverState.REFUSED: frozenset({HandoverState.WAITING, HandoverState.RECEIVED, HandoverState.WITHDRAWN}),
    HandoverState.DEAD: frozenset({HandoverState.WAITING, HandoverState.RECEIVED, HandoverState.WITHDRAWN}),
    HandoverState.WITHDRAWN: frozenset({HandoverState.WAITING, HandoverState.RECEIVED}),
}  # fmt: skip

NEEDS_A_PERSON = (HandoverState.DEAD, HandoverState.REFUSED)
"""What nobody but a person takes further. A mail of unknown fate too: that is told by the outbox."""
OPEN = (HandoverState.WAITING, HandoverState.SENDING, HandoverState.UNKNOWN)

LEASE = timedelta(minutes=10)
"""So long a worker has a handover to itself: longer than a receiver may take with everything."""
MOST_ATTEMPTS = 12
"""With the waits below: given up after about a day and a half."""
_WAITS = (1, 5, 15, 30, 60, 120, 240)

LONGEST_NUMBER = 80
_NUMBER = re.compile(r"[^\W_][\w .:/()\-–#]{0,79}")


def check_handover(state: str, wanted: HandoverState) -> None:
    """Raises ``RegisterRefused`` (``handover_not_from_here``)."""
    if wanted not in HANDOVER_STEPS[HandoverState(state)]:
        raise RegisterRefused("handover_not_from_here")


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain (1 is the first)."""
    return timedelta(minutes=_WAITS[min(max(tries, 1), len(_WAITS)) - 1])


def clean_number(text: object) -> str:
    """A case system's number, blanks run together; empty when it cannot be one."""
    if not isinstance(text, str):
        return ""
    bare = " ".join(text.split())
    return bare if _NUMBER.fullmatch(bare) else ""
