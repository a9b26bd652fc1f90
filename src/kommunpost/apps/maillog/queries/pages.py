# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""Pages of the log by keyset, and all rows of a search as a stream."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection
from django.utils.translation import gettext

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.maillog.queries.candidates import LogLine, candidate_lines, lines_at
from kommunpost.apps.maillog.queries.counts import count_rows
from kommunpost.apps.maillog.queries.model import LogFilter, LogPage, NoSuchRow, Row, visible_filter
from kommunpost.apps.maillog.queries.withheld import withheld_among
from kommunpost.apps.maillog.rules.ids import DIRECTIONS, row_id
from kommunpost.apps.maillog.rules.matching import all_hold
from kommunpost.apps.maillog.search_index import Scope

MOST_ROWS = 500
WITHHELD = "\x00"
"""In place of a subject that is withheld. No stored text holds a NUL, and no search finds one."""
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Count:
    """``number`` rows, or more than that when ``more``."""

    number: int
    more: bool = False


StoredRow = tuple[int, int, int, int, str, str, str]
"""id, delivery id, mailbox id, direction, sender, recipients, subject."""


def search(
    *,
    filter: LogFilter,  # noqa: A002 -- the word of the contract
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> LogPage:
    """A page of at most ``limit`` (500) rows, newest first: those older than row ``before``, or just newer than
    ``after``.

    Exact at once: rows that are not indexed yet are found too. The cost does not grow with the depth of the page.
    """
    limit = min(limit, MOST_ROWS)
    stored = list(islice(_stored(filter, filter.scope(before=before, after=after), first=limit + 1), limit + 1))
    has_more, stored = len(stored) > limit, stored[:limit]
    if after is not None:
        stored.reverse()
    rows = tuple(_presented(stored))
    if not rows:
        return LogPage(rows=(), older=None, newer=None)
    older, newer = rows[-1].id, rows[0].id
    if after is not None:
        return LogPage(rows, older=older, newer=newer if has_more else None)
    return LogPage(rows, older=older if has_more else None, newer=newer if before is not None else None)


def rows_matching(*, filter: LogFilter, oldest_first: bool = False) -> Iterator[Row]:  # noqa: A002
    """All rows, newest or oldest first, as a stream: for extracts. Never holds more than a few thousand."""
    scope = filter.scope(after=-1) if oldest_first else filter.scope()
    stored = _stored(filter, scope, first=_AT_ONCE)
    while chunk := list(islice(stored, _AT_ONCE)):
        yield from _presented(chunk)


def get_visible(actor: Actor, row_id: int) -> Row:
    """The row, if ``actor`` may see it. Raises ``NoSuchRow``, the same for "not yours" and "no such"."""
    scope = visible_filter(actor, LogFilter()).scope()
    stored = _with_texts(lines_at([row_id], scope)) if scope.mailbox_ids != frozenset() else []
    if not stored:
        raise NoSuchRow
    return next(_presented(stored))


def count(*, filter: LogFilter, most: int = 1000) -> Count:  # noqa: A002
    """How many rows match: exact without words; with words, exact up to ``most`` and "more than" beyond."""
    if not filter.conditions:
        return Count(count_rows(filter))
    number = sum(1 for _ in islice(_stored(filter, filter.scope(), first=most + 1), most + 1))
    return Count(min(number, most), more=number > most)


def recipients_of(deliveries: Iterable[tuple[datetime, int]]) -> dict[int, tuple[str, ...]]:
    """Who the mail of each delivery (its moment and id) went to, by delivery id. One query.

    The caller has gone through the door to the deliveries. Left out: one whose row lies elsewhere than its moment says.
    """
    wanted = {row_id(at, delivery_id): delivery_id for at, delivery_id in deliveries}
    stored = _with_texts(lines_at(list(wanted), LogFilter().scope())) if wanted else []
    return {row[1]: tuple(row[5].split("\n")) for row in stored if row[1] == wanted[row[0]] and row[5]}


def _stored(wanted: LogFilter, scope: Scope, *, first: int) -> Iterator[StoredRow]:
    if wanted.is_empty:
        return
    conditions = wanted.conditions
    lines = candidate_lines(scope, conditions, first=first)
    size = first
    while chunk := list(islice(lines, size)):
        yield from (row for row in _with_texts(chunk) if all_hold(conditions, row[4:]))
        size = min(size * 2, _AT_ONCE)


def _with_texts(lines: Sequence[LogLine]) -> list[StoredRow]:
    # Each text is fetched once, however many of the rows name it.
    correspondents = _texts("maillog_correspondents", {one for line in lines for one in (line[2], line[3])})
    subjects = _texts("maillog_subject", {line[4] for line in lines})
    withheld = withheld_among(line[0] for line in lines)
    return [
        # Before anything is looked for: a hit on a word of a withheld subject would tell what it says.
        (identifier, delivery_id, mailbox_id, direction, correspondents.get(sender, ""),
         correspondents.get(recipients, ""), WITHHELD if identifier in withheld else subjects.get(subject, ""))
        for identifier, delivery_id, sender, recipients, subject, mailbox_id, direction in lines
    ]  # fmt: skip


def _texts(table: str, ids: Collection[int]) -> dict[int, str]:
    ordered = sorted(ids)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As a table: an array of thousands would tempt the planner into reading all texts.
            cursor.execute(
                f"""SELECT wanted.id, text.text FROM unnest(%s::bigint[]) AS wanted (id)
                    JOIN {table} AS text ON text.id = wanted.id""",
                [ordered],
            )
        else:
            cursor.execute(f"SELECT id, text FROM {table} WHERE id IN ({','.join(['%s'] * len(ordered))})", ordered)
        return dict(cursor.fetchall())


def _presented(stored: Sequence[StoredRow]) -> Iterator[Row]:
    ids = {row[2] for row in stored}
    addresses = dict(Mailbox.objects.filter(id__in=ids).values_list("id", "address"))
    for identifier, delivery_id, mailbox_id, direction, sender, recipients, subject in stored:
        yield Row(
            id=identifier,
            direction=DIRECTIONS[direction],
            mailbox_id=mailbox_id or None,
            mailbox=addresses.get(mailbox_id, ""),
            sender=sender,
            recipients=tuple(recipients.split("\n")) if recipients else (),
            subject=gettext("[ämnet visas inte: kan vara hemligt]") if subject == WITHHELD else subject,
            delivery_id=delivery_id,
        )
