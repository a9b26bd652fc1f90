"""What must be in order before the first request: data folder, database."""

import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from kommunpost.site.cli.errors import CommandError
from kommunpost.site.cli.migrate import apply_steps, waiting_steps


def prepare(*, migrate: bool) -> None:
    """Make the data folder; bring an SQLite database to this version; refuse a PostgreSQL one that is not.

    On PostgreSQL several processes and machines may share the tables, so the moment of a migration is the operator's
    to choose. Raises CommandError with the remedy.
    """
    _make_folder(settings.DATA_FOLDER)
    waiting = waiting_steps()
    if not waiting:
        return
    if connection.vendor != "sqlite" and not migrate:
        raise CommandError(
            f"the database lacks {len(waiting)} steps of this version. "
            "Run kommunpost migrate when no older version is running, or serve --migrate."
        )
    sys.stderr.write(f"Bringing the database to this version: {len(waiting)} steps …\n")
    apply_steps()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(f"KOMMUNPOST_DATA is {folder}, where nothing can be written: {error.strerror}.") from error
