"""The schedule itself: what runs, how often, in which lane."""

import os
import socket
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from kommunpost.apps.composing.tasks import tidy_drafts
from kommunpost.apps.inbox.search_index import index_changed
from kommunpost.apps.inbox.tasks import (
    carry_on_starts,
    forget_presence,
    send_digests,
    settle_answers,
    take_in_pending,
    watch,
)
from kommunpost.apps.mailflow.actions.scanning import scan_due
from kommunpost.apps.mailflow.actions.sweep import sweep
from kommunpost.apps.mailflow.tasks import read_new_messages, send_due
from kommunpost.apps.maillog.actions import index_pending
from kommunpost.apps.register.actions import look_at_new
from kommunpost.apps.register.actions.removing import carry_on_due, look_for_come_again
from kommunpost.apps.register.tasks import hand_over_due, look_for_receipts, make_next_package, remove_old_packages
from kommunpost.site.case_systems import open_connector
from kommunpost.site.operations import upkeep
from kommunpost.site.places import PLACES
from kommunpost.site.submission import digest
from kommunpost.site.subscriptions import DELIVERY_LISTENERS
from kommunpost.site.worker import queue
from kommunpost.site.worker.schedule import Job

MAIL = "mail"
READING = "reading"
SENDING = "sending"
UPKEEP = "upkeep"
PROOF = "proof"
PACKAGES = "packages"
SCANNING = "scanning"
HANDING_OVER = "handing_over"
LOOK = timedelta(seconds=0.5)


def _index_log(now: datetime) -> int:  # noqa: ARG001 - the index knows no time
    """Puts new rows of the log in the search index and the tallies."""
    return index_pending()


def _read_messages(now: datetime) -> int:
    """Reads the whole body of mail that nobody has read yet: preview, attachments, remarks."""
    return read_new_messages(now=now)


def _take_in(now: datetime) -> int:
    """Gives what came to shared mailboxes its conversations and clocks."""
    return take_in_pending(now=now)


def _settle_answers(now: datetime) -> int:
    """Tells conversations what became of the answers in the outbox."""
    return settle_answers(now=now)


def _start_clocks(now: datetime) -> int:
    """Starts, or puts back, the clocks of imported mail that somebody asked for, some conversations at a time."""
    return carry_on_starts(now=now)


def _watch(now: datetime) -> int:
    """Writes down what somebody must be told of: deadlines near and past, unread mail, hours that nobody has."""
    watch(now=now)
    return 0


def _digest(now: datetime) -> int:
    """Tells people, at the times that they have chosen."""
    send_digests(now=now)
    return 0


def _index_conversations(now: datetime) -> int:  # noqa: ARG001 - the index knows no time
    """Puts new words of conversations in the search index."""
    return index_changed()


def _forget_presence(now: datetime) -> int:
    """Forgets who had conversations open a while ago."""
    forget_presence(now=now)
    return 0


def _look_at_records(now: datetime) -> int:
    """Looks at records of new mail: how it came, what it seems to be, whether the law makes it public."""
    return look_at_new(now=now)


def _remove_secret(now: datetime) -> int:  # noqa: ARG001 - it takes its time and asks the clock itself
    """Goes on with ordered removals of mail that may be secret, place by place."""
    return carry_on_due(places=PLACES, clock=timezone.now)


def _find_come_again(now: datetime) -> int:
    """Finds removed mail that has come once more, and removes it again."""
    return look_for_come_again(places=PLACES, now=now)


def _scan(now: datetime) -> int:
    """Lets clamd look at new attachments, if one is set; when it does not answer they wait."""
    return scan_due(now=now)


def _sweep(now: datetime) -> int:
    """Erases bytes of mail that was never acknowledged, a week after they were first seen."""
    sweep(now=now)
    return 0


def _make_package(now: datetime) -> int:  # noqa: ARG001 - a package takes its time and asks the clock itself
    """Makes the packages for the archive that somebody asked for, one after the other."""
    return make_next_package(clock=timezone.now)


def _remove_packages(now: datetime) -> int:
    """Removes the files of packages that have lain for two weeks."""
    remove_old_packages(now=now)
    return 0


def _hand_over(now: datetime) -> int:  # noqa: ARG001 - a receiver takes its time; the clock is asked anew
    """Hands registered entries to the committees' case systems."""
    return hand_over_due(worker=_name(), open_connector=open_connector, clock=timezone.now)


def _look_for_receipts(now: datetime) -> int:
    """Reads what case systems have answered by file or by mail."""
    look_for_receipts(open_connector=open_connector, now=now)
    return 0


def _name() -> str:
    """Host and process: a claim must name the one that made it."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def _send(now: datetime) -> int:  # noqa: ARG001 - sending takes its time and asks the clock itself
    """Hands mail whose time has come to the relay."""
    return send_due(worker=_name(), listeners=DELIVERY_LISTENERS, clock=timezone.now)


def _remove_old_sessions(now: datetime) -> int:
    """Removes sessions that have run out."""
    Session.objects.filter(expire_date__lt=now).delete()
    return 0


def _tell_writers(now: datetime) -> int:
    """Tells writers what the submission gateway noticed since yesterday."""
    return digest.send_digests(now=now)


def _reap(now: datetime) -> int:
    """Puts back the tasks of processes that have died."""
    queue.reap(now=now)
    return 0


def _prune(now: datetime) -> int:
    """Removes tasks that are finished, or were given up long ago."""
    queue.prune(now=now)
    return 0


def _ask_nightly(now: datetime) -> int:
    """Asks for the nightly verification of the audit trail and the mail that it seals."""
    upkeep.ask_nightly(now=now)
    return 0


def _verify(now: datetime) -> int:  # noqa: ARG001 - it takes its time and asks the clock itself
    """Runs the verifications that were asked for."""
    return upkeep.verify_asked(clock=timezone.now)


def _examine_asked(now: datetime) -> int:  # noqa: ARG001
    """Lets the doctor go the round that somebody asked for."""
    return upkeep.examine_asked(clock=timezone.now)


def _examine(now: datetime) -> int:  # noqa: ARG001
    """Lets the doctor go the round of every hour."""
    upkeep.examine_now(clock=timezone.now)
    return 0


def _tidy_drafts(now: datetime) -> int:
    """Removes drafts thrown away a week ago, and the text of drafts whose mail left a day ago."""
    tidy_drafts(now=now)
    return 0


JOBS: tuple[Job, ...] = (
    Job("maillog.index", LOOK, _index_log, MAIL, everywhere=True),
    Job("mailflow.read", LOOK, _read_messages, READING),
    Job("inbox.take_in", LOOK, _take_in, READING),
    Job("inbox.settle", timedelta(seconds=2), _settle_answers, READING),
    Job("inbox.clocks", timedelta(seconds=2), _start_clocks, READING),
    Job("inbox.watch", timedelta(minutes=5), _watch, UPKEEP),
    Job("inbox.digest", timedelta(minutes=1), _digest, UPKEEP),
    Job("inbox.index", timedelta(seconds=2), _index_conversations, UPKEEP),
    Job("inbox.presence", timedelta(minutes=10), _forget_presence, UPKEEP),
    Job("register.look", LOOK, _look_at_records, READING),
    Job("register.remove", timedelta(seconds=2), _remove_secret, UPKEEP),
    Job("register.come_again", timedelta(seconds=30), _find_come_again, UPKEEP),
    Job("register.package", timedelta(seconds=2), _make_package, PACKAGES),
    Job("register.unpackage", timedelta(hours=1), _remove_packages, UPKEEP),
    Job("register.hand_over", timedelta(seconds=2), _hand_over, HANDING_OVER),
    Job("register.receipts", timedelta(seconds=10), _look_for_receipts, HANDING_OVER),
    Job("mailflow.send", timedelta(seconds=2), _send, SENDING),
    Job("mailflow.scan", timedelta(seconds=2), _scan, SCANNING),
    Job("mailflow.sweep", timedelta(days=1), _sweep, PROOF),
    Job("composing.tidy", timedelta(hours=1), _tidy_drafts, UPKEEP),
    Job("submission.digest", timedelta(days=1), _tell_writers, UPKEEP),
    Job("tasks.reap", timedelta(seconds=30), _reap, UPKEEP),
    Job("tasks.prune", timedelta(hours=1), _prune, UPKEEP),
    Job("sessions.remove_old", timedelta(hours=6), _remove_old_sessions, UPKEEP),
    Job("doctor.asked", timedelta(seconds=2), _examine_asked, UPKEEP),
    Job("doctor.round", timedelta(hours=1), _examine, UPKEEP),
    Job("verification.ask", timedelta(days=1), _ask_nightly, UPKEEP),
    Job("verification.run", timedelta(seconds=2), _verify, PROOF),
)
