"""What people do on the page of operations: ask for a verification or the doctor, see to failed tasks.

Each is one transaction with its audit event. The asked-for work itself is done by the worker (``upkeep``).
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from kommunpost.apps.audit.actions import record
from kommunpost.apps.directory.rules import Actor, NotAllowed, Permission, check_may, reference_of
from kommunpost.site.operations.errors import OperationRefused
from kommunpost.site.operations.models import Examination, SetAside, Verification, WorkState
from kommunpost.site.operations.proof import SCOPES
from kommunpost.site.operations.verbs import OperationsVerb

MOST_REASON = 300


def ask_verification(*, scope: str, by: Actor | str, now: datetime) -> int:
    """Let the worker verify ``scope`` (a key of ``SCOPES``); the id of the verification.

    For those who read the trail or the state of the house: ``NotAllowed`` otherwise. Raises ``OperationRefused``
    (``already_asked``) while one of that scope waits or runs; KeyError for an unknown scope.
    """
    if isinstance(by, Actor) and not (by.may(Permission.AUDIT_READ) or by.may(Permission.STATUS_READ)):
        raise NotAllowed(f"may_not:{Permission.AUDIT_READ}")
    checks = SCOPES[scope]
    try:
        with transaction.atomic():
            made = Verification.objects.create(
                scope=scope, state=WorkState.ASKED, asked_at=now, asked_by=reference_of(by)
            )
            record(
                actor=reference_of(by),
                verb=OperationsVerb.VERIFICATION_ASKED,
                subject=f"verification:{made.pk}",
                details={"checks": list(checks)},
                at=now,
            )
    except IntegrityError as error:
        raise OperationRefused("already_asked") from error
    return made.pk


def ask_examination(*, by: Actor, now: datetime) -> int:
    """Let the doctor go his round now; the id. Raises ``NotAllowed``, ``OperationRefused`` (``already_asked``)."""
    check_may(by, Permission.STATUS_READ)
    try:
        with transaction.atomic():
            made = Examination.objects.create(state=WorkState.ASKED, asked_at=now, asked_by=by.reference)
            record(
                actor=by.reference,
                verb=OperationsVerb.EXAMINATION_ASKED,
                subject=f"examination:{made.pk}",
                at=now,
            )
    except IntegrityError as error:
        raise OperationRefused("already_asked") from error
    return made.pk


def rerun_task(*, task_id: str, by: Actor, now: datetime) -> None:
    """Put a task that was given up back in the queue with all its tries. ``OperationRefused``: ``no_such_task``."""
    check_may(by, Permission.STATUS_READ)
    with transaction.atomic():
        task = _failed_task(task_id)
        DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY, run_after=get_date_max(), worker_ids=[], started_at=None, finished_at=None
        )
        _trace(OperationsVerb.TASK_RERUN, task, by=by, now=now)


def set_task_aside(*, task_id: str, reason: str, by: Actor, now: datetime) -> None:
    """Take a task that was given up out of the queue for good; ``reason`` in words, kept beside its name.

    Raises ``OperationRefused``: ``no_such_task``, ``reason_missing``. The reason does not go into the trail, which
    holds no free text.
    """
    check_may(by, Permission.STATUS_READ)
    words = " ".join(reason.split())[:MOST_REASON]
    if not words:
        raise OperationRefused("reason_missing")
    with transaction.atomic():
        task = _failed_task(task_id)
        SetAside.objects.create(
            task_id=str(task.pk),
            name=task.task_path,
            failed_at=task.finished_at,
            error=task.exception_class_path[:200],
            reason=words,
            by=by.reference,
            at=now,
        )
        _trace(OperationsVerb.TASK_SET_ASIDE, task, by=by, now=now)
        task.delete()


def _failed_task(task_id: str) -> "DBTaskResult[..., object]":
    task = DBTaskResult.objects.select_for_update().filter(pk=task_id, status=TaskResultStatus.FAILED).first()
    if task is None:
        raise OperationRefused("no_such_task")
    return task


def _trace(verb: OperationsVerb, task: "DBTaskResult[..., object]", *, by: Actor, now: datetime) -> None:
    details = {"task": task.task_path, "error": task.exception_class_path}
    record(actor=by.reference, verb=verb, subject=f"task:{task.pk}", details=details, at=now)
