"""``kommunpost advise``: what the guidelines say of mails, as JSON, one object a line. Needs no database.

A mail's own date is taken for today, so that "på fredag" is worked out from it; without one, now is.
Without --directory nobody's phone number is known, and lists are known by their names (alla@) only.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from kommunpost.core.advice import Context, Draft, Finding, advise
from kommunpost.core.advice.as_json import fix_data
from kommunpost.core.advice.from_mail import RecordRefused, draft_from_parsed, draft_from_record, receipt_headers
from kommunpost.core.guidelines import Profile, ProfileError, load_profile
from kommunpost.core.mail import parse
from kommunpost.core.swedish.spelling import Speller, swedish_speller
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.cli.known_people import NOBODY, Known, read_known
from kommunpost.site.cli.parse import check_readable


@dataclass(frozen=True, slots=True)
class _Knowledge:
    profile: Profile
    known: Known
    speller: Speller | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", type=Path, help="a mail as it is to be sent (.eml)")
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='the files (or stdin) hold a mail a line: {"id", "from", "to", "cc", "subject", "body", …}',
    )
    parser.add_argument(
        "--directory", metavar="FILE", type=Path, help="who is who: a directory file (.toml), or the same as .json"
    )
    parser.add_argument(
        "--spelling", action="store_true", help="look at spelling too; needs hunspell and its Swedish dictionary"
    )
    parser.add_argument("--profile", default="botkyrka", help="the municipality's settings: a name or a file")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings for each mail, in order. Bad input is one line on stderr; what came before it is printed."""
    if not arguments.files and not arguments.jsonl:
        raise CommandError("give mail files, or --jsonl with files or lines on stdin.")
    check_readable(path for path in arguments.files if str(path) != "-")
    known = read_known(arguments.directory) if arguments.directory else NOBODY
    knowledge = _Knowledge(_profile(arguments.profile), known, _speller() if arguments.spelling else None)
    described = _records(arguments.files, knowledge) if arguments.jsonl else _mails(arguments.files, knowledge)
    for one in described:
        sys.stdout.write(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8") + "\n")
        sys.stdout.flush()
    return 0


def describe(finding: Finding) -> dict[str, Any]:
    """A finding as the public JSON of ``kommunpost advise``."""
    return {
        "clause": finding.clause,
        "severity": finding.severity.value,
        "says": finding.says,
        "field": finding.place.field.value,
        "start": finding.place.start,
        "end": finding.place.end,
        "fix": None if finding.fix is None else fix_data(finding.fix),
    }


def _mails(files: Iterable[Path], knowledge: _Knowledge) -> Iterator[dict[str, Any]]:
    for path in files:
        raw = path.read_bytes()
        mail = parse(raw)
        draft = draft_from_parsed(mail, receipts=receipt_headers(raw))
        yield {"file": str(path), "findings": _findings(draft, mail.headers.date, knowledge)}


def _records(files: list[Path], knowledge: _Knowledge) -> Iterator[dict[str, Any]]:
    for path in files or [Path("-")]:
        if str(path) == "-":
            yield from _lines(sys.stdin, "stdin", knowledge)
        else:
            with path.open(encoding="utf-8") as lines:
                yield from _lines(lines, str(path), knowledge)


def _lines(lines: IO[str], name: str, knowledge: _Knowledge) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        for line in lines:
            number += 1
            if line.strip():
                yield _record(json.loads(line), knowledge)
    except UnicodeDecodeError as error:
        raise CommandError(f"{name}, after line {number}: is not UTF-8.") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise CommandError(f"{name}, line {number}: is not JSON ({error}).") from error
    except RecordRefused as refusal:
        where = f" at {refusal.where}" if refusal.where else ""
        raise CommandError(f"{name}, line {number}: is not a mail{where}.") from refusal


def _record(record: object, knowledge: _Knowledge) -> dict[str, Any]:
    draft, written = draft_from_record(record)
    named = record.get("id") if isinstance(record, dict) else None
    return {"id": named, "findings": _findings(draft, written, knowledge)}


def _findings(draft: Draft, written: datetime | None, knowledge: _Knowledge) -> list[dict[str, Any]]:
    context = Context(
        now=written or datetime.now(UTC),
        profile=knowledge.profile,
        people=knowledge.known.people,
        mailboxes=knowledge.known.mailboxes,
        groups=knowledge.known.groups,
        speller=knowledge.speller,
    )
    return [describe(finding) for finding in advise(draft, context)]


def _speller() -> Speller:
    speller = swedish_speller()
    if speller is None:
        raise CommandError("--spelling needs hunspell and its Swedish dictionary (Debian: hunspell, hunspell-sv).")
    return speller


def _profile(name: str) -> Profile:
    try:
        return load_profile(name)
    except ProfileError as error:
        raise CommandError(str(error)) from error
