"""A whole mail as read."""

from dataclasses import dataclass, field
from functools import cached_property

from kommunpost.core.mail.bodies import Shown
from kommunpost.core.mail.html_text import html_to_text
from kommunpost.core.mail.model import Attachment, Block, Defect, Envelope, HeaderSummary, Journal, Report
from kommunpost.core.mail.quotes import find_blocks


@dataclass(frozen=True)
class ParsedMail:
    """A whole mail as read. Never partial: what could not be read is in ``defects``.

    ``shown`` is what the parts show, as they came. ``nested`` are the mails inside, which are attachments as well.
    ``calendar_method`` is in upper case. ``text``, ``html_text`` and ``blocks`` are worked out when first asked for: to
    read HTML costs more than all the rest.
    """

    headers: HeaderSummary
    shown: Shown = field(repr=False)
    attachments: tuple[Attachment, ...]
    nested: tuple["ParsedMail", ...]
    envelope: Envelope
    report: Report | None
    journal: Journal | None
    calendar_method: str
    defects: tuple[Defect, ...]

    @cached_property
    def text(self) -> str:
        """What a reader sees, with ``\\n`` line ends."""
        if self.shown.only_html():
            return self.html_text or ""
        return self.shown.text()

    @property
    def html(self) -> str | None:
        """The HTML body as it came, unsafe, or None."""
        return "\n".join(self.shown.html) if self.shown.html else None

    @cached_property
    def html_text(self) -> str | None:
        """The HTML body as text, or None when there is none."""
        html = self.html
        return None if html is None else html_to_text(html)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Own words, quotes and signatures of ``text``."""
        return tuple(find_blocks(self.text))
