"""What ``kommunpost doctor`` asks of the register."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Q

from kommunpost.apps.register import guards
from kommunpost.apps.register.kinds import HandoverState, RecordState, RemovalState
from kommunpost.apps.register.models import DiaryNumber, Handover, Record, Removal
from kommunpost.apps.register.rules.handing_over import NEEDS_A_PERSON
from kommunpost.core.checkup import Finding, note, ok, wrong
from kommunpost.core.swedish.working_days import local_day

BEHIND = timedelta(minutes=10)
STUCK = timedelta(hours=1)
ANSWERS_WITHIN = timedelta(days=2)


def check(*, now: datetime) -> Iterator[Finding]:
    """Whether anything is late, the worker keeps up, numbers have no gaps, removals end, entries reach their case
    systems, and the guards stand.
    """
    yield from check_late(now)
    yield from check_looking(now)
    yield from check_numbers()
    yield from check_removals(now)
    yield from check_handovers(now)
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


def check_handovers(now: datetime) -> Iterator[Finding]:
    """Entries that did not reach their case system, and such that it has had for ``ANSWERS_WITHIN`` without a word."""
    stuck = Handover.objects.filter(state__in=NEEDS_A_PERSON).count()
    if stuck:
        says = f"{stuck} entries did not reach their case system."
        remedy = "Open Diarium, Överlämningar: the page says why, and what can be done. Tell the registrar."
        yield wrong("register.handovers_stuck", says, remedy, number=stuck)
    silent = Handover.objects.filter(
        Q(state=HandoverState.SENT, sent_at__lt=now - ANSWERS_WITHIN)
        | Q(state__in=[HandoverState.WAITING, HandoverState.UNKNOWN], changed_at__lt=now - STUCK)
    ).count()
    if silent:
        says = f"{silent} entries wait for their case system to answer."
        remedy = "See that the case system works. What has been received but not answered can be numbered by hand."
        yield note("register.handovers_wait", says, remedy, number=silent)


def check_guards() -> Iterator[Finding]:
    """The triggers that keep numbers and corrections as they are."""
    if missing := guards.missing(connection):
        says = f"The diary's guards are off: {', '.join(missing)}."
        yield wrong("register.unguarded", says, "kommunpost manage shell: register.guards.install(connection)")
