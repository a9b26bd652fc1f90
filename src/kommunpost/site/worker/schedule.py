"""The jobs that run by the clock, as a table, and who may run them: the one process that holds the lease."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from kommunpost.site.worker.models import LastRun, Lease

LEASE = "schedule"
LEASE_LASTS = timedelta(seconds=30)
REMEMBERED_FROM = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Job:
    """``run(now)`` returns how much it did; when that is not 0 it is called again at once, until nothing is left.

    ``lane``: jobs of one lane run one after the other; a slow lane never holds up another. When a job last ran is kept
    in the database if it runs once a minute or more seldom. ``everywhere``: it claims its rows by itself, so that all
    processes run it at once and more of them get more done.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], int]
    lane: str
    everywhere: bool = False


def hold_lease(*, holder: str, now: datetime) -> bool:
    """Take or renew the right to keep the schedule. False while another living process has it."""
    until = now + LEASE_LASTS
    mine_or_free = Q(holder=holder) | Q(until__lte=now)
    if Lease.objects.filter(mine_or_free, name=LEASE).update(holder=holder, until=until):
        return True
    _, created = Lease.objects.get_or_create(name=LEASE, defaults={"holder": holder, "until": until})
    return created


def release_lease(*, holder: str) -> None:
    """Let another process take over at once. Does nothing when somebody else holds it."""
    Lease.objects.filter(name=LEASE, holder=holder).delete()


def begin(job: Job, *, now: datetime) -> bool:
    """Whether the job is due by the database, which then says that it has begun. Always true for the frequent ones."""
    if job.every < REMEMBERED_FROM:
        return True
    due = LastRun.objects.filter(name=job.name, at__lte=now - job.every)
    if due.update(at=now):
        return True
    _, created = LastRun.objects.get_or_create(name=job.name, defaults={"at": now})
    return created
