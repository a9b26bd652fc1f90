"""Read the trail: a page of events for the screen, sealed groups, and the search for breaks (ADR 0004)."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from kommunpost.apps.audit import guards
from kommunpost.apps.audit.actions import seal_keys
from kommunpost.apps.audit.models import ChainHead, Event
from kommunpost.apps.audit.rules import GENESIS, MAIN_CHAIN, AuditVerb, Entry, digest, seal_holds

_STREAM = 2000

Progress = Callable[[int], None]
"""Called with the number of events looked at since the last call."""


class BreakKind(StrEnum):
    """What is wrong with the trail."""

    CHANGED = "changed"  # the fields of the event no longer give its digest
    REMOVED = "removed"  # a number is missing
    DOUBLED = "doubled"  # a number stands twice
    UNLINKED = "unlinked"  # the event does not follow from the one before: put in, or moved, by somebody else
    TAIL_REMOVED = "tail_removed"  # the chain ends before its sealed head
    TAIL_ADDED = "tail_added"  # the chain goes on past its sealed head
    HEAD_CHANGED = "head_changed"  # the seal does not hold, or the head names another digest
    HEAD_MISSING = "head_missing"  # events, or the main chain, speak of a chain that has no head
    EARLIER_BREAK = "earlier_break"  # the trail itself noticed a broken head, and went on
    SEAL_UNMATCHED = "seal_unmatched"  # a head written down outside the database does not stand there
    GUARD_MISSING = "guard_missing"  # a trigger is not in force


@dataclass(frozen=True, slots=True)
class Break:
    """Where the trail is broken. ``number`` is the event (or 0), ``name`` a trigger or a number of events."""

    chain: str
    number: int
    kind: BreakKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a chain."""

    chain: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What the audit screen asks for; empty fields ask for nothing. ``since``, ``until`` (exclusive) are aware."""

    actor: str = ""
    subject: str = ""
    office: str = ""
    chain: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as the screen shows it. ``at`` is UTC."""

    id: int
    chain: str
    number: int
    at: datetime
    actor: str
    verb: str
    subject: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventPage:
    """``before`` is what to ask for next, or ``None`` at the end."""

    rows: tuple[EventRow, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class SealedGroup:
    """What ``record_group`` kept: the ids of rows of ``kind``, and the digest over them (``rules.digest_rows``)."""

    chain: str
    number: int
    kind: str
    ids: tuple[int, ...]
    digest: str


def events(*, filter: EventFilter, before: int | None = None, limit: int = 50) -> EventPage:  # noqa: A002
    """The newest events that ``filter`` asks for, older than the id ``before``; one query, no counting."""
    chosen = _chosen(filter)
    if before is not None:
        chosen = chosen.filter(pk__lt=before)
    found = list(chosen.order_by("-pk")[: limit + 1])
    rows = tuple(_row(event) for event in found[:limit])
    return EventPage(rows=rows, before=rows[-1].id if len(found) > limit else None)


def sealed_groups(*, verb: str) -> Iterator[SealedGroup]:
    """All groups recorded under ``verb``, oldest first, streamed."""
    for event in Event.objects.filter(verb=verb).order_by("pk").iterator(chunk_size=_STREAM):
        details = event.details
        yield SealedGroup(event.chain, event.number, details["kind"], tuple(details["ids"]), details["digest"])


def heads() -> list[Head]:
    """The head of each chain, to be written down outside the database."""
    return [Head(*row) for row in ChainHead.objects.order_by("chain").values_list("chain", "number", "digest")]


def verify_chains(*, progress: Progress | None = None, kept: list[Head] | None = None) -> list[Break]:
    """Look at every event of every chain; an empty list means that nothing was changed, removed, put in or moved.

    ``kept`` are heads written down earlier outside the database: with them even a tail that was cut off together with
    its head, put back from an old copy, is found. Reads in a stream; memory does not grow with the trail.
    """
    before = {head.chain: head for head in ChainHead.objects.all()}
    known = set(before) | set(Event.objects.order_by().values_list("chain", flat=True).distinct()) | _opened()
    anchors: dict[str, dict[int, str]] = {}
    for head in kept or []:
        anchors.setdefault(head.chain, {})[head.number] = head.digest
    breaks = [Break("", 0, BreakKind.GUARD_MISSING, name) for name in guards.missing(connection)]
    for chain in sorted(known | set(anchors)):
        breaks += _ChainWalk(chain, anchors.get(chain, {}), progress).breaks(before.get(chain))
    return breaks


class _ChainWalk:
    """One pass over one chain. Goes on after each break as if it were mended, so that one change is told of once."""

    def __init__(self, chain: str, anchors: dict[int, str], progress: Progress | None) -> None:
        self.chain = chain
        self.anchors = anchors
        self.progress = progress
        self.last = 0
        self.last_digest: object = GENESIS
        self.head_digest: object = GENESIS

    def breaks(self, head: ChainHead | None) -> list[Break]:
        wanted = head.number if head else 0
        found = [one for row in self._rows() for one in self._step(row, wanted)]
        found += [self._break(number, BreakKind.SEAL_UNMATCHED) for number in sorted(self.anchors)]
        return found + list(self._end(head))

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        # As text: SQLite stores what it is given; a time or JSON that Django cannot read must be a break, not a crash.
        fields = ("number", "at_text", "actor", "verb", "subject", "details_text", "previous", "digest")
        chosen = Event.objects.filter(chain=self.chain).annotate(
            at_text=Cast("at", TextField()), details_text=Cast("details", TextField())
        )
        rows = chosen.order_by("number", "pk").values_list(*fields)
        count = 0
        for count, row in enumerate(rows.iterator(chunk_size=_STREAM), 1):
            if self.progress and count % _STREAM == 0:
                self.progress(_STREAM)
            yield row
        if self.progress:
            self.progress(count % _STREAM)

    def _step(self, row: tuple[Any, ...], wanted: int) -> Iterator[Break]:
        number, verb, previous, stored = row[0], row[3], row[6], row[7]
        if not isinstance(number, int):
            yield self._break(0, BreakKind.CHANGED)
            return
        if number > self.last + 1:
            yield Break(self.chain, self.last + 1, BreakKind.REMOVED, str(number - self.last - 1))
        elif number <= self.last:
            yield self._break(number, BreakKind.DOUBLED)
        elif previous != self.last_digest:
            yield self._break(number, BreakKind.UNLINKED)
        if _digest_of(self.chain, row) != stored:
            yield self._break(number, BreakKind.CHANGED)
        if verb == AuditVerb.CHAIN_BROKEN:
            yield self._break(number, BreakKind.EARLIER_BREAK)
        if self.anchors.get(number) == stored:
            del self.anchors[number]
        if number == wanted:
            self.head_digest = stored
        self.last, self.last_digest = max(number, self.last), stored

    def _end(self, head: ChainHead | None) -> Iterator[Break]:
        # Read again: whoever wrote while we looked moved the head in the same transaction.
        now = ChainHead.objects.filter(chain=self.chain).first()
        if head is None and now is None:
            yield self._break(self.last, BreakKind.HEAD_MISSING)
            return
        if head is not None:
            yield from self._head_breaks(head)
        if now is not None and self.last > now.number:
            yield Break(self.chain, now.number + 1, BreakKind.TAIL_ADDED, str(self.last - now.number))

    def _head_breaks(self, head: ChainHead) -> Iterator[Break]:
        holds = seal_holds(
            chain=self.chain, number=head.number, head_digest=head.digest, given=head.seal, keys=seal_keys()
        )
        if self.last < head.number:
            yield Break(self.chain, self.last + 1, BreakKind.TAIL_REMOVED, str(head.number - self.last))
        elif self.head_digest != head.digest:
            holds = False
        if not holds:
            yield self._break(head.number, BreakKind.HEAD_CHANGED)

    def _break(self, number: int, kind: BreakKind) -> Break:
        return Break(self.chain, number, kind)


def _opened() -> set[str]:
    subjects = Event.objects.filter(chain=MAIN_CHAIN, verb=AuditVerb.CHAIN_OPENED).values_list("subject", flat=True)
    return {subject.removeprefix("chain:") for subject in subjects}


def _digest_of(chain: str, row: tuple[Any, ...]) -> str | None:
    number, at, actor, verb, subject, details, previous, _stored = row
    try:
        moment = datetime.fromisoformat(at)
        entry = Entry(
            chain=chain,
            number=number,
            at=moment if moment.tzinfo else moment.replace(tzinfo=UTC),
            actor=actor,
            verb=verb,
            subject=subject,
            details=json.loads(details, object_pairs_hook=_without_doubles),
            previous=previous,
        )
        return digest(entry)
    except (TypeError, ValueError, OverflowError):
        return None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _chosen(wanted: EventFilter) -> QuerySet[Event]:
    conditions = {
        "actor": wanted.actor,
        "subject": wanted.subject,
        "chain": wanted.chain,
        "verb__startswith": f"{wanted.office}:" if wanted.office else "",
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    return Event.objects.filter(**{name: value for name, value in conditions.items() if value})


def _row(event: Event) -> EventRow:
    return EventRow(
        event.pk, event.chain, event.number, event.at, event.actor, event.verb, event.subject, event.details
    )
