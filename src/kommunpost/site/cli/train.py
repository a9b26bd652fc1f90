"""``kommunpost train``: a model from the shipped examples and from mails with people's decisions."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kommunpost.core.judgement import MailRecordError, World, to_bytes
from kommunpost.core.judgement.examples import examples_from
from kommunpost.core.judgement.learning import learn
from kommunpost.core.judgement.training import Example
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.cli.parse import check_readable
from kommunpost.site.cli.worlds import add_world_arguments, load_brain, load_world

FEWEST = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", type=Path, help='decided mails, a line each: as for judge, with "labels"'
    )
    parser.add_argument("--output", "-o", type=Path, required=True, metavar="MODEL", help="the model file to write")
    parser.add_argument("--before", type=Path, metavar="MODEL", help="the model used until now; else the shipped one")
    add_world_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Learn, compare with the model before, and write the new one if it is as good. Exit 1 when it is not."""
    given = [arguments.directory, arguments.knowledge, arguments.before]
    check_readable([path for path in (*arguments.files, *given) if path is not None])
    world = load_world(arguments.directory, arguments.knowledge)
    decided = list(_decided(arguments.files, world))
    if len(decided) < FEWEST:
        raise CommandError(f"{len(decided)} decided mails are too few to learn from; at least {FEWEST} are needed.")
    lesson = learn(decided, world, before=load_brain(arguments.before))
    found = lesson.comparison
    for head in found.counted:
        sys.stderr.write(f"{head:<13}{found.counted[head]:>5}  {found.before[head]:.3f} -> {found.after[head]:.3f}\n")
    print(json.dumps({"version": lesson.brain.version, "use": found.use, "says": found.says}, ensure_ascii=False))
    if found.use:
        write_model(arguments.output, to_bytes(lesson.brain))
    return 0 if found.use else 1


def write_model(path: Path, content: bytes) -> None:
    """Put the model in place at once; one that stands there is kept beside it as ``….previous``."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    if path.exists():
        path.replace(path.with_name(f"{path.name}.previous"))
    fresh.replace(path)


def _decided(files: Sequence[Path], world: World) -> Iterator[Example]:
    for path in files:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _example(line, world, where=f"{path}, line {number}")


def _example(line: str, world: World, *, where: str) -> Example:
    try:
        record: Any = json.loads(line)
        if not isinstance(record, dict):
            raise CommandError(f"{where}: must be a mail, an object.")
        return examples_from([record], world)[0]
    except json.JSONDecodeError as error:
        raise CommandError(f"{where}: is no JSON ({error}).") from error
    except MailRecordError as error:
        raise CommandError(f"{where}: {error}.") from error
