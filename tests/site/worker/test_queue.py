"""The task queue: once each, again after a failure, given up, taken over from the dead; nothing personal kept."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.site.worker import tasks

from kommunpost.site.logs import PrivateJsonFormatter
from kommunpost.site.worker import queue
from kommunpost.site.worker.models import Heartbeat
from kommunpost.site.worker.retry import RetryPolicy

pytestmark = pytest.mark.django_db
# Later than any clock of a test machine: what is queued now is due then.
NOW = datetime(2100, 3, 12, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    tasks.ran.clear()


def alive(worker_id: str, seen_at: datetime) -> None:
    Heartbeat.objects.create(worker_id=worker_id, host="h", started_at=seen_at, seen_at=seen_at)


def only() -> "DBTaskResult[..., object]":
    return DBTaskResult.objects.get()


def test_runs_each_once_and_stops_when_there_is_none() -> None:
    for number in range(3):
        tasks.note.enqueue(number)
    while queue.run_next(worker_id="a", now=NOW):
        pass
    assert sorted(tasks.ran) == [0, 1, 2]
    assert queue.sizes() == {"ready": 0, "running": 0, "failed": 0}


def test_a_task_of_a_transaction_that_failed_was_never_queued() -> None:
    with transaction.atomic():
        tasks.note.enqueue(1)
        transaction.set_rollback(True)
    assert not queue.run_next(worker_id="a", now=NOW)


def test_two_workers_never_claim_the_same() -> None:
    tasks.note.enqueue(1)
    assert queue.claim(worker_id="a", now=NOW) is not None
    assert queue.claim(worker_id="b", now=NOW) is None


def test_a_failure_waits_is_tried_again_and_is_given_up_where_all_can_see() -> None:
    tasks.fail.enqueue(7)
    assert queue.run_next(worker_id="a", now=NOW)
    assert only().status == TaskResultStatus.READY
    assert not queue.run_next(worker_id="a", now=NOW + MINUTE - timedelta(seconds=1))
    assert queue.run_next(worker_id="a", now=NOW + MINUTE)
    assert queue.sizes()["failed"] == 1
    assert only().exception_class_path == "ValueError"


def test_neither_the_table_nor_the_log_holds_what_the_error_said(caplog: pytest.LogCaptureFixture) -> None:
    tasks.fail.enqueue(7)
    logging.getLogger("kommunpost").addHandler(caplog.handler)
    try:
        queue.run_next(worker_id="a", now=NOW)
    finally:
        logging.getLogger("kommunpost").removeHandler(caplog.handler)
    lines = [PrivateJsonFormatter().format(record) for record in caplog.records]
    assert any(json.loads(line)["event"] == "task.retried" for line in lines)
    written = only().traceback + "".join(lines)
    assert "tasks.py" in written
    assert not any(word in written.lower() for word in ("invanare", "hemligt", "@"))


def test_a_dead_worker_loses_its_task_and_a_living_one_keeps_it() -> None:
    for number in (1, 2):
        tasks.note.enqueue(number)
    alive("living", NOW)
    alive("dead", NOW - queue.SILENT_AFTER)
    queue.claim(worker_id="living", now=NOW)
    queue.claim(worker_id="dead", now=NOW)
    assert queue.reap(now=NOW) == 1
    assert queue.sizes() == {"ready": 1, "running": 1, "failed": 0}


def test_a_task_that_kills_its_workers_is_given_up() -> None:
    tasks.fail.enqueue(1)
    for attempt in range(2):
        assert queue.claim(worker_id=f"dead{attempt}", now=NOW + attempt * 5 * MINUTE) is not None
        queue.reap(now=NOW + attempt * 5 * MINUTE)
    assert queue.sizes()["failed"] == 1


def test_who_lost_a_task_cannot_end_it() -> None:
    tasks.note.enqueue(1)
    slow = queue.claim(worker_id="slow", now=NOW)
    assert slow is not None
    queue.reap(now=NOW)
    queue._finish(slow, status=TaskResultStatus.SUCCESSFUL)
    assert only().status == TaskResultStatus.READY


def test_prune_keeps_failures_longer_than_successes() -> None:
    tasks.note.enqueue(1)
    tasks.fail.enqueue(2)
    later = NOW
    while queue.sizes()["ready"]:
        queue.run_next(worker_id="a", now=later)
        later += MINUTE
    assert queue.prune(now=later + queue.KEEP_DONE + MINUTE) == 1
    assert queue.sizes()["failed"] == 1
    assert queue.prune(now=later + queue.KEEP_FAILED + MINUTE) == 1


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 10), (2, 40), (3, 160), (4, None), (9, None)])
def test_waits_grow_four_fold(attempt: int, seconds: int | None) -> None:
    wait = RetryPolicy(attempts=4, first_wait=timedelta(seconds=10)).wait_after(attempt)
    assert (wait and wait.total_seconds()) == seconds
