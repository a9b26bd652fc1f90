"""``kommunpost sweep``: bytes of mail that was never acknowledged, in the store with no row since a crash.

JSON on stdout: ``{"loose": 3, "due": 1, "erased": 0}``. Changes nothing unless ``--erase``. Exit 0; 1 when something
was due, was to be erased, and was left because it was too much at once.
"""

import argparse
import json
import sys
from dataclasses import asdict

from django.utils import timezone

from kommunpost.apps.mailflow.actions.sweep import KEPT_FOR, MOST, sweep


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--erase", action="store_true", help=f"erase what has been seen for {KEPT_FOR.days} days; else only look"
    )
    parser.add_argument(
        "--however-many", action="store_true", help=f"also when they are {MOST} or more, as beside a wrong database"
    )


def run(arguments: argparse.Namespace) -> int:
    done = sweep(now=timezone.now(), erase=arguments.erase, however_many=arguments.however_many)
    print(json.dumps(asdict(done)))
    if arguments.erase and done.erased == 0 and done.due >= MOST:
        print("Too many to be the traces of a crash. Is this the database of these mails?", file=sys.stderr)
        return 1
    return 0
