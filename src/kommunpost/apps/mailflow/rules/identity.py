"""What makes two arrivals the same message: (content digest, Message-ID). ADR 0005 and 0006."""

from dataclasses import dataclass

MESSAGE_ID_LIMIT = 998


@dataclass(frozen=True, slots=True)
class Identity:
    """``content``: 64 hexadecimal digits.

    ``message_id``: as the header has it, without the angle brackets; may be empty.
    """

    content: str
    message_id: str


def identity(*, content_digest: str, raw_digest: str, message_id: str) -> Identity:
    """The identity of a mail.

    Without a Message-ID only the very same bytes are the same mail: two short notes ("Tack!") sent on one day would
    otherwise become one. A longer Message-ID than RFC 5322 allows a line (998) is cut.
    """
    if not message_id:
        return Identity(content=raw_digest, message_id="")
    return Identity(content=content_digest, message_id=message_id[:MESSAGE_ID_LIMIT])
