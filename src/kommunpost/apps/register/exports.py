"""The diary as CSV: what the reader sees, no more. Taking it out leaves an event in the trail."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.register.kinds import EntryDirection
from kommunpost.apps.register.queries.entries import DiaryFilter, EntryRow, search_entries
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.spreadsheet import harmless

ROWS_AT_ONCE = 500
MOST_ROWS = 100_000


def export_diary(*, actor: Actor, wanted: DiaryFilter, now: datetime) -> Iterator[bytes]:
    """The entries of ``wanted`` as UTF-8 CSV with semicolons, newest first, at most ``MOST_ROWS``."""
    with transaction.atomic():
        audit(
            actor=actor.reference, verb=RegisterVerb.DIARY_EXPORTED, subject="",
            details={"committee": wanted.committee_id, "direction": wanted.direction, "narrowed": bool(wanted.text)},
            at=now,
        )  # fmt: skip
    return _written(actor, wanted)


def _written(actor: Actor, wanted: DiaryFilter) -> Iterator[bytes]:
    head = (_("Nummer"), _("Ärende"), _("Nämnd"), _("Datum"), _("Riktning"), _("Avsändare eller mottagare"),
            _("Vad handlingen gäller"), _("Handlingstyp"), _("Makulerad"))  # fmt: skip
    yield BOM_UTF8 + _line(head)
    before, written = "", 0
    while written < MOST_ROWS:
        page = search_entries(actor, wanted=wanted, before=before, limit=ROWS_AT_ONCE)
        yield b"".join(_line(_cells(row)) for row in page.rows)
        written, before = written + len(page.rows), page.older
        if not before:
            return


def _cells(row: EntryRow) -> tuple[str, ...]:
    direction = str(EntryDirection(row.direction).label)
    voided = _("Ja") if row.is_voided else ""
    return (row.designation, row.case_designation, row.committee, f"{row.dated_on:%Y-%m-%d}", direction,
            row.counterpart, row.title, row.document_type, voided)  # fmt: skip


def _line(cells: Iterable[str]) -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode()
