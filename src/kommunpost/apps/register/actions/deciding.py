"""What a person decides of a record without registering it: exempt, kept in order, not a record, back to the queue."""

from datetime import date, datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.register.actions.steps import note_step, remember, take_step
from kommunpost.apps.register.actions.taking import CALENDAR, working_days
from kommunpost.apps.register.kinds import CaseState, Exemption, Ground, RecordState, Secrecy
from kommunpost.apps.register.models import CaseFile, Collection, Record
from kommunpost.apps.register.queries.scope import case_condition, get_visible_record
from kommunpost.apps.register.rules.deadlines import due_day
from kommunpost.apps.register.rules.facts import facts_of, supposing
from kommunpost.apps.register.rules.states import RegisterRefused, Step
from kommunpost.apps.register.rules.status import record_status
from kommunpost.apps.register.verbs import RegisterVerb

NEEDS_REFERENCE = frozenset({Exemption.PERSONAL_FILE, Exemption.ALREADY_REGISTERED})
PROVISIONS = {
    Exemption.SMALL_IMPORTANCE: "OSL 5:1",
    Exemption.OTHER_AUTHORITY: "OSL 5:1",
    Exemption.PERSONAL_FILE: "OSL 5:3",
    Exemption.ALREADY_REGISTERED: "OSL 5:1",
}


def exempt(
    *, actor: Actor, record_id: int, exemption: str, reference: str = "", reason: str = "", now: datetime
) -> None:
    """A public record that need not be registered here, and why. It may not be disposed of for that.

    ``reference``: where it is instead, for a personal file and for what is registered already. Raises NotVisible, and
    ``RegisterRefused``: ``exemption_unknown``, ``reference_missing``, those of ``take_step``.
    """
    if exemption not in Exemption.values:
        raise RegisterRefused("exemption_unknown")
    if exemption in NEEDS_REFERENCE and not reference.strip():
        raise RegisterRefused("reference_missing")
    with transaction.atomic():
        record = get_visible_record(actor, record_id)
        take_step(
            record=record, step=Step.EXEMPT, by=actor, now=now, exemption=exemption, reference=reference.strip()[:80]
        )
        remember(
            record=record, question="registration", chosen="exempt", by=actor, now=now, reason=reason[:300],
            provision=PROVISIONS[Exemption(exemption)],
        )  # fmt: skip
        note_step(record=record, step=Step.EXEMPT, by=actor, now=now, details={"exemption": exemption})


def keep_in_order(*, actor: Actor, record_id: int, collection_id: int, now: datetime) -> None:
    """Put the record in a collection that is kept in order (OSL 5:1 third paragraph): never one that may be secret.

    Raises NotVisible, and ``RegisterRefused``: ``no_such_collection``, ``order_holds_no_secret``.
    """
    with transaction.atomic():
        record = get_visible_record(actor, record_id)
        collection = Collection.objects.filter(pk=collection_id, is_active=True).first()
        if collection is None or collection.committee_id != record.committee_id:
            raise RegisterRefused("no_such_collection")
        if record.secrecy != Secrecy.NONE:
            raise RegisterRefused("order_holds_no_secret")
        take_step(record=record, step=Step.ORDER, by=actor, now=now, collection_id=collection.pk)
        remember(
            record=record, question="registration", chosen="ordered", by=actor, now=now, provision="OSL 5:1",
        )  # fmt: skip
        note_step(record=record, step=Step.ORDER, by=actor, now=now, details={"collection": collection.pk})


def decide_not_record(
    *, actor: Actor, record_id: int, ground: str, reason: str = "", case_id: int | None = None, now: datetime
) -> None:
    """A person says that this is no public record, and why. What came from outside, or has left, is one whatever they
    say, but for what is private or belongs to a union or a party (TF 2:8).

    ``case_id``: the case that working material belongs to; its closing asks what becomes of it. Raises NotVisible, and
    ``RegisterRefused``: ``ground_unknown``, ``is_a_record_by_law``, ``not_looked_at_yet``, ``no_such_case``,
    ``case_closed``.
    """
    if ground not in Ground.values:
        raise RegisterRefused("ground_unknown")
    with transaction.atomic():
        record = get_visible_record(actor, record_id)
        answer = record_status(supposing(facts_of(record.origin), ground))
        if answer.missing:
            raise RegisterRefused("not_looked_at_yet")
        if answer.is_public:
            raise RegisterRefused("is_a_record_by_law")
        if case_id is not None:
            _check_case(actor, record, case_id, ground)
        take_step(record=record, step=Step.DECIDE_NOT, by=actor, now=now, ground=ground, case_id=case_id)
        remember(
            record=record, question="status", chosen=ground, by=actor, now=now, reason=reason[:300],
            provision=answer.provision,
        )  # fmt: skip
        note_step(record=record, step=Step.DECIDE_NOT, by=actor, now=now, details={"ground": ground})


def _check_case(actor: Actor, record: Record, case_id: int, ground: str) -> None:
    """An open case of the record's own committee that the actor sees: its closing will ask for the mail."""
    # Locked: it may not be closed meanwhile without asking.
    case = CaseFile.objects.select_for_update(of=("self",)).filter(case_condition(actor), pk=case_id).first()
    if case is None or case.committee_id != record.committee_id or ground != Ground.WORKING_MATERIAL:
        raise RegisterRefused("no_such_case")
    if case.state != CaseState.OPEN:
        raise RegisterRefused("case_closed")


def reopen(*, actor: Actor, record_id: int, reason: str = "", now: datetime) -> None:
    """Back to the queue. What is registered comes back by voiding its entry, not by this.

    Raises NotVisible, and ``RegisterRefused``: ``registered_goes_by_entry``.
    """
    with transaction.atomic():
        record = get_visible_record(actor, record_id)
        if record.state == RecordState.REGISTERED:
            raise RegisterRefused("registered_goes_by_entry")
        take_step(record=record, step=Step.REOPEN, by=actor, now=now, due_on=due_from(now), case_id=None)
        remember(record=record, question="registration", chosen="open", by=actor, now=now, reason=reason[:300])
        note_step(record=record, step=Step.REOPEN, by=actor, now=now)


def due_from(now: datetime) -> date:
    """The last day for what comes back to the queue now."""
    return due_day(now, working_days=working_days(), calendar=CALENDAR)


def settle_older(*, actor: Actor, before: datetime, reference: str, now: datetime) -> int:
    """What came before Kommunpost was taken into use is registered where it was then (``reference``): exempt all of it
    that waits and is older than ``before``. Returns how many. For whoever decides in every mailbox.

    Each can be taken back by itself. Raises NotAllowed, and ``RegisterRefused``: ``reference_missing``.
    """
    check_may(actor, Permission.REGISTER_DECIDE_ALL)
    if not reference.strip():
        raise RegisterRefused("reference_missing")
    with transaction.atomic():
        older = Record.objects.filter(state=RecordState.OPEN, at__lt=before)
        settled = older.update(
            state=RecordState.EXEMPT, exemption=Exemption.ALREADY_REGISTERED, reference=reference.strip()[:80],
            decided_at=now, decided_by_id=actor.account_id,
        )  # fmt: skip
        details: dict[str, JSON] = {"count": settled, "before": f"{before:%Y-%m-%d}"}
        audit(actor=actor.reference, verb=RegisterVerb.OLDER_SETTLED, details=details, at=now)
    return settled
