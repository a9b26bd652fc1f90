"""Start, stop and restart the clock of a conversation. Each call belongs to a step that writes the row itself."""

from collections.abc import Mapping
from datetime import datetime

from kommunpost.apps.inbox.calendar import answer_times, work_calendar
from kommunpost.apps.inbox.models import Conversation, EndedBy, Wait
from kommunpost.apps.inbox.rules import clock

STOPPED: Mapping[str, object] = {"waits_since": None, "due_at": None, "is_promised": False}


def start(conversation: Conversation, *, arrived: datetime) -> dict[str, object]:
    """The changes that make the clock run from ``arrived``; none when it runs already: the oldest mail decides."""
    if conversation.due_at is not None:
        return {}
    due = clock.due_at(arrived, calendar=work_calendar(), working_days=answer_times().answer)
    return run(conversation, since=arrived, due=due)


def run(conversation: Conversation, *, since: datetime, due: datetime, is_promised: bool = False) -> dict[str, object]:
    """The changes that make the clock run from ``since`` until ``due``, whatever it did before."""
    Wait.objects.filter(conversation=conversation, ended_at=None).delete()
    Wait.objects.create(conversation=conversation, mailbox_id=conversation.mailbox_id, began_at=since, due_at=due)
    return {"waits_since": since, "due_at": due, "is_promised": is_promised}


def stop(conversation: Conversation, *, by: EndedBy, at: datetime) -> dict[str, object]:
    """The changes that stop the clock. The wait is kept for the statistics, with whether it ended in time."""
    running = Wait.objects.filter(conversation=conversation, ended_at=None)
    for wait in running:
        wait.ended_at, wait.ended_by, wait.in_time = at, by, at < wait.due_at
        wait.save(update_fields=["ended_at", "ended_by", "in_time"])
    return dict(STOPPED)


def resume(conversation: Conversation, *, since: datetime, due: datetime, is_promised: bool) -> dict[str, object]:
    """The changes that undo a stop: the wait that it ended runs on as if nothing had been."""
    ended = Wait.objects.filter(conversation=conversation, began_at=since, due_at=due).order_by("-pk").first()
    if ended is None or Wait.objects.filter(conversation=conversation, ended_at=None).exists():
        return run(conversation, since=since, due=due, is_promised=is_promised)
    Wait.objects.filter(pk=ended.pk).update(ended_at=None, ended_by=EndedBy.RUNNING, in_time=None)
    return {"waits_since": since, "due_at": due, "is_promised": is_promised}
