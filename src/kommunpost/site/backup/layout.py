"""What a backup's folder holds, for those who write it and those who read it. Needs neither tables nor settings."""

import hashlib
from pathlib import Path

MANIFEST = "manifest.json"
SQLITE_COPY = "database.sqlite3"
POSTGRES_DUMP = "database.dump"
BLOBS = "blobs"
BLOB_LIST = "blobs.txt"
BLOBS_AT_ONCE = 200
"""Copied with one sync."""

KEY = "secret.key"
HEADS = "audit-heads.jsonl"


def sha256_of(file: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def connection_words(chosen: dict[str, object]) -> list[str]:
    """PostgreSQL's client options for one of Django's database settings (host, port, user, name.

    Never the password).
    """
    options = {"--host": chosen.get("HOST"), "--port": chosen.get("PORT"), "--username": chosen.get("USER")}
    return [*(f"{name}={value}" for name, value in options.items() if value), f"--dbname={chosen['NAME']}"]
