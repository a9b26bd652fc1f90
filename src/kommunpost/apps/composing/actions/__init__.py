"""The verbs of composing. Each is one transaction; what others may ask about leaves an audit event in it."""

from kommunpost.apps.composing.actions.drafts import (
    DraftFields,
    discard,
    save,
    start_forward,
    start_new,
    start_reply,
    start_reply_to,
    take_up,
)
from kommunpost.apps.composing.actions.sending import Sent, send, take_back

__all__ = [
    "DraftFields",
    "Sent",
    "discard",
    "save",
    "send",
    "start_forward",
    "start_new",
    "start_reply",
    "start_reply_to",
    "take_back",
    "take_up",
]
