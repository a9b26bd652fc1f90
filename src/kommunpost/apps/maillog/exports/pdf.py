"""An extract as PDF/A-2a and PDF/UA-1, typeset by Typst. Text goes in as data, never as source."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import override

from kommunpost.apps.maillog.exports.glyphs import hidden_in, pieces
from kommunpost.apps.maillog.exports.heads import Head
from kommunpost.apps.maillog.exports.texts import cells
from kommunpost.apps.maillog.exports.typesetting import TooLarge, can_show, typeset
from kommunpost.apps.maillog.queries import Row

MOST_ROWS_IN_PDF = 10_000
"""Some 300 pages, seven seconds and a gigabyte of memory. More is asked for month by month, or as CSV."""
MOST_CHARACTERS_IN_PDF = 5_000_000
"""Ten thousand rows of ordinary length have two million; one hostile subject may have ten thousand."""

_TEMPLATE = Path(__file__).with_name("extract.typ")


class PdfTooLarge(Exception):  # noqa: N818 - a refusal, not a fault
    """The rows are too much for one document; ``fits`` says how many of them may go into one."""

    def __init__(self, fits: int) -> None:
        super().__init__(f"{fits} rows fit")
        self.fits = fits


def write_pdf(file: IO[bytes], head: Head, rows: Iterator[Row]) -> int:
    """The whole document. Returns the number of rows. Typst needs all of them at once. Raises ``PdfTooLarge``."""
    with override("sv"):
        plain = list(_bounded(cells(row) for row in rows))
        labels = {"page": _("Sida"), "of": _("av")}
        number = (_("Antal rader"), str(len(plain)))
    facts = [*head.facts, number]
    told = [head.municipality, head.made, *(value for _name, value in facts)]
    hidden = hidden_in(chain(told, chain.from_iterable(plain)), can_show=can_show)
    municipality, made, *values = (text.translate(hidden) for text in told)
    data: dict[str, object] = {
        "municipality": municipality,
        "title": head.title,
        "made": made,
        "facts": [[name, pieces(value)] for (name, _value), value in zip(facts, values, strict=True)],
        "columns": head.columns,
        "rows": [[pieces(value.translate(hidden)) for value in row] for row in plain],
        **labels,
    }
    file.write(_typeset(data, rows=len(plain)))
    return len(plain)


def _bounded(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    room = MOST_CHARACTERS_IN_PDF
    for number, row in enumerate(rows):
        room -= sum(map(len, row))
        if number == MOST_ROWS_IN_PDF or room < 0:
            raise PdfTooLarge(number)
        yield row


def _typeset(data: Mapping[str, object], *, rows: int) -> bytes:
    try:
        return typeset(_TEMPLATE, data)
    except TooLarge as refusal:
        raise PdfTooLarge(rows // 2) from refusal
