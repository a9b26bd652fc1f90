"""Who keeps the schedule, when a job is due, and that one job's trouble stays its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.servers import eventually

from kommunpost.site.worker import schedule
from kommunpost.site.worker.loop import Worker, _Lane
from kommunpost.site.worker.models import Heartbeat
from kommunpost.site.worker.schedule import Job

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def job(run: Callable[[datetime], int] = lambda now: 0, every: timedelta = HOUR, *, everywhere: bool = False) -> Job:
    return Job("test.job", every, run, "lane", everywhere)


@pytest.mark.django_db
def test_one_holder_at_a_time_until_it_falls_silent_or_lets_go() -> None:
    assert schedule.hold_lease(holder="a", now=NOW)
    assert schedule.hold_lease(holder="a", now=NOW)
    assert not schedule.hold_lease(holder="b", now=NOW)
    assert schedule.hold_lease(holder="b", now=NOW + schedule.LEASE_LASTS)
    assert not schedule.hold_lease(holder="a", now=NOW + schedule.LEASE_LASTS)
    schedule.release_lease(holder="a")
    assert not schedule.hold_lease(holder="a", now=NOW + schedule.LEASE_LASTS)
    schedule.release_lease(holder="b")
    assert schedule.hold_lease(holder="a", now=NOW + schedule.LEASE_LASTS)


@pytest.mark.django_db
def test_a_job_begins_once_a_period_whoever_asks() -> None:
    assert schedule.begin(job(), now=NOW)
    assert not schedule.begin(job(), now=NOW + HOUR - timedelta(seconds=1))
    assert schedule.begin(job(), now=NOW + HOUR)


@pytest.mark.django_db
@pytest.mark.parametrize(("everywhere", "runs"), [(False, 0), (True, 1)])
def test_only_jobs_for_everywhere_run_without_the_lease(*, everywhere: bool, runs: int) -> None:
    seen: list[datetime] = []

    def run(now: datetime) -> int:
        seen.append(now)
        return 0

    lane = _Lane(Worker(jobs=[], clock=lambda: NOW), [job(run, timedelta(seconds=0.5), everywhere=everywhere)])
    lane.step()
    assert len(seen) == runs


@pytest.mark.django_db
def test_a_job_that_fails_waits_longer_each_time() -> None:
    times: list[datetime] = []
    clock = [NOW]

    def run(now: datetime) -> int:
        times.append(now)
        raise ValueError("x")

    lane = _Lane(Worker(jobs=[], clock=lambda: clock[0]), [job(run, timedelta(seconds=0.5), everywhere=True)])
    for second in range(16):
        clock[0] = NOW + timedelta(seconds=second)
        lane.step()
    assert [(time - NOW).total_seconds() for time in times] == [0, 2, 6, 14]


@pytest.mark.django_db(transaction=True)
def test_a_worker_works_what_waits_and_leaves_no_trace() -> None:
    left = [3]

    def run(now: datetime) -> int:
        left[0] = max(0, left[0] - 1)
        return left[0]

    worker = Worker(jobs=[job(run, timedelta(seconds=0.5))])
    worker.start()
    assert Heartbeat.objects.filter(worker_id=worker.worker_id).exists()
    assert eventually(lambda: left[0] == 0)
    assert worker.stop(within=20)
    assert not Heartbeat.objects.exists()
