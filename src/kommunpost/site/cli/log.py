"""``kommunpost log``: an extract of the e-mail log as JSON lines, CSV or PDF/A."""

import argparse
import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from kommunpost.apps.directory.addresses import normalise
from kommunpost.apps.directory.queries import resolve_addresses
from kommunpost.apps.maillog.exports import ExtractRefused, Format, make_extract
from kommunpost.apps.maillog.queries import LogFilter
from kommunpost.site.cli.errors import CommandError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mailbox", default="", metavar="ADDRESS", help="only this mailbox; else all")
    parser.add_argument("--from", dest="since", metavar="DAY", help="first day, as in 2026-03-01 (Swedish time)")
    parser.add_argument("--to", dest="until", metavar="DAY", help="last day, included")
    parser.add_argument("--direction", choices=["in", "out"], default="", help="only mail in, or only mail out")
    parser.add_argument("--contains", default="", metavar="WORDS", help="words in sender, recipients or subject")
    parser.add_argument("--format", choices=[str(one) for one in Format], default="json", help="default: json")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write here in place of stdout")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 2 with one line on stderr when what was asked for cannot be given."""
    kind = Format(arguments.format)
    if kind is Format.PDF and arguments.output is None and sys.stdout.isatty():
        raise CommandError("a PDF does not belong on a terminal. Give -o FILE, or send stdout to a file.")
    wanted = _filter(arguments)
    try:
        extract = make_extract(filter=wanted, kind=kind, by="system:cli", now=datetime.now(UTC))
    except ExtractRefused as error:
        raise CommandError(
            f"the PDF would have more than {error.most} rows. Ask for a shorter period, or for --format csv."
        ) from error
    with extract.file as source:
        if arguments.output is None:
            shutil.copyfileobj(source, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            _save(source, arguments.output)
    return 0


def _save(source: IO[bytes], path: Path) -> None:
    try:
        with path.open("wb") as target:
            shutil.copyfileobj(source, target)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error


def _filter(arguments: argparse.Namespace) -> LogFilter:
    since, until = _day("--from", arguments.since), _day("--to", arguments.until)
    if since and until and since > until:
        raise CommandError("--from is after --to. Nothing was written.")
    return LogFilter(
        mailbox_ids=_mailbox(arguments.mailbox) if arguments.mailbox else None,
        direction=arguments.direction,
        since=since,
        until=until,
        text=arguments.contains,
    )


def _day(option: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} is {text!r}. Write a day as in 2026-03-01.") from None


def _mailbox(address: str) -> frozenset[int]:
    found = resolve_addresses([address]).get(normalise(address))
    if found is None:
        raise CommandError("--mailbox: no mailbox has that address. See the directory for those that there are.")
    return frozenset({found.id})
