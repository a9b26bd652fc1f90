"""``kommunpost import PATH…``: .eml, mbox, Maildir, folders, .zip.

Sends nothing; killed or done twice, it loses and doubles nothing.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from kommunpost.apps.directory.addresses import is_address, normalise
from kommunpost.apps.mailflow.actions.importing import import_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.intake.files import FoundMail, Refused, list_files, read_file
from kommunpost.apps.mailflow.intake.files.model import Refusal
from kommunpost.apps.mailflow.models import Direction, Route
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

GROUP_MAILS = 100
GROUP_OCTETS = 32 * 1024 * 1024


@dataclass(slots=True)
class _Run:
    """What has been done so far, and the group that waits."""

    mailbox: str
    direction: Direction | None
    keep_going: bool
    files: int = 0
    messages: int = 0
    new: int = 0
    already_there: int = 0
    refused: list[Refused] = field(default_factory=list)
    group: list[FoundMail] = field(default_factory=list)
    octets: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="+", type=Path, metavar="PATH", help="file or folder")
    parser.add_argument("--mailbox", default="", metavar="ADDRESS", help="put all of it in this mailbox")
    parser.add_argument("--direction", choices=Direction.values, help="in or out; else each mail's own headers say")
    parser.add_argument("--keep-going", action="store_true", help="go on after a file that cannot be read")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 when something was refused. One JSON object on stdout says what was done."""
    state = _Run(
        mailbox=_mailbox(arguments.mailbox),
        direction=Direction(arguments.direction) if arguments.direction else None,
        keep_going=arguments.keep_going,
    )
    files = [file for path in _checked(arguments.path) for file in list_files(path)]
    for found in _mails(files, state):
        _add(state, found)
        if state.refused and not state.keep_going:
            break
    _write(state)
    _say(state)
    return 1 if state.refused else 0


def _mailbox(address: str) -> str:
    address = normalise(address)
    if address and not is_address(address):
        raise CommandError("--mailbox needs an address, as in bygg@kommun.example.")
    return address


def _checked(paths: list[Path]) -> list[Path]:
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path}: no such file or folder. Nothing was imported.")
    return paths


def _mails(files: list[Path], state: _Run) -> Iterator[FoundMail | Refused]:
    total = sum(file.stat().st_size for file in files)
    with tqdm(total=total, unit="B", unit_scale=True, disable=not sys.stderr.isatty()) as bar:
        for file in files:
            state.files += 1
            yield from read_file(file)
            bar.update(file.stat().st_size)


def _add(state: _Run, found: FoundMail | Refused) -> None:
    if isinstance(found, Refused):
        state.refused.append(found)
        return
    state.messages += 1
    state.group.append(found)
    state.octets += len(found.raw)
    if len(state.group) >= GROUP_MAILS or state.octets >= GROUP_OCTETS:
        _write(state)


def _write(state: _Run) -> None:
    if not state.group:
        return
    arrivals = [
        Arrived(
            raw=mail.raw,
            route=Route.IMPORT,
            at=None,
            mailbox=state.mailbox,
            direction=state.direction,
            fallback_at=mail.changed_at,
        )
        for mail in state.group
    ]
    done = import_group(arrivals=arrivals, listeners=DELIVERY_LISTENERS, now=datetime.now(UTC))
    state.new += done.new
    state.already_there += done.already_there
    mails = [state.group[place] for place in done.refused]
    state.refused.extend(Refused(mail.name, mail.offset, Refusal.NOT_STORED) for mail in mails)
    state.group, state.octets = [], 0


def _say(state: _Run) -> None:
    refused = [{"file": one.name, "offset": one.offset, "code": str(one.code)} for one in state.refused]
    said = {
        "files": state.files,
        "messages": state.messages,
        "new": state.new,
        "already_there": state.already_there,
        "refused": refused,
    }
    print(json.dumps(said, ensure_ascii=False))
