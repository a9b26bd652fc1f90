"""What is asked of the log, and what it answers."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from kommunpost.apps.directory.queries import visible_mailbox_ids
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.maillog.rules.ids import DIRECTIONS, HOLDING_PEN, LOCAL, at_of, id_range
from kommunpost.apps.maillog.rules.matching import Condition, conditions_of
from kommunpost.apps.maillog.search_index import Scope


class NoSuchRow(Exception):  # noqa: N818 - an answer, not a fault
    """The row is not in the log, or not for this actor. ``code``: ``no_such_row``."""

    code = "no_such_row"


class TextNotCounted(Exception):  # noqa: N818 - a refusal, not a fault
    """Tallies know mailbox, day and direction, not words. ``code``: ``text_not_counted``."""

    code = "text_not_counted"


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which rows: all fields must hold, empty ones do not count.

    ``mailbox_ids`` None is every mailbox and the holding pen (0): give it only for those who may see the whole log
    (``visible_filter``). ``direction`` is ``in``, ``out`` or empty. ``since`` and ``until`` are days in Sweden, both
    included.
    ``text`` is looked for in sender, recipients and subject; ``rules.matching`` says what a match is.
    """

    mailbox_ids: frozenset[int] | None = None
    direction: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    sender: str = ""
    recipient: str = ""
    subject: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return conditions_of(text=self.text, sender=self.sender, recipient=self.recipient, subject=self.subject)

    @property
    def is_empty(self) -> bool:
        """Whether nothing can match, whatever the log holds."""
        return self.mailbox_ids == frozenset() or bool(self.since and self.until and self.since > self.until)

    def scope(self, *, before: int | None = None, after: int | None = None) -> Scope:
        """The filter without its words, narrowed to one side of a row; oldest first if ``after`` is given."""
        lowest, highest = id_range(self.since, self.until)
        return Scope(
            lowest=lowest if after is None else max(lowest, after + 1),
            highest=highest if before is None else min(highest, before - 1),
            mailbox_ids=self.mailbox_ids,
            direction=DIRECTIONS.index(self.direction) if self.direction else None,
            newest_first=after is None,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a reader of the log sees it. ``mailbox_id`` and ``mailbox`` are None and empty in the holding pen.

    ``delivery_id`` is 0 for rows without a delivery.
    """

    id: int
    direction: str
    mailbox_id: int | None
    mailbox: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    delivery_id: int

    @property
    def at(self) -> datetime:
        """When, in Sweden, to the millisecond."""
        return at_of(self.id).astimezone(LOCAL)

    @property
    def is_in_pen(self) -> bool:
        return self.mailbox_id is None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Rows, newest first. ``older``: give it as ``before`` for the next page; ``newer``: as ``after`` for the page
    before.
    """

    rows: tuple[Row, ...]
    older: int | None
    newer: int | None


def visible_filter(actor: Actor, wanted: LogFilter) -> LogFilter:
    """``wanted``, narrowed to what ``actor`` may see. Raises ``NotAllowed`` for those who may see no log."""
    check_may(actor, Permission.LOG_READ)
    visible = visible_mailbox_ids(actor)
    if visible is None:
        return wanted
    visible -= {HOLDING_PEN}
    return replace(wanted, mailbox_ids=visible if wanted.mailbox_ids is None else wanted.mailbox_ids & visible)
