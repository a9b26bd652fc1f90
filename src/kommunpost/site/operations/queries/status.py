"""How the house is: what listens and answers, what waits, what failed, what the doctor said. No personal data."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.utils.functional import Promise
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from kommunpost.apps.directory.models import MailboxKind
from kommunpost.apps.mailflow.models import OutboxState, OutgoingMail
from kommunpost.apps.mailflow.queries import count_pen, queue_status
from kommunpost.apps.maillog.models import Pending
from kommunpost.apps.maillog.rules.ids import at_of
from kommunpost.site.health import WORKER_SILENT_AFTER
from kommunpost.site.operations.models import Examination, SetAside, WorkState
from kommunpost.site.worker.models import Heartbeat

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker process; ``is_alive``: its heart has beaten of late."""

    host: str
    started_at: datetime
    seen_at: datetime
    is_alive: bool


@dataclass(frozen=True, slots=True)
class TaskKind:
    """One kind of background task by its state. ``oldest_at``: when the one that has waited longest was queued."""

    name: str
    waiting: int
    running: int
    failed: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class FailedTask:
    """A task that was given up. ``error`` and ``place`` say what fell over where; its arguments are not shown."""

    id: str
    name: str
    finished_at: datetime | None
    error: str
    place: str


@dataclass(frozen=True, slots=True)
class UnknownMail:
    """A mail of unknown fate. ``mailbox`` is empty for a personal one; ``message_id`` is what the relay's log has."""

    id: int
    mailbox: str
    message_id: str
    recipient_count: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits outside the task queue. ``index_since``: the time of the oldest log row that is not indexed yet."""

    unread: int
    pen: int
    index_lag: int
    index_since: datetime | None
    outbox: tuple[tuple[str | Promise, int], ...]


@dataclass(frozen=True, slots=True)
class Round:
    """The doctor's last round, and whether one is asked for. Findings: wrong first, then notes, then what is well."""

    finished_at: datetime | None
    findings: tuple[dict[str, str], ...]
    is_asked: bool


def database_version() -> str:
    """``sqlite 3.40.1`` or ``postgresql 15.3``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return f"{connection.vendor} {cursor.fetchone()[0]}"


def doors() -> list[tuple[str, str]]:
    """Where we listen, by the settings of this process: (name, address); empty where the door is not open."""
    return [("Webb", settings.WEB_ADDRESS), ("SMTP", settings.SMTP_ADDRESS), ("LMTP", settings.LMTP_ADDRESS)]


def workers(*, now: datetime) -> list[WorkerRow]:
    """All worker processes that have not taken leave, the latest heard first."""
    rows = Heartbeat.objects.order_by("-seen_at").values_list("host", "started_at", "seen_at")[:_SHOWN]
    return [WorkerRow(host, begun, seen, seen > now - WORKER_SILENT_AFTER) for host, begun, seen in rows]


def task_kinds() -> list[TaskKind]:
    """Every kind of task that waits, runs or was given up. One query."""
    waits, runs = Q(status=TaskResultStatus.READY), Q(status=TaskResultStatus.RUNNING)
    fell = Q(status=TaskResultStatus.FAILED)
    grouped = DBTaskResult.objects.filter(waits | runs | fell).values("task_path").order_by("task_path")
    rows = grouped.annotate(
        waiting=Count("pk", filter=waits), running=Count("pk", filter=runs), failed=Count("pk", filter=fell),
        oldest=Min("enqueued_at", filter=waits),
    )  # fmt: skip
    return [TaskKind(one["task_path"], one["waiting"], one["running"], one["failed"], one["oldest"]) for one in rows]


def failed_tasks() -> list[FailedTask]:
    """The newest fifty tasks that were given up."""
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at", "pk")[:_SHOWN]
    return [
        FailedTask(str(row.pk), row.task_path, row.finished_at, row.exception_class_path, row.traceback) for row in rows
    ]


def set_aside() -> list[SetAside]:
    """The newest ten tasks that somebody has set aside, with the reasons."""
    return list(SetAside.objects.order_by("-at", "-pk")[:10])


def queues() -> Queues:
    """What waits to be read, indexed, sent, and given a mailbox."""
    status, lag = queue_status(), Pending.objects.aggregate(number=Count("pk"), oldest=Min("id"))
    return Queues(
        unread=status.unread,
        pen=count_pen(),
        index_lag=lag["number"],
        index_since=at_of(lag["oldest"]) if lag["oldest"] else None,
        outbox=tuple((state.label, status.outbox[state]) for state in OutboxState if status.outbox[state]),
    )


def unknown_mails() -> list[UnknownMail]:
    """The oldest fifty mails that need a person's word."""
    rows = OutgoingMail.objects.filter(state=OutboxState.UNKNOWN).select_related("mailbox").order_by("changed_at")
    return [
        UnknownMail(
            id=row.pk,
            mailbox="" if row.mailbox.kind == MailboxKind.PERSONAL else row.mailbox.address,
            message_id=row.message_id,
            recipient_count=len(row.recipients),
            changed_at=row.changed_at,
        )
        for row in rows[:_SHOWN]
    ]


def doctors_round() -> Round:
    """What the doctor said last."""
    last = Examination.objects.filter(state=WorkState.DONE).order_by("-pk").first()
    order = {"wrong": 0, "note": 1, "ok": 2}
    findings = sorted(last.findings, key=lambda one: order[one["level"]]) if last else []
    return Round(
        finished_at=last.finished_at if last else None,
        findings=tuple(findings),
        is_asked=Examination.objects.filter(state=WorkState.ASKED).exists(),
    )
