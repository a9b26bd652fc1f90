"""A search gives what reading every row would give, at once, in pages that neither repeat nor leave out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from tests.apps.maillog.world import NOON, recorded

from kommunpost.apps.mailflow.events import DeliveryRecorded
from kommunpost.apps.maillog.actions import index_pending, write_rows
from kommunpost.apps.maillog.models import Pending
from kommunpost.apps.maillog.queries import LogFilter, count, rows_matching, search
from kommunpost.apps.maillog.queries import candidates as candidates_room
from kommunpost.apps.maillog.rules.ids import LOCAL
from kommunpost.apps.maillog.rules.matching import all_hold
from kommunpost.apps.maillog.search_index import vocabulary

pytestmark = pytest.mark.django_db

_FIRST = ("anna", "åsa", "per-olof", "susanna", "björn", "li")
_LAST = ("ek", "lund", "öberg", "ekström", "berg_son")
_HOSTS = ("mejl.example", "post.example", "stad.example")
_WORDS = (
    "ansökan", "bygglovsansökan", "handling", "handlingarna", "faktura", "fakturor", "SV:", "dnr", "2026/123", "123/45",
    "ÅTGÄRD", "åtgärder", "Hår", "har", "KS", "_", "%", "é", "möte", "Mötet,", "förskola/skola", "x" * 150,
)  # fmt: skip
_ASKED = (
    "ansökan", "handling", "faktura", "åtgärd", "har", "hår", "anna", "anna.ek@mejl", "ek@", "@stad", "olof", "2026",
    "2026/1", "23/4", "ks", "k", "an", "möte sv:", "öberg ansökan", "_", "100%", "per-olof.ekström", "sko", "x" * 40,
    "x" * 120,
    "finnsinte", "anna finnsinte", "É", "son@post",
)  # fmt: skip


def _world(random: Random, number: int) -> list[DeliveryRecorded]:
    people = [f"{first}.{last}@{host}" for first in _FIRST for last in _LAST for host in _HOSTS]
    rows = []
    for delivery_id in range(1, number + 1):
        at = NOON + timedelta(seconds=random.randrange(-120 * 86_400, 120 * 86_400))
        rows.append(
            recorded(
                delivery_id,
                mailbox_id=random.choice([None, 1, 2, 3]),
                direction=random.choice(["in", "out"]),
                at=at,
                sender=random.choice(people),
                recipients=tuple(random.sample(people, random.choice([1, 1, 1, 3]))),
                subject=" ".join(random.choices(_WORDS, k=random.randrange(5))),
            )
        )
    return rows


def _naive(rows: Sequence[DeliveryRecorded], wanted: LogFilter) -> list[int]:
    def is_wanted(row: DeliveryRecorded) -> bool:
        day = row.at.astimezone(LOCAL).date()
        return (
            (wanted.mailbox_ids is None or (row.mailbox_id or 0) in wanted.mailbox_ids)
            and wanted.direction in {"", row.direction}
            and (wanted.since is None or wanted.since <= day)
            and (wanted.until is None or day <= wanted.until)
            and all_hold(wanted.conditions, (row.sender, "\n".join(row.recipients), row.subject))
        )

    ordered = sorted(rows, key=lambda row: (row.at, row.delivery_id), reverse=True)
    return [row.delivery_id for row in ordered if is_wanted(row)]


def _filters(random: Random) -> list[LogFilter]:
    filters = [LogFilter(text=asked) for asked in _ASKED]
    for _ in range(60):
        since = date(2026, 1, 1) + timedelta(days=random.randrange(120))
        filters.append(
            LogFilter(
                mailbox_ids=random.choice([None, None, frozenset({1}), frozenset({0, 2}), frozenset()]),
                direction=random.choice(["", "", "in", "out"]),
                since=random.choice([None, since]),
                until=random.choice([None, since + timedelta(days=random.randrange(90))]),
                text=random.choice(["", "", *_ASKED]),
                sender=random.choice(["", "", "", "anna", "ek", "@mejl", "lund@post.example"]),
                recipient=random.choice(["", "", "", "åsa", "stad.example"]),
                subject=random.choice(["", "", "", "ansökan", "faktura", "2026"]),
            )
        )
    return filters


@pytest.mark.parametrize("indexed", ["nothing", "half", "everything"])
@pytest.mark.parametrize("way", ["chosen", "index", "walk", "broad"])
def test_every_way_of_searching_finds_what_reading_every_row_finds(
    indexed: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way in {"index", "walk"}:
        monkeypatch.setattr(candidates_room, "_walk_pays", lambda query, has_words: way == "walk")
    if way == "broad":
        monkeypatch.setattr(vocabulary, "MOST_WORDS", 2)
    random = Random(f"{indexed}{way}")
    rows = _world(random, 300)
    write_rows(rows)
    index_pending({"nothing": 0, "half": 150, "everything": 1000}[indexed])
    assert Pending.objects.count() == {"nothing": 300, "half": 150, "everything": 0}[indexed]
    for wanted in _filters(random):
        expected = _naive(rows, wanted)
        assert [row.delivery_id for row in rows_matching(filter=wanted)] == expected, wanted
        assert [row.delivery_id for row in rows_matching(filter=wanted, oldest_first=True)] == expected[::-1], wanted
        assert count(filter=wanted).number == len(expected), wanted


@pytest.mark.parametrize("wanted", [LogFilter(), LogFilter(text="anna"), LogFilter(mailbox_ids=frozenset({1, 2}))])
def test_pages_go_to_the_end_and_back(wanted: LogFilter) -> None:
    rows = _world(Random(5), 200)
    write_rows(rows)
    index_pending(120)
    expected = _naive(rows, wanted)
    page, seen, pages = search(filter=wanted, limit=7), [], []
    assert page.newer is None
    while True:
        seen += [row.delivery_id for row in page.rows]
        pages.append(page)
        if page.older is None:
            break
        page = search(filter=wanted, before=page.older, limit=7)
    assert seen == expected
    for earlier in reversed(pages[:-1]):
        assert page.newer is not None
        page = search(filter=wanted, after=page.newer, limit=7)
        assert page.rows == earlier.rows
    assert page.newer is None


@pytest.mark.parametrize(
    ("asked", "subject", "found"),
    [
        ("ansökan", "Bygglovsansökan Storgatan", True),
        ("handling", "De handlingarna", True),
        ("handlingarna", "en handling", True),
        ("hår", "vi har sett", False),
        ("har", "långt hår", False),
        ("KÖN", "kon på taket", False),
        ("eu", "neutral", False),
        ("eu", "Stöd från EU", True),
        ("2026/12", "Dnr KS 2026/123", True),
        ("026-123", "Dnr KS 2026/123", False),
        ("anna.ek@mejl", "Svar till susanna.ek@mejl.example", True),
        ("anna.ek@mejl", "anna ek mejl", False),
        ("bygglov storgatan", "Storgatan 5: bygglov", True),
        ("…", "vad som helst", True),
    ],
)
def test_what_a_swede_would_expect(asked: str, subject: str, *, found: bool) -> None:
    write_rows([recorded(1, subject=subject, sender="a@b.example", recipients=("c@d.example",))])
    for _ in range(2):
        assert bool(search(filter=LogFilter(subject=asked)).rows) is found
        index_pending()


def test_a_row_carries_what_the_guideline_asks() -> None:
    write_rows([recorded(9, at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC), recipients=("a@x.example", "b@x.example"))])
    row = search(filter=LogFilter()).rows[0]
    assert (row.at.isoformat(), row.direction) == ("2026-07-02T00:30:00+02:00", "in")
    assert (row.sender, row.recipients) == ("karin.lund@mejl.example", ("a@x.example", "b@x.example"))
    assert (row.subject, row.delivery_id) == ("Ansökan om bygglov", 9)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_days_are_swedish_days_also_when_the_clock_changes(at: datetime, day: date) -> None:
    write_rows([recorded(1, at=at)])
    assert search(filter=LogFilter(since=day, until=day)).rows
    assert not search(filter=LogFilter(until=day - timedelta(days=1))).rows
    assert not search(filter=LogFilter(since=day + timedelta(days=1))).rows


def test_a_count_of_words_stops_at_its_bound() -> None:
    write_rows([recorded(number) for number in range(1, 31)])
    index_pending()
    counted = count(filter=LogFilter(text="bygglov"), most=20)
    assert (counted.number, counted.more) == (20, True)
