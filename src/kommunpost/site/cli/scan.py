"""``kommunpost scan``: mail that was read before a clamd was set waits for it too.

JSON on stdout: ``{"mails": 12, "files": 15}``. The worker scans them, newer mail first. Exit 0.
"""

import argparse
import json
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from kommunpost.apps.mailflow.actions.scanning import note_older
from kommunpost.core.swedish.working_days import STOCKHOLM
from kommunpost.site.cli.errors import CommandError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", required=True, type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD, the day that the mail came"
    )


def run(arguments: argparse.Namespace) -> int:
    if not settings.CLAMD_URL:
        raise CommandError("KOMMUNPOST_CLAMD is not set: there is no clamd to ask.")
    since = datetime.combine(arguments.since, datetime.min.time(), tzinfo=STOCKHOLM)
    mails, files = note_older(since=since, by="system:cli", now=timezone.now())
    print(json.dumps({"mails": mails, "files": files}))
    return 0
