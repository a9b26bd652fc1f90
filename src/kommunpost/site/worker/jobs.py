"""The schedule itself: what runs, how often, in which lane."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from kommunpost.apps.maillog.actions import index_pending
from kommunpost.site.worker import queue
from kommunpost.site.worker.schedule import Job

MAIL = "mail"
SENDING = "sending"
UPKEEP = "upkeep"
LOOK = timedelta(seconds=0.5)


def _index_log(now: datetime) -> int:  # noqa: ARG001 - the index knows no time
    return index_pending()


def _remove_old_sessions(now: datetime) -> int:
    Session.objects.filter(expire_date__lt=now).delete()
    return 0


def _reap(now: datetime) -> int:
    queue.reap(now=now)
    return 0


def _prune(now: datetime) -> int:
    queue.prune(now=now)
    return 0


JOBS: tuple[Job, ...] = (
    Job("maillog.index", LOOK, _index_log, MAIL, everywhere=True),
    Job("tasks.reap", timedelta(seconds=30), _reap, UPKEEP),
    Job("tasks.prune", timedelta(hours=1), _prune, UPKEEP),
    Job("sessions.remove_old", timedelta(hours=6), _remove_old_sessions, UPKEEP),
)
