"""``kommunpost bench``: the measurements in the ``bench`` folder of the source tree, printed as tables."""

import argparse
import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

from kommunpost.site.cli.errors import CommandError

ROOT = Path(__file__).resolve().parents[4]
WORK = ("parse", "detect", "judge", "advise", "intake", "log_search", "pages", "conversations")
ASKED_FOR = ("kills",)
"""Run only when named: a proof, not a measurement, and it takes its time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("work", nargs="*", metavar="WORK", help=f"one of {', '.join(WORK)}; without it all; or kills")
    parser.add_argument("--kills", type=int, default=0, metavar="N", help="how many (kills only; else 200)")
    parser.add_argument("--rows", type=int, default=0, metavar="N", help="how many rows of each (else a million)")
    parser.add_argument(
        "--keep", default="", metavar="FOLDER", help="keep what was filled there, or measure again on what was kept"
    )
    parser.add_argument(
        "--postgresql", action="store_true", help="on a PostgreSQL server of its own (log_search, pages, conversations)"
    )
    parser.add_argument(
        "--peer", default="", metavar="PYTHON", help="a Python that has presidio-analyzer (detect only)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small amounts: shows that it works, says less of how fast"
    )


def run(arguments: argparse.Namespace) -> int:
    if not (ROOT / "bench").is_dir():
        raise CommandError("the benchmarks are part of the source tree, not of the installed package.")
    unknown = set(arguments.work) - {*WORK, *ASKED_FOR}
    if unknown:
        there = ", ".join((*WORK, *ASKED_FOR))
        raise CommandError(f"no benchmark is called {', '.join(sorted(unknown))}. There are: {there}.")
    sys.path.insert(0, str(ROOT))
    codes = []
    for name in arguments.work or WORK:
        print(f"== {name}", flush=True)
        codes.append(_measure(name, given=vars(arguments)))
    return max(codes)


def _measure(name: str, *, given: dict[str, Any]) -> int:
    measure: Any = importlib.import_module(f"bench.{name}").run
    # Each takes what it needs beside; all that can be quick say so in their signature.
    known = inspect.signature(measure).parameters
    code: int | None = measure(**{word: value for word, value in given.items() if word in known and value})
    return code or 0
