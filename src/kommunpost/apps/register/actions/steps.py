"""One step of a record: guarded, noted for those who come after, and audited. Every other action is made of these."""

from datetime import datetime

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.register.kinds import RecordState
from kommunpost.apps.register.models import Judgement, Record, RecordDecision
from kommunpost.apps.register.rules.states import RegisterRefused, Step, after
from kommunpost.apps.register.verbs import SYSTEM, RegisterVerb

STEP_VERBS = {
    Step.REGISTER: RegisterVerb.RECORD_REGISTERED,
    Step.ORDER: RegisterVerb.RECORD_ORDERED,
    Step.EXEMPT: RegisterVerb.RECORD_EXEMPTED,
    Step.DECIDE_NOT: RegisterVerb.RECORD_DECIDED_NOT,
    Step.REOPEN: RegisterVerb.RECORD_REOPENED,
    Step.BECOME_PUBLIC: RegisterVerb.RECORD_BECAME_PUBLIC,
}
_EMPTIED = {"ground": "", "exemption": "", "reference": "", "collection_id": None}


def take_step(*, record: Record, step: Step, by: Actor | None, now: datetime, **fields: object) -> None:
    """Move ``record`` on from the state that it was read in. ``by`` None: the law itself decides.

    Raises ``RegisterRefused``: ``not_from_this_state``; ``changed_meanwhile`` when somebody was faster.
    """
    state = after(RecordState(record.state), step)
    account_id = by.account_id if by else None
    changed = Record.objects.filter(pk=record.pk, state=record.state).update(
        **{**_EMPTIED, "state": state, "decided_at": now, "decided_by_id": account_id, **fields}
    )
    if not changed:
        raise RegisterRefused("changed_meanwhile")


def note_step(
    *, record: Record, step: Step, by: Actor | None, now: datetime, details: dict[str, JSON] | None = None
) -> None:
    """The audit event of a step."""
    audit(
        actor=by.reference if by else SYSTEM,
        verb=STEP_VERBS[step],
        subject=f"record:{record.pk}",
        details={"message": record.message_id, "committee": record.committee_id, **(details or {})},
        at=now,
    )


def remember(
    *, record: Record, question: str, chosen: str, by: Actor | None, now: datetime, reason: str = "",
    provision: str = "",
) -> None:  # fmt: skip
    """What was decided beside what had been suggested: the next model learns from the pairs."""
    judged = Judgement.objects.filter(message_id=record.message_id).first()
    RecordDecision.objects.create(
        record=record, question=question, suggested=str((judged.values if judged else {}).get(_KEYS[question], "")),
        chosen=chosen, reason=reason, provision=provision, model=judged.model if judged else "", at=now,
        by=Account(pk=by.account_id) if by else None,
    )  # fmt: skip


_KEYS = {"status": "record_ground", "registration": "registration", "secrecy": "secrecy", "unit": "unit"}
