"""bytes -> ParsedMail: total, bounded, and honest of what it could not read.

Budgets (in the rooms that keep them): 512 kB of header block, 5,000 fields, 10,000 recipients, 1,000 parts, depth 50,
5 mails within mails, 5 MB of text. What is beyond them stays as an attachment or is counted in a defect.
"""

import dataclasses
import hashlib

from kommunpost.core.mail.bodies import Shown
from kommunpost.core.mail.headers import Fields, Notes, read_block, skip_envelope, with_newlines
from kommunpost.core.mail.model import Attachment, AutomaticKind, Defect, Envelope, HeaderSummary, Journal
from kommunpost.core.mail.parameters import read_parameters
from kommunpost.core.mail.parsed import ParsedMail
from kommunpost.core.mail.reports import is_journal, looks_like_journal, read_journal_text
from kommunpost.core.mail.summary import read_headers, summarise
from kommunpost.core.mail.tree import MAX_NESTED, Budget, Entity, Found, Walker

COPIES = 3
"""How many times its own size a mail's attachments may take together, mails inside mails counted at every level."""
_ROOM = 1_000_000


def parse(raw: bytes) -> ParsedMail:
    """A mail's bytes -> what it says and holds. Never raises: mail that defeats us comes out whole as an attachment."""
    try:
        return read_mail(raw)
    except Exception as error:  # The last net: the mail is kept, and the failure is recorded in it.
        return _as_attachment(raw, type(error).__name__)


def read_mail(raw: bytes) -> ParsedMail:
    """``parse`` without its net, so that tests see what would fall into it."""
    return _read(raw, Budget(copied=COPIES * len(raw) + _ROOM), level=0)


def _read(raw: bytes, budget: Budget, *, level: int) -> ParsedMail:
    notes = Notes()
    raw = with_newlines(raw, notes)
    fields, body = read_block(raw, skip_envelope(raw, notes), len(raw), notes)
    content_type = read_parameters(fields.get(b"content-type"))
    headers = summarise(fields, content_type, notes)
    walker = Walker(notes, budget)
    shown = walker.walk(Entity(raw, body, len(raw), fields, content_type))
    nested = _read_nested(walker.found, budget, notes, level=level)
    return _assemble(headers, shown, walker.found, nested, notes, journal=_journal(fields, walker.found))


def _read_nested(found: Found, budget: Budget, notes: Notes, *, level: int) -> tuple[ParsedMail, ...]:
    nested = []
    for message in found.messages:
        if level >= MAX_NESTED or budget.copied < len(message) or budget.parts <= 0:
            notes.add("nested_not_read", "message/rfc822")
            continue
        budget.parts -= 1
        nested.append(_read(message, budget, level=level + 1))
    return tuple(nested)


def _assemble(
    headers: HeaderSummary,
    shown: Shown,
    found: Found,
    nested: tuple[ParsedMail, ...],
    notes: Notes,
    *,
    journal: Journal | None,
) -> ParsedMail:
    automatic = _refine(headers.automatic, found)
    if automatic is not headers.automatic:
        headers = dataclasses.replace(headers, automatic=automatic)
    return ParsedMail(
        headers=headers,
        shown=shown,
        attachments=tuple(found.attachments),
        nested=nested,
        envelope=found.envelope,
        report=found.report,
        journal=journal,
        calendar_method=found.calendar_method,
        defects=notes.all(),
    )


def _refine(automatic: AutomaticKind | None, found: Found) -> AutomaticKind | None:
    """What the parts add to what the header block says."""
    if found.calendar_method == "REPLY":
        return AutomaticKind.CALENDAR_REPLY
    if automatic is AutomaticKind.BOUNCE and found.report is not None:
        delivered = found.report.action in {"delivered", "relayed", "expanded"}
        return AutomaticKind.RECEIPT if delivered or found.report.kind == "disposition-notification" else automatic
    return automatic


def _journal(fields: Fields, found: Found) -> Journal | None:
    if not found.messages or found.first_text is None:
        return None
    data, charset = found.first_text
    if not is_journal(fields) and not looks_like_journal(data):
        return None
    sender, recipients = read_journal_text(data, charset)
    return Journal(sender, recipients, found.messages[0])


def _as_attachment(raw: bytes, reason: str) -> ParsedMail:
    whole = Attachment("", "message/rfc822", len(raw), hashlib.sha256(raw).hexdigest(), raw)
    defects = (Defect("not_parsed", reason),)
    return ParsedMail(read_headers(raw), Shown(), (whole,), (), Envelope.NONE, None, None, "", defects)
