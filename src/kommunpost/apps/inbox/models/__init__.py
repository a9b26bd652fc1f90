"""What the inbox keeps: conversations with their history, and the clocks that run on them."""

from kommunpost.apps.inbox.models.answers import Answer, AnswerKind, AnswerState
from kommunpost.apps.inbox.models.conversations import (
    Channel,
    Conversation,
    Ending,
    Entry,
    Event,
    Follower,
    Note,
    Participant,
    Pending,
    Placed,
    Presence,
    State,
    Suggestion,
    SuggestionKind,
)
from kommunpost.apps.inbox.models.knowledge import Article, ArticleState, ArticleUse, ArticleVersion
from kommunpost.apps.inbox.models.starts import ClockStart, StartState
from kommunpost.apps.inbox.models.waits import EndedBy, Wait
from kommunpost.apps.inbox.models.watching import (
    DigestChoice,
    Fuse,
    MailboxSettings,
    Notice,
    NoticeKind,
    Receipt,
    Shift,
)

__all__ = [
    "Answer",
    "AnswerKind",
    "AnswerState",
    "Article",
    "ArticleState",
    "ArticleUse",
    "ArticleVersion",
    "Channel",
    "ClockStart",
    "Conversation",
    "DigestChoice",
    "EndedBy",
    "Ending",
    "Entry",
    "Event",
    "Follower",
    "Fuse",
    "MailboxSettings",
    "Note",
    "Notice",
    "NoticeKind",
    "Participant",
    "Pending",
    "Placed",
    "Presence",
    "Receipt",
    "Shift",
    "StartState",
    "State",
    "Suggestion",
    "SuggestionKind",
    "Wait",
]
