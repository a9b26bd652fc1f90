"""A mail as PDF/A, for the archive: head, text, and the names of its attachments."""

import logging
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override

from kommunpost.apps.maillog.exports.glyphs import hidden_in, pieces
from kommunpost.apps.maillog.exports.typesetting import TooLarge, can_show, typeset
from kommunpost.core.mail import Address, ParsedMail, upright
from kommunpost.core.swedish.working_days import STOCKHOLM

MOST_CHARACTERS = 1_000_000
"""Some 300 pages. What is longer stands in the package as it came, without a PDF/A."""
_TEMPLATE = Path(__file__).with_name("mail.typ")

log = logging.getLogger(__name__)


def rendition(mail: ParsedMail) -> bytes | None:
    """The document; None for a mail too long for one. The mail as it came is always in the package beside it."""
    lines = mail.text.split("\n")
    if len(mail.text) > MOST_CHARACTERS:
        return None
    with override("sv"):
        facts = _facts(mail)
        subject = upright(mail.headers.subject) or _("Inget ämne")
    hidden = hidden_in([subject, *(value for _name, value in facts), *lines], can_show=can_show)
    try:
        return typeset(_TEMPLATE, {
            "title": subject.translate(hidden), "heading": pieces(subject.translate(hidden)), "author": "Kommunpost",
            "facts": [[name, pieces(value.translate(hidden))] for name, value in facts],
            "day": _day(mail), "lines": [pieces(line.translate(hidden)) for line in lines],
        })  # fmt: skip
    except (TooLarge, RuntimeError) as error:
        log.warning("a mail could not be typeset: %s", type(error).__name__)
        return None


def _day(mail: ParsedMail) -> list[int]:
    at = mail.headers.date
    return [at.year, at.month, at.day] if at else [1970, 1, 1]


def _facts(mail: ParsedMail) -> list[tuple[str, str]]:
    head = mail.headers
    facts = [(_("Från"), _people([head.sender])), (_("Till"), _people(head.to)), (_("Kopia"), _people(head.cc))]
    if head.date is not None:
        facts.append((_("Datum"), f"{head.date.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}"))
    facts.append((_("Bilagor"), ", ".join(one.name or one.type for one in mail.attachments)))
    return [(name, value) for name, value in facts if value]


def _people(people: Iterable[Address]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in people if one.address)
