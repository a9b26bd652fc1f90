"""What is done to an entry that stands: corrected openly, marked, voided. Nothing is ever removed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.actions.deciding import due_from
from kommunpost.apps.register.actions.registering import mark_rows
from kommunpost.apps.register.actions.steps import note_step, take_step
from kommunpost.apps.register.actions.words import index_entry
from kommunpost.apps.register.kinds import RemovalState
from kommunpost.apps.register.models import EntryRecord, EntryRevision, Record, RegisterEntry, Removal, SecrecyMarking
from kommunpost.apps.register.queries.scope import diary_scope, record_scope, sees_inside
from kommunpost.apps.register.rules.entries import EntryFacts, check_entry
from kommunpost.apps.register.rules.states import RegisterRefused, Step
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.swedish.working_days import local_day

STANDS_FOR_THE_MAIL = (RemovalState.REMOVING, RemovalState.DONE)
CORRECTABLE = (
    "direction", "dated_at", "counterpart", "title", "public_title", "public_counterpart", "document_type",
    "handler_id", "secrecy",
)  # fmt: skip


def correct_entry(
    *,
    actor: Actor,
    entry_id: int,
    seen_version: int,
    facts: EntryFacts,
    provisions: Sequence[str],
    reason: str,
    now: datetime,
) -> int:
    """Write the entry anew; how it stood, who changed it and why stay. The markings become those of ``provisions``.

    Returns the new version. Raises NotVisible, NotAllowed, and ``RegisterRefused``: ``reason_missing``,
    ``changed_meanwhile``, ``entry_voided``, ``nothing_changed``, those of ``check_entry``.
    """
    if not reason.strip():
        raise RegisterRefused("reason_missing")
    check_entry(facts, provisions=provisions, now=now)
    with transaction.atomic():
        entry = get_entry_to_change(actor, entry_id)
        before = _as_json(entry)
        values = _values(facts)
        borne = set(entry.markings.filter(removed_at__isnull=True).values_list("provision", flat=True))
        if all(getattr(entry, name) == value for name, value in values.items()) and borne == set(provisions):
            raise RegisterRefused("nothing_changed")
        _move_on(entry, seen_version, values)
        _keep_revision(entry, before, version=seen_version, reason=reason, actor=actor, now=now)
        _set_markings(entry, provisions, actor=actor, now=now)
        Record.objects.filter(entries__entry=entry, entries__let_go_at__isnull=True).update(secrecy=facts.secrecy)
        entry.refresh_from_db()
        index_entry(entry)
        _audit(RegisterVerb.ENTRY_CORRECTED, entry, actor, now)
    return seen_version + 1


def void_entry(*, actor: Actor, entry_id: int, seen_version: int, reason: str, now: datetime) -> None:
    """Say that the entry should not have been made. It stays in the diary, struck out; its mail waits anew.

    Raises as ``correct_entry``, and ``entry_stands_for_removed``: it is all that is left of a mail (ADR 0053).
    """
    if not reason.strip():
        raise RegisterRefused("reason_missing")
    with transaction.atomic():
        entry = get_entry_to_change(actor, entry_id)
        if Removal.objects.filter(entry=entry, state__in=STANDS_FOR_THE_MAIL).exists():
            raise RegisterRefused("entry_stands_for_removed")
        before = _as_json(entry)
        _move_on(entry, seen_version, {"voided_at": now})
        _keep_revision(entry, before, version=seen_version, reason=reason, actor=actor, now=now)
        links = EntryRecord.objects.filter(entry=entry, let_go_at__isnull=True)
        for link in links.select_related("record"):
            take_step(record=link.record, step=Step.REOPEN, by=actor, now=now, due_on=due_from(now))
            note_step(record=link.record, step=Step.REOPEN, by=actor, now=now, details={"entry": entry.pk})
        links.update(let_go_at=now)
        _audit(RegisterVerb.ENTRY_VOIDED, entry, actor, now)


def get_entry_to_change(actor: Actor, entry_id: int) -> RegisterEntry:
    """The entry, for whoever may both see it from within and decide in its committee. Raises NotVisible, NotAllowed."""
    entry = RegisterEntry.objects.select_related("committee").filter(pk=entry_id).first()
    if entry is None or not sees_inside(diary_scope(actor), entry):
        raise NotVisible
    check_may(actor, Permission.REGISTER_DECIDE)
    if not record_scope(actor).holds(entry.committee_id):
        raise NotVisible
    if entry.voided_at is not None:
        raise RegisterRefused("entry_voided")
    return entry


def _values(facts: EntryFacts) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(facts, name) for name in CORRECTABLE}
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()} | {
        "dated_on": local_day(facts.dated_at)
    }


def _move_on(entry: RegisterEntry, seen_version: int, values: dict[str, object]) -> None:
    changed = RegisterEntry.objects.filter(pk=entry.pk, version=seen_version, voided_at__isnull=True).update(
        **values, version=seen_version + 1
    )
    if not changed:
        raise RegisterRefused("changed_meanwhile")


def _as_json(entry: RegisterEntry) -> dict[str, object]:
    values = {name: getattr(entry, name) for name in CORRECTABLE}
    provisions = entry.markings.filter(removed_at__isnull=True).order_by("provision")
    return {
        **values,
        "dated_at": entry.dated_at.isoformat(),
        "provisions": list(provisions.values_list("provision", flat=True)),
    }


def _keep_revision(
    entry: RegisterEntry, before: dict[str, object], *, version: int, reason: str, actor: Actor, now: datetime
) -> None:
    EntryRevision.objects.create(
        entry=entry, version=version, before=before, reason=reason.strip()[:300], at=now, by_id=actor.account_id
    )


def _set_markings(entry: RegisterEntry, provisions: Sequence[str], *, actor: Actor, now: datetime) -> None:
    gone = SecrecyMarking.objects.filter(entry=entry, removed_at__isnull=True).exclude(provision__in=provisions)
    if gone.update(removed_at=now):
        _audit(RegisterVerb.ENTRY_UNMARKED, entry, actor, now)
    had = entry.markings.filter(removed_at__isnull=True).count()
    mark_rows(actor=actor, entry=entry, provisions=provisions, authority=entry.committee.name, now=now)
    if entry.markings.filter(removed_at__isnull=True).count() > had:
        _audit(RegisterVerb.ENTRY_MARKED, entry, actor, now)


def _audit(verb: RegisterVerb, entry: RegisterEntry, actor: Actor, now: datetime) -> None:
    audit(
        actor=actor.reference, verb=verb, subject=f"entry:{entry.pk}", details={"committee": entry.committee_id}, at=now
    )
