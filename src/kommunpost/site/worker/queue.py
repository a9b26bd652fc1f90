"""The task queue: claim, run, put back, give up. The table is that of django-tasks-db; the loop around it is our own.

Its own worker writes whole tracebacks, with whatever text an error holds, into the table; takes SQLite's write lock at
every look; knows no second try; and leaves a task RUNNING for ever when its process dies. A task may therefore run
twice: tasks must be idempotent, and their arguments are ids only.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db.models import Q
from django_tasks import TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from kommunpost.site import metrics
from kommunpost.site.logs import place_of
from kommunpost.site.worker.models import Heartbeat
from kommunpost.site.worker.retry import DEFAULT, RetryPolicy, policy_of

SILENT_AFTER = timedelta(seconds=60)
KEEP_DONE = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)
_CANDIDATES = 10

log = logging.getLogger("kommunpost.worker")

Row: TypeAlias = DBTaskResult[Any, Any]


def run_next(*, worker_id: str, now: datetime) -> bool:
    """Claim and run one task that is due. False when none is. Never raises for what the task did."""
    row = claim(worker_id=worker_id, now=now)
    if row is None:
        return False
    try:
        value = _call(row)
    except Exception as error:
        _failed(row, error, now=now)
    else:
        _finish(row, status=TaskResultStatus.SUCCESSFUL, finished_at=now, return_value=value)
        metrics.TASKS.labels(task=row.task_path, outcome="done").inc()
    return True


def claim(*, worker_id: str, now: datetime) -> Row | None:
    """The first due task, now marked as ours, or None. Two workers never get the same one: the update is guarded."""
    due = Q(run_after=get_date_max()) | Q(run_after__lte=now)
    for row in DBTaskResult.objects.filter(due, status=TaskResultStatus.READY)[:_CANDIDATES]:
        row.worker_ids = [*row.worker_ids, worker_id]
        taken = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.READY).update(
            status=TaskResultStatus.RUNNING, started_at=now, worker_ids=row.worker_ids
        )
        if taken:
            row.status = TaskResultStatus.RUNNING
            return row
    return None


def reap(*, now: datetime) -> int:
    """Put back the tasks of workers that have fallen silent. Returns how many; those out of attempts are given up."""
    living = set(Heartbeat.objects.filter(seen_at__gt=now - SILENT_AFTER).values_list("worker_id", flat=True))
    orphans = [row for row in DBTaskResult.objects.running() if not row.worker_ids or row.worker_ids[-1] not in living]
    for row in orphans:
        _again_or_give_up(row, reason="WorkerDied", place="", now=now)
    Heartbeat.objects.filter(seen_at__lte=now - timedelta(days=1)).delete()
    return len(orphans)


def prune(*, now: datetime) -> int:
    """Remove finished tasks: yesterday's that went well, last month's that did not. Returns how many."""
    done = Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE)
    failed = Q(status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_FAILED)
    removed, _by_model = DBTaskResult.objects.filter(done | failed).delete()
    return removed


def sizes() -> dict[str, int]:
    """How many tasks wait, run, and have been given up: ``{"ready", "running", "failed"}``."""
    count = DBTaskResult.objects.filter
    return {
        "ready": count(status=TaskResultStatus.READY).count(),
        "running": count(status=TaskResultStatus.RUNNING).count(),
        "failed": count(status=TaskResultStatus.FAILED).count(),
    }


def _call(row: Row) -> object:
    task = row.task
    result: Any = row.task_result  # its declared type belongs to another Django
    if task.takes_context:
        return task.call(TaskContext(task_result=result), *result.args, **result.kwargs)
    return task.call(*result.args, **result.kwargs)


def _failed(row: Row, error: Exception, *, now: datetime) -> None:
    _again_or_give_up(row, reason=type(error).__name__, place=place_of(error), now=now)


def _again_or_give_up(row: Row, *, reason: str, place: str, now: datetime) -> None:
    attempt = len(row.worker_ids)
    wait = _policy(row).wait_after(attempt)
    facts = {"task": row.task_path, "task_id": str(row.pk), "attempt": attempt, "error": reason, "place": place}
    if wait is None:
        _finish(row, status=TaskResultStatus.FAILED, finished_at=now, exception_class_path=reason, traceback=place)
        metrics.TASKS.labels(task=row.task_path, outcome="given_up").inc()
        log.error("task.given_up", extra=facts)
        return
    _finish(row, status=TaskResultStatus.READY, run_after=now + wait, exception_class_path=reason, traceback=place)
    metrics.TASKS.labels(task=row.task_path, outcome="retried").inc()
    log.warning("task.retried", extra={**facts, "wait_seconds": wait.total_seconds()})


def _policy(row: Row) -> RetryPolicy:
    try:
        return policy_of(row.task.func)
    except ImportError:
        # The function is not in this version any more. It may be again after a downgrade, so it is tried like any
        # other.
        return DEFAULT


def _finish(row: Row, **changes: object) -> None:
    # Guarded by the attempt: if a reaper gave the task to somebody else meanwhile, what we say no longer counts.
    DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, worker_ids=row.worker_ids).update(**changes)
