"""The public diary: what everybody may see, and nothing that everybody may not. Off until a committee opens it.

Nothing here reads an internal title, a counterpart that is left out, or a marking: only the public columns are named in
the query, words are looked for among the public words alone, and the order is by day and number, which are never
secret (OSL 5:2).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from kommunpost.apps.register.kinds import Audience
from kommunpost.apps.register.models import CaseFile, DiarySettings, RegisterEntry
from kommunpost.apps.register.queries.entries import DiaryFilter, before_cursor, narrowed, with_words

PAGE = 50
POSTLIST_DAYS = 14
MOST_IN_FEED = 500
_COLUMNS = (
    "pk", "designation", "committee__code", "committee__name", "case__designation", "direction", "dated_on",
    "public_title", "public_counterpart", "document_type", "voided_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicRow:
    """An entry as everybody sees it. Empty ``title`` or ``counterpart``: left out (OSL 5:2 second paragraph)."""

    designation: str
    committee_code: str
    committee: str
    case_designation: str
    direction: str
    dated_on: date
    title: str
    counterpart: str
    document_type: str
    is_voided: bool


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case as everybody sees it."""

    designation: str
    committee: str
    title: str
    opened_on: date
    is_closed: bool


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Rows, newest day first. ``older``: the cursor of the next page, empty on the last."""

    rows: tuple[PublicRow, ...]
    older: str


def open_committees() -> list[tuple[int, str, str]]:
    """(id, code, name) of the committees whose diary is open, in order of name."""
    found = DiarySettings.objects.filter(is_public=True, committee__is_active=True).order_by("committee__name")
    return list(found.values_list("committee_id", "committee__code", "committee__name"))


def public_page(*, wanted: DiaryFilter, before: str = "", limit: int = PAGE) -> PublicPage:
    """A page of the open diaries. One query."""
    entries = narrowed(_open(), wanted)
    if wanted.text:
        entries = entries.filter(with_words(wanted.text, Audience.PUBLIC))
    found = list(before_cursor(entries, before).values_list(*_COLUMNS)[: limit + 1])
    older = f"{found[limit - 1][6]:%Y%m%d}.{found[limit - 1][0]}" if len(found) > limit else ""
    return PublicPage(tuple(_row(values) for values in found[:limit]), older)


def postlist(*, today: date, committee_id: int | None = None, limit: int = MOST_IN_FEED) -> tuple[PublicRow, ...]:
    """What has been registered in the open diaries and is dated in the last two weeks, newest first. One query."""
    wanted = DiaryFilter(committee_id=committee_id, first=today - timedelta(days=POSTLIST_DAYS), last=today)
    return public_page(wanted=wanted, limit=limit).rows


def public_case(designation: str) -> tuple[PublicCase, tuple[PublicRow, ...]] | None:
    """A case of an open diary with its entries; None alike for none and for one that is not open."""
    case = (
        CaseFile.objects.filter(designation=designation, committee_id__in=_open_ids())
        .values_list("pk", "designation", "committee__name", "public_title", "opened_at", "closed_at")
        .first()
    )
    if case is None:
        return None
    pk, number, committee, title, opened_at, closed_at = case
    rows = narrowed(_open(), DiaryFilter()).filter(case_id=pk).values_list(*_COLUMNS)[:MOST_IN_FEED]
    return PublicCase(number, committee, title, opened_at.date(), closed_at is not None), tuple(map(_row, rows))


def _open() -> QuerySet[RegisterEntry]:
    return RegisterEntry.objects.filter(committee_id__in=_open_ids())


def _open_ids() -> QuerySet[DiarySettings, int]:
    return DiarySettings.objects.filter(is_public=True, committee__is_active=True).values_list(
        "committee_id", flat=True
    )


def _row(values: tuple[object, ...]) -> PublicRow:
    _pk, designation, code, committee, case, direction, day, title, counterpart, kind, voided_at = values
    assert isinstance(day, date)  # noqa: S101 - for the type checker
    return PublicRow(
        designation=str(designation), committee_code=str(code), committee=str(committee),
        case_designation=str(case or ""), direction=str(direction), dated_on=day, title=str(title),
        counterpart=str(counterpart), document_type=str(kind), is_voided=voided_at is not None,
    )  # fmt: skip
