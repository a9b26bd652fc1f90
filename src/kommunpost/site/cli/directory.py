"""``kommunpost directory``: loads the municipality's directory from one TOML file, and writes it back as one."""

import argparse
import json
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from kommunpost.apps.directory import toml
from kommunpost.apps.directory.actions import export_directory, load_directory
from kommunpost.apps.directory.file_format import DirectoryFileRefused
from kommunpost.site.cli.errors import CommandError

_COMMENT = "The directory. Load it with: kommunpost directory load FILE"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    load = verbs.add_parser("load", help="make the directory as FILE says; loading it again changes nothing")
    load.add_argument("file", type=Path, metavar="FILE")
    load.add_argument(
        "--deactivate-missing", action="store_true", help="close the people and mailboxes that FILE leaves out"
    )
    verbs.add_parser("export", help="write the directory to stdout")


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "export":
        sys.stdout.write(toml.write(export_directory(), comment=_COMMENT))
        return 0
    try:
        summary = load_directory(
            data=_parsed(arguments.file),
            by="system:cli",
            now=datetime.now(UTC),
            deactivate_missing=arguments.deactivate_missing,
        )
    except DirectoryFileRefused as refusal:
        faults = "\n".join(f"  {problem}" for problem in refusal.problems)
        raise CommandError(f"{arguments.file} was not loaded; nothing is changed:\n{faults}") from refusal
    print(json.dumps(summary.as_details(), sort_keys=True))
    return 0


def _parsed(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise CommandError(f"{file} is no TOML: {error}.") from error
