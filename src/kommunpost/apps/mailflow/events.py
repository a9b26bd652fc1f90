"""What mailflow tells the offices above it. Who listens stands in ``site/subscriptions.py``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DeliveryRecorded:
    """A delivery was written. Handed out inside the same transaction: the log row is durable with it, or neither is.

    ``at`` is UTC. ``recipients`` are the addresses a reader of the log sees: To and Cc, and of Bcc only those that this
    delivery itself is for. ``mailbox_kind`` and ``committee_id`` (of its unit) are what the directory says of the
    mailbox now; ``is_first``: the message was not here before.
    """

    delivery_id: int
    message_id: int
    mailbox_id: int | None
    direction: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    mailbox_kind: str
    committee_id: int | None
    is_first: bool


DeliveryListener = Callable[[Sequence[DeliveryRecorded]], None]
"""Called with a group of deliveries, inside the transaction that wrote them. An error refuses the whole group."""
