"""The tables of mailflow, by what they speak of."""

from kommunpost.apps.mailflow.kinds import Direction, Route
from kommunpost.apps.mailflow.models.connections import (
    Connection,
    ConnectionKind,
    ConnectionState,
    FolderRole,
    PendingMove,
    RemoteFind,
    RemoteRemoval,
    Security,
    SentCopy,
    SyncedMail,
    SyncFolder,
)
from kommunpost.apps.mailflow.models.mail import (
    Arrival,
    Blob,
    Delivery,
    FileScan,
    LooseBlob,
    Message,
    OutboxState,
    OutgoingMail,
    ScanState,
)

__all__ = [
    "Arrival",
    "Blob",
    "Connection",
    "ConnectionKind",
    "ConnectionState",
    "Delivery",
    "Direction",
    "FileScan",
    "FolderRole",
    "LooseBlob",
    "Message",
    "OutboxState",
    "OutgoingMail",
    "PendingMove",
    "RemoteFind",
    "RemoteRemoval",
    "Route",
    "ScanState",
    "Security",
    "SentCopy",
    "SyncFolder",
    "SyncedMail",
]
