"""docs/reference/jobs.md: what runs by itself, out of the schedule in ``site/worker/jobs.py``."""

import inspect
from collections.abc import Iterable
from datetime import timedelta

from checks.reference.markdown import code, line, page, section, table
from kommunpost.site.worker import queue
from kommunpost.site.worker.jobs import JOBS
from kommunpost.site.worker.retry import DEFAULT
from kommunpost.site.worker.schedule import LEASE_LASTS, Job

_INTRO = """
Each process with a worker looks at this schedule. Jobs of one lane run one after the other; lanes do not wait for
each other.
"""


def collect() -> tuple[Job, ...]:
    return JOBS


def render(jobs: Iterable[Job]) -> str:
    """Raises LookupError for a job whose function does not say what it does."""
    rows = [
        (
            code(job.name),
            _span(job.every),
            code(job.lane),
            "every process" if job.everywhere else "one process",
            _does(job),
        )
        for job in jobs
    ]
    return page(
        "Background jobs",
        _INTRO,
        section("The schedule", table(("job", "every", "lane", "runs in", "does"), rows)),
        section("How it behaves", _behaviour()),
    )


def _does(job: Job) -> str:
    does = line(inspect.getdoc(job.run))
    if not does:
        raise LookupError(f"the function of job {job.name} in site/worker/jobs.py has no docstring")
    return does


def _behaviour() -> str:
    facts = (
        ("the right to run the jobs of one process is lost after", _span(LEASE_LASTS)),
        ("a process is taken for dead, and its tasks put back, after", _span(queue.SILENT_AFTER)),
        ("tries of a task, the first included", str(DEFAULT.attempts)),
        ("wait after the first failure; four times as long after each", _span(DEFAULT.first_wait)),
        ("finished tasks are kept", _span(queue.KEEP_DONE)),
        ("tasks that were given up are kept", _span(queue.KEEP_FAILED)),
    )
    return table(("what", "how much"), facts)


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return f"{count} {word}{'s' if count > 1 else ''}"
    return f"{seconds:g} s"
