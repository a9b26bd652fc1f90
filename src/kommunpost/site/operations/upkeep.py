"""What the worker does for operations: the verifications and examinations asked for, and those of the clock."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.queries import heads
from kommunpost.site.doctor.examination import examine
from kommunpost.site.operations.actions import ask_verification
from kommunpost.site.operations.errors import OperationRefused
from kommunpost.site.operations.heads import HEADS_FILE, read_heads
from kommunpost.site.operations.models import Examination, Verification, WorkState
from kommunpost.site.operations.proof import CHECKS, SCOPES, Break, Scope
from kommunpost.site.operations.verbs import OperationsVerb
from kommunpost.site.worker.wake import Interrupted, check_ending

WORKER = "system:worker"
MOST_BREAKS_KEPT = 200
TELL_EVERY = timedelta(seconds=1)
LOST_AFTER = timedelta(minutes=5)
KEEP_EXAMINATIONS = timedelta(days=14)

Clock = Callable[[], datetime]


def ask_nightly(*, now: datetime) -> None:
    """Have the trail verified; not while somebody already does."""
    try:
        ask_verification(scope="trail", by=WORKER, now=now)
    except OperationRefused:
        return


def verify_asked(*, clock: Clock) -> int:
    """Run one verification that waits, or whose worker died. How many were run: 0 or 1."""
    row = _claim(clock())
    if row is None:
        return 0
    try:
        _verify(row, clock)
    except Interrupted:
        # The process ends; whoever starts next begins it anew.
        Verification.objects.filter(pk=row.pk).update(state=WorkState.ASKED, touched_at=None)
    except Exception:
        Verification.objects.filter(pk=row.pk).update(state=WorkState.FAILED, finished_at=clock())
        raise
    return 1


def examine_asked(*, clock: Clock) -> int:
    """Let the doctor go the round that somebody asked for. How many: 0 or 1."""
    asked = Examination.objects.filter(state=WorkState.ASKED).first()
    if asked is None:
        return 0
    _examine(asked, clock)
    return 1


def examine_now(*, clock: Clock) -> None:
    """The doctor's round by the clock; old rounds are forgotten."""
    now = clock()
    _examine(Examination(asked_at=now, asked_by=WORKER), clock)
    Examination.objects.filter(state=WorkState.DONE, finished_at__lt=now - KEEP_EXAMINATIONS).delete()


def _examine(row: Examination, clock: Clock) -> None:
    findings = [{**asdict(finding), "facts": dict(finding.facts)} for finding in examine(now=clock())]
    row.findings, row.state, row.finished_at = findings, WorkState.DONE, clock()
    row.save()


def _claim(now: datetime) -> Verification | None:
    lost = Q(state=WorkState.RUNNING, touched_at__lt=now - LOST_AFTER)
    for row in Verification.objects.filter(Q(state=WorkState.ASKED) | lost).order_by("pk"):
        mine = Verification.objects.filter(pk=row.pk, state=row.state, touched_at=row.touched_at)
        if mine.update(state=WorkState.RUNNING, started_at=now, touched_at=now, done=0):
            return row
    return None


def _verify(row: Verification, clock: Clock) -> None:
    chosen = SCOPES[row.scope]
    present = heads()
    teller = _Teller(row.pk, clock, total=sum(CHECKS[name].size() for name in chosen))
    scope = Scope(kept=read_heads(Path(settings.DATA_FOLDER) / HEADS_FILE), progress=teller.add)
    breaks: list[Break] = []
    for name in chosen:
        breaks += CHECKS[name].run(scope)
    with transaction.atomic():
        Verification.objects.filter(pk=row.pk).update(
            state=WorkState.DONE,
            finished_at=clock(),
            done=teller.done,
            break_count=len(breaks),
            breaks=[asdict(one) for one in breaks[:MOST_BREAKS_KEPT]],
            heads=[asdict(head) for head in present],
        )
        record(
            actor=WORKER,
            verb=OperationsVerb.VERIFICATION_DONE,
            subject=f"verification:{row.pk}",
            details={"checks": list(chosen), "breaks": len(breaks)},
            at=clock(),
        )


class _Teller:
    """Says how far it has come, once a second at most, and breaks off when the process ends."""

    def __init__(self, pk: int, clock: Clock, *, total: int) -> None:
        self.done = 0
        self._pk, self._clock, self._told_at = pk, clock, clock()
        Verification.objects.filter(pk=pk).update(total=total)

    def add(self, number: int) -> None:
        self.done += number
        check_ending()
        now = self._clock()
        if now - self._told_at >= TELL_EVERY:
            self._told_at = now
            Verification.objects.filter(pk=self._pk).update(done=self.done, touched_at=now)
