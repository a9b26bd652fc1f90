"""What the worker does: one place after the other, each written down before and after, until all of it is proven.

It may die between any two lines. What is written down before a place is touched is enough to go on; to remove and to
prove again is harmless.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.places import How, Lying, NeedsHand, Place, PlaceFailed
from kommunpost.apps.mailflow.removing import BY, come_again
from kommunpost.apps.register.actions.removing.ordering import Found, get_removal, write_steps
from kommunpost.apps.register.actions.removing.safety import check_safe
from kommunpost.apps.register.kinds import RemovalState, StepState
from kommunpost.apps.register.models import Removal, RemovalStep
from kommunpost.apps.register.rules.removing import LEASE, STEP_STEPS, backups_until, check_removal, wait_after
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.verbs import RegisterVerb

Clock = Callable[[], datetime]


def carry_on_due(*, places: Sequence[Place], clock: Clock) -> int:
    """Go on with every removal whose time has come, each by one worker at a time. How many."""
    now = clock()
    due = Removal.objects.filter(state=RemovalState.REMOVING, next_try_at__lte=now).order_by("next_try_at", "pk")
    number = 0
    for pk, at in list(due.values_list("pk", "next_try_at")[:20]):
        mine = Removal.objects.filter(pk=pk, state=RemovalState.REMOVING, next_try_at=at)
        if mine.update(next_try_at=now + LEASE):
            carry_on(removal_id=pk, places=places, clock=clock)
            number += 1
    return number


def carry_on(*, removal_id: int, places: Sequence[Place], clock: Clock) -> RemovalState:
    """Take the removal as far as it can come now; the state that it is in then.

    Only outside a transaction: what says that the entry is safe must have been committed.
    """
    if connection.in_atomic_block:
        raise RegisterRefused("inside_transaction")
    removal = Removal.objects.get(pk=removal_id)
    if removal.state != RemovalState.REMOVING:
        return RemovalState(removal.state)
    by_code = {place.code: place for place in places}
    trouble = ""
    for step in removal.steps.exclude(state=StepState.PROVEN):
        try:
            check_safe(removal)
            try:
                _take(step, by_code, removal, clock)
            except NeedsHand as handed:
                _hand_over(step, handed, removal, clock())
                _take(step, by_code, removal, clock)
        except (PlaceFailed, RegisterRefused) as failure:
            trouble = failure.code
            RemovalStep.objects.filter(pk=step.pk).update(trouble=trouble)
    return _settle(removal, trouble, clock)


def resume(*, actor: Actor, removal_id: int, places: Sequence[Place], clock: Clock) -> RemovalState:
    """Go on with one now, whatever it waits for; the state that it is in then. Raises NotAllowed, NotVisible,
    ``RegisterRefused`` (``removal_not_from_here``, ``inside_transaction``).
    """
    removal = get_removal(actor, removal_id)
    now = clock()
    # As a worker takes it: no other begins on it meanwhile.
    mine = Removal.objects.filter(pk=removal.pk, state=RemovalState.REMOVING)
    with transaction.atomic():
        if not mine.update(next_try_at=now + LEASE):
            raise RegisterRefused("removal_not_from_here")
        audit(
            actor=actor.reference, verb=RegisterVerb.REMOVAL_RESUMED, subject=f"removal:{removal.pk}",
            details={"message": removal.message_id}, at=now,
        )  # fmt: skip
    return carry_on(removal_id=removal_id, places=places, clock=clock)


def look_for_come_again(*, places: Sequence[Place], now: datetime) -> int:
    """The same mail may come once more, from a mailbox that still had it: it goes the same way. How many did."""
    done = dict(Removal.objects.filter(state=RemovalState.DONE).values_list("message_id", "pk"))
    returned = come_again(done) if done else set()
    for message_id in sorted(returned):
        _begin_again(done[message_id], places, now)
    return len(returned)


def _take(step: RemovalStep, places: Mapping[str, Place], removal: Removal, clock: Clock) -> None:
    if step.state == StepState.BY_HAND:
        return
    place = places.get(step.place)
    if place is None:
        raise PlaceFailed("place_gone")
    lying = [Lying(one["reference"], digest=one["digest"]) for one in step.found]
    if step.state == StepState.PLANNED:
        if lying:
            place.remove(removal.message_id, lying, clock())
        _step_on(step, StepState.REMOVED, removed_at=clock())
    left = place.prove(removal.message_id, lying)
    if left:
        _step_on(step, StepState.PLANNED)
        raise PlaceFailed("still_there")
    with transaction.atomic():
        _step_on(step, StepState.PROVEN, proven_at=clock(), trouble="")
        _note(RegisterVerb.REMOVAL_PROVEN, removal, clock(), place=step.place, number=len(lying))


def _hand_over(step: RemovalStep, handed: NeedsHand, removal: Removal, now: datetime) -> None:
    """What only a person can remove becomes a step of its own; the rest of the step goes on."""
    by_hand = [{"reference": one.reference, "digest": one.digest, "shows": one.shows} for one in handed.lying]
    left = [one for one in step.found if one["reference"] not in handed.references]
    of_turn = RemovalStep.objects.filter(removal=removal, turn=step.turn)
    latest = of_turn.order_by("-number").values_list("number", flat=True)[0]
    with transaction.atomic():
        if not RemovalStep.objects.filter(pk=step.pk, state=step.state, found=step.found).update(found=left):
            return
        RemovalStep.objects.create(
            removal=removal, turn=step.turn, number=latest + 1, place=step.place, state=StepState.BY_HAND,
            found=by_hand, trouble=handed.code,
        )  # fmt: skip
        _note(RegisterVerb.REMOVAL_HANDED, removal, now, place=step.place, why=handed.code, number=len(by_hand))
    step.found = left


def _step_on(step: RemovalStep, state: StepState, **fields: object) -> None:
    if state not in STEP_STEPS[StepState(step.state)]:
        raise RegisterRefused("removal_not_from_here")
    RemovalStep.objects.filter(pk=step.pk, state=step.state).update(state=state, **fields)
    step.state = state


def _settle(removal: Removal, trouble: str, clock: Clock) -> RemovalState:
    now = clock()
    mine = Removal.objects.filter(pk=removal.pk, state=RemovalState.REMOVING)
    left = set(removal.steps.exclude(state=StepState.PROVEN).values_list("state", flat=True))
    if not left:
        until = backups_until(now, days=settings.BACKUP_DAYS)
        with transaction.atomic():
            check_removal(RemovalState.REMOVING, RemovalState.DONE)
            if mine.update(
                state=RemovalState.DONE, done_at=now, backups_until=until, next_try_at=None, tries=0, trouble=""
            ):
                _note(RegisterVerb.REMOVAL_DONE, removal, now, backups_until=until.isoformat())
        return RemovalState.DONE
    tries = removal.tries + 1 if trouble else 0
    # What only a person can do is waited for without looking.
    next_try = None if left == {StepState.BY_HAND} else now + wait_after(max(tries, 1))
    mine.update(tries=tries, trouble=trouble, next_try_at=next_try)
    return RemovalState.REMOVING


def _begin_again(removal_id: int, places: Sequence[Place], now: datetime) -> None:
    removal = Removal.objects.get(pk=removal_id)
    found = [Found(place, tuple(place.find(removal.message_id))) for place in places]
    sure = [Found(one.place, tuple(lying for lying in one.lying if lying.how is How.ALWAYS)) for one in found]
    check_removal(RemovalState(removal.state), RemovalState.REMOVING)
    with transaction.atomic():
        mine = Removal.objects.filter(pk=removal.pk, state=RemovalState.DONE)
        if not mine.update(state=RemovalState.REMOVING, next_try_at=now, tries=0, trouble="", done_at=None):
            return
        latest = removal.steps.order_by("-turn").values_list("turn", flat=True).first() or 0
        write_steps(removal, sure, chosen=(), turn=latest + 1)
        _note(RegisterVerb.REMOVAL_CAME_AGAIN, removal, now)


def _note(verb: RegisterVerb, removal: Removal, now: datetime, **details: JSON) -> None:
    audit(
        actor=BY, verb=verb, subject=f"removal:{removal.pk}", details={"message": removal.message_id, **details}, at=now
    )
