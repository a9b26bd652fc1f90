"""An extract as PDF/A-2a and PDF/UA-1, typeset by Typst. Text goes in as data, never as source."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO

import typst
from django.utils.translation import gettext as _
from django.utils.translation import override

from kommunpost.apps.maillog.exports.heads import Head
from kommunpost.apps.maillog.exports.texts import cells
from kommunpost.apps.maillog.queries import Row

MOST_ROWS_IN_PDF = 10_000
"""Some 300 pages, ten seconds and a gigabyte of memory. More is asked for month by month, or as CSV."""

_TEMPLATE = Path(__file__).with_name("extract.typ")
_LATIN_END = "\u024f"
_NO_FONT = (("\u2e80", "\uf8ff"), ("\U00010000", "\U0010ffff"))
"""Han, Hangul and private use; and beyond the first plane, emoji: the fonts in Typst have none of them."""


def write_pdf(file: IO[bytes], head: Head, rows: Iterator[Row]) -> int:
    """The whole document. Returns the number of rows. Typst needs all of them at once: the caller bounds how many."""
    with override("sv"):
        shown = [[showable(value) for value in cells(row)] for row in rows]
        labels = {"page": _("Sida"), "of": _("av")}
        number = (_("Antal rader"), str(len(shown)))
    data: dict[str, object] = {
        "municipality": showable(head.municipality),
        "title": head.title,
        "made": showable(head.made),
        "facts": [[name, showable(value)] for name, value in (*head.facts, number)],
        "columns": head.columns,
        "rows": shown,
        **labels,
    }
    file.write(_compile(data))
    return len(shown)


def showable(text: str) -> str:
    """``text`` with each character that no font of ours has, or that only turns the direction of others, as
    ``[U+1F600]``.

    PDF/A forbids a character that cannot be shown; and nothing may vanish from a log.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if _can_show(one) else f"[U+{ord(one):04X}]" for one in text)


@lru_cache(maxsize=10_000)
def _can_show(one: str) -> bool:
    if unicodedata.category(one) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}:
        return False
    if one <= _LATIN_END:
        return True
    if any(first <= one <= last for first, last in _NO_FONT):
        return False
    data = {"title": "x", "municipality": "x", "made": "x", "page": "", "of": "", "facts": [], "columns": ["x"] * 7}
    try:
        _compile({**data, "rows": [[f"x{one}x"] * 7]})
    except typst.TypstError:
        return False
    return True


def _compile(data: Mapping[str, object]) -> bytes:
    document: bytes = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
    )
    return document
