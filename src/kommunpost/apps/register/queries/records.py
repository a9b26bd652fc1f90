"""One record as the one who decides sees it: the mail, its status with paragraph and reason, and the form filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.models import Delivery, Direction
from kommunpost.apps.mailflow.queries import NotVisible, readable_mailbox_ids
from kommunpost.apps.mailflow.reading import Part, open_message, parts_of
from kommunpost.apps.register.actions.registering import NewEntry
from kommunpost.apps.register.actions.taking import CALENDAR
from kommunpost.apps.register.files import MailFile, files_of_message, read_mail
from kommunpost.apps.register.kinds import EntryDirection, QuestionState, RecordState, RemovalState
from kommunpost.apps.register.models import Collection, EntryRecord, Guidance, Judgement, Record, Removal
from kommunpost.apps.register.queries.cases import CaseRow, suggest_cases
from kommunpost.apps.register.queries.scope import get_visible_record, record_scope, records_in
from kommunpost.apps.register.rules.deadlines import Clock, clock
from kommunpost.apps.register.rules.entries import EntryFacts
from kommunpost.apps.register.rules.facts import facts_of
from kommunpost.apps.register.rules.guidance import fits, key_words
from kommunpost.apps.register.rules.prefill import (
    NEUTRAL,
    document_type,
    neutral_brief,
    public_counterpart,
    public_title,
)
from kommunpost.apps.register.rules.status import RecordStatus, record_status
from kommunpost.core.mail import ParsedMail, shown_sender, upright

MOST_SIBLINGS = 20
MOST_GUIDANCE = 300


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the machine thinks: values as ``kommunpost judge`` writes them, how sure in percent, and why in Swedish."""

    record: str
    ground: str
    registration: str
    secrecy: str
    provisions: tuple[str, ...]
    confidence: int
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefill:
    """The form as it is filled in. Every field may be changed."""

    direction: str
    dated_at: datetime
    counterpart: str
    title: str
    public_title: str
    public_counterpart: str
    document_type: str
    secrecy: str
    provisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another record of the same thread, at the same authority, that waits too."""

    id: int
    sender: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Twin:
    """The same mail in another mailbox."""

    mailbox: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Advice:
    """Guidance made of an earlier answer."""

    id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The reader's own latest question about this record."""

    id: int
    text: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything for the screen of registration."""

    id: int
    message_id: int
    mailbox_id: int | None
    mailbox: str
    committee_id: int | None
    committee: str
    state: str
    due_key: tuple[date, int]
    subject: str
    sender: str
    sender_address: str
    at: datetime
    clock: Clock
    status: RecordStatus
    suggested: Suggested | None
    prefill: Prefill
    parts: Sequence[Part]
    files: Sequence[MailFile]
    siblings: Sequence[Sibling]
    twins: Sequence[Twin]
    cases: Sequence[CaseRow]
    guidance: Sequence[Advice]
    collections: Sequence[tuple[int, str]]
    asked: Asked | None
    delivery_id: int


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The record of a message, in a line: for the page of a mail and for other offices."""

    record_id: int
    committee: str
    state: str
    state_words: str
    ground_words: str
    status: RecordStatus
    clock: Clock
    entry_id: int | None
    designation: str
    suggested: Suggested | None
    may_decide: bool
    removal_id: int | None = None


def record_page(actor: Actor, record_id: int, *, now: datetime) -> RecordPage:
    """The screen of a record; that the mail was read is noted in the trail. Raises NotVisible."""
    record = get_visible_record(actor, record_id)
    message = record.message
    suggested = suggestion_of(message.pk)
    delivery = _delivery_for(actor, record)
    mail = open_message(actor, mailbox_id=delivery.mailbox_id, delivery_id=delivery.pk, now=now).mail
    text = mail.text if mail else ""
    siblings = _siblings(actor, record)
    return RecordPage(
        id=record.pk, message_id=message.pk, mailbox_id=record.mailbox_id,
        mailbox=record.mailbox.address if record.mailbox else "", committee_id=record.committee_id,
        committee=record.committee.name if record.committee else "", state=record.state,
        due_key=(record.due_on, record.pk), subject=upright(message.subject),
        sender=shown_sender(message.sender_name, message.sender_address), sender_address=message.sender_address,
        at=record.at, clock=clock(record.due_on, now=now, calendar=CALENDAR),
        status=record_status(facts_of(record.origin)), suggested=suggested,
        prefill=prefill_for(record, mail, suggested), parts=parts_of(mail) if mail else (),
        files=files_of_message(message), siblings=siblings, twins=_twins(record),
        cases=suggest_cases(
            actor, record, text=f"{message.subject}\n{text}", thread_message_ids=_thread_ids(record),
        ),
        guidance=guidance_for(message.subject, text), collections=_collections(record), asked=_asked(actor, record),
        delivery_id=delivery.pk,
    )  # fmt: skip


def status_lines(actor: Actor, message_id: int, *, now: datetime) -> list[StatusLine]:
    """The message's record at each authority whose mail the actor may decide on. Four queries and three for each."""
    records = records_in(record_scope(actor)).filter(message_id=message_id).select_related("committee").order_by("pk")
    suggested = suggestion_of(message_id)
    return [_status_line(record, suggested, now=now) for record in records]


def suggestion_of(message_id: int) -> Suggested | None:
    """What the machine thinks of a message; None until it has been judged."""
    row = Judgement.objects.filter(message_id=message_id).first()
    if row is None:
        return None
    values = row.values
    return Suggested(
        record=str(values.get("record") or ""), ground=str(values.get("record_ground") or ""),
        registration=str(values.get("registration") or ""), secrecy=str(values.get("secrecy") or "none"),
        provisions=tuple(values.get("provisions", ())), confidence=int(row.confidence.get("registration", 0)),
        says=tuple(dict.fromkeys(reason["says"] for reason in row.reasons))[:4],
    )  # fmt: skip


def prefill_for(record: Record, mail: ParsedMail | None, suggested: Suggested | None) -> Prefill:
    """The form as it is filled in from the mail."""
    is_out = record.direction == Direction.OUT
    kind = document_type(record.message.subject)
    title = neutral_brief(upright(record.message.subject), kind=kind) or kind or NEUTRAL
    counterpart = _counterpart(record, mail, is_out=is_out)
    provisions = suggested.provisions if suggested and record.secrecy != "none" else ()
    return Prefill(
        direction=EntryDirection.OUT if is_out else EntryDirection.IN, dated_at=record.at, counterpart=counterpart,
        title=title, public_title=public_title(title=title, kind=kind, secrecy=record.secrecy),
        public_counterpart=public_counterpart(name=counterpart, secrecy=record.secrecy), document_type=kind,
        secrecy=record.secrecy, provisions=provisions,
    )  # fmt: skip


def guidance_for(subject: str, text: str) -> list[Advice]:
    """Guidance whose words the mail shares, best first, at most three. One query."""
    words = key_words(f"{subject}\n{text[:4000]}")
    rows = {row.pk: row for row in Guidance.objects.filter(is_active=True).order_by("-pk")[:MOST_GUIDANCE]}
    found = fits(words, [(pk, row.words) for pk, row in rows.items()])
    return [Advice(fit.guidance_id, rows[fit.guidance_id].title, rows[fit.guidance_id].text) for fit in found]


def _counterpart(record: Record, mail: ParsedMail | None, *, is_out: bool) -> str:
    if not is_out or mail is None:
        return shown_sender(record.message.sender_name, record.message.sender_address)
    names = [shown_sender(one.name, one.address) for one in mail.headers.to]
    return ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")  # noqa: PLR2004


def _delivery_for(actor: Actor, record: Record) -> Delivery:
    """A delivery of the record that the actor may open."""
    deliveries = Delivery.objects.filter(_at_same_authority("mailbox__unit__", record), message_id=record.message_id)
    readable = readable_mailbox_ids(actor)
    if readable is not None:
        deliveries = deliveries.filter(mailbox_id__in=readable)
    found = deliveries.order_by("pk").first()
    if found is None:
        raise NotVisible
    return found


def _at_same_authority(path: str, record: Record) -> Q:
    return Q(**{f"{path}committee_id": record.committee_id})


def _thread_ids(record: Record) -> list[int]:
    thread = record.message.thread
    if not thread:
        return [record.message_id]
    others = Record.objects.filter(_at_same_authority("", record), message__thread=thread)
    return list(others.values_list("message_id", flat=True)[:200])


def _siblings(actor: Actor, record: Record) -> list[Sibling]:
    if not record.message.thread:
        return []
    others = records_in(record_scope(actor)).filter(
        _at_same_authority("", record), message__thread=record.message.thread, state=RecordState.OPEN
    )
    rows = others.exclude(pk=record.pk).select_related("message").order_by("at", "pk")[:MOST_SIBLINGS]
    return [
        Sibling(
            one.pk, shown_sender(one.message.sender_name, one.message.sender_address), upright(one.message.subject),
            one.at,
        )
        for one in rows
    ]  # fmt: skip


def _twins(record: Record) -> list[Twin]:
    others = Delivery.objects.filter(
        _at_same_authority("mailbox__unit__", record), message_id=record.message_id, direction=Direction.IN
    ).exclude(Q(mailbox_id=record.mailbox_id))
    return [Twin(address, at) for address, at in others.order_by("at").values_list("mailbox__address", "at")]


def _collections(record: Record) -> list[tuple[int, str]]:
    found = Collection.objects.filter(_at_same_authority("", record), is_active=True).order_by("name")
    return list(found.values_list("pk", "name")) if record.secrecy == "none" else []


def _asked(actor: Actor, record: Record) -> Asked | None:
    mine = record.questions.filter(asked_by_id=actor.account_id).exclude(state=QuestionState.WITHDRAWN)
    found = mine.order_by("-pk").first()
    return Asked(found.pk, found.text, found.state, found.answer) if found else None


def _status_line(record: Record, suggested: Suggested | None, *, now: datetime) -> StatusLine:
    link = EntryRecord.objects.filter(record=record, let_go_at__isnull=True).select_related("entry").first()
    return StatusLine(
        record_id=record.pk, committee=record.committee.name if record.committee else "", state=record.state,
        state_words=record.get_state_display(),
        ground_words=record.get_ground_display() or record.get_exemption_display() or "",
        status=record_status(facts_of(record.origin)), clock=clock(record.due_on, now=now, calendar=CALENDAR),
        entry_id=link.entry_id if link else None, designation=link.entry.designation if link else "",
        suggested=suggested, may_decide=record.state != RecordState.REGISTERED,
        removal_id=_removal_of(record),
    )  # fmt: skip


def _removal_of(record: Record) -> int | None:
    standing = Removal.objects.filter(message_id=record.message_id).exclude(state=RemovalState.BROKEN_OFF)
    return standing.values_list("pk", flat=True).first()


def prefill_of_sibling(actor: Actor, record_id: int) -> NewEntry:
    """Another mail of the thread as an entry filled in from itself. Raises NotVisible."""
    record = get_visible_record(actor, record_id)
    filled = prefill_for(record, read_mail(record.message), suggestion_of(record.message_id))
    names = ("direction", "dated_at", "counterpart", "title", "public_title", "public_counterpart", "document_type")
    facts = EntryFacts(**{name: getattr(filled, name) for name in names}, secrecy=filled.secrecy)
    return NewEntry(record_ids=(record.pk,), facts=facts, provisions=filled.provisions)
