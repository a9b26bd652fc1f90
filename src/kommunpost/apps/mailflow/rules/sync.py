"""Reading real mailboxes, the pure part: the states of a connection, what is old mail, when to try and count again."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from kommunpost.apps.mailflow.kinds import Direction
from kommunpost.apps.mailflow.models import ConnectionState, FolderRole

_ANY_TROUBLE = frozenset({ConnectionState.TROUBLE, ConnectionState.REFUSED, ConnectionState.PAUSED})

TRANSITIONS: Mapping[ConnectionState, frozenset[ConnectionState]] = {
    ConnectionState.NEW: _ANY_TROUBLE | {ConnectionState.FIRST, ConnectionState.LIVE},
    ConnectionState.FIRST: _ANY_TROUBLE | {ConnectionState.LIVE, ConnectionState.NEW},
    ConnectionState.LIVE: _ANY_TROUBLE | {ConnectionState.FIRST, ConnectionState.NEW},
    ConnectionState.TROUBLE: _ANY_TROUBLE | {ConnectionState.FIRST, ConnectionState.LIVE, ConnectionState.NEW},
    ConnectionState.REFUSED: _ANY_TROUBLE | {ConnectionState.FIRST, ConnectionState.LIVE, ConnectionState.NEW},
    ConnectionState.PAUSED: frozenset({ConnectionState.NEW}),
}

LEASE = timedelta(minutes=5)
"""Longer than a visit goes without renewing it (each folder and each page of mails does)."""
SILENT_AFTER = timedelta(minutes=15)
"""A mailbox that has not been found to be read for so long is told of."""
AFTER_REFUSAL = timedelta(minutes=30)
"""A password that is refused again and again locks accounts."""
CLOCK_SKEW = timedelta(days=1)
NIGHT = time(2, 0)
SWEDEN = ZoneInfo("Europe/Stockholm")
_LONGEST_WAIT = 600


class SyncRefused(Exception):  # noqa: N818 -- named by what it says.
    """What somebody asked of a connection cannot be done. ``code`` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def may_become(state: str, new: ConnectionState) -> bool:
    """Whether the table allows the step; to stay is no step."""
    return state == new or new in TRANSITIONS[ConnectionState(state)]


def is_old(*, at: datetime, began_at: datetime, is_beyond_first: bool) -> bool:
    """Whether the mail lay there before the mailbox was connected: it is taken in silently, as by import.

    ``is_beyond_first``: the server numbered it after what lay there at first. Then a date shortly before ``began_at``
    only shows that the two clocks differ.
    """
    # IMAP's own time of arrival has whole seconds.
    if at >= began_at.replace(microsecond=0):
        return False
    return not (is_beyond_first and at > began_at - CLOCK_SKEW)


def direction_in(*, role: FolderRole, is_own: bool) -> Direction | None:
    """The direction of a mail by its folder; None when it is not to be taken in.

    ``is_own``: the mailbox itself is the sender. In other folders than Sent such a mail may be a draft that was thrown
    away: what was really sent lies, or lay, in Sent, or was seen on its way.
    """
    if role is FolderRole.DRAFTS:
        return None
    if role is FolderRole.SENT:
        return Direction.OUT
    if role is FolderRole.INBOX:
        return Direction.IN
    return None if is_own else Direction.IN


def wait_after_failures(failures: int) -> timedelta:
    """How long to leave a server alone after the ``failures``-th failure in a row: 5 s, doubled, at most 10 minutes."""
    return timedelta(seconds=min(_LONGEST_WAIT, 5 * 2 ** min(max(failures, 1) - 1, 10)))


def count_is_due(*, counted_at: datetime | None, now: datetime) -> bool:
    """Whether the nightly count is due: never done, or last done before two o'clock this night in Sweden."""
    if counted_at is None:
        return True
    local = now.astimezone(SWEDEN)
    night = datetime.combine(local.date(), NIGHT, tzinfo=SWEDEN)
    return counted_at < night <= local
