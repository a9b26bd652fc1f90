"""``kommunpost parse``: mail files as JSON, one object a line. Needs no database."""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from kommunpost.core.mail import Address, Attachment, ParsedMail, parse, safe_name
from kommunpost.site.cli.errors import CommandError

_MAX_SAME_NAME = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="a mail as it came (.eml)")
    parser.add_argument("--extract", metavar="DIR", type=Path, help="write the attachments here; never overwrites")


def run(arguments: argparse.Namespace) -> int:
    """Print what each file says. All are opened before anything is written: a bad name leaves nothing half-done."""
    check_readable(arguments.files)
    if arguments.extract is not None:
        prepare_folder(arguments.extract)
    for path in arguments.files:
        mail = parse(path.read_bytes())
        described = describe(str(path), mail)
        if arguments.extract is not None:
            add_paths(described, mail.attachments, arguments.extract)
        sys.stdout.write(json.dumps(described, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8") + "\n")
    return 0


def check_readable(files: Iterable[Path]) -> None:
    """Raises CommandError for the first file that cannot be read."""
    for path in files:
        if path.is_dir():
            raise CommandError(f"{path}: is a folder, not a mail file.")
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error


def prepare_folder(folder: Path) -> None:
    """Make the folder. Raises CommandError when it cannot be made or is a file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror or error}") from error


def describe(file: str, mail: ParsedMail) -> dict[str, object]:
    """A mail as the public JSON of ``kommunpost parse``."""
    headers = mail.headers
    return {
        "file": file,
        "subject": headers.subject,
        "from": _address(headers.sender),
        "to": [_address(address) for address in headers.to],
        "cc": [_address(address) for address in headers.cc],
        "date": _moment(headers.date),
        "message_id": headers.message_id,
        "text": mail.text,
        "html_text": mail.html_text,
        "attachments": [_attachment(attachment) for attachment in mail.attachments],
        "automatic": headers.automatic.value if headers.automatic else None,
        "defects": [f"{defect.code} {defect.where}".strip() for defect in mail.defects],
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _attachment(attachment: Attachment) -> dict[str, object]:
    return {
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }


def add_paths(described: dict[str, object], attachments: Iterable[Attachment], folder: Path) -> None:
    """Write the attachments to the folder under safe names and add each one's path."""
    rows = described["attachments"]
    if not isinstance(rows, list):
        raise TypeError("attachments")
    for row, attachment in zip(rows, attachments, strict=True):
        row["path"] = str(write_new(folder, safe_name(attachment.name), attachment.content))


def write_new(folder: Path, name: str, content: bytes) -> Path:
    """Write under the name, with a number when it is taken. Raises CommandError when nothing can be written."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f"{dot}{ending}") if stem else (name, "")
    for number in range(1, _MAX_SAME_NAME):
        path = folder / (name if number == 1 else f"{stem}-{number}{ending}")
        try:
            # O_EXCL also refuses a symbolic link that somebody put there.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        return path
    raise CommandError(f"{folder}: too many files are called {name}.")
