"""A paper of the register: sections of facts, tables and running text, typeset to PDF/A."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kommunpost.apps.maillog.exports.glyphs import hidden_in, pieces
from kommunpost.apps.maillog.exports.typesetting import TooLarge, can_show, typeset
from kommunpost.core.guidelines import load_profile
from kommunpost.core.swedish.working_days import STOCKHOLM

_TEMPLATE = Path(__file__).with_name("document.typ")
MOST_CHARACTERS = 2_000_000
"""Some 600 pages. A mail of more is printed from the file."""

__all__ = ["Section", "TooLarge", "made_by", "make_document"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with facts, a table, and lines of text: each may be empty."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    lines: Sequence[str] = ()

    def texts(self) -> Iterator[str]:
        """Every text of the section."""
        yield self.title
        for name, value in self.facts:
            yield name
            yield value
        for row in self.rows:
            yield from row
        yield from self.lines


def make_document(*, title: str, lead: str, sections: Sequence[Section], made: str) -> bytes:
    """The document as PDF/A-2a and PDF/UA-1, in Swedish. Raises ``TooLarge``."""
    texts = [text for section in sections for text in section.texts()]
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise TooLarge
    hidden = hidden_in([title, lead, made, *texts], can_show=can_show)

    def plain(text: str) -> str | list[str]:
        return pieces(text.translate(hidden))

    with override("sv"):
        labels = {"page": _("Sida"), "of": _("av")}
    told = [
        {
            "title": section.title.translate(hidden),
            "facts": [[plain(name), plain(value)] for name, value in section.facts],
            "columns": list(section.columns),
            "rows": [[plain(cell) for cell in row] for row in section.rows],
            "lines": [plain(line) for line in section.lines],
        }
        for section in sections
    ]
    head = {
        "title": title.translate(hidden), "lead": lead.translate(hidden), "made": made.translate(hidden),
        "municipality": load_profile(settings.PROFILE).municipality.name,
    }  # fmt: skip
    return typeset(_TEMPLATE, {**head, "sections": told, **labels})


def made_by(name: str, now: datetime) -> str:
    """What stands at the foot of each page."""
    with override("sv"):
        at = now.astimezone(STOCKHOLM)
        return _("Framställt %(day)s kl. %(time)s av %(maker)s") % {
            "day": date_format(at, "j F Y"), "time": f"{at:%H.%M}", "maker": name,
        }  # fmt: skip
