"""Kills under load: how many, and whether anything acknowledged was lost, doubled, or left out of the log.

On SQLite in a folder of its own. ``KOMMUNPOST_BENCH_DATABASE`` names a PostgreSQL server to use instead (a database of
its own is made there); when that server is on this machine and ours to stop, it is killed in some rounds as well.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from bench.faults.database import Server, own_database
from bench.faults.rounds import Outcome, fresh
from bench.faults.rounds import run as run_rounds

MOST_LINES = 20


def run(*, kills: int = 200, seed: int = 1, quick: bool = False) -> int:
    """Print the summary of ``kills`` kills (10 when ``quick``). Exit code 1 when a promise was broken."""
    kills = 10 if quick else kills
    with (
        tempfile.TemporaryDirectory(prefix="kommunpost-kills-") as folder,
        _database() as (url, server),
        tqdm(total=kills, unit="kill", disable=not sys.stderr.isatty()) as bar,
    ):

        def show(outcome: Outcome) -> None:
            bar.update()
            bar.set_postfix(acknowledged=outcome.acknowledged)

        outcome = run_rounds(fresh(Path(folder), database=url), kills=kills, seed=seed, server=server, on_kill=show)
    _print(outcome, vendor="PostgreSQL" if url else "SQLite")
    return 0 if outcome.holds else 1


@contextmanager
def _database() -> Iterator[tuple[str, Server | None]]:
    named = os.environ.get("KOMMUNPOST_BENCH_DATABASE", "")
    if not named:
        yield "", None
        return
    with own_database(named) as url:
        server = Server(url)
        yield url, server if server.may_be_killed else None


def _print(outcome: Outcome, *, vendor: str) -> None:
    verdict = outcome.verdict
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(outcome.kills.items()))
    figures = [
        ("kills", f"{outcome.kills.total()} ({kinds})"),
        ("mails handed over", f"{outcome.tried:,}"),
        ("acknowledged", f"{outcome.acknowledged:,}"),
        ("messages, deliveries there", f"{verdict.messages:,}, {verdict.deliveries:,}"),
        ("acknowledged and lost", len(verdict.lost)),
        ("doubled", len(verdict.doubled)),
        ("there, though nobody sent it so", len(verdict.unclaimed)),
        ("log rows missing or doubled", len(verdict.unlogged)),
        (f"not found by search ({verdict.searched} looked for)", len(verdict.unfound)),
        ("left over after recovery", len(verdict.left_over)),
        ("blobs of mail never acknowledged", verdict.unnamed_blobs),
        ("longest start", f"{outcome.longest_start:.1f} s"),
        ("longest recovery, start to acknowledgement", f"{outcome.longest_recovery:.1f} s"),
        ("kommunpost verify", outcome.said.splitlines()[-1] if outcome.said else "said nothing"),
    ]
    print(vendor)
    for name, figure in figures:
        print(f"{name:46}{figure}")
    for line in verdict.wrong[:MOST_LINES]:
        print(f"  {line}")
    print("What was promised holds." if outcome.holds else "A PROMISE WAS BROKEN.")
