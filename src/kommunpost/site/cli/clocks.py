"""``kommunpost clocks``: going live. ``start`` makes imported mail from a day on await an answer, ``undo`` puts a start
back, ``list`` shows them. JSON, one line a mailbox; nothing of any mail.
"""

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.inbox.actions import starts
from kommunpost.apps.inbox.models import ClockStart
from kommunpost.apps.inbox.queries.starts import preview
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.starts import check_since
from kommunpost.core.swedish.working_days import local_day
from kommunpost.site.cli.errors import CommandError

WHO = "system:cli"
REASONS = {
    "day_to_come": "the day has not been yet.",
    "too_long_ago": "the day is more than a year ago.",
    "start_at_work": "a start is at work for the mailbox already. Wait until it is done (kommunpost clocks list).",
    "no_such_start": "there is no such start, or it cannot be undone as it is. kommunpost clocks list shows them.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    start = verbs.add_parser("start", help="the two-day clock runs for imported mail of this day and later")
    start.add_argument("--since", required=True, type=_day, metavar="DATE", help="YYYY-MM-DD, at most a year ago")
    start.add_argument(
        "--mailbox", action="append", default=[], metavar="ADDRESS", help="only this one (may be given many times)"
    )
    start.add_argument("--dry-run", action="store_true", help="count, and change nothing")
    undo = verbs.add_parser("undo", help="stop the clocks of a start again, where nothing else has happened since")
    undo.add_argument("id", type=int, help="the number that start and list show")
    verbs.add_parser("list", help="print all starts, oldest first")


def run(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    try:
        if arguments.verb == "start":
            check_since(arguments.since, today=local_day(now))
            for box in _boxes(arguments.mailbox):
                _say(_start(box, since=arguments.since, is_dry=arguments.dry_run, now=now))
        elif arguments.verb == "undo":
            starts.ask_undo_by_system(by=WHO, start_id=arguments.id, now=now)
            _say(_told(starts.carry_to_the_end(start_id=arguments.id, now=now)))
        else:
            for one in ClockStart.objects.select_related("mailbox").order_by("pk"):
                _say(_told(one))
    except InboxRefused as refusal:
        raise CommandError(REASONS[refusal.code]) from refusal
    return 0


def _start(box: Mailbox, *, since: date, is_dry: bool, now: datetime) -> dict[str, object]:
    seen = preview(box.pk, since, now=now)
    told: dict[str, object] = {
        "mailbox": box.address, "since": since.isoformat(), "waiting": seen.waiting, "late": seen.late,
        "unsorted": seen.unsorted, "id": None, "started": 0,
    }  # fmt: skip
    if is_dry or not seen.waiting:
        return told
    start_id = starts.ask_start_by_system(by=WHO, mailbox_id=box.pk, since=since, now=now)
    done = starts.carry_to_the_end(start_id=start_id, now=now)
    return told | {"id": done.pk, "started": done.started}


def _told(start: ClockStart) -> dict[str, object]:
    return {
        "id": start.pk, "mailbox": start.mailbox.address, "since": start.since.isoformat(), "state": start.state,
        "started": start.started, "put_back": start.put_back,
    }  # fmt: skip


def _boxes(addresses: list[str]) -> Iterable[Mailbox]:
    shared = Mailbox.objects.filter(kind__in=SHARED_KINDS).order_by("address")
    if not addresses:
        return shared
    asked = {address.strip().lower() for address in addresses}
    found = list(shared.filter(address__in=asked))
    if missing := asked - {box.address for box in found}:
        raise CommandError(f"no shared mailbox has the address {', '.join(sorted(missing))}. Nothing is changed.")
    return found


def _say(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day. Write it as 2026-03-12.") from None
