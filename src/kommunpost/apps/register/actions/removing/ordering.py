"""What a person does: begin, say that the printout is in the file, point at the entry, order the removal."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.places import How, Lying, Place
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.mailflow.removing import read_whole
from kommunpost.apps.register.actions.removing.safety import check_safe
from kommunpost.apps.register.kinds import RemovalState, Secrecy, StepState
from kommunpost.apps.register.models import EntryRecord, RegisterEntry, Removal, RemovalStep
from kommunpost.apps.register.queries.scope import get_visible_record
from kommunpost.apps.register.rules.removing import check_removal, kept_header
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.mail.shared_words import Traces

LONGEST_DECISION = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What a place holds of the mail."""

    place: Place
    lying: tuple[Lying, ...]


def begin(*, actor: Actor, record_id: int, now: datetime) -> int:
    """Begin with a record that the actor may decide on; the removal's id, an earlier one's if it was begun already.

    Raises NotAllowed, NotVisible, ``RegisterRefused`` (``mail_gone``): without its bytes there is nothing to print.
    """
    check_may(actor, Permission.REGISTER_REMOVE)
    record = get_visible_record(actor, record_id)
    message = record.message
    with transaction.atomic():
        begun = Removal.objects.filter(message=message).exclude(state=RemovalState.BROKEN_OFF).first()
        if begun is not None:
            return int(begun.pk)
        if not store().exists(message.blob_id):
            raise RegisterRefused("mail_gone")
        removal = Removal.objects.create(
            message=message, record=record, raw_digest=message.blob_id, raw_size=message.size, began_at=now,
            began_by_id=actor.account_id,
        )  # fmt: skip
        note(RegisterVerb.REMOVAL_BEGUN, removal, actor, now)
    return int(removal.pk)


def note_print(*, actor: Actor, removal_id: int, digest: str, size: int, now: datetime) -> None:
    """A printout was made, and handed to the actor: its digest is kept, itself not."""
    with transaction.atomic():
        removal = get_removal(actor, removal_id)
        if removal.state not in {RemovalState.BEGUN, RemovalState.PRINTED, RemovalState.REGISTERED}:
            raise RegisterRefused("removal_not_from_here")
        Removal.objects.filter(pk=removal.pk).update(print_digest=digest, print_size=size)
        note(RegisterVerb.REMOVAL_PRINT_MADE, removal, actor, now, digest=digest)


def confirm_printed(*, actor: Actor, removal_id: int, now: datetime) -> None:
    """The printout and every attachment lie on paper in the file, and can be read. Raises ``not_printed``."""
    with transaction.atomic():
        removal = get_removal(actor, removal_id)
        if not removal.print_digest:
            raise RegisterRefused("not_printed")
        _move(removal, RemovalState.PRINTED, printed_at=now, printed_by_id=actor.account_id)
        note(RegisterVerb.REMOVAL_PRINTED, removal, actor, now)


def link_entry(*, actor: Actor, removal_id: int, now: datetime) -> None:
    """Take the register entry that holds the mail as the one that stays, and keep the mail's header with it.

    Raises ``RegisterRefused``: ``not_registered``, ``entry_unmarked`` (no secrecy is noted), ``entry_shows_subject``
    (what the entry or its case is called says what the mail said), ``mail_gone``.
    """
    with transaction.atomic():
        removal = get_removal(actor, removal_id)
        link = EntryRecord.objects.filter(record=removal.record, let_go_at__isnull=True).select_related("entry__case")
        entry = next((one.entry for one in link), None)
        if entry is None or entry.voided_at is not None:
            raise RegisterRefused("not_registered")
        if entry.secrecy == Secrecy.NONE:
            raise RegisterRefused("entry_unmarked")
        _check_titles(removal, entry)
        try:
            header = kept_header(store().get(removal.raw_digest))
        except BlobError:
            raise RegisterRefused("mail_gone") from None
        _move(removal, RemovalState.REGISTERED, entry=entry, registered_at=now, header=header or "-")
        note(RegisterVerb.REMOVAL_REGISTERED, removal, actor, now, entry=entry.pk)


def find_everywhere(*, actor: Actor, removal_id: int, places: Iterable[Place]) -> list[Found]:
    """What lies where just now: what is about to be ordered away, for a person to look through."""
    removal = get_removal(actor, removal_id)
    return [Found(place, tuple(place.find(removal.message_id))) for place in places]


def order(
    *, actor: Actor, removal_id: int, decision: str, chosen: Collection[str], places: Sequence[Place], now: datetime
) -> None:
    """Order the removal. From here on the worker carries it out, and nobody can call it back.

    ``decision``: the municipality's own, that lets the mail go when it is on paper. ``chosen``: references of what a
    person wants gone too; the rest of what looked alike is written down as left. Raises ``RegisterRefused``:
    ``decision_missing``, and those of ``check_safe``.
    """
    if not decision.strip():
        raise RegisterRefused("decision_missing")
    removal = get_removal(actor, removal_id)
    check_safe(removal)
    found = find_everywhere(actor=actor, removal_id=removal_id, places=places)
    with transaction.atomic():
        _move(
            removal, RemovalState.REMOVING, decision=decision.strip()[:LONGEST_DECISION], ordered_at=now,
            ordered_by_id=actor.account_id, next_try_at=now, tries=0, trouble="",
        )  # fmt: skip
        write_steps(removal, found, chosen=chosen, turn=1)
        note(RegisterVerb.REMOVAL_ORDERED, removal, actor, now, entry=removal.entry_id)


def settle_by_hand(*, actor: Actor, removal_id: int, step_id: int, now: datetime) -> None:
    """A person says that what we do not reach has been removed."""
    with transaction.atomic():
        removal = get_removal(actor, removal_id)
        waiting = RemovalStep.objects.filter(pk=step_id, removal=removal, state=StepState.BY_HAND)
        step = waiting.first()
        if step is None:
            raise RegisterRefused("removal_not_from_here")
        found = [{"reference": one["reference"], "digest": one["digest"]} for one in step.found]
        if not waiting.update(state=StepState.REMOVED, removed_at=now, settled_by_id=actor.account_id, found=found):
            raise RegisterRefused("changed_meanwhile")
        Removal.objects.filter(pk=removal.pk, state=RemovalState.REMOVING).update(next_try_at=now)
        note(RegisterVerb.REMOVAL_SETTLED, removal, actor, now, step=step_id)


def break_off(*, actor: Actor, removal_id: int, now: datetime) -> None:
    """It was not secret after all, or will be dealt with otherwise. Nothing has been removed yet."""
    with transaction.atomic():
        removal = get_removal(actor, removal_id)
        _move(removal, RemovalState.BROKEN_OFF)
        note(RegisterVerb.REMOVAL_BROKEN_OFF, removal, actor, now)


def get_removal(actor: Actor, removal_id: int) -> Removal:
    """The one door: for whoever may remove, and decides on its record. Raises NotAllowed, NotVisible."""
    check_may(actor, Permission.REGISTER_REMOVE)
    found = Removal.objects.select_related("record", "message", "entry").filter(pk=removal_id).first()
    if found is None:
        raise NotVisible
    get_visible_record(actor, found.record_id)
    return found


def write_steps(removal: Removal, found: Iterable[Found], *, chosen: Collection[str], turn: int) -> None:
    """What was found, place by place, before anything is taken: what is to be done by hand stands in a step apart."""
    rows: list[RemovalStep] = []
    for one in found:
        by_hand = [lying for lying in one.lying if lying.how is How.BY_HAND]
        ours = [
            lying
            for lying in one.lying
            if lying.how is How.ALWAYS or (lying.how is How.CHOSEN and lying.reference in chosen)
        ]
        left = [lying.reference for lying in one.lying if lying not in ours and lying.how is How.CHOSEN]
        # A place where nothing was found is proven too: that it was looked at belongs in the protocol.
        if ours or left or not by_hand:
            rows.append(_step(removal, one.place, ours, StepState.PLANNED, number=len(rows), turn=turn, left=left))
        if by_hand:
            rows.append(_step(removal, one.place, by_hand, StepState.BY_HAND, number=len(rows), turn=turn))
    RemovalStep.objects.bulk_create(rows)


def _step(
    removal: Removal, place: Place, lying: Iterable[Lying], state: StepState, *, number: int, turn: int,
    left: Sequence[str] = (),
) -> RemovalStep:  # fmt: skip
    # What a person must do by hand they must be able to find; the words go when it is done.
    found = [
        {"reference": one.reference, "digest": one.digest}
        | ({"shows": one.shows} if state == StepState.BY_HAND else {})
        for one in lying
    ]
    return RemovalStep(
        removal=removal, turn=turn, number=number, place=place.code, state=state, found=found, left=list(left)
    )


def _check_titles(removal: Removal, entry: RegisterEntry) -> None:
    mail = read_whole(removal.message_id)
    if mail is None:
        raise RegisterRefused("mail_gone")
    texts = [entry.title, entry.public_title]
    if entry.case is not None:
        texts += [entry.case.title, entry.case.public_title]
    if Traces(mail).in_text(*texts):
        raise RegisterRefused("entry_shows_subject")


def _move(removal: Removal, wanted: RemovalState, **fields: object) -> None:
    check_removal(RemovalState(removal.state), wanted)
    changed = Removal.objects.filter(pk=removal.pk, state=removal.state).update(state=wanted, **fields)
    if not changed:
        raise RegisterRefused("changed_meanwhile")


def note(verb: RegisterVerb, removal: Removal, actor: Actor, now: datetime, **details: JSON) -> None:
    """The audit event of a person's step: ids, digests and codes alone."""
    audit(
        actor=actor.reference, verb=verb, subject=f"removal:{removal.pk}",
        details={"message": removal.message_id, **details}, at=now,
    )  # fmt: skip
