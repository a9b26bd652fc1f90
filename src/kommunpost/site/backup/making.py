"""A consistent copy while everything runs: first the database, then every blob that it names, then the manifest.

In this order no row can name a blob that the copy lacks: rows are never removed, and blobs stand before their rows. The
manifest is written last; a folder without one is not a backup. The copy holds all mail and the signing key: guard it
as the original. What is erased after the copy was made is still in it.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection

from kommunpost import __version__
from kommunpost.apps.audit import queries as audit
from kommunpost.apps.mailflow.blobs import BlobMissing, BlobStore, FolderStore, PackedBlob, store
from kommunpost.apps.mailflow.models import Blob
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


@dataclass(frozen=True, slots=True)
class Backup:
    """What was copied. ``blob_bytes`` as stored, compressed."""

    blobs: int
    blob_bytes: int
    erased_meanwhile: int


def make_backup(folder: Path, *, now: datetime) -> Backup:
    """Copy database, mail and key to ``folder``, which must be empty or not there.

    Raises CommandError with the remedy.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty. Give a folder that does not exist yet.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Read before the database is copied, so that the copy holds at least these.
    heads = audit.heads()
    database = _copy_sqlite(folder) if connection.vendor == "sqlite" else _dump_postgres(folder)
    copied = _copy_blobs(folder)
    files = [database, folder / BLOB_LIST]
    beside = [settings.DATA_FOLDER / name for name in (KEY, HEADS)]
    files += [Path(shutil.copy2(file, folder / file.name)) for file in beside if file.exists()]
    manifest = {
        "version": __version__,
        "made_at": now.isoformat(),
        "database": connection.vendor,
        "files": {file.name: {"sha256": sha256_of(file), "size": file.stat().st_size} for file in files},
        "blobs": copied.blobs,
        "chains": [asdict(head) for head in heads],
    }
    _write_last(folder / MANIFEST, json.dumps(manifest, indent=1))
    return copied


def _copy_sqlite(folder: Path) -> Path:
    """SQLite's own backup: a snapshot; writers go on meanwhile."""
    target = folder / SQLITE_COPY
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True, timeout=30)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        source.close()
    return target


def _dump_postgres(folder: Path) -> Path:
    """One snapshot by pg_dump, which must be at least of the server's version."""
    target = folder / POSTGRES_DUMP
    program = shutil.which("pg_dump")
    if program is None:
        raise CommandError("pg_dump was not found. Install PostgreSQL's client programs (Debian: postgresql-client).")
    chosen = settings.DATABASES["default"]
    # The password goes by the environment: a command line is readable by everybody on the machine.
    words = [program, "--format=custom", "--no-owner", f"--file={target}", *connection_words(chosen)]
    done = subprocess.run(  # noqa: S603 - a fixed program, no shell
        words, env={**os.environ, "PGPASSWORD": str(chosen["PASSWORD"])}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"pg_dump failed: {done.stderr.strip().splitlines()[-1:]}", exit_code=1)
    return target


def _copy_blobs(folder: Path) -> Backup:
    source, target = store(), FolderStore(folder / BLOBS)
    count = size = erased = 0
    sizes = Blob.objects.filter(erased_at=None).values_list("digest", "size").iterator(chunk_size=2000)
    try:
        with (folder / BLOB_LIST).open("w", encoding="ascii") as listed:
            while chunk := list(islice(sizes, BLOBS_AT_ONCE)):
                found = [blob for digest, octets in chunk if (blob := _packed(source, digest, octets)) is not None]
                copied = target.put_packed(found)
                erased += sum(map(_must_be_erased, {digest for digest, _octets in chunk} - {b.digest for b in copied}))
                listed.writelines(f"{blob.digest}\n" for blob in copied)
                count += len(copied)
                size += sum(blob.stored_size for blob in copied)
    finally:
        target.close()
    return Backup(blobs=count, blob_bytes=size, erased_meanwhile=erased)


def _packed(source: BlobStore, digest: str, size: int) -> PackedBlob | None:
    try:
        return PackedBlob(digest, size, source.get_packed(digest))
    except BlobMissing:
        return None


def _must_be_erased(digest: str) -> int:
    if Blob.objects.filter(digest=digest, erased_at=None).exists():
        raise CommandError(
            f"the blob store lacks {digest}. Run kommunpost verify before any more backups.", exit_code=1
        )
    return 1


def _write_last(file: Path, text: str) -> None:
    aside = file.with_suffix(".part")
    with aside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    aside.rename(file)
