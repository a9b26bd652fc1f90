"""Heads of the audit chains written down outside the database (ADR 0004): one JSON object a line, only added to."""

import json
from dataclasses import asdict
from pathlib import Path

from kommunpost.apps.audit.queries import Head

HEADS_FILE = "audit-heads.jsonl"


class HeadsUnreadableError(ValueError):
    """A line of the file is no head of a chain. ``code``: ``heads_unreadable``."""

    code = "heads_unreadable"

    def __init__(self, file: Path, line: int) -> None:
        super().__init__(f"{file}, line {line}: not a head of a chain. Restore the file.")


def read_heads(file: Path) -> list[Head]:
    """The heads that were written down, none when there is no file. Raises HeadsUnreadableError naming the line."""
    if not file.exists():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(Head(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise HeadsUnreadableError(file, number) from error
    return found


def write_heads(file: Path, present: list[Head]) -> None:
    """Add the heads of now to the file. It only grows: each line is a promise that the chain can be held to."""
    with file.open("a", encoding="utf-8") as lines:
        lines.writelines(json.dumps(asdict(head)) + "\n" for head in present)
