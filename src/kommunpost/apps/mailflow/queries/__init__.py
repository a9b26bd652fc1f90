"""Reads of mailflow. Everything that comes out is frozen; each look at one mail goes through a door."""

from kommunpost.apps.mailflow.queries.lists import (
    AUTOMATIC_TEXTS,
    Card,
    Page,
    Row,
    check_mailbox,
    count_pen,
    latest_at,
    list_cards,
    list_newest,
    list_other_mailboxes,
    list_page,
    list_pen,
)
from kommunpost.apps.mailflow.queries.messages import MessageRow, get_message, message_bytes
from kommunpost.apps.mailflow.queries.status import (
    BlobTrouble,
    QueueStatus,
    SilentMailbox,
    queue_status,
    silent_mailboxes,
    verify_blobs,
)
from kommunpost.apps.mailflow.queries.threads import Neighbours, list_neighbours
from kommunpost.apps.mailflow.queries.visibility import NotVisible, may_read, readable_mailbox_ids

__all__ = [
    "AUTOMATIC_TEXTS",
    "BlobTrouble",
    "Card",
    "MessageRow",
    "Neighbours",
    "NotVisible",
    "Page",
    "QueueStatus",
    "Row",
    "SilentMailbox",
    "check_mailbox",
    "count_pen",
    "get_message",
    "latest_at",
    "list_cards",
    "list_neighbours",
    "list_newest",
    "list_other_mailboxes",
    "list_page",
    "list_pen",
    "may_read",
    "message_bytes",
    "queue_status",
    "readable_mailbox_ids",
    "silent_mailboxes",
    "verify_blobs",
]
