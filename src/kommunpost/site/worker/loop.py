"""The worker of one process: a thread for each lane of the schedule, one for the queue, one for the heartbeat."""

import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from kommunpost.site import metrics
from kommunpost.site.logs import place_of
from kommunpost.site.worker import queue, schedule, wake
from kommunpost.site.worker.models import Heartbeat
from kommunpost.site.worker.schedule import Job

BEAT_EVERY = 10.0
LOOK_EVERY = 0.5
AFTER_TROUBLE = 2.0

log = logging.getLogger("kommunpost.worker")


class Worker:
    """``start`` returns at once; ``stop`` lets what runs come to its end, and says whether it did in time."""

    def __init__(self, *, jobs: Sequence[Job], clock: Callable[[], datetime] = timezone.now) -> None:
        self.worker_id = f"{socket.gethostname()[:40]}-{secrets.token_hex(8)}"
        self._jobs = jobs
        self._clock = clock
        self._stopping = threading.Event()
        self._keeps_schedule = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Say that we live, then begin. Raises DatabaseError when the database does not answer."""
        wake.begin()
        now = self._clock()
        Heartbeat.objects.create(worker_id=self.worker_id, host=socket.gethostname(), started_at=now, seen_at=now)
        queue.reap(now=now)
        self._beat(now)
        lanes = sorted({job.lane for job in self._jobs})
        self._spawn("heartbeat", self._keep_beating)
        self._spawn("queue", self._work_queue)
        for lane in lanes:
            self._spawn(f"lane-{lane}", _Lane(self, [job for job in self._jobs if job.lane == lane]).work)

    def stop(self, *, within: float) -> bool:
        """Ask all threads to end, wait at most ``within`` seconds, and take our name off the list of the living."""
        self._stopping.set()
        wake.end()
        until = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        ended = not any(thread.is_alive() for thread in self._threads)
        if ended:
            schedule.release_lease(holder=self.worker_id)
            Heartbeat.objects.filter(worker_id=self.worker_id).delete()
        return ended

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    @property
    def keeps_schedule(self) -> bool:
        """Whether this process is the one that runs the jobs."""
        return self._keeps_schedule.is_set()

    def now(self) -> datetime:
        return self._clock()

    def loop(self, step: Callable[[], bool]) -> None:
        """Call ``step`` until we stop; rest when it found nothing to do. A database that is away is waited for."""
        woken = threading.Event()
        wake.register(woken)
        try:
            while not self.stopping:
                if not self._guarded(step):
                    woken.wait(LOOK_EVERY)
                    woken.clear()
        finally:
            wake.forget(woken)
            connections.close_all()

    def _guarded(self, step: Callable[[], bool]) -> bool:
        close_old_connections()
        try:
            return step()
        except (DatabaseError, InterfaceError):
            log.exception("worker.database_away")
            connections.close_all()
            self._stopping.wait(AFTER_TROUBLE)
            return False

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        # Daemons, so that a second Ctrl-C can leave a stuck one behind.
        thread = threading.Thread(target=target, name=f"worker-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _work_queue(self) -> None:
        self.loop(lambda: queue.run_next(worker_id=self.worker_id, now=self._clock()))

    def _keep_beating(self) -> None:
        while not self._stopping.wait(BEAT_EVERY):
            self._guarded(lambda: self._beat(self._clock()))
        connections.close_all()

    def _beat(self, now: datetime) -> bool:
        Heartbeat.objects.filter(worker_id=self.worker_id).update(seen_at=now)
        if schedule.hold_lease(holder=self.worker_id, now=now):
            self._keeps_schedule.set()
        else:
            self._keeps_schedule.clear()
        return True


class _Lane:
    """The jobs of one lane, one after the other. A job that fails waits twice as long each time, at most a minute."""

    def __init__(self, worker: Worker, jobs: Sequence[Job]) -> None:
        self._worker = worker
        self._jobs = jobs
        self._due: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}

    def work(self) -> None:
        self._worker.loop(self.step)

    def step(self) -> bool:
        """Run what is due. Returns whether there may be more to do at once."""
        keeper = self._worker.keeps_schedule
        more = [self._run(job) for job in self._jobs if (keeper or job.everywhere) and self._is_due(job)]
        return any(more)

    def _is_due(self, job: Job) -> bool:
        now = self._worker.now()
        # A job that looks for work twice a second is also due when somebody wakes us.
        frequent = job.every.total_seconds() <= LOOK_EVERY and not self._failures.get(job.name)
        return frequent or self._due.get(job.name, now) <= now

    def _run(self, job: Job) -> bool:
        now = self._worker.now()
        self._due[job.name] = now + job.every
        if not schedule.begin(job, now=now):
            return False
        try:
            done = job.run(now)
        except (DatabaseError, InterfaceError):
            raise
        except Exception as error:
            self._note_failure(job, error, now=now)
            return False
        self._failures.pop(job.name, None)
        metrics.JOBS.labels(job=job.name, outcome="done").inc()
        return done > 0

    def _note_failure(self, job: Job, error: Exception, *, now: datetime) -> None:
        failures = self._failures.get(job.name, 0) + 1
        self._failures[job.name] = failures
        self._due[job.name] = now + max(job.every, timedelta(seconds=min(60, 2 ** min(failures, 6))))
        metrics.JOBS.labels(job=job.name, outcome="failed").inc()
        facts = {"job": job.name, "failures": failures, "error": type(error).__name__, "place": place_of(error)}
        log.error("job.failed", extra=facts)
