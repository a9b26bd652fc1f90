"""What a delivery status (RFC 3464) says of each recipient, and which mail of ours it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kommunpost.core.mail.model import Attachment
from kommunpost.core.mail.parsed import ParsedMail
from kommunpost.core.mail.reports import read_envelope_id, read_recipients
from kommunpost.core.mail.summary import read_headers

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})


@dataclass(frozen=True, slots=True)
class Returned:
    """``message_ids``: of the mail that it is about, by what the report says (our ENVID is the Message-ID) and
    by the headers that came back.

    ``outcomes``: recipient in lower case -> (action, status), as ``("failed", "5.1.1")``.
    """

    message_ids: tuple[str, ...]
    outcomes: Mapping[str, tuple[str, str]]


def read_returned(mail: ParsedMail) -> Returned | None:
    """None for a mail that is no delivery status, or that does not say of what mail and of whom it speaks."""
    if mail.report is None or mail.report.kind != "delivery-status":
        return None
    outcomes: dict[str, tuple[str, str]] = {}
    named = [mail.report.original_message_id]
    for part in mail.attachments:
        if part.type.lower() in _STATUS_TYPES:
            outcomes |= read_recipients(part.content)
            named.append(read_envelope_id(part.content))
    ids = tuple(dict.fromkeys(one for one in (*named, *_returned(mail.attachments)) if one))
    return Returned(ids, outcomes) if ids and outcomes else None


def _returned(parts: tuple[Attachment, ...]) -> Iterator[str]:
    for part in parts:
        if part.type.lower() in _RETURNED_TYPES:
            yield read_headers(part.content).message_id
