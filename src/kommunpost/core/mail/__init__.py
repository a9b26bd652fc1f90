"""Mail: bytes in, facts out; facts in, bytes out. See the modules for how; import from here."""

from kommunpost.core.mail.authentication import read_results
from kommunpost.core.mail.compose import compose
from kommunpost.core.mail.display import bare_address, names_another, plain_name, shown_sender, upright
from kommunpost.core.mail.draft import Draft
from kommunpost.core.mail.identity import TRACE_FIELDS, TRACE_PREFIXES, content_digest, is_trace
from kommunpost.core.mail.invitations import Invitation, read_invitation
from kommunpost.core.mail.kinds import RASTER_IMAGES, is_disguised, may_run, sniff
from kommunpost.core.mail.likeness import alike, mixes_alphabets
from kommunpost.core.mail.model import (
    Address,
    Attachment,
    AutomaticKind,
    Block,
    BlockKind,
    Defect,
    Envelope,
    HeaderSummary,
    Journal,
    Report,
)
from kommunpost.core.mail.names import safe_name
from kommunpost.core.mail.parse import parse
from kommunpost.core.mail.parsed import ParsedMail
from kommunpost.core.mail.quotes import find_blocks
from kommunpost.core.mail.returned import Returned, read_returned
from kommunpost.core.mail.summary import read_headers

__all__ = [
    "RASTER_IMAGES",
    "TRACE_FIELDS",
    "TRACE_PREFIXES",
    "Address",
    "Attachment",
    "AutomaticKind",
    "Block",
    "BlockKind",
    "Defect",
    "Draft",
    "Envelope",
    "HeaderSummary",
    "Invitation",
    "Journal",
    "ParsedMail",
    "Report",
    "Returned",
    "alike",
    "bare_address",
    "compose",
    "content_digest",
    "find_blocks",
    "is_disguised",
    "is_trace",
    "may_run",
    "mixes_alphabets",
    "names_another",
    "parse",
    "plain_name",
    "read_headers",
    "read_invitation",
    "read_results",
    "read_returned",
    "safe_name",
    "shown_sender",
    "sniff",
    "upright",
]
