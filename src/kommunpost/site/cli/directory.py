"""``kommunpost directory``: loads the municipality's directory from one TOML file, writes it back as one, and lets
somebody in: a link to choose a password by.
"""

import argparse
import json
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from kommunpost.apps.directory import toml
from kommunpost.apps.directory.actions import EntryRefused, export_directory, load_directory, make_password_link
from kommunpost.apps.directory.file_format import DirectoryFileRefused
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.password_links import path_of_link
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
    link = verbs.add_parser("link", help="write a link, good once, by which somebody chooses a password")
    link.add_argument("address", metavar="ADDRESS", help="of the person, who must have an account")


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "export":
        sys.stdout.write(toml.write(export_directory(), comment=_COMMENT))
        return 0
    if arguments.verb == "link":
        print(_password_link(arguments.address))
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


def _password_link(address: str) -> str:
    """The way in for the first administrator, and for whoever no administrator can help. The trail knows of it."""
    account = Account.objects.filter(address=address.strip().lower()).first()
    if account is None:
        raise CommandError(f"{address} has no account. Give the person roles in the directory file and load it.")
    try:
        opened = make_password_link(by="system:cli", account_id=account.pk, now=datetime.now(UTC))
    except EntryRefused as refusal:
        raise CommandError(f"{address}: the account is closed ({refusal.code}).") from refusal
    origins = settings.CSRF_TRUSTED_ORIGINS
    return (origins[0] if origins else f"http://{settings.WEB_ADDRESS}") + path_of_link(opened)


def _parsed(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise CommandError(f"{file} is no TOML: {error}.") from error
