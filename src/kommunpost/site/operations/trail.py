"""The audit trail as people read it: sentences, names, searches, and files. Reading it is itself recorded."""

import csv
import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kommunpost.apps.audit.actions import record, record_read
from kommunpost.apps.audit.models import Event
from kommunpost.apps.audit.queries import EventFilter, EventRow, events
from kommunpost.apps.directory.models import Account, Mailbox, Person, Unit
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.queries import readable_mailbox_ids
from kommunpost.core.spreadsheet import harmless
from kommunpost.site.operations.sentences import actor_words, sentence, thing_reference, thing_words
from kommunpost.site.operations.verbs import OperationsVerb

PAGE = 50
COLUMNS = ("id", "chain", "number", "at", "actor", "name", "verb", "sentence", "subject", "details")


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event in words. ``subject_url`` is empty when there is no page, or not for this reader."""

    row: EventRow
    who: str
    did: str
    about: str
    subject_url: str
    details: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """``before`` is what to ask for next, or None at the end."""

    rows: tuple[ShownEvent, ...]
    before: int | None


def trail_page(*, reader: Actor, wanted: EventFilter, before: int | None) -> TrailPage:
    """The newest events of ``wanted``, with names: five queries, however many rows. Raises ``NotAllowed``."""
    check_may(reader, Permission.AUDIT_READ)
    found = events(filter=wanted, before=before, limit=PAGE)
    names, readable = _names(found.rows), readable_mailbox_ids(reader)
    return TrailPage(tuple(_shown(row, names, readable) for row in found.rows), found.before)


def note_reading(*, reader: Actor, wanted: EventFilter, now: datetime) -> None:
    """That ``reader`` read the trail, and how narrowed: once for each search of a session, not for each page."""
    record_read(actor=reader.reference, verb=OperationsVerb.TRAIL_READ, subject="", details=_details(wanted), at=now)


def export_trail(*, reader: Actor, wanted: EventFilter, kind: str, now: datetime) -> Iterator[bytes]:
    """The events of ``wanted``, newest first, as ``csv`` or ``json`` lines; the event about it is written first.

    Raises ``NotAllowed``.
    """
    check_may(reader, Permission.AUDIT_READ)
    with transaction.atomic():
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        details = {**_details(wanted), "format": kind}
        record(actor=reader.reference, verb=OperationsVerb.TRAIL_EXPORTED, details=details, at=now)
    return _written(wanted, kind, before=newest + 1)


def _written(wanted: EventFilter, kind: str, *, before: int) -> Iterator[bytes]:
    if kind == "csv":
        yield BOM_UTF8 + _csv_line(COLUMNS)
    following: int | None = before
    while following is not None:
        page = events(filter=wanted, before=following, limit=1000)
        names = _names(page.rows)
        for row in page.rows:
            yield _line(row, names, kind)
        following = page.before


def _line(row: EventRow, names: dict[str, str], kind: str) -> bytes:
    fields = {
        "id": row.id,
        "chain": row.chain,
        "number": row.number,
        "at": row.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "actor": row.actor,
        "name": names.get(row.actor, ""),
        "verb": row.verb,
        "sentence": sentence(row.verb),
        "subject": row.subject,
        "details": row.details,
    }
    if kind == "json":
        return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
    cells = {**fields, "details": json.dumps(row.details, ensure_ascii=False) if row.details else ""}
    return _csv_line(harmless(str(cells[name])) for name in COLUMNS)


def _csv_line(cells: Iterable[str]) -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def _details(wanted: EventFilter) -> dict[str, str | None]:
    return {
        "actor": wanted.actor,
        "subject": wanted.subject,
        "group": wanted.office,
        "chain": wanted.chain,
        "since": f"{timezone.localtime(wanted.since):%Y-%m-%d}" if wanted.since else "",
        "until": f"{timezone.localtime(wanted.until):%Y-%m-%d}" if wanted.until else "",
    }


def subject_of(words: str) -> str:
    """What a person wrote of a thing, as the trail names it: ``mejl 12`` or ``message:12`` -> ``message:12``, the
    address of a mailbox -> ``mailbox:7``. Raises ``Mailbox.DoesNotExist`` for an address that no mailbox has.
    """
    if "@" in words:
        return f"mailbox:{Mailbox.objects.values_list('pk', flat=True).get(address=words.strip().lower())}"
    return thing_reference(words)


def _names(rows: Iterable[EventRow]) -> dict[str, str]:
    """``account:7`` -> the person's name, and so for mailboxes, people and units; one query a kind."""
    wanted: dict[str, set[int]] = {"account": set(), "mailbox": set(), "person": set(), "unit": set()}
    for reference in (one for row in rows for one in (row.actor, row.subject)):
        kind, _colon, number = reference.partition(":")
        if kind in wanted and number.isdecimal():
            wanted[kind].add(int(number))
    people = {
        "account": Account.objects.filter(pk__in=wanted["account"]).values_list("pk", "person__name"),
        "mailbox": Mailbox.objects.filter(pk__in=wanted["mailbox"]).values_list("pk", "address"),
        "person": Person.objects.filter(pk__in=wanted["person"]).values_list("pk", "name"),
        "unit": Unit.objects.filter(pk__in=wanted["unit"]).values_list("pk", "name"),
    }
    return {f"{kind}:{pk}": name for kind, found in people.items() for pk, name in found}


def _shown(row: EventRow, names: dict[str, str], readable: frozenset[int] | None) -> ShownEvent:
    kind, _colon, number = row.subject.partition(":")
    opens = kind == "mailbox" and number.isdecimal() and (readable is None or int(number) in readable)
    return ShownEvent(
        row=row,
        who=names.get(row.actor) or actor_words(row.actor),
        did=sentence(row.verb),
        about=names.get(row.subject) or thing_words(row.subject),
        subject_url=reverse("mailbox", args=[int(number)]) if opens else "",
        details=json.dumps(row.details, ensure_ascii=False, indent=1) if row.details else "",
    )
