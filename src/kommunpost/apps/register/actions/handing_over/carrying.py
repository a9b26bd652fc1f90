"""What the worker does: one handover at a time, written down before and after, so that it may die between any lines.

A claim is a guarded update with a lease. Whoever dies with one leaves it to be found as of unknown fate, and it is sent
once more with the same key: a webhook's receiver and a folder know it, and mail goes into our outbox once a key.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from kommunpost.apps.register.actions.handing_over.answers import take_receipt
from kommunpost.apps.register.actions.handing_over.queueing import may_go_by, note
from kommunpost.apps.register.connectors.contents import gather
from kommunpost.apps.register.connectors.contract import Connector, ConnectorFailed, Receipt
from kommunpost.apps.register.kinds import HandoverState, RemovalState
from kommunpost.apps.register.models import CaseSystem, Handover, Removal
from kommunpost.apps.register.rules.handing_over import LEASE, MOST_ATTEMPTS, check_handover, wait_after
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.verbs import HANDING_OVER, RegisterVerb

log = logging.getLogger(__name__)

AT_ONCE = 20
Clock = Callable[[], datetime]
Opener = Callable[[CaseSystem], Connector]
_CLAIMABLE = (HandoverState.WAITING, HandoverState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Claim:
    """A handover that this worker alone may try now."""

    handover: Handover
    until: datetime


def hand_over_due(*, worker: str, open_connector: Opener, clock: Clock, limit: int = AT_ONCE) -> int:
    """Try up to ``limit`` handovers whose time has come; how many. ``worker``: unique to the process."""
    end_stale_leases(now=clock())
    tried = 0
    while tried < limit and (claim := claim_next(worker=worker, now=clock())) is not None:
        _try(claim, open_connector, clock)
        tried += 1
    return tried


def end_stale_leases(*, now: datetime) -> int:
    """What a worker that died had in hand: nobody knows whether it arrived. How many."""
    stale = Handover.objects.filter(state=HandoverState.SENDING, leased_until__lt=now)
    lost = 0
    for handover in stale.order_by("pk"):
        with transaction.atomic():
            if _release(handover, handover.leased_until, HandoverState.UNKNOWN, trouble="broken_off", next_try_at=now):
                note(RegisterVerb.HANDOVER_LOST, handover, by=HANDING_OVER, now=now)
                lost += 1
    return lost


def claim_next(*, worker: str, now: datetime) -> Claim | None:
    """The handover that has waited longest among those whose system is awake; None when there is none."""
    awake = Q(system__resting_until__isnull=True) | Q(system__resting_until__lte=now)
    due = Handover.objects.filter(awake, state__in=_CLAIMABLE, next_try_at__lte=now).order_by("next_try_at", "pk")
    until = now + LEASE
    for pk, state in due.values_list("pk", "state")[:AT_ONCE]:
        check_handover(state, HandoverState.SENDING)
        taken = Handover.objects.filter(pk=pk, state=state, next_try_at__lte=now).update(
            state=HandoverState.SENDING, leased_by=worker, leased_until=until, attempts=F("attempts") + 1,
            changed_at=now, next_try_at=None,
        )  # fmt: skip
        if taken:
            return Claim(Handover.objects.select_related("system", "entry__case").get(pk=pk), until)
    return None


def _try(claim: Claim, open_connector: Opener, clock: Clock) -> None:
    handover = claim.handover
    try:
        _check_may_go(handover)
        handing = gather(handover)
        receipt = open_connector(handover.system).hand_over(handing)
    except RegisterRefused as refusal:
        _give_up(claim, refusal.code, now=clock())
    except ConnectorFailed as failure:
        _fail(claim, failure, now=clock())
    except Exception as error:
        # A fault of ours: told by its kind alone, since its words may be personal.
        log.error("handover:%d could not be tried: %s", handover.pk, type(error).__name__)  # noqa: TRY400
        _fail(claim, ConnectorFailed("fault", may_have_arrived=True), now=clock())
    else:
        _settle(claim, receipt, now=clock())


def _check_may_go(handover: Handover) -> None:
    """Raises ``RegisterRefused``: what has happened since it was queued may say that it goes by hand, or not at all."""
    if handover.entry.voided_at is not None:
        raise RegisterRefused("entry_voided")
    if handover.kind != handover.system.kind:
        raise RegisterRefused("system_changed")
    if not may_go_by(handover.system, handover.entry):
        raise RegisterRefused("secret_by_mail")
    under_way = Removal.objects.filter(message__records__entries__entry=handover.entry_id)
    if under_way.exclude(state=RemovalState.BROKEN_OFF).exists():
        raise RegisterRefused("removal_begun")


def _settle(claim: Claim, receipt: Receipt, *, now: datetime) -> None:
    with transaction.atomic():
        if _is_lost(claim):
            return
        take_receipt(claim.handover, receipt, now=now)
        CaseSystem.objects.filter(pk=claim.handover.system_id, failures__gt=0).update(failures=0, resting_until=None)


def _fail(claim: Claim, failure: ConnectorFailed, *, now: datetime) -> None:
    handover = claim.handover
    if handover.attempts >= MOST_ATTEMPTS:
        _give_up(claim, failure.code, now=now, status=failure.status)
        return
    state = HandoverState.UNKNOWN if failure.may_have_arrived else HandoverState.WAITING
    with transaction.atomic():
        if not _release(
            handover, claim.until, state, trouble=failure.code, answer_code=failure.status, changed_at=now,
            next_try_at=now + wait_after(handover.attempts),
        ):  # fmt: skip
            return
        failures = handover.system.failures + 1
        # Whoever did not answer this one will not answer the next: all of them wait, not each its own time-out.
        CaseSystem.objects.filter(pk=handover.system_id).update(
            failures=failures, resting_until=now + wait_after(failures)
        )
        note(RegisterVerb.HANDOVER_FAILED, handover, by=HANDING_OVER, now=now, details={"trouble": failure.code})


def _give_up(claim: Claim, code: str, *, now: datetime, status: int | None = None) -> None:
    with transaction.atomic():
        given_up = _release(
            claim.handover, claim.until, HandoverState.DEAD, trouble=code, answer_code=status, changed_at=now
        )
        if given_up:
            note(RegisterVerb.HANDOVER_GIVEN_UP, claim.handover, by=HANDING_OVER, now=now, details={"trouble": code})


def _release(handover: Handover, until: datetime | None, state: HandoverState, **fields: object) -> bool:
    check_handover(HandoverState.SENDING, state)
    mine = Handover.objects.filter(
        pk=handover.pk, state=HandoverState.SENDING, leased_by=handover.leased_by, leased_until=until
    )
    return bool(mine.update(state=state, leased_by="", leased_until=None, **fields))


def _is_lost(claim: Claim) -> bool:
    mine = Handover.objects.select_for_update(of=("self",)).filter(
        pk=claim.handover.pk, state=HandoverState.SENDING, leased_by=claim.handover.leased_by, leased_until=claim.until
    )
    return not mine.exists()
