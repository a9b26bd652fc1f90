"""Extracts as text: CSV for a spreadsheet, JSON lines for programs."""

import csv
import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import UTC
from io import TextIOWrapper
from typing import IO

from django.utils.translation import override

from kommunpost.apps.maillog.exports.heads import Head, direction_word
from kommunpost.apps.maillog.queries import Row
from kommunpost.core.spreadsheet import harmless


def write_csv(file: IO[bytes], head: Head, rows: Iterator[Row]) -> int:
    """UTF-8 with a mark, semicolons, CRLF: what a Swedish Excel opens by a double click. Returns the number of rows.

    A value that would run as a formula gets an apostrophe before it, as Excel itself writes text.
    """
    file.write(BOM_UTF8)
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(head.columns)
    number = 0
    with override("sv"):
        for row in rows:
            writer.writerow([harmless(value) for value in cells(row)])
            number += 1
    text.flush()
    text.detach()
    return number


def write_json(file: IO[bytes], head: Head, rows: Iterator[Row]) -> int:  # noqa: ARG001 -- one shape for all writers
    """One object a line; ``at`` in UTC. Returns the number of rows."""
    number = 0
    for row in rows:
        file.write(json.dumps(as_json(row), ensure_ascii=False).encode() + b"\n")
        number += 1
    return number


def as_json(row: Row) -> dict[str, str | list[str]]:
    """The row in the words of the command line's contract."""
    at = row.at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"
    return {
        "at": at,
        "direction": row.direction,
        "mailbox": row.mailbox,
        "sender": row.sender,
        "recipients": list(row.recipients),
        "subject": row.subject,
    }


def cells(row: Row) -> list[str]:
    """The row in the seven columns of an extract: local date and time, direction, mailbox, sender, recipients,
    subject.
    """
    return [
        f"{row.at:%Y-%m-%d}",
        f"{row.at:%H:%M:%S}",
        direction_word(row.direction),
        row.mailbox,
        row.sender,
        ", ".join(row.recipients),
        " ".join(row.subject.splitlines()),
    ]
