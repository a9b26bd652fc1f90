"""A small world for the log's tests."""

from datetime import UTC, datetime

from kommunpost.apps.mailflow.events import DeliveryRecorded

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


def recorded(
    delivery_id: int,
    *,
    mailbox_id: int | None = 1,
    direction: str = "in",
    at: datetime = NOON,
    sender: str = "karin.lund@mejl.example",
    recipients: tuple[str, ...] = ("bygglov@stad.example",),
    subject: str = "Ansökan om bygglov",
) -> DeliveryRecorded:
    """A delivery as mailflow tells of it."""
    return DeliveryRecorded(
        delivery_id=delivery_id, message_id=delivery_id, mailbox_id=mailbox_id, direction=direction, at=at,
        sender=sender,
        recipients=recipients, subject=subject, mailbox_kind="function", committee_id=None, is_first=True,
    )  # fmt: skip
