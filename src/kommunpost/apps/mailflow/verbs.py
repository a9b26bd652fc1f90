"""What the reading of real mailboxes writes in the audit trail. Subject is the connection, or one of its folders."""

from enum import StrEnum


class SyncVerb(StrEnum):
    ADDED = "mailflow:connection:add"
    CHANGED = "mailflow:connection:change"
    PAUSED = "mailflow:connection:pause"
    RESUMED = "mailflow:connection:resume"
    ASKED = "mailflow:connection:read_now"
    REMOVED = "mailflow:connection:remove"
    RESTARTED = "mailflow:folder:restart"
    FOUND_LATE = "mailflow:folder:find_late"
    MAIL_REMOVED = "mailflow:message:remove_remote"
