"""What composing writes in the audit trail. Saving leaves no trace: a draft is nobody's business until it is sent."""

from enum import StrEnum


class ComposingVerb(StrEnum):
    DRAFT_STARTED = "composing:draft:start"
    DRAFT_DISCARDED = "composing:draft:discard"
    DRAFT_TAKEN_UP = "composing:draft:take_up"
    DRAFT_SENT = "composing:draft:send"
    DRAFT_TAKEN_BACK = "composing:draft:take_back"
    FILE_ADDED = "composing:attachment:add"
    FILE_REMOVED = "composing:attachment:remove"
    FILE_PLACED = "composing:attachment:place"
    CANNED_SAVED = "composing:canned_text:save"
    CANNED_REMOVED = "composing:canned_text:remove"
    REMINDER_CLOSED = "composing:reminder:close"
    DRAFT_REMOVED = "composing:draft:remove"
    TRACES_REMOVED = "composing:mail:remove_traces"
