"""The verbs of mailflow. Each is one transaction with its audit event."""

from kommunpost.apps.mailflow.actions.erase import BlobInUse, erase_blob
from kommunpost.apps.mailflow.actions.receive import Receipt, receive_group, write_group

__all__ = ["BlobInUse", "Receipt", "erase_blob", "receive_group", "write_group"]
