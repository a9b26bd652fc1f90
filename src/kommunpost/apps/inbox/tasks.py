"""What the worker does for the inbox, by schedule. Plain functions: they may be run at any time, twice, and by many."""

from datetime import datetime

from kommunpost.apps.inbox.actions import steps
from kommunpost.apps.inbox.actions.answering import settle_answers
from kommunpost.apps.inbox.actions.starts import carry_on as carry_on_starts
from kommunpost.apps.inbox.actions.taking_in import take_in_pending
from kommunpost.apps.inbox.actions.watching import send_digests, watch
from kommunpost.apps.inbox.queries.page import PRESENT_FOR

__all__ = ["carry_on_starts", "forget_presence", "send_digests", "settle_answers", "take_in_pending", "watch"]


def forget_presence(*, now: datetime) -> int:
    """Marks of who had a conversation open are worth nothing when their lease has run out."""
    return steps.forget_presence(before=now - PRESENT_FOR)
