"""``kommunpost verify``: is everything as it was written? The audit chains, the mail they seal, the bytes, the log.

JSON on stdout: ``{"ok": bool, "breaks": [{"check", "kind", "subject"}]}``; one line for people on stderr. Exit 0 or 1.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from tqdm import tqdm

from kommunpost.apps.audit.queries import Head, heads
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.operations.heads import HEADS_FILE, HeadsUnreadableError, read_heads, write_heads
from kommunpost.site.operations.proof import CHECKS, Break, Scope


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=sorted(CHECKS), action="append", help="this check alone (may be repeated)")
    parser.add_argument(
        "--heads", type=Path, metavar="FILE", help=f"heads kept earlier ({HEADS_FILE} in the data folder)"
    )
    parser.add_argument(
        "--seal",
        action="store_true",
        help="when all is well, add the chains' heads to that file; keep it elsewhere too",
    )


def run(arguments: argparse.Namespace) -> int:
    file = arguments.heads or Path(settings.DATA_FOLDER) / HEADS_FILE
    if arguments.heads and not file.exists() and not arguments.seal:
        raise CommandError(f"{file} does not exist. Write it first: kommunpost verify --seal --heads {file}")
    # Taken before the checks: what is written down must have been looked at.
    present = heads()
    chosen = arguments.only or list(CHECKS)
    breaks = _look(chosen, kept=_kept(file))
    if arguments.seal and not breaks:
        write_heads(file, present)
    print(json.dumps({"ok": not breaks, "breaks": [asdict(one) for one in breaks]}))
    print(_summary(breaks, chosen), file=sys.stderr)
    return 1 if breaks else 0


def _kept(file: Path) -> list[Head]:
    try:
        return read_heads(file)
    except HeadsUnreadableError as error:
        raise CommandError(str(error)) from error


def _look(chosen: Sequence[str], *, kept: list[Head]) -> list[Break]:
    """Run the checks one after the other, with a bar for each on a terminal."""
    breaks: list[Break] = []
    for name in dict.fromkeys(chosen):
        check = CHECKS[name]
        with tqdm(total=check.size(), desc=name, unit="", disable=not sys.stderr.isatty()) as bar:
            breaks += check.run(Scope(kept=kept, progress=bar.update))
    return breaks


def _summary(breaks: list[Break], chosen: Sequence[str]) -> str:
    looked_at = ", ".join(chosen)
    if not breaks:
        return f"All is as it was written ({looked_at})."
    return f"{len(breaks)} breaks found ({looked_at}). The first: {breaks[0].kind}, {breaks[0].subject}."
