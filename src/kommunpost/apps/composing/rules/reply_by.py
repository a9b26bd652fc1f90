"""The last day for an answer, put where the reader sees it first (clause ``reply-by-date``)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from kommunpost.core.swedish.working_days import STOCKHOLM

_PREFIX = re.compile(r"(?P<what>För (?:beslut|åtgärd|svar|kännedom))\s*[:,–-]\s*", re.IGNORECASE)
END_OF_DAY = time(23, 59)


@dataclass(frozen=True, slots=True)
class ReplyBy:
    """``clock`` is None when any time of the day will do."""

    day: date
    clock: time | None = None

    @property
    def words(self) -> str:
        """``2026-09-16`` or ``2026-09-16 klockan 12.00``."""
        return f"{self.day:%Y-%m-%d}" + (f" klockan {self.clock:%H.%M}" if self.clock else "")

    @property
    def moment(self) -> datetime:
        """When the time is out (UTC)."""
        return datetime.combine(self.day, self.clock or END_OF_DAY, STOCKHOLM).astimezone(UTC)

    @property
    def header(self) -> str:
        """For ``Reply-By`` (RFC 4021): Outlook and others put it in the reader's calendar."""
        return format_datetime(self.moment.astimezone(STOCKHOLM))


def subject_with(subject: str, asked: ReplyBy) -> str:
    """``Tider i hallen`` -> ``För svar senast 2026-09-16: Tider i hallen``. A subject that has the day stays."""
    if f"{asked.day:%Y-%m-%d}" in subject:
        return subject
    match = _PREFIX.match(subject)
    what = match["what"] if match else "För svar"
    rest = subject[match.end() :] if match else subject
    return f"{what} senast {asked.words}: {rest}".rstrip(": ")


def body_with(body: str, asked: ReplyBy) -> str:
    """For an answer, whose subject must stay: the day as its first line. A text that has the day stays."""
    if f"{asked.day:%Y-%m-%d}" in body:
        return body
    return f"Svara senast {asked.words}.\n\n{body}"
