"""Fill an empty place from a backup, and prove that it is whole before anybody starts on it.

Needs no settings of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from kommunpost.apps.mailflow.blobs.folder import FolderStore
from kommunpost.site import environment
from kommunpost.site.backup.layout import (
    BLOB_LIST,
    BLOBS,
    BLOBS_AT_ONCE,
    HEADS,
    KEY,
    MANIFEST,
    POSTGRES_DUMP,
    SQLITE_COPY,
    connection_words,
    sha256_of,
)
from kommunpost.site.cli.errors import CommandError


def restore_backup(backup: Path, *, into: Path) -> int:
    """Copy everything into the empty folder ``into`` (PostgreSQL: and DATABASE_URL). Returns the blobs copied.

    Raises CommandError when the target holds anything, or when a file of the backup is not what the manifest says.
    """
    manifest = _read_manifest(backup)
    _check_files(backup, manifest)
    if into.exists() and any(into.iterdir()):
        raise CommandError(f"{into} is not empty. A restore never writes over anything: give a new folder.")
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (backup / KEY).exists():
        shutil.copy2(backup / KEY, into / KEY)
    _keep_heads(backup, manifest, into)
    if manifest["database"] == "sqlite":
        shutil.copyfile(backup / SQLITE_COPY, into / "kommunpost.sqlite3")
    else:
        _fill_postgres(backup / POSTGRES_DUMP)
    return _copy_blobs(backup, into)


def verify_restored(backup: Path, *, into: Path) -> int:
    """Run ``kommunpost verify`` on what was restored, against the chain heads of the backup.

    Returns its exit code.
    """
    own = {"KOMMUNPOST_DATA": str(into), "KOMMUNPOST_BLOBS": str(into / BLOBS)}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL" or _is_postgres(backup)}
    words = [sys.executable, "-m", "kommunpost", "verify"]
    return subprocess.run(words, env={**kept, **own}, check=False).returncode  # noqa: S603 - ourselves


def _keep_heads(backup: Path, manifest: dict[str, Any], into: Path) -> None:
    # What verify holds the chains against: the heads sealed before, and those of the moment of the backup.
    sealed = (backup / HEADS).read_text(encoding="utf-8") if (backup / HEADS).exists() else ""
    lines = "".join(f"{json.dumps(head)}\n" for head in manifest["chains"])
    (into / HEADS).write_text(sealed + lines, encoding="utf-8")


def _is_postgres(backup: Path) -> bool:
    return (backup / POSTGRES_DUMP).exists()


def _read_manifest(backup: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CommandError(f"{backup} has no {MANIFEST}: it is no backup, or one that was broken off.") from error
    except ValueError as error:
        raise CommandError(f"{backup / MANIFEST} cannot be read: it is damaged.") from error
    return manifest


def _check_files(backup: Path, manifest: dict[str, Any]) -> None:
    for name, facts in manifest["files"].items():
        file = backup / Path(name).name
        if not file.exists() or sha256_of(file) != facts["sha256"]:
            raise CommandError(f"{file} is missing or not what the manifest says. Take another backup.", exit_code=1)


def _fill_postgres(dump: Path) -> None:
    program = shutil.which("pg_restore")
    if program is None:
        raise CommandError("pg_restore was not found. Install PostgreSQL's client programs (postgresql-client).")
    chosen = environment.database(Path())
    if "postgresql" not in str(chosen["ENGINE"]):
        raise CommandError("this is a backup of PostgreSQL: give an empty database by DATABASE_URL=postgresql://…")
    # One transaction: a database that holds such tables already refuses it, and nothing is changed.
    words = [program, "--single-transaction", "--exit-on-error", "--no-owner", *connection_words(chosen), str(dump)]
    done = subprocess.run(  # noqa: S603 - a fixed program, no shell
        words, env={**os.environ, "PGPASSWORD": str(chosen["PASSWORD"])}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise CommandError(f"pg_restore failed, nothing was changed: {lines[0]}", exit_code=1)


def _copy_blobs(backup: Path, into: Path) -> int:
    source, target = FolderStore(backup / BLOBS), FolderStore(into / BLOBS)
    digests = (backup / BLOB_LIST).read_text(encoding="ascii").split()
    try:
        for start in range(0, len(digests), BLOBS_AT_ONCE):
            # get() checks the hash of each.
            target.put_many([source.get(digest) for digest in digests[start : start + BLOBS_AT_ONCE]])
    finally:
        source.close()
        target.close()
    return len(digests)
