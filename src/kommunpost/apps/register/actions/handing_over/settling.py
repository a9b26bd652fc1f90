"""What a person does with handovers that came to nothing: try again, hand over by hand, or say that it need not go."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.actions.handing_over.queueing import may_go_by, note
from kommunpost.apps.register.connectors.contents import freeze
from kommunpost.apps.register.kinds import HandoverState, SystemKind
from kommunpost.apps.register.models import CaseSystem, Handover
from kommunpost.apps.register.rules.handing_over import NEEDS_A_PERSON, check_handover, clean_number
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.verbs import RegisterVerb

_TRIED_AGAIN = (HandoverState.DEAD, HandoverState.REFUSED, HandoverState.WITHDRAWN)


def retry(*, actor: Actor, handover_id: int, now: datetime) -> None:
    """Let the worker try it anew, by the system that the committee has now. The key stays the same.

    Raises NotAllowed, NotVisible, and ``RegisterRefused``: ``handover_not_from_here``, ``no_system``,
    ``secret_by_mail``, ``entry_voided``.
    """
    check_may(actor, Permission.REGISTER_HANDOVER)
    with transaction.atomic():
        _retry(actor, handover_id, now=now)


def retry_all(*, actor: Actor, now: datetime) -> tuple[int, int]:
    """All that were given up or refused: how many are tried anew, and of how many. The others stay as they are."""
    check_may(actor, Permission.REGISTER_HANDOVER)
    stuck = Handover.objects.filter(state__in=NEEDS_A_PERSON).order_by("pk").values_list("pk", flat=True)
    ids, done = list(stuck), 0
    for handover_id in ids:
        with suppress(RegisterRefused):
            retry(actor=actor, handover_id=handover_id, now=now)
            done += 1
    return done, len(ids)


def settle_by_hand(*, actor: Actor, handover_id: int, number: str, now: datetime) -> None:
    """Somebody has registered it in the case system themselves, or read its number there.

    Raises NotAllowed, NotVisible, and ``RegisterRefused``: ``number_missing``, ``handover_not_from_here``.
    """
    check_may(actor, Permission.REGISTER_HANDOVER_SETTLE)
    wanted = clean_number(number)
    if not wanted:
        raise RegisterRefused("number_missing")
    with transaction.atomic():
        handover = _row(handover_id)
        check_handover(handover.state, HandoverState.RECEIVED)
        Handover.objects.filter(pk=handover.pk).update(
            state=HandoverState.RECEIVED, number=wanted, other_number="", numbered_at=now, changed_at=now,
            numbered_by_id=actor.account_id, next_try_at=None, trouble="", data={},
        )  # fmt: skip
        note(RegisterVerb.HANDOVER_SETTLED, handover, by=actor.reference, now=now)


def withdraw(*, actor: Actor, handover_id: int, now: datetime) -> None:
    """It need not go to the case system. Raises NotAllowed, NotVisible, ``handover_not_from_here``."""
    check_may(actor, Permission.REGISTER_HANDOVER_SETTLE)
    with transaction.atomic():
        handover = _row(handover_id)
        check_handover(handover.state, HandoverState.WITHDRAWN)
        Handover.objects.filter(pk=handover.pk).update(state=HandoverState.WITHDRAWN, changed_at=now, next_try_at=None)
        note(RegisterVerb.HANDOVER_WITHDRAWN, handover, by=actor.reference, now=now)


def _retry(actor: Actor, handover_id: int, *, now: datetime) -> None:
    handover = _row(handover_id)
    if handover.state not in _TRIED_AGAIN:
        raise RegisterRefused("handover_not_from_here")
    system = CaseSystem.objects.get(pk=handover.system_id)
    if system.kind == SystemKind.DIARY:
        raise RegisterRefused("no_system")
    if handover.entry.voided_at is not None:
        raise RegisterRefused("entry_voided")
    if not may_go_by(system, handover.entry):
        raise RegisterRefused("secret_by_mail")
    check_handover(handover.state, HandoverState.WAITING)
    # What was refused may have been corrected since; what may have arrived is sent as it was.
    anew = handover.state == HandoverState.REFUSED or not handover.data
    fresh = {"data": freeze(handover.entry_id), "entry_version": handover.entry.version} if anew else {}
    Handover.objects.filter(pk=handover.pk).update(
        state=HandoverState.WAITING, kind=system.kind, attempts=0, next_try_at=now, changed_at=now, trouble="",
        answer_code=None, **fresh,
    )  # fmt: skip
    CaseSystem.objects.filter(pk=system.pk).update(resting_until=None)
    note(RegisterVerb.HANDOVER_RETRIED, handover, by=actor.reference, now=now)


def _row(handover_id: int) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("entry__case", "system")
    handover = rows.filter(pk=handover_id).first()
    if handover is None:
        raise NotVisible
    return handover
