"""The log: bytes a row and the time of each kind of question, beside a plain table with the usual indexes, in the same
run.

Never in the installation's own database: ``bench.places`` says where.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from bench.log_plain import Plain, searches
from bench.places import ROOT, place

LONGEST = 4000


def run(*, rows: int = 1_000_000, quick: bool = False, keep: str = "", postgresql: bool = False) -> None:
    """Print the table of figures for a log of ``rows`` rows (100,000 when ``quick``).

    ``keep``: a folder in which what was filled stays for the next run. ``postgresql``: on a server of its own.
    """
    rows = min(rows, 100_000) if quick else rows
    with place("log", rows=rows, keep=keep, postgresql=postgresql) as where:
        words = [sys.executable, "-m", "bench.log_search", str(rows)]
        subprocess.run(words, check=True, env=where.environment, cwd=ROOT)


def _measure(rows: int) -> None:
    # Only here is Django set up, for the database that ``run`` chose.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from bench.log_fill import fill, sizes  # noqa: PLC0415

    call_command("migrate", verbosity=0, skip_checks=True)
    speed = fill(rows)
    address = os.environ["DATABASE_URL"]
    plain = Plain(address or Path(os.environ["KOMMUNPOST_DATA"]) / "plain.sqlite3", rows)
    parts = sizes()
    ours, theirs = sum(parts.values()) / rows, plain.size() / rows
    print(f"{connection.vendor}, {rows:,} rows; filled at {speed:,.0f} rows/s (0: they were there)")
    print(f"bytes a row: ours {ours:.1f}, plain {theirs:.1f}, ratio {ours / theirs:.2f}")
    largest = sorted(parts.items(), key=lambda part: -part[1])[:9]
    print(f"of them: {', '.join(f'{name} {size / rows:.1f}' for name, size in largest)}")
    print(f"{'question':44}{'ours ms':>9}{'first':>8}{'plain ms':>10}{'ratio':>7}{'answer':>8}")
    for name, mine, statement, values in (*_lists(rows), *_counts()):
        first, median, size = _timed(mine)
        _, beside, _ = _timed(lambda: plain.ask(statement, values)) if statement else (0.0, 0.0, 0)  # noqa: B023
        ratio = f"{median / beside:.2f}" if beside else "-"
        print(f"{name:44}{median:9.2f}{first:8.1f}{beside:10.2f}{ratio:>7}{size:8}", flush=True)


Question = tuple[str, Callable[[], int], str, list[object]]
"""Its name, our answer (its size), and the plain schema's statement (empty: none) with values."""

MONTH = {"since": date(2025, 10, 1), "until": date(2025, 10, 31)}
BEGIN, END = datetime(2025, 10, 1, tzinfo=UTC).timestamp(), datetime(2025, 11, 1, tzinfo=UTC).timestamp()


def _lists(rows: int) -> list[Question]:
    from django.db import connection  # noqa: PLC0415

    from kommunpost.apps.maillog.queries import (  # noqa: PLC0415
        LogFilter,
        counts_by_mailbox,
        rows_matching,
        search,
    )
    from kommunpost.apps.maillog.rules.ids import first_id  # noqa: PLC0415

    numbers = counts_by_mailbox(filter=LogFilter(**MONTH))
    box = min(numbers, key=lambda one: abs(numbers[one] - 2000))
    words, senders = searches(is_sqlite=connection.vendor == "sqlite")

    def page(**fields: object) -> Callable[[], int]:
        return lambda: len(search(filter=LogFilter(**fields)).rows)  # type: ignore[arg-type]

    in_box = "SELECT * FROM plain WHERE mailbox_id = %s AND ts >= %s AND ts < %s ORDER BY ts DESC"
    in_boxes = frozenset({box})
    deep = first_id(date(2025, 7, 1))
    return [
        ("a mailbox's month, newest 50", page(mailbox_ids=in_boxes, **MONTH), f"{in_box} LIMIT 50", [box, BEGIN, END]),
        ("a mailbox's month, every row",
         lambda: sum(1 for _ in rows_matching(filter=LogFilter(mailbox_ids=in_boxes, **MONTH))), in_box, [box, BEGIN,
         END]),
        ("rare word (one diary number)", page(subject="2025/4711"), words, ['"2025/4711"']),
        ("mid word (one street and number)", page(subject="ängsgatan 77"), words, ["ängsgatan 77"]),
        ("common word", page(subject="ansökan"), words, ["ansökan"]),
        ("two common words", page(subject="ansökan storgatan"), words, ["ansökan storgatan"]),
        ("part of a word in any field", page(text="tillstånd"), "", []),
        ("a small mailbox, newest 50", page(mailbox_ids=frozenset({5000})),
         "SELECT * FROM plain WHERE mailbox_id = %s ORDER BY ts DESC LIMIT 50", [5000]),
        ("common word in one small mailbox", page(mailbox_ids=frozenset({5000}), text="faktura"), "", []),
        ("common word in a month", page(text="klagomål", **MONTH), "", []),
        ("part of a sender, rare", page(sender="lund399@mejl"), senders, ["%lund399@mejl%"]),
        ("part of a sender, mid", page(sender="åsa.åkesson1"), senders, ["%åsa.åkesson1%"]),
        ("part of a sender, common", page(sender="andersson"), senders, ["%andersson%"]),
        ("whole address in any field", page(text="anna.andersson0@mejl0.example"), "", []),
        ("three letters of anything", page(text="ers"), "", []),
        ("three digits of anything", page(text="114"), "", []),
        ("two words that never meet", page(sender="östen.wallin", subject="skolmat ringvägen"), "", []),
        ("nothing to be found", page(text="finnsinte"), senders, ["%finnsinte%"]),
        ("keyset page of 50, deep", lambda: len(search(filter=LogFilter(), before=deep).rows),
         "SELECT * FROM plain ORDER BY ts DESC LIMIT 50 OFFSET %s", [rows // 2]),
    ]  # fmt: skip


def _counts() -> list[Question]:
    from kommunpost.apps.maillog.queries import (  # noqa: PLC0415
        LogFilter,
        count,
        counts_by_day,
        counts_by_mailbox,
    )

    by_day = "SELECT CAST(ts AS INT) / 86400, direction, COUNT(*) FROM plain"
    return [
        ("count of a common word, up to 1,000", lambda: count(filter=LogFilter(text="ansökan")).number, "", []),
        ("counts by day, a month", lambda: len(counts_by_day(filter=LogFilter(**MONTH))),
         f"{by_day} WHERE ts >= %s AND ts < %s GROUP BY 1, 2",
         [BEGIN, END]),
        ("counts by day, the year", lambda: len(counts_by_day(filter=LogFilter())),
         f"{by_day} GROUP BY 1, 2", []),
        ("counts by mailbox, a month", lambda: len(counts_by_mailbox(filter=LogFilter(**MONTH))),
         "SELECT mailbox_id, COUNT(*) FROM plain WHERE ts >= %s AND ts < %s GROUP BY 1", [BEGIN, END]),
        ("count, all", lambda: count(filter=LogFilter()).number and 1, "SELECT COUNT(*) FROM plain", []),
    ]  # fmt: skip


def _timed(question: Callable[[], int], *, times: int = 7) -> tuple[float, float, int]:
    """(first, median) milliseconds, and the size of the answer."""
    waits, size = [], 0
    for _ in range(times):
        begun = time.perf_counter()
        size = question()
        waits.append((time.perf_counter() - begun) * 1000)
        if sum(waits) > LONGEST:
            break
    return waits[0], statistics.median(waits[1:] or waits), size


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    _measure(parser.parse_args().rows)
