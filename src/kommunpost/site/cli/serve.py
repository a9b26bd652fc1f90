"""``kommunpost serve``: everything in one process, or ``--only`` some of it, until SIGINT or SIGTERM.

Prints its addresses and then a line that begins with ``READY``. An SQLite database is brought to this version at the
start; PostgreSQL only with ``--migrate``. The first signal lets what runs come to its end; a second stops at once.
"""

import argparse

from kommunpost.site.serving.prepare import prepare
from kommunpost.site.serving.process import PARTS, announce, serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", action="append", choices=PARTS, help="this part only; may be given more than once")
    parser.add_argument("--migrate", action="store_true", help="bring a PostgreSQL database to this version first")


def run(arguments: argparse.Namespace) -> int:
    prepare(migrate=arguments.migrate)
    return serve(parts=frozenset(arguments.only or PARTS), on_ready=announce)
