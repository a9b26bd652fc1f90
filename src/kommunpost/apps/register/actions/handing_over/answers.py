"""What case systems answer: at once, by a call back, by a file, by mail. The same answer twice is one answer."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from kommunpost.apps.register.actions.handing_over.queueing import note
from kommunpost.apps.register.actions.steps import note_step, take_step
from kommunpost.apps.register.connectors.contract import Connector, Outcome, Receipt
from kommunpost.apps.register.kinds import Exemption, HandoverState, RecordState, SystemKind
from kommunpost.apps.register.models import CaseSystem, Handover, Record
from kommunpost.apps.register.rules.handing_over import check_handover
from kommunpost.apps.register.rules.states import RegisterRefused, Step
from kommunpost.apps.register.verbs import HANDING_OVER, RegisterVerb

LOOKED_BACK = timedelta(days=14)
_BY_HAND = (HandoverState.WAITING, HandoverState.REFUSED, HandoverState.DEAD, HandoverState.WITHDRAWN)


def look_for_receipts(*, open_connector: Callable[[CaseSystem], Connector], now: datetime) -> int:
    """Take what has come where one must look for it: receipts in folders, answers to mail. How many changed anything.

    A receipt that has been written down is put away afterwards: if we die in between it is read once more, in vain.
    """
    changed = 0
    looked_for = [SystemKind.FOLDER, SystemKind.MAIL]
    for system in CaseSystem.objects.filter(kind__in=looked_for).order_by("pk"):
        connector = open_connector(system)
        for key, receipt in connector.receipts():
            handover = get_by_key(system, key)
            if handover is None:
                continue
            changed += take_answer(handover_id=handover.pk, receipt=receipt, now=now)
            if receipt.answer_id is not None:
                _exempt_own([receipt.answer_id], reference=handover.entry.designation, now=now)
            if receipt.outcome is not Outcome.UNKNOWN:
                connector.put_away(key)
        if system.kind == SystemKind.MAIL:
            _exempt_sent(system, now=now)
    return changed


def get_by_key(system: CaseSystem | None, key: str) -> Handover | None:
    """The handover with that key, of that system if one is named; None for what is no key of ours."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    found = Handover.objects.select_related("system", "entry").filter(key=wanted)
    return (found.filter(system=system) if system else found).first()


def take_answer(*, handover_id: int, receipt: Receipt, now: datetime) -> bool:
    """An answer that came by itself. Whether it changed anything: one that comes twice, or too late, does not."""
    with transaction.atomic():
        handover = Handover.objects.select_for_update(of=("self",)).get(pk=handover_id)
        if handover.state == HandoverState.RECEIVED:
            return _compare(handover, receipt, now=now)
        if handover.state in _BY_HAND and receipt.outcome is not Outcome.ACCEPTED:
            return False
        if handover.state in _BY_HAND and not receipt.number:
            return False
        if handover.state == HandoverState.WAITING:
            # Answered before it was sent: somebody else's answer, or a fault. It will be told anew.
            return False
        return take_receipt(handover, receipt, now=now)


def take_receipt(handover: Handover, receipt: Receipt, *, now: datetime) -> bool:
    """Write down what the case system said. Inside the caller's transaction, which holds the row."""
    fields: dict[str, object] = {"trouble": receipt.trouble, "answer_code": receipt.code}
    if receipt.outgoing_id is not None:
        fields["outgoing_id"] = receipt.outgoing_id
    if receipt.outcome is Outcome.REFUSED:
        return _move(handover, HandoverState.REFUSED, RegisterVerb.HANDOVER_REFUSED, fields, now=now)
    if receipt.outcome is Outcome.UNKNOWN:
        return _move(handover, HandoverState.UNKNOWN, RegisterVerb.HANDOVER_LOST, fields, now=now)
    fields["sent_at"] = handover.sent_at or now
    if not receipt.number:
        return _move(handover, HandoverState.SENT, RegisterVerb.HANDOVER_SENT, fields, now=now)
    # The receiver has it: what was kept to be sent again is not needed any more.
    fields |= {"number": receipt.number, "numbered_at": now, "numbered_by_id": None, "data": {}}
    return _move(handover, HandoverState.RECEIVED, RegisterVerb.HANDOVER_NUMBERED, fields, now=now)


def _exempt_sent(system: CaseSystem, *, now: datetime) -> None:
    """Mail to the case system holds what is registered already: nobody should have to say so each time."""
    sent = Handover.objects.filter(
        system=system, outgoing__sent_message__records__state=RecordState.OPEN, changed_at__gt=now - LOOKED_BACK
    )
    for message_id, designation in sent.values_list("outgoing__sent_message_id", "entry__designation"):
        _exempt_own([message_id], reference=designation, now=now)


def _exempt_own(message_ids: Sequence[int], *, reference: str, now: datetime) -> None:
    for record in Record.objects.filter(message_id__in=message_ids, state=RecordState.OPEN):
        with transaction.atomic():
            take_step(
                record=record, step=Step.EXEMPT, by=None, now=now, exemption=Exemption.ALREADY_REGISTERED,
                reference=reference[:80],
            )  # fmt: skip
            note_step(
                record=record, step=Step.EXEMPT, by=None, now=now, details={"exemption": Exemption.ALREADY_REGISTERED}
            )


def _move(
    handover: Handover, state: HandoverState, verb: RegisterVerb, fields: dict[str, object], *, now: datetime
) -> bool:
    if handover.state == state:
        return False
    try:
        check_handover(handover.state, state)
    except RegisterRefused:
        return False
    Handover.objects.filter(pk=handover.pk).update(
        state=state, changed_at=now, leased_by="", leased_until=None, next_try_at=None, **fields
    )
    note(verb, handover, by=HANDING_OVER, now=now)
    return True


def _compare(handover: Handover, receipt: Receipt, *, now: datetime) -> bool:
    """The first number stands. Another one is kept beside it: a person must find out which of the two it is."""
    number = receipt.number
    if not number or number in {handover.number, handover.other_number}:
        return False
    Handover.objects.filter(pk=handover.pk).update(other_number=number, changed_at=now)
    note(RegisterVerb.HANDOVER_CONTRADICTED, handover, by=HANDING_OVER, now=now)
    return True
