"""Entries of the diary: lists by key, searches by word, one with its history. Frozen: exporters build on these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from kommunpost.apps.audit.actions import record_read
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.kinds import Audience, Secrecy
from kommunpost.apps.register.models import CaseFile, EntryWord, Handover, RegisterEntry
from kommunpost.apps.register.queries.scope import Scope, case_condition, diary_scope, inside_condition
from kommunpost.apps.register.verbs import RegisterVerb
from kommunpost.core.swedish.search_words import tokens

PAGE = 50
MOST_WORDS = 6
FEW = 500


@dataclass(frozen=True, slots=True)
class Marking:
    """A secrecy marking (OSL 5:5). ``removed_at`` None while it stands."""

    provision: str
    marked_on: date
    authority: str
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of an entry; ``files.file_bytes(message, place)`` gives its bytes. ``digest``: SHA-256 in hex."""

    message_id: int
    place: int
    name: str
    media_type: str
    size: int
    digest: str
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """How the entry stood until ``at``; ``before`` has the fields by name, and ``provisions``."""

    version: int
    before: Mapping[str, object]
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """Where the entry lies beside this diary: the case system, and its number, empty until it has one."""

    handover_id: int
    system: str
    number: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything there is of an entry. ``year`` and ``number`` are None for one that only has a running number."""

    id: int
    designation: str
    committee_id: int
    committee_code: str
    committee_name: str
    year: int | None
    number: int | None
    case_id: int | None
    case_designation: str
    case_title: str
    running: int | None
    direction: str
    dated_at: datetime
    counterpart: str
    title: str
    public_title: str
    public_counterpart: str
    document_type: str
    handler_id: int | None
    handler: str
    secrecy: str
    markings: tuple[Marking, ...]
    registered_at: datetime
    registered_by: str
    voided_at: datetime | None
    version: int
    message_ids: tuple[int, ...]
    record_ids: tuple[int, ...]
    files: tuple[FileRow, ...]
    revisions: tuple[Revision, ...]
    foreign: Foreign | None

    @property
    def standing(self) -> tuple[Marking, ...]:
        """Markings that have not been taken off."""
        return tuple(one for one in self.markings if one.removed_at is None)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list. ``is_inside``: the reader sees it from within; otherwise title and counterpart are public."""

    id: int
    designation: str
    committee: str
    case_id: int | None
    case_designation: str
    direction: str
    dated_on: date
    counterpart: str
    title: str
    document_type: str
    secrecy: str
    is_voided: bool
    is_inside: bool
    foreign_number: str


@dataclass(frozen=True, slots=True)
class DiaryFilter:
    """What to look for. Days are inclusive; ``text`` is words that must all stand in the entry, the last may go on."""

    text: str = ""
    committee_id: int | None = None
    direction: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Rows, newest day first. ``older``: the cursor of the next page, empty on the last."""

    rows: tuple[EntryRow, ...]
    older: str


def search_entries(actor: Actor, *, wanted: DiaryFilter, before: str = "", limit: int = PAGE) -> EntryPage:
    """A page of the diary. What the actor does not see from within is found by its public words alone. Two queries,
    and two for each word."""
    scope = diary_scope(actor)
    entries = narrowed(RegisterEntry.objects.all(), wanted)
    if wanted.text:
        inside = inside_condition(scope)
        found = inside & with_words(wanted.text, Audience.INSIDE)
        if scope.committee_ids is not None:
            found |= with_words(wanted.text, Audience.PUBLIC)
        entries = entries.filter(found)
    entries = before_cursor(entries, before).select_related("committee", "case", "handover")[: limit + 1]
    found_rows = list(entries)
    inside_ids = _inside_ids(scope, found_rows)
    rows = tuple(_row(entry, is_inside=entry.pk in inside_ids) for entry in found_rows[:limit])
    return EntryPage(rows, cursor_of(found_rows[limit - 1]) if len(found_rows) > limit else "")


def get_entry(actor: Actor, entry_id: int, *, now: datetime) -> Entry:
    """One entry from within; reading one that is marked is noted in the trail. Raises NotVisible."""
    found = RegisterEntry.objects.filter(inside_condition(diary_scope(actor)), pk=entry_id)
    entry = next(iter(load_entries(found)), None)
    if entry is None:
        raise NotVisible
    if entry.case_id and not CaseFile.objects.filter(case_condition(actor), pk=entry.case_id).exists():
        public = CaseFile.objects.values_list("public_title", flat=True).get(pk=entry.case_id)
        entry = replace(entry, case_title=public)
    if entry.secrecy != Secrecy.NONE:
        record_read(
            actor=actor.reference, verb=RegisterVerb.ENTRY_READ, subject=f"entry:{entry.id}",
            details={"committee": entry.committee_id, "provisions": [one.provision for one in entry.standing]}, at=now,
        )  # fmt: skip
    return entry


def load_entries(entries: QuerySet[RegisterEntry]) -> list[Entry]:
    """Whole entries, for exporters and pages: five queries, however many. The caller has asked who may."""
    rows = entries.select_related(
        "committee", "case", "diary_number", "handler", "registered_by__person", "handover__system"
    ).prefetch_related("markings", "files", "mails__record", "revisions__by__person")
    return [_entry(row) for row in rows]


def narrowed(entries: QuerySet[RegisterEntry], wanted: DiaryFilter) -> QuerySet[RegisterEntry]:
    """By everything but the words."""
    if wanted.committee_id is not None:
        entries = entries.filter(committee_id=wanted.committee_id)
    if wanted.direction:
        entries = entries.filter(direction=wanted.direction)
    if wanted.first:
        entries = entries.filter(dated_on__gte=wanted.first)
    if wanted.last:
        entries = entries.filter(dated_on__lte=wanted.last)
    return entries.order_by("-dated_on", "-id")


def with_words(text: str, audience: Audience) -> Q:
    """Entries with every word of ``text`` among the words of that audience; each word may go on (``bygglov`` finds
    ``bygglovet``). Words for one audience are never looked for among another's.
    """
    words = list(dict.fromkeys(tokens(text)))[:MOST_WORDS]
    if not words:
        return Q(pk__in=())
    condition = Q()
    for word in words:
        held = EntryWord.objects.filter(audience=audience, word__gte=word, word__lt=word + "\U0010ffff")
        few = list(held.values_list("entry_id", flat=True)[: FEW + 1])
        # A rare word is looked up and its entries put in order; a common one is met soon on the way down the list.
        condition &= Q(pk__in=few) if len(few) <= FEW else Q(Exists(held.filter(entry_id=OuterRef("pk"))))
    return condition


def before_cursor(entries: QuerySet[RegisterEntry], cursor: str) -> QuerySet[RegisterEntry]:
    """Those after ``cursor`` in the order of the list; a cursor that is nonsense gives the first page."""
    day, _dot, entry_id = cursor.partition(".")
    if not (day.isdecimal() and entry_id.isdecimal() and len(day) == 8 and len(entry_id) < 19):  # noqa: PLR2004
        return entries
    try:
        at = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return entries
    return entries.filter(dated_on__lte=at).filter(Q(dated_on__lt=at) | Q(pk__lt=int(entry_id)))


def cursor_of(entry: RegisterEntry) -> str:
    return f"{entry.dated_on:%Y%m%d}.{entry.pk}"


def _inside_ids(scope: Scope, entries: Sequence[RegisterEntry]) -> set[int]:
    ids = [entry.pk for entry in entries]
    if scope.committee_ids is None:
        return set(ids)
    return set(RegisterEntry.objects.filter(inside_condition(scope), pk__in=ids).values_list("pk", flat=True))


def _row(entry: RegisterEntry, *, is_inside: bool) -> EntryRow:
    return EntryRow(
        id=entry.pk, designation=entry.designation, committee=entry.committee.name,
        case_id=entry.case_id, case_designation=entry.case.designation if entry.case else "",
        direction=entry.direction, dated_on=entry.dated_on,
        counterpart=entry.counterpart if is_inside else entry.public_counterpart,
        title=entry.title if is_inside else entry.public_title, document_type=entry.document_type,
        secrecy=entry.secrecy if is_inside else Secrecy.NONE, is_voided=entry.voided_at is not None,
        is_inside=is_inside, foreign_number=_number_of(entry) if is_inside else "",
    )  # fmt: skip


def _entry(row: RegisterEntry) -> Entry:
    mails = [link.record for link in sorted(row.mails.all(), key=lambda link: link.pk)]
    number, case = row.diary_number, row.case
    return Entry(
        id=row.pk, designation=row.designation, committee_id=row.committee_id, committee_code=row.committee.code,
        committee_name=row.committee.name, year=number.year if number else None,
        number=number.number if number else None, case_id=row.case_id,
        case_designation=case.designation if case else "", case_title=case.title if case else "",
        running=row.running, direction=row.direction, dated_at=row.dated_at, counterpart=row.counterpart,
        title=row.title, public_title=row.public_title, public_counterpart=row.public_counterpart,
        document_type=row.document_type, handler_id=row.handler_id, handler=row.handler.name if row.handler else "",
        secrecy=row.secrecy, markings=_markings(row), registered_at=row.registered_at,
        registered_by=row.registered_by.person.name if row.registered_by else "", voided_at=row.voided_at,
        version=row.version, message_ids=tuple(record.message_id for record in mails),
        record_ids=tuple(record.pk for record in mails), files=_files(row), revisions=_revisions(row),
        foreign=_foreign(row),
    )  # fmt: skip


def _foreign(row: RegisterEntry) -> Foreign | None:
    handover: Handover | None = getattr(row, "handover", None)
    if handover is None:
        return None
    words = handover.get_state_display()
    return Foreign(handover.pk, handover.system.name, handover.number, handover.state, words)


def _number_of(row: RegisterEntry) -> str:
    handover: Handover | None = getattr(row, "handover", None)
    return handover.number if handover else ""


def _markings(row: RegisterEntry) -> tuple[Marking, ...]:
    markings = sorted(row.markings.all(), key=lambda one: one.pk)
    return tuple(Marking(one.provision, one.marked_on, one.authority, one.removed_at) for one in markings)


def _files(row: RegisterEntry) -> tuple[FileRow, ...]:
    files = sorted(row.files.all(), key=lambda one: (one.message_id, one.place))
    names = ("message_id", "place", "name", "media_type", "size", "digest", "is_left_out")
    return tuple(FileRow(**{name: getattr(one, name) for name in names}) for one in files)


def _revisions(row: RegisterEntry) -> tuple[Revision, ...]:
    revisions = sorted(row.revisions.all(), key=lambda one: -one.version)
    return tuple(
        Revision(one.version, one.before, one.reason, one.at, one.by.person.name if one.by else "") for one in revisions
    )
