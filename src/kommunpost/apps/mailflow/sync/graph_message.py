"""A sent mail as Graph's own kind of message, for Sent. Built by documentation, tried against our double alone."""

import base64
from typing import Any

from kommunpost.core.mail import Address, parse

# MAPI: PidTagMessageFlags may be set until a message is first saved, never after. Read, and not unsent: no draft.
_NO_DRAFT = {"id": "Integer 0x0E07", "value": "1"}


def sent_message(raw: bytes, *, message_id: str) -> dict[str, Any]:
    """The mail with its text, recipients and files. PidTagClientSubmitTime and PidTagMessageDeliveryTime: its date."""
    mail = parse(raw)
    head = mail.headers
    times = [] if head.date is None else [
        {"id": f"SystemTime {tag}", "value": head.date.isoformat()} for tag in ("0x0039", "0x0E06")
    ]  # fmt: skip
    sender = _address(head.sender)
    return {
        "subject": head.subject, "internetMessageId": f"<{message_id}>", "isRead": True, "from": sender,
        "sender": sender, "body": {"contentType": "text", "content": mail.text},
        "toRecipients": [_address(one) for one in head.to], "ccRecipients": [_address(one) for one in head.cc],
        "attachments": [
            {"@odata.type": "#microsoft.graph.fileAttachment", "name": one.name or "bilaga", "contentType": one.type,
             "contentBytes": base64.b64encode(one.content).decode()}
            for one in mail.attachments
        ],
        "singleValueExtendedProperties": [_NO_DRAFT, *times],
    }  # fmt: skip


def _address(one: Address) -> dict[str, Any]:
    return {"emailAddress": {"name": one.name, "address": one.address}}
