"""``kommunpost judge``: what mails probably are, as JSON. Needs no database and no network."""

import argparse
import functools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kommunpost.core.judgement import MailRecordError, from_parsed, from_record, judge
from kommunpost.core.judgement.as_json import judgement_data
from kommunpost.core.judgement.repeats import Repeats
from kommunpost.core.mail import parse
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.cli.parse import check_readable
from kommunpost.site.cli.streaming import Line, cores, run_lines
from kommunpost.site.cli.worlds import add_world_arguments, load_brain, load_world

_EARLIER = "kommunpost:earlier"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", type=Path, help="a mail as it came (.eml)")
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='each line of FILE (or of standard input) is a mail {"id","kind","from","to","cc","subject","body"}',
    )
    add_world_arguments(parser)
    parser.add_argument("--model", type=Path, metavar="FILE", help="a model that train has made; else the shipped one")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="processes (--jsonl); else one a core")


def run(arguments: argparse.Namespace) -> int:
    """Print what each mail probably is. Files are opened before anything is written."""
    _check(arguments)
    known = {"directory": arguments.directory, "knowledge": arguments.knowledge, "model": arguments.model}
    load_world(arguments.directory, arguments.knowledge)
    load_brain(arguments.model)
    if arguments.jsonl:
        prepare = functools.partial(marked, directory=arguments.directory, knowledge=arguments.knowledge)
        work = functools.partial(judged_line, **known)
        run_lines(arguments.files or [Path("-")], work, jobs=arguments.jobs or cores(), prepare=prepare)
        return 0
    repeats = Repeats()
    for path in arguments.files:
        print(_dump(judged_file(path, repeats, **known)))
    return 0


def _check(arguments: argparse.Namespace) -> None:
    given = [arguments.directory, arguments.knowledge, arguments.model]
    check_readable([path for path in (*arguments.files, *given) if path is not None and str(path) != "-"])
    if not arguments.files and not arguments.jsonl:
        raise CommandError("judge needs a FILE, or --jsonl with lines on standard input.")
    if arguments.jobs < 0:
        raise CommandError("--jobs is a number of processes, 1 or more.")


def marked(lines: Iterator[Line], *, directory: Path | None, knowledge: Path | None) -> Iterator[Line]:
    """The lines, those of mails that have come before marked so: the workers do not see each other's."""
    domains = load_world(directory, knowledge).domains
    repeats = Repeats()
    for line in lines:
        record = _record(line)
        mail = _facts(record, line, domains=domains, earlier=False)
        if repeats.seen(mail):
            yield Line(line.where, _dump({**record, _EARLIER: True}).encode("utf-8"))
        else:
            yield line


def judged_line(line: Line, *, directory: Path | None, knowledge: Path | None, model: Path | None) -> str:
    """One line of JSON in, one out. Raises CommandError that names the line."""
    world = load_world(directory, knowledge)
    record = _record(line)
    mail = _facts(record, line, domains=world.domains, earlier=bool(record.get(_EARLIER)))
    return _dump({"id": record.get("id"), **judgement_data(judge(mail, world, brain=load_brain(model)))})


def judged_file(
    path: Path, repeats: Repeats, *, directory: Path | None, knowledge: Path | None, model: Path | None
) -> dict[str, object]:
    """A mail file as the public JSON of ``kommunpost judge``."""
    world = load_world(directory, knowledge)
    raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    parsed = parse(raw)
    earlier = repeats.seen(from_parsed(parsed, domains=world.domains))
    mail = from_parsed(parsed, domains=world.domains, earlier=earlier)
    return {"file": str(path), **judgement_data(judge(mail, world, brain=load_brain(model)))}


def _facts(record: dict[str, Any], line: Line, *, domains: frozenset[str], earlier: bool) -> Any:
    try:
        return from_record(record, domains=domains, earlier=earlier)
    except MailRecordError as error:
        raise CommandError(f"{line.where}: {error}.") from error


def _record(line: Line) -> dict[str, Any]:
    try:
        record = json.loads(line.octets)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{line.where}: is no JSON ({error}).") from error
    except RecursionError as error:
        raise CommandError(f"{line.where}: is nested too deep.") from error
    if not isinstance(record, dict) or "body" not in record:
        raise CommandError(f'{line.where}: must be a mail, an object with "body".')
    return record


def _dump(said: dict[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
