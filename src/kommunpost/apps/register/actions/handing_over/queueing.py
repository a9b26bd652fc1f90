"""What is registered waits to be handed over from the same moment: in the transaction that writes the entry."""

from collections.abc import Mapping
from datetime import datetime

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.register.connectors.contents import freeze
from kommunpost.apps.register.kinds import HandoverState, Secrecy, SystemKind
from kommunpost.apps.register.models import CaseSystem, Handover, RegisterEntry
from kommunpost.apps.register.verbs import HANDING_OVER, RegisterVerb


def queue_handover(*, entry: RegisterEntry, now: datetime) -> None:
    """Let the entry wait for the committee's case system, if it has one. Inside the caller's transaction."""
    system = CaseSystem.objects.filter(committee_id=entry.committee_id).exclude(kind=SystemKind.DIARY).first()
    if system is None:
        return
    handover = Handover(
        entry=entry, system=system, kind=system.kind, data=freeze(entry.pk), entry_version=entry.version, made_at=now,
        changed_at=now, next_try_at=now,
    )  # fmt: skip
    if not may_go_by(system, entry):
        handover.state, handover.trouble, handover.next_try_at = HandoverState.DEAD, "secret_by_mail", None
    handover.save(force_insert=True)
    note(RegisterVerb.HANDOVER_QUEUED, handover, by=HANDING_OVER, now=now)


def may_go_by(system: CaseSystem, entry: RegisterEntry) -> bool:
    """Whether the entry may go that way: what is marked, or stands in a marked case, never goes by ordinary mail
    (clause ``no-secrecy-in-mail``).
    """
    if system.kind != SystemKind.MAIL or system.is_protected:
        return True
    marked = {entry.secrecy, entry.case.secrecy if entry.case else Secrecy.NONE}
    return marked <= {Secrecy.NONE}


def note(
    verb: RegisterVerb, handover: Handover, *, by: str, now: datetime, details: Mapping[str, JSON] | None = None
) -> None:
    """The audit event of a handover: ids and codes alone."""
    audit(
        actor=by, verb=verb, subject=f"handover:{handover.pk}", details={"entry": handover.entry_id, **(details or {})},
        at=now,
    )  # fmt: skip
