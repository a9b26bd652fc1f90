"""The schedule itself: what runs, how often, in which lane."""

import os
import socket
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from kommunpost.apps.mailflow.tasks import read_new_messages, send_due
from kommunpost.apps.maillog.actions import index_pending
from kommunpost.site.subscriptions import DELIVERY_LISTENERS
from kommunpost.site.worker import queue
from kommunpost.site.worker.schedule import Job

MAIL = "mail"
READING = "reading"
SENDING = "sending"
UPKEEP = "upkeep"
LOOK = timedelta(seconds=0.5)


def _index_log(now: datetime) -> int:  # noqa: ARG001 - the index knows no time
    return index_pending()


def _read_messages(now: datetime) -> int:
    return read_new_messages(now=now)


def _send(now: datetime) -> int:  # noqa: ARG001 - sending takes its time and asks the clock itself
    # Host and process: a claim must name the one that made it.
    worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
    return send_due(worker=worker, listeners=DELIVERY_LISTENERS, clock=timezone.now)


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
    Job("mailflow.read", LOOK, _read_messages, READING),
    Job("mailflow.send", timedelta(seconds=2), _send, SENDING),
    Job("tasks.reap", timedelta(seconds=30), _reap, UPKEEP),
    Job("tasks.prune", timedelta(hours=1), _prune, UPKEEP),
    Job("sessions.remove_old", timedelta(hours=6), _remove_old_sessions, UPKEEP),
)
