"""Tasks for the tests of the queue. What they did stands in ``ran``."""

from datetime import timedelta

from django_tasks import task

from kommunpost.site.worker.retry import retried

ran: list[int] = []


@task()
def note(number: int) -> None:
    ran.append(number)


@task()
@retried(attempts=2, first_wait=timedelta(minutes=1))
def fail(number: int) -> None:
    raise ValueError(f"invanare@post.example: Hemligt ärende {number}")
