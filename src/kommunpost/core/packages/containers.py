"""Where a package is written: a folder, a zip file, a tar file. The same content gives the same bytes."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """A file that stands in the package. ``digest``: SHA-256 in hex."""

    path: str
    size: int
    digest: str


class Container(Protocol):
    """Takes one file after the other."""

    def open(self, path: str) -> AbstractContextManager[IO[bytes]]: ...


class HashingFile(io.RawIOBase):
    """Passes on what is written, and keeps count of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._sum.update(data)
        self.size += len(data)
        return self._file.write(data)

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()


class ZipContainer:
    """Into a zip file. Every file has the moment of the package, so that nothing but content decides the bytes."""

    def __init__(self, file: IO[bytes], *, made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._moment = made_at.astimezone(UTC).timetuple()[:6]

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        info = zipfile.ZipInfo(path, self._moment)
        info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as file:
            yield file

    def close(self) -> None:
        self._zip.close()


class TarContainer:
    """Into a tar file. Tar wants to know a file's size before it: it waits in memory, or on disk when it is large."""

    def __init__(self, file: IO[bytes], *, made_at: datetime) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 -- closed by close
        self._moment = int(made_at.timestamp())

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        with SpooledTemporaryFile(IN_MEMORY) as file:
            yield file
            info = tarfile.TarInfo(path)
            info.size, info.mtime, info.mode = file.tell(), self._moment, 0o644
            file.seek(0)
            self._tar.addfile(info, file)

    def close(self) -> None:
        self._tar.close()


class FolderContainer:
    """Into a folder. Paths are our own: made of what ``text.slug`` leaves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            yield file
