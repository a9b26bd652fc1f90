"""A mail that passes other mails on as files: writing their names, and reading them back with their whole history."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kommunpost.core.mail.model import Block, BlockKind, HeaderSummary
from kommunpost.core.mail.parse import parse
from kommunpost.core.mail.parsed import ParsedMail
from kommunpost.core.mail.reply import quote_history

MOST = 20
"""Mails passed on at once; the newest."""
_NAME = re.compile(r"mejl-(\d{1,2})\.eml")
_PROBE = 60
"""Characters of a mail's own words by which it is known again in a quote of it."""


@dataclass(frozen=True, slots=True)
class History:
    """A mail as it would read if each had quoted the one before it. ``blocks`` are those of its own text."""

    headers: HeaderSummary
    text: str
    blocks: tuple[Block, ...]


def file_name(number: int) -> str:
    """What the ``number``-th mail is called, from 1 and oldest first."""
    return f"mejl-{number}.eml"


def mails_in(passing: ParsedMail) -> list[ParsedMail]:
    """The mails that ``passing`` has with it under those names, oldest first."""
    numbered = [(found, one) for one in passing.attachments if (found := _NAME.fullmatch(one.name))]
    return [parse(one.content) for found, one in sorted(numbered, key=lambda pair: int(pair[0][1]))[:MOST]]


def whole_history(mails: Sequence[ParsedMail], *, language: str) -> History:
    """The newest of ``mails`` (oldest first) with all before it quoted below, each once.

    A mail whose writer has quoted the one before it stands as it is; else the one before is quoted for it.
    """
    whole = History(mails[0].headers, mails[0].text, tuple(mails[0].blocks))
    for before, mail in pairwise(mails):
        text = mail.text
        if not _quotes(mail, before):
            text = f"{text.rstrip()}\n\n{quote_history(whole, language=language)}"
        whole = History(mail.headers, text, tuple(mail.blocks))
    return whole


def _quotes(mail: ParsedMail, before: ParsedMail) -> bool:
    own = _words(_own(before))[:_PROBE]
    return bool(own) and own in _words(mail.text)


def _own(mail: ParsedMail) -> str:
    return "".join(mail.text[one.start : one.end] for one in mail.blocks if one.kind is BlockKind.OWN) or mail.text


def _words(text: str) -> str:
    """Without marks of quotation and differences in blanks."""
    return "".join(re.sub(r"(?m)^[> ]+", "", text).split()).casefold()
