"""Make an extract: who may, what is in it, and the event that says it was made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO

from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.directory.rules import Actor, Permission, check_may, reference_of
from kommunpost.apps.maillog.exports.heads import Head, head_of
from kommunpost.apps.maillog.exports.pdf import PdfTooLarge, write_pdf
from kommunpost.apps.maillog.exports.texts import write_csv, write_json
from kommunpost.apps.maillog.queries import LogFilter, Row, rows_matching, visible_filter

_IN_MEMORY = 4 * 1024 * 1024
_CHUNK = 64 * 1024


class Format(StrEnum):
    """The forms in which an extract of the log is handed out."""

    CSV = "csv"
    JSON = "json"
    PDF = "pdf"


class ExtractRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """The extract cannot be made. ``code``: ``too_many_rows_for_pdf`` (``most`` says how many go in one)."""

    def __init__(self, code: str, *, most: int) -> None:
        super().__init__(code)
        self.code, self.most = code, most


@dataclass(frozen=True, slots=True)
class Extract:
    """A finished extract, to be streamed: never half of one. ``file`` stands at its beginning and vanishes when
    closed.
    """

    file: IO[bytes]
    rows: int
    file_name: str
    content_type: str

    def chunks(self) -> Iterator[bytes]:
        """The bytes, and then the file is closed."""
        with self.file:
            while chunk := self.file.read(_CHUNK):
                yield chunk


_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/jsonl; charset=utf-8",
    Format.PDF: "application/pdf",
}
_WRITERS: dict[Format, Callable[[IO[bytes], Head, Iterator[Row]], int]] = {
    Format.CSV: write_csv,
    Format.JSON: write_json,
    Format.PDF: write_pdf,
}


def make_extract(*, filter: LogFilter, kind: Format, by: Actor | str, now: datetime) -> Extract:  # noqa: A002
    """All rows of ``filter``, oldest first, as a file; and the event ``log:extract:exported`` in the trail.

    An actor gets only what they may see, and only if they may export: ``NotAllowed`` otherwise. ``by`` as text is the
    system
    (``system:cli``), which sees all. Raises ``ExtractRefused``. ``now`` is aware.
    """
    if isinstance(by, Actor):
        check_may(by, Permission.LOG_EXPORT)
        filter = visible_filter(by, filter)  # noqa: A001
    head = head_of(filter, by=by, now=now)
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 -- closed by whoever streams it
    try:
        rows = _write(file, kind, head, filter)
        _record(filter, kind, rows=rows, by=by, now=now)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"e-postlogg-{now:%Y%m%d-%H%M}.{'jsonl' if kind is Format.JSON else kind}"
    return Extract(file=file, rows=rows, file_name=name, content_type=_TYPES[kind])


def _write(file: IO[bytes], kind: Format, head: Head, wanted: LogFilter) -> int:
    try:
        return _WRITERS[kind](file, head, rows_matching(filter=wanted, oldest_first=True))
    except PdfTooLarge as large:
        raise ExtractRefused("too_many_rows_for_pdf", most=large.fits) from large


def _record(wanted: LogFilter, kind: Format, *, rows: int, by: Actor | str, now: datetime) -> None:
    # What was searched for may name a person: the trail says only that words were given, and in which fields.
    words = [name for name in ("text", "sender", "recipient", "subject") if getattr(wanted, name)]
    with transaction.atomic():
        record(
            actor=reference_of(by),
            verb="log:extract:exported",
            details={
                "format": str(kind),
                "rows": rows,
                "mailboxes": None if wanted.mailbox_ids is None else sorted(wanted.mailbox_ids),
                "direction": wanted.direction,
                "since": wanted.since.isoformat() if wanted.since else "",
                "until": wanted.until.isoformat() if wanted.until else "",
                "words_in": [*words],
            },
            at=now,
        )
