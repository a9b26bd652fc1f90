"""``kommunpost doctor``: settings, database, clock, disk, mail store, worker, relay, shared mailboxes that are silent.

Each finding says what to do. Exit 1 when something is wrong.
"""

import argparse
import json

from django.utils import timezone

from kommunpost.site.doctor.examination import examine

FIELDS = ("code", "level", "says", "remedy")
_MARKS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line: code, level, says, remedy")


def run(arguments: argparse.Namespace) -> int:
    findings = examine(now=timezone.now())
    for finding in findings:
        if arguments.json:
            print(json.dumps({name: getattr(finding, name) for name in FIELDS}, ensure_ascii=False))
        else:
            print(f"{_MARKS[finding.level]} {finding.says} {finding.remedy}".rstrip())
    return 1 if any(finding.level == "wrong" for finding in findings) else 0
