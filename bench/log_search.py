"""The log: bytes a row and the time of each kind of question, beside a plain table with the usual indexes, in the same
run.

A synthetic log is written through the offices' own doors. On SQLite in a folder of its own; on PostgreSQL in the empty
database
that ``KOMMUNPOST_BENCH_DATABASE`` names. Never in the installation's own database.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
MAILBOXES = 6000
PLAIN_COLUMNS = "(id, ts, mailbox_id, direction, sender, recipients, subject)"

_NAMES_AND_THINGS = """
anna erik lars karin anders johan per nils eva maria sven elin jonas sara mikael lena ulf åsa björn östen mohamed fatima
ali svetlana jukka aino gunnar birgitta håkan ingrid
|
andersson johansson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson jonsson jansson
hansson bengtsson jönsson lindberg jakobsson lindström berg lund ek öberg åkesson sjögren wallin nyström holm
|
altan attefallshus carport skylt mur plank förskoleplats färdtjänst hemtjänst parkeringstillstånd
serveringstillstånd busskort elevresa gatlampa snöröjning avlopp vattenmätare skolmat modersmål faktura hyra bidrag
|
Storgatan Kyrkvägen Björkgatan Skolvägen Hamngatan Ringvägen Åsvägen Ängsgatan Tallstigen Sjövägen Industrivägen
"""
FIRST, LAST, THINGS, STREETS = (part.split() for part in _NAMES_AND_THINGS.split("|"))
OPENINGS = (
    "Ansökan om {thing} på {street} {number}",
    "Fråga om {thing}",
    "Dnr {board} 2025/{diary} – {thing}",
    "Klagomål: {thing}",
    "Komplettering i ärende {board}-2025-{diary}",
    "Handlingar till sammanträde {day}",
    "Faktura {diary}",
    "Kallelse {day}",
    "Bekräftelse",
    "Möte om {thing}",
    "Synpunkter på {thing} vid {street}",
    "Begäran om allmän handling, {board} 2025/{diary}",
)
ANSWERS = ("", "", "SV: ", "SV: ", "VB: ", "Re: ")


def run(*, rows: int = 1_000_000, quick: bool = False) -> None:
    """Print the table of figures for a log of ``rows`` rows (100,000 when ``quick``)."""
    rows = min(rows, 100_000) if quick else rows
    with tempfile.TemporaryDirectory(prefix="kommunpost-log-") as folder:
        environment = os.environ | {"KOMMUNPOST_DATA": folder, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        environment["DATABASE_URL"] = os.environ.get("KOMMUNPOST_BENCH_DATABASE", "")
        environment["DJANGO_SETTINGS_MODULE"] = "kommunpost.site.settings"
        subprocess.run([sys.executable, "-m", "bench.log_search", str(rows)], check=True, env=environment, cwd=ROOT)


def _synthetic(rows: int) -> Iterator[tuple[datetime, int, str, str, str, str]]:
    """(at, mailbox id, direction, sender, recipient, subject), oldest first. The same rows at each call."""
    chance = random.Random(2026)
    boxes = [f"{chance.choice(THINGS)}{number}@storkommun.example" for number in range(MAILBOXES)]
    weights = list(accumulate(1 / (rank + 8) for rank in range(MAILBOXES)))
    step = timedelta(days=DAYS) / rows
    for number in range(rows):
        mailbox = chance.choices(range(MAILBOXES), cum_weights=weights)[0]
        person = int(400_000 * chance.random() ** 2.5)
        first, last = FIRST[person % len(FIRST)], LAST[person // 7 % len(LAST)]
        outside = f"{first}.{last}{person // 900}@mejl{person % 40}.example"
        subject = chance.choice(ANSWERS) + chance.choice(OPENINGS).format(
            thing=chance.choice(THINGS),
            street=chance.choice(STREETS),
            number=chance.randrange(1, 120),
            board=chance.choice(("KS", "SBN", "UN", "SN")),
            diary=chance.randrange(1, 9000),
            day=f"{chance.randrange(1, 29)}/{chance.randrange(1, 13)}",
        )
        at = START + number * step
        if chance.random() < 0.6:
            yield at, mailbox + 1, "in", outside, boxes[mailbox], subject
        else:
            yield at, mailbox + 1, "out", boxes[mailbox], outside, subject


def _measure(rows: int) -> None:
    # Only here is Django set up, for the database that ``run`` chose.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0, skip_checks=True)
    ours = _fill(rows)
    _print_parts(rows)
    plain = _fill_plain(rows)
    print(f"{connection.vendor}, {rows:,} rows")
    print(f"bytes a row: ours {ours / rows:.0f}, plain {plain / rows:.0f}, ratio {ours / plain:.2f}")
    print(f"{'question':44}{'ours ms':>9}{'first':>8}{'plain ms':>10}{'ratio':>7}{'answer':>8}")
    for name, mine, statement, values in _questions(rows):
        first, median, size = _timed(mine)
        _, beside, _ = _timed(lambda: _plain(statement, values)) if statement else (0.0, 0.0, 0)  # noqa: B023
        ratio = f"{median / beside:.2f}" if beside else "-"
        print(f"{name:44}{median:9.2f}{first:8.1f}{beside:10.2f}{ratio:>7}{size:8}")


def _fill(rows: int) -> int:
    from django.db import connection  # noqa: PLC0415

    from kommunpost.apps.mailflow.events import DeliveryRecorded  # noqa: PLC0415
    from kommunpost.apps.maillog.actions import index_pending, load_rows  # noqa: PLC0415

    recorded = (
        DeliveryRecorded(
            delivery_id=0, message_id=0, mailbox_id=mailbox, direction=direction, at=at, sender=sender,
            recipients=(recipient,), subject=subject,
        )
        for at, mailbox, direction, sender, recipient, subject in _synthetic(rows)
    )  # fmt: skip
    writing = indexing = 0.0
    # In turns, as intake and worker have it.
    while True:
        begun = time.perf_counter()
        loaded = load_rows(islice(recorded, 20_000))
        writing += time.perf_counter() - begun
        if not loaded:
            break
        begun = time.perf_counter()
        index_pending(20_000)
        indexing += time.perf_counter() - begun
    print(f"written {rows / writing:,.0f} rows/s, indexed {rows / indexing:,.0f} rows/s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    return _bytes("maillog")


def _fill_plain(rows: int) -> int:
    from django.db import connection, transaction  # noqa: PLC0415

    vendor = connection.vendor
    stream = (
        (number, at.timestamp(), mailbox, int(direction == "out"), sender, recipient, subject)
        for number, (at, mailbox, direction, sender, recipient, subject) in enumerate(_synthetic(rows), start=1)
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAIN[vendor][0])
        if vendor == "postgresql":
            with cursor.cursor.copy(f"COPY plain {PLAIN_COLUMNS} FROM STDIN") as copy:
                for row in stream:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO plain {PLAIN_COLUMNS} VALUES (%s,%s,%s,%s,%s,%s,%s)", stream)
        for statement in PLAIN[vendor][1].split(";"):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if vendor == "sqlite" else "VACUUM ANALYZE plain")
    return _bytes("plain")


PLAIN = {
    "sqlite": (
        """CREATE TABLE plain (id INTEGER PRIMARY KEY, ts REAL, mailbox_id INT, direction INT, sender TEXT,
           recipients TEXT, subject TEXT)""",
        """CREATE INDEX plain_box ON plain (mailbox_id, ts);
           CREATE INDEX plain_ts ON plain (ts);
           CREATE INDEX plain_sender ON plain (sender, ts);
           CREATE VIRTUAL TABLE plain_words USING fts5(subject, content='plain', content_rowid='id',
             tokenize='unicode61 remove_diacritics 0');
           INSERT INTO plain_words (plain_words) VALUES ('rebuild');
           CREATE VIRTUAL TABLE plain_senders USING fts5(sender, content='plain', content_rowid='id', detail='none',
             tokenize='trigram');
           INSERT INTO plain_senders (plain_senders) VALUES ('rebuild')""",
    ),
    "postgresql": (
        """CREATE TABLE plain (id bigint PRIMARY KEY, ts double precision, mailbox_id int, direction smallint,
           sender text, recipients text, subject text)""",
        """CREATE INDEX plain_box ON plain (mailbox_id, ts);
           CREATE INDEX plain_ts ON plain (ts);
           CREATE INDEX plain_sender ON plain (sender, ts);
           CREATE INDEX plain_words ON plain USING gin (to_tsvector('swedish', subject));
           CREATE INDEX plain_senders ON plain USING gin (sender gin_trgm_ops)""",
    ),
}


def _print_parts(rows: int) -> None:
    """Where our bytes are, on SQLite."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, SUM(pgsize) FROM dbstat WHERE name LIKE '%%maillog%%' GROUP BY 1 ORDER BY 2 DESC LIMIT 8"
        )
        parts = [f"{name.removeprefix('maillog_')} {size / rows:.0f}" for name, size in cursor.fetchall()]
    print(f"of them: {', '.join(parts)}")


def _bytes(prefix: str) -> int:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT SUM(pgsize) FROM dbstat WHERE name LIKE %s OR name LIKE %s",
                [f"{prefix}%", f"sqlite_autoindex_{prefix}%"],
            )
        else:
            cursor.execute(
                "SELECT SUM(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE %s",
                [f"{prefix}%"],
            )
        return int(cursor.fetchone()[0])


Question = tuple[str, Callable[[], int], str, list[object]]
"""Its name, our answer (its size), and the plain schema's statement (empty: none) with values."""


def _questions(rows: int) -> list[Question]:
    from django.db import connection  # noqa: PLC0415

    from kommunpost.apps.maillog.queries import (  # noqa: PLC0415
        LogFilter,
        count,
        counts_by_day,
        counts_by_mailbox,
        rows_matching,
        search,
    )
    from kommunpost.apps.maillog.rules.ids import first_id  # noqa: PLC0415

    since, until = date(2025, 10, 1), date(2025, 10, 31)
    month = {"since": since, "until": until}
    numbers = counts_by_mailbox(filter=LogFilter(**month))
    box = min(numbers, key=lambda one: abs(numbers[one] - 2000))
    begin, end = datetime(2025, 10, 1, tzinfo=UTC).timestamp(), datetime(2025, 11, 1, tzinfo=UTC).timestamp()
    words, senders = _plain_searches(connection.vendor)

    def page(**fields: object) -> Callable[[], int]:
        return lambda: len(search(filter=LogFilter(**fields)).rows)  # type: ignore[arg-type]

    in_box = "SELECT * FROM plain WHERE mailbox_id = %s AND ts >= %s AND ts < %s ORDER BY ts DESC"
    in_boxes = frozenset({box})
    deep = first_id(date(2025, 7, 1))
    return [
        ("a mailbox's month, newest 50", page(mailbox_ids=in_boxes, **month), f"{in_box} LIMIT 50", [box, begin, end]),
        ("a mailbox's month, every row",
         lambda: sum(1 for _ in rows_matching(filter=LogFilter(mailbox_ids=in_boxes, **month))), in_box, [box, begin,
         end]),
        ("rare word (one diary number)", page(subject="2025/4711"), words, ['"2025/4711"']),
        ("mid word (one street and number)", page(subject="ängsgatan 77"), words, ["ängsgatan 77"]),
        ("common word", page(subject="ansökan"), words, ["ansökan"]),
        ("two common words", page(subject="ansökan storgatan"), words, ["ansökan storgatan"]),
        ("part of a word in any field", page(text="tillstånd"), "", []),
        ("common word in one small mailbox", page(mailbox_ids=frozenset({5000}), text="faktura"), "", []),
        ("common word in a month", page(text="klagomål", **month), "", []),
        ("part of a sender, rare", page(sender="lund399@mejl"), senders, ["%lund399@mejl%"]),
        ("part of a sender, mid", page(sender="åsa.åkesson1"), senders, ["%åsa.åkesson1%"]),
        ("part of a sender, common", page(sender="andersson"), senders, ["%andersson%"]),
        ("whole address in any field", page(text="anna.andersson0@mejl0.example"), "", []),
        ("three letters of anything", page(text="ers"), "", []),
        ("two words that never meet", page(sender="östen.wallin", subject="skolmat ringvägen"), "", []),
        ("nothing to be found", page(text="finnsinte"), senders, ["%finnsinte%"]),
        ("keyset page of 50, deep", lambda: len(search(filter=LogFilter(), before=deep).rows),
         "SELECT * FROM plain ORDER BY ts DESC LIMIT 50 OFFSET %s", [rows // 2]),
        ("count of a common word, up to 1,000", lambda: count(filter=LogFilter(text="ansökan")).number, "", []),
        ("counts by day, a month", lambda: len(counts_by_day(filter=LogFilter(**month))),
         "SELECT CAST(ts AS INT) / 86400, direction, COUNT(*) FROM plain WHERE ts >= %s AND ts < %s GROUP BY 1, 2",
         [begin, end]),
        ("counts by day, the year", lambda: len(counts_by_day(filter=LogFilter())),
         "SELECT CAST(ts AS INT) / 86400, direction, COUNT(*) FROM plain GROUP BY 1, 2", []),
        ("counts by mailbox, a month", lambda: len(counts_by_mailbox(filter=LogFilter(**month))),
         "SELECT mailbox_id, COUNT(*) FROM plain WHERE ts >= %s AND ts < %s GROUP BY 1", [begin, end]),
        ("count, all", lambda: count(filter=LogFilter()).number and 1, "SELECT COUNT(*) FROM plain", []),
    ]  # fmt: skip


def _plain_searches(vendor: str) -> tuple[str, str]:
    """The newest 50 of the plain table by words of the subject, and by a part of the sender."""
    words = "SELECT * FROM plain WHERE to_tsvector('swedish', subject) @@ plainto_tsquery('swedish', %s)"
    if vendor == "sqlite":
        words = "SELECT plain.* FROM plain_words JOIN plain ON plain.id = plain_words.rowid WHERE plain_words MATCH %s"
    words += f" ORDER BY {'plain_words.rowid' if vendor == 'sqlite' else 'id'} DESC LIMIT 50"
    senders = "SELECT * FROM plain WHERE sender LIKE %s ORDER BY id DESC LIMIT 50"
    if vendor == "sqlite":
        # In the order of the virtual table: sorted inside, the hits need not all be collected.
        senders = """SELECT plain.* FROM plain_senders JOIN plain ON plain.id = plain_senders.rowid
            WHERE plain_senders.sender LIKE %s ORDER BY plain_senders.rowid DESC LIMIT 50"""
    return words, senders


def _timed(question: Callable[[], int], *, times: int = 7) -> tuple[float, float, int]:
    """(first, median) milliseconds, and the size of the answer."""
    waits, size = [], 0
    for _ in range(times):
        begun = time.perf_counter()
        size = question()
        waits.append((time.perf_counter() - begun) * 1000)
        if sum(waits) > 5000:
            break
    return waits[0], statistics.median(waits[1:] or waits), size


def _plain(statement: str, values: list[object]) -> int:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return len(cursor.fetchall())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    _measure(parser.parse_args().rows)
