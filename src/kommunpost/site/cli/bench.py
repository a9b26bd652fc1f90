"""``kommunpost bench``: the measurements in the ``bench`` folder of the source tree, printed as tables."""

import argparse
import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

from kommunpost.site.cli.errors import CommandError

ROOT = Path(__file__).resolve().parents[4]
WORK = ("parse", "intake", "log_search", "pages")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("work", nargs="*", metavar="WORK", help=f"one of {', '.join(WORK)}; without it all")
    parser.add_argument(
        "--quick", action="store_true", help="small amounts: shows that it works, says less of how fast"
    )


def run(arguments: argparse.Namespace) -> int:
    if not (ROOT / "bench").is_dir():
        raise CommandError("the benchmarks are part of the source tree, not of the installed package.")
    unknown = set(arguments.work) - set(WORK)
    if unknown:
        raise CommandError(f"no benchmark is called {', '.join(sorted(unknown))}. There are: {', '.join(WORK)}.")
    sys.path.insert(0, str(ROOT))
    for name in arguments.work or WORK:
        print(f"== {name}", flush=True)
        _measure(name, quick=arguments.quick)
    return 0


def _measure(name: str, *, quick: bool) -> None:
    measure: Any = importlib.import_module(f"bench.{name}").run
    # Each takes what it needs beside; all that can be quick say so in their signature.
    known = inspect.signature(measure).parameters
    measure(**({"quick": quick} if "quick" in known else {}))
