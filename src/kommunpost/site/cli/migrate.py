"""``kommunpost migrate``: brings the database to this version. Safe to run again."""

import argparse
import sys

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when steps are waiting")


def run(arguments: argparse.Namespace) -> int:
    waiting = waiting_steps()
    if arguments.check:
        print("\n".join(waiting) or "The database is of this version.")
        return 1 if waiting else 0
    apply_steps()
    print(f"{len(waiting)} steps taken; the database is of this version.")
    return 0


def waiting_steps() -> list[str]:
    """Names (``office.0002_name``) of the migrations that this version has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def apply_steps() -> None:
    """Run the waiting migrations, with Django's words on stderr so that stdout stays clean."""
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
