"""A whole mail as read."""

from dataclasses import dataclass
from functools import cached_property

from kommunpost.core.mail.html_text import html_to_text
from kommunpost.core.mail.model import Attachment, Block, Defect, Envelope, HeaderSummary, Journal, Report
from kommunpost.core.mail.quotes import find_blocks


@dataclass(frozen=True)
class ParsedMail:
    """A whole mail as read. Never partial: what could not be read is in ``defects``.

    ``text`` is what a reader sees (plain body, else HTML as text) with ``\\n`` line ends, ``html`` the raw and unsafe HTML
    body or None. ``nested`` are the mails inside, which are attachments as well. ``calendar_method`` is in upper case.
    ``html_text`` and ``blocks`` are worked out when first asked for: most who parse a mail want neither.
    """

    headers: HeaderSummary
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    nested: tuple["ParsedMail", ...]
    envelope: Envelope
    report: Report | None
    journal: Journal | None
    calendar_method: str
    defects: tuple[Defect, ...]

    @cached_property
    def html_text(self) -> str | None:
        """The HTML body as text, or None when there is none."""
        return None if self.html is None else html_to_text(self.html)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Own words, quotes and signatures of ``text``."""
        return tuple(find_blocks(self.text))
