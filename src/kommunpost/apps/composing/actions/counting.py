"""Counts of advice for a month and a unit, written when a mail is sent. Who wrote it is not in them (ADR 0028)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from kommunpost.apps.composing.models import AdviceFate, AdviceOutcome, Draft


def count_sent(draft: Draft, *, now: datetime) -> None:
    """One mail more, and what became of each piece of advice that it got; the draft's own memory of it is emptied."""
    month = timezone.localdate(now).replace(day=1)
    _add(month, draft.mailbox.unit_id, clause="", fate=AdviceFate.SENT, reason="")
    for clause, kept in draft.advice.items():
        _add(month, draft.mailbox.unit_id, clause=clause, fate=AdviceFate.SHOWN, reason="")
        if kept.get("fate") in {AdviceFate.FIXED, AdviceFate.DISMISSED}:
            _add(month, draft.mailbox.unit_id, clause=clause, fate=kept["fate"], reason=kept.get("reason", ""))
    Draft.objects.filter(pk=draft.pk).update(advice={})


def _add(month: date, unit_id: int | None, *, clause: str, fate: str, reason: str) -> None:
    unit = Q(unit__isnull=True) if unit_id is None else Q(unit_id=unit_id)
    same = AdviceOutcome.objects.filter(unit, month=month, clause=clause, fate=fate, reason=reason)
    if same.update(number=F("number") + 1):
        return
    try:
        with transaction.atomic():
            AdviceOutcome.objects.create(
                month=month, unit_id=unit_id, clause=clause, fate=fate, reason=reason, number=1
            )
    except IntegrityError:  # Somebody made the row at this moment.
        same.update(number=F("number") + 1)
