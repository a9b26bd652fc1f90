"""Blobs in a local folder: ``aa/bb/<sha256>.zst``. A file that stands under its name is whole and durable.

Written aside, synced, renamed, and the folder synced. ADR 0006 has the measurements behind the group sync.
"""

import ctypes
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kommunpost.apps.mailflow.blobs.contract import BlobMissing, StoredBlob, check_digest, digest_of, pack, unpack

GROUP_FROM = 3
"""From how many new files one sync of the whole file system costs less than a sync of each."""
LEFTOVER_SECONDS = 3600
"""A file written aside that is older than this belongs to a process that died."""


def _syncfs() -> Callable[[int], int] | None:
    # POSIX has no "sync these files"; Linux has syncfs(2), which waits, and reports write errors since 5.8.
    libc = ctypes.CDLL(None, use_errno=True)
    found: Callable[[int], int] | None = getattr(libc, "syncfs", None)
    return found


class FolderStore:
    """A ``BlobStore`` in the folder ``root`` (made when missing)."""

    def __init__(self, root: Path, *, now: Callable[[], float] = time.time) -> None:
        self.root = root
        self._aside = root / "aside"
        self._aside.mkdir(parents=True, exist_ok=True)
        self._syncfs = _syncfs()
        self._remove_leftovers(before=now() - LEFTOVER_SECONDS)

    def put(self, raw: bytes) -> StoredBlob:
        return self.put_many([raw])[0]

    def put_many(self, raws: Sequence[bytes]) -> list[StoredBlob]:
        # The descriptor is opened first: a write error between then and the sync is reported to it.
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return self._put_many(raws, descriptor)
        finally:
            os.close(descriptor)

    def _put_many(self, raws: Sequence[bytes], root: int) -> list[StoredBlob]:
        digests = [digest_of(raw) for raw in raws]
        new = {digest: raw for digest, raw in zip(digests, raws, strict=True) if not self.exists(digest)}
        grouped = self._syncfs is not None and len(new) >= GROUP_FROM
        for digest, raw in new.items():
            self._write(digest, pack(raw), sync=not grouped)
        if grouped:
            self._sync_all(root)
        # A file that another process renamed a moment ago may stand in a folder that is not synced yet.
        for folder in {self.path(digest).parent for digest in digests if not grouped or digest not in new}:
            _sync_folder(folder)
        return [
            StoredBlob(digest, len(raw), self.path(digest).stat().st_size)
            for digest, raw in zip(digests, raws, strict=True)
        ]

    def get(self, digest: str) -> bytes:
        try:
            packed = self.path(check_digest(digest)).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing(digest) from error
        return unpack(packed, digest=digest)

    def exists(self, digest: str) -> bool:
        return self.path(check_digest(digest)).exists()

    def erase(self, digest: str) -> bool:
        path = self.path(check_digest(digest))
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        _sync_folder(path.parent)
        return True

    def digests(self) -> Iterator[str]:
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*.zst"):
            yield path.stem

    def path(self, digest: str) -> Path:
        """Where the blob lies, or would lie."""
        return self.root / digest[:2] / digest[2:4] / f"{digest}.zst"

    def _write(self, digest: str, packed: bytes, *, sync: bool) -> None:
        aside = self._aside / f"{digest}.{secrets.token_hex(8)}"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                _write_whole(file.fileno(), packed)
                if sync:
                    os.fsync(file.fileno())
            self._rename(aside, self.path(digest), sync=sync)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    def _rename(self, aside: Path, path: Path, *, sync: bool) -> None:
        try:
            aside.replace(path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(path)
            if sync:
                _sync_folder(path.parent.parent)
                _sync_folder(self.root)

    def _sync_all(self, root: int) -> None:
        if self._syncfs is not None and self._syncfs(root) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def _remove_leftovers(self, *, before: float) -> None:
        for path in self._aside.iterdir():
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
            except FileNotFoundError:
                continue  # Another process was quicker.


def _write_whole(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
