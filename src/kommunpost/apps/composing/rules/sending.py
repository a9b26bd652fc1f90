"""When a mail leaves, and when the same has been sent before. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from kommunpost.apps.composing.models import HeldFor
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.core.swedish.working_days import STOCKHOLM, WorkCalendar, local_day

GRACE = timedelta(seconds=3)
"""Beyond what the screen shows: whoever presses at the last moment has pressed in time."""
MORNING = time(8)
FARTHEST = timedelta(days=366)
SAME_TEXT = timedelta(hours=24)
MOST_FILES = 30
MOST_BYTES = 18_000_000
"""Of all files together: base64 makes it the 25 MB that most receivers take."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Why the mail waits, and until when (UTC)."""

    hold: HeldFor
    not_before: datetime


def plan_sending(
    *, send_at: datetime | None, sleeps: bool, undo: timedelta, calendar: WorkCalendar, now: datetime
) -> Plan:
    """``undo``: how long it can be taken back in any case. ``sleeps``: rest until the next working morning (clause
    ``sleep-on-it``), or ``send_at`` if that is later.

    Raises ``ComposingRefused``: ``send_at_past``, ``send_at_far``.
    """
    soon = now + undo + GRACE
    if send_at is not None and send_at <= now:
        raise ComposingRefused("send_at_past", field="send_at")
    if send_at is not None and send_at > now + FARTHEST:
        raise ComposingRefused("send_at_far", field="send_at")
    if sleeps:
        return Plan(HeldFor.SLEEP, max(next_morning(now, calendar), send_at or now))
    return Plan(HeldFor.LATER, send_at) if send_at and send_at > soon else Plan(HeldFor.UNDO, soon)


def next_morning(now: datetime, calendar: WorkCalendar) -> datetime:
    """08.00 by Swedish clock on the first working day after today (UTC)."""
    return morning_of(calendar.add(local_day(now), 1))


def morning_of(day: date) -> datetime:
    return datetime.combine(day, MORNING, STOCKHOLM).astimezone(UTC)


def text_digest(*, mailbox_id: int, recipients: Iterable[str], body: str, files: Iterable[str]) -> str:
    """SHA-256 (hex) of what makes two mails the same to those who get them: who, what, with which files."""
    parts = [str(mailbox_id), *sorted(set(recipients)), "", " ".join(body.split()).casefold(), "", *sorted(files)]
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
