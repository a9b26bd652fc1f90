"""Tables for a spreadsheet: CSV as a Swedish Excel opens it by a double click, and nothing in it runs. Pure."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from io import StringIO

# What a spreadsheet takes for the beginning of a formula, also in its full-width form.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: str) -> str:
    """``value``, as a spreadsheet shows it and never runs it: with an apostrophe before it, as Excel writes text."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value


def csv_lines(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """``rows`` of cells, the headings first, as lines of UTF-8 with a mark, semicolons and CRLF; each cell harmless."""
    mark = BOM_UTF8
    for row in rows:
        text = StringIO()
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([harmless(cell) for cell in row])
        yield mark + text.getvalue().encode()
        mark = b""
