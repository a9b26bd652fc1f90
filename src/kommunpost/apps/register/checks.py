"""What ``kommunpost doctor`` asks of the register."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max

from kommunpost.apps.register import guards
from kommunpost.apps.register.kinds import RecordState, RemovalState
from kommunpost.apps.register.models import DiaryNumber, Record, Removal
from kommunpost.core.checkup import Finding, note, ok, wrong
from kommunpost.core.swedish.working_days import local_day

BEHIND = timedelta(minutes=10)
STUCK = timedelta(hours=1)


def check(*, now: datetime) -> Iterator[Finding]:
    """Whether anything is late, the worker keeps up, numbers have no gaps, removals end, and the guards stand."""
    yield from check_late(now)
    yield from check_looking(now)
    yield from check_numbers()
    yield from check_removals(now)
    yield from check_guards()


def check_late(now: datetime) -> Iterator[Finding]:
    """Records that have not been decided on by their last day (clause ``register-always``)."""
    late = Record.objects.filter(state=RecordState.OPEN, due_on__lt=local_day(now)).count()
    if late:
        remedy = "Whoever answers for the mailboxes sees them on the start page. Tell the registrar."
        yield note("register.late", f"{late} records have passed their last day to be registered.", remedy, number=late)
    else:
        yield ok("register.in_time", "Nothing has passed its last day to be registered.")


def check_looking(now: datetime) -> Iterator[Finding]:
    """Records that the worker has not looked at for ``BEHIND``: their clock runs, but nobody knows how they came."""
    waiting = Record.objects.filter(
        looked_at__isnull=True, message__read_at__isnull=False, message__read_at__lt=now - BEHIND
    ).count()
    if waiting:
        says = f"{waiting} records wait to be looked at."
        yield note("register.behind", says, "See that the worker runs, and what its log says.", number=waiting)


def check_numbers() -> Iterator[Finding]:
    """Each series of diary numbers runs from 1 without gaps."""
    series = DiaryNumber.objects.order_by().values("committee__code", "year")
    for row in series.annotate(latest=Max("number"), taken=Count("pk")):
        if row["latest"] != row["taken"]:
            name = f"{row['committee__code']} {row['year']}"
            says = f"The diary {name} has gaps: number {row['latest']} is taken, {row['taken']} stand."
            yield wrong("register.gaps", says, "Restore the missing numbers from a backup.", series=name)


def check_removals(now: datetime) -> Iterator[Finding]:
    """Removals of mail that may be secret, ordered an hour ago and not finished (clause ``secret-received``)."""
    waiting = Removal.objects.filter(state=RemovalState.REMOVING, ordered_at__lt=now - STUCK).count()
    if waiting:
        says = f"{waiting} removals of mail that may be secret are not finished."
        remedy = "Open Registrera, Hemligt mejl: the page says what is waited for, and what must be removed by hand."
        yield note("register.removals_wait", says, remedy, number=waiting)


def check_guards() -> Iterator[Finding]:
    """The triggers that keep numbers and corrections as they are."""
    if missing := guards.missing(connection):
        says = f"The diary's guards are off: {', '.join(missing)}."
        yield wrong("register.unguarded", says, "kommunpost manage shell: register.guards.install(connection)")
