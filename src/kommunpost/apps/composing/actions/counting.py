"""Counts of advice for a month and a unit, written when a mail is sent. Who wrote it is not in them (ADR 0028)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from kommunpost.apps.composing.models import AdviceFate, AdviceOutcome, Draft
from kommunpost.apps.directory.models import Mailbox

Outcome = tuple[str, str, str]
"""Clause, fate, reason."""
NOTHING: Mapping[str, str] = {}


def count_sent(draft: Draft, *, now: datetime) -> None:
    """One mail more, and what became of each piece of advice that it got; the draft's own memory of it is emptied."""
    _count(draft.mailbox.unit_id, [("", AdviceFate.SENT, ""), *_remembered(draft)], now=now)
    Draft.objects.filter(pk=draft.pk).update(advice={})


def count_elsewhere(
    *,
    sender: str,
    now: datetime,
    is_sent: bool = True,
    shown: Collection[str] = (),
    fixed: Collection[str] = (),
    dismissed: Mapping[str, str] = NOTHING,
) -> bool:
    """The same for a mail written in another program: clauses shown, followed, and put aside with a reason.

    ``sender`` only says which unit it is counted for; whether it was: an address that is no mailbox of ours is not.
    """
    ours = Mailbox.objects.filter(Q(address=sender.lower()) | Q(aliases__address=sender.lower()), is_active=True)
    units = list(ours.values_list("unit_id", flat=True)[:1])
    if not units:
        return False
    outcomes: list[Outcome] = [("", AdviceFate.SENT, "")] if is_sent else []
    outcomes += [(clause, AdviceFate.SHOWN, "") for clause in shown]
    outcomes += [(clause, AdviceFate.FIXED, "") for clause in fixed]
    outcomes += [(clause, AdviceFate.DISMISSED, reason) for clause, reason in dismissed.items()]
    with transaction.atomic():
        _count(units[0], outcomes, now=now)
    return True


def _remembered(draft: Draft) -> Iterator[Outcome]:
    for clause, kept in draft.advice.items():
        yield clause, AdviceFate.SHOWN, ""
        if kept.get("fate") in {AdviceFate.FIXED, AdviceFate.DISMISSED}:
            yield clause, kept["fate"], kept.get("reason", "")


def _count(unit_id: int | None, outcomes: Collection[Outcome], *, now: datetime) -> None:
    month = timezone.localdate(now).replace(day=1)
    # In one order always: two mails at once must not wait for each other's rows.
    for clause, fate, reason in sorted(outcomes):
        _add(month, unit_id, clause=clause, fate=fate, reason=reason)


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
