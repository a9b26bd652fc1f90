"""Removals of mail that may be secret: the list, one of them with all that is known, and what to tell the sender."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise

from kommunpost.apps.audit.actions import record_read
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.models import ConnectionKind, Message, RemoteRemoval
from kommunpost.apps.mailflow.places import Place
from kommunpost.apps.maillog.queries.withheld import withheld_subjects
from kommunpost.apps.register.actions.removing.ordering import get_removal
from kommunpost.apps.register.files import MailFile, files_of_message
from kommunpost.apps.register.kinds import RemovalState, StepState
from kommunpost.apps.register.models import EntryFile, EntryRecord, Removal, RemovalStep
from kommunpost.apps.register.queries.scope import record_scope, records_in
from kommunpost.apps.register.rules.removing import answer_text
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.apps.register.wording import HAND_TEXTS, REFERENCE_TEXTS
from kommunpost.core.guidelines import load_profile
from kommunpost.core.mail import shown_sender, upright

PAGE = 100


@dataclass(frozen=True, slots=True)
class RemovalRow:
    """A removal in the list. Without subject or sender: the list says that there is something, not what."""

    id: int
    state: str
    state_words: str
    committee: str
    designation: str
    began_at: datetime
    done_at: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One place in the protocol. ``what``: references in words; ``left``: what a person chose to leave."""

    id: int
    turn: int
    title: str | Promise
    state: str
    state_words: str
    what: tuple[str, ...]
    digests: tuple[str, ...]
    left: tuple[str, ...]
    shows: tuple[str, ...]
    removed_at: datetime | None
    proven_at: datetime | None
    settled_by: str
    trouble: str
    trouble_words: str | Promise
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Other:
    """Another mail of the same thread: it may quote this one, and is a record of its own."""

    record_id: int
    sender: str
    subject: str
    at: datetime
    removal_id: int | None


@dataclass(frozen=True, slots=True)
class RemovalPage:
    """Everything that is known of a removal. ``subject``, ``files`` and ``sender`` while the mail is there.

    ``in_exchange``: mailboxes where Exchange itself keeps what was removed for a while.
    """

    id: int
    record_id: int
    message_id: int
    state: str
    state_words: str
    record_state: str
    committee: str
    subject: str
    sender: str
    sender_address: str
    files: Sequence[MailFile]
    entry_id: int | None
    designation: str
    entry_title: str
    header: str
    raw_digest: str
    raw_size: int
    print_digest: str
    decision: str
    began_at: datetime
    began_by: str
    printed_at: datetime | None
    printed_by: str
    registered_at: datetime | None
    ordered_at: datetime | None
    ordered_by: str
    done_at: datetime | None
    backups_until: date | None
    next_try_at: datetime | None
    trouble: str
    steps: tuple[StepLine, ...]
    others: tuple[Other, ...]
    log_subjects: tuple[str, ...]
    in_exchange: tuple[str, ...]

    @property
    def is_gone(self) -> bool:
        """Whether some or all of the mail has been taken away."""
        return self.state in {RemovalState.REMOVING, RemovalState.DONE}


def list_removals(actor: Actor) -> list[RemovalRow]:
    """Those that the actor may see, newest first. Two queries."""
    check_may(actor, Permission.REGISTER_REMOVE)
    rows = Removal.objects.filter(record__in=records_in(record_scope(actor)))
    rows = rows.select_related("record__committee", "entry").order_by("-began_at", "-pk")[:PAGE]
    return [
        RemovalRow(
            id=one.pk, state=one.state, state_words=one.get_state_display(),
            committee=one.record.committee.name if one.record.committee else "",
            designation=one.entry.designation if one.entry else "", began_at=one.began_at, done_at=one.done_at,
            trouble=one.trouble,
        )
        for one in rows
    ]  # fmt: skip


def count_open(actor: Actor) -> int:
    """Removals that somebody has begun and not finished."""
    open_states = [RemovalState.BEGUN, RemovalState.PRINTED, RemovalState.REGISTERED, RemovalState.REMOVING]
    return Removal.objects.filter(record__in=records_in(record_scope(actor)), state__in=open_states).count()


def removal_page(actor: Actor, removal_id: int, *, places: Sequence[Place], now: datetime) -> RemovalPage:
    """One removal; that it was read is noted in the trail. Raises NotAllowed, NotVisible."""
    removal = get_removal(actor, removal_id)
    record_read(actor=actor.reference, verb=RegisterVerb.REMOVAL_READ, subject=f"removal:{removal.pk}", at=now)
    message, is_gone = removal.message, removal.state in {RemovalState.REMOVING, RemovalState.DONE}
    link = EntryRecord.objects.filter(record=removal.record, let_go_at__isnull=True).select_related("entry").first()
    entry = removal.entry or (link.entry if link else None)
    names = _names(removal)
    return RemovalPage(
        id=removal.pk, record_id=removal.record_id, message_id=message.pk, state=removal.state,
        state_words=removal.get_state_display(), record_state=removal.record.state,
        committee=removal.record.committee.name if removal.record.committee else "", subject=upright(message.subject),
        sender=shown_sender(message.sender_name, message.sender_address), sender_address=message.sender_address,
        files=_files_kept(removal) if is_gone else files_of_message(message),
        entry_id=entry.pk if entry else None, designation=entry.designation if entry else "",
        entry_title=entry.title if entry else "", header=removal.header, raw_digest=removal.raw_digest,
        raw_size=removal.raw_size, print_digest=removal.print_digest, decision=removal.decision,
        began_at=removal.began_at, began_by=names[0], printed_at=removal.printed_at, printed_by=names[1],
        registered_at=removal.registered_at, ordered_at=removal.ordered_at, ordered_by=names[2],
        done_at=removal.done_at, backups_until=removal.backups_until, next_try_at=removal.next_try_at,
        trouble=removal.trouble, steps=tuple(_steps(removal, places)), others=tuple(_others(actor, message)),
        log_subjects=tuple(upright(one) for one in withheld_subjects(message.pk)) if is_gone else (),
        in_exchange=tuple(
            RemoteRemoval.objects.filter(message=message, kind=ConnectionKind.GRAPH, finds__removed_at__isnull=False)
            .order_by("mailbox__address").values_list("mailbox__address", flat=True).distinct()
        ),
    )  # fmt: skip


def answer_for(actor: Actor, removal_id: int) -> str:
    """What to tell the sender, ready to send. Raises NotAllowed, NotVisible."""
    removal = get_removal(actor, removal_id)
    profile = load_profile(settings.PROFILE)
    return answer_text(
        municipality=profile.municipality.name, designation=removal.entry.designation if removal.entry else "–",
        safe_channels=profile.secrecy.safe_channels, switchboard=profile.municipality.switchboard,
    )  # fmt: skip


def removal_of_message(message_id: int) -> Removal | None:
    """The removal that a message is under, if any."""
    return Removal.objects.filter(message_id=message_id).exclude(state=RemovalState.BROKEN_OFF).first()


def last_decision() -> str:
    """The decision that was named the last time: most removals rest on the same one."""
    found = Removal.objects.exclude(decision="").order_by("-ordered_at").values_list("decision", flat=True).first()
    return found or ""


def _names(removal: Removal) -> tuple[str, str, str]:
    people = (removal.began_by, removal.printed_by, removal.ordered_by)
    began, printed, ordered = (one.person.name if one else "" for one in people)
    return began, printed, ordered


def _files_kept(removal: Removal) -> list[MailFile]:
    """What the register keeps account of: kind, size and digest, by number."""
    rows = EntryFile.objects.filter(entry_id=removal.entry_id, message_id=removal.message_id).order_by("place")
    return [MailFile(one.place, one.name, one.media_type, one.size, one.digest) for one in rows]


def _steps(removal: Removal, places: Sequence[Place]) -> list[StepLine]:
    titles = {place.code: place.title for place in places}
    rows = removal.steps.select_related("settled_by__person")
    remote = _remote(removal)
    return [_step(one, titles, remote) for one in rows]


def _remote(removal: Removal) -> dict[str, str]:
    """Of each mailbox that we reach: its address, and how many copies were in which folders."""
    found: dict[str, str] = {}
    rows = RemoteRemoval.objects.filter(message_id=removal.message_id).select_related("mailbox")
    for one in rows.prefetch_related("finds"):
        folders = Counter(find.folder for find in one.finds.all())
        told = ", ".join(f"{folder} {number}" for folder, number in sorted(folders.items()))
        found[f"remote_mailbox:{one.mailbox_id}"] = f"{one.mailbox.address} ({told})" if told else one.mailbox.address
    return found


def _step(step: RemovalStep, titles: Mapping[str, str | Promise], remote: Mapping[str, str]) -> StepLine:
    references = tuple(str(one["reference"]) for one in step.found)
    return StepLine(
        id=step.pk, turn=step.turn, title=titles.get(step.place, step.place), state=step.state,
        state_words=step.get_state_display(), what=_in_words(references, remote),
        digests=tuple(str(one["digest"]) for one in step.found if one["digest"]),
        left=_in_words(tuple(map(str, step.left)), remote),
        shows=tuple(str(one["shows"]) for one in step.found if one.get("shows")), removed_at=step.removed_at,
        proven_at=step.proven_at, settled_by=step.settled_by.person.name if step.settled_by else "",
        trouble=step.trouble, trouble_words=HAND_TEXTS.get(step.trouble, HAND_TEXTS[""]),
        by_hand=step.state == StepState.BY_HAND,
    )  # fmt: skip


def _in_words(references: Sequence[str], remote: Mapping[str, str]) -> tuple[str, ...]:
    """Mailboxes by their address; all else by kind and how many, which with digests is all that a reader needs."""
    boxes = [one for one in references if one.startswith(("mailbox:", "remote_mailbox:"))]
    ids = [int(one.rpartition(":")[2]) for one in boxes if one not in remote]
    addresses = Mailbox.objects.filter(pk__in=ids).order_by("address").values_list("address", flat=True)
    looked_in = (remote[one] for one in boxes if one in remote)
    kinds = Counter(one.partition(":")[0] for one in references if one not in boxes)
    return (
        *looked_in,
        *addresses,
        *(f"{REFERENCE_TEXTS.get(kind, kind)} ({number})" for kind, number in kinds.items()),
    )


def _others(actor: Actor, message: Message) -> list[Other]:
    if not message.thread:
        return []
    rows = records_in(record_scope(actor)).filter(~Q(message=message), message__thread=message.thread)
    begun = dict(
        Removal.objects.filter(message__thread=message.thread)
        .exclude(state=RemovalState.BROKEN_OFF)
        .values_list("message_id", "pk")
    )
    return [
        Other(
            one.pk, shown_sender(one.message.sender_name, one.message.sender_address), upright(one.message.subject),
            one.at, begun.get(one.message_id),
        )
        for one in rows.select_related("message").order_by("at", "pk")[:PAGE]
    ]  # fmt: skip
