"""Find the files under a path, and the mails in a file."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from kommunpost.apps.mailflow.intake.files.mbox import SEPARATOR, split_mbox
from kommunpost.apps.mailflow.intake.files.model import MAIL_LIMIT, FoundMail, Refusal, Refused

Found = Iterator[FoundMail | Refused]

_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_SNIFF = 4096
_ENCRYPTED = 0x1
_ZIP = {b"PK\x03\x04", b"PK\x05\x06"}


def list_files(path: Path) -> list[Path]:
    """The files under ``path`` in a fixed order; ``path`` itself if it is one.

    Of a Maildir not what is being delivered (tmp).
    """
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and not _being_delivered(file))


def read_file(path: Path, *, limit: int = MAIL_LIMIT) -> Found:
    """Every mail in a file, by what the file holds, not by its name.

    What cannot be taken is named, never passed over.
    """
    name = str(path)
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        with path.open("rb") as file:
            is_zip = file.read(4) in _ZIP
            file.seek(0)
            if is_zip:
                yield from _read_zip(file, name, limit)
            elif path.suffix.lower() == ".gz":
                with gzip.open(file) as unpacked:
                    yield from _read_stream(unpacked, name, changed, limit)
            else:
                yield from _read_stream(file, name, changed, limit)
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, NotImplementedError):
        yield Refused(name, 0, Refusal.DAMAGED)
    except OSError:
        yield Refused(name, 0, Refusal.UNREADABLE)


def _being_delivered(file: Path) -> bool:
    folder = file.parent
    return folder.name == "tmp" and (folder.parent / "cur").is_dir() and (folder.parent / "new").is_dir()


def _read_zip(file: IO[bytes], name: str, limit: int) -> Found:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            inner = f"{name}/{entry.filename}"
            if entry.is_dir():
                continue
            if entry.flag_bits & _ENCRYPTED:
                yield Refused(inner, 0, Refusal.ENCRYPTED)
                continue
            changed = _changed(entry)
            try:
                with archive.open(entry) as unpacked:
                    yield from _read_stream(unpacked, inner, changed, limit)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
                yield Refused(inner, 0, Refusal.DAMAGED)


def _changed(entry: zipfile.ZipInfo) -> datetime:
    """When the file was changed. The format has room for month 15 and second 62: what is no moment is the first one."""
    try:
        return datetime(*entry.date_time, tzinfo=UTC)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)


def _read_stream(file: IO[bytes] | gzip.GzipFile, name: str, changed: datetime, limit: int) -> Found:
    buffered = io.BufferedReader(_Raw(file), _SNIFF)
    head = buffered.peek(_SNIFF)[:_SNIFF]
    if SEPARATOR.match(head):
        for offset, mail in split_mbox(buffered, limit=limit):
            yield (
                FoundMail(name, offset, mail, changed) if mail is not None else Refused(name, offset, Refusal.TOO_LARGE)
            )
    elif not _FIELD.match(head.lstrip(b"\xef\xbb\xbf\r\n")) and not name.lower().endswith(".eml"):
        yield Refused(name, 0, Refusal.NOT_MAIL)
    else:
        raw = buffered.read(limit + 1)
        yield FoundMail(name, 0, raw, changed) if len(raw) <= limit else Refused(name, 0, Refusal.TOO_LARGE)


class _Raw(io.RawIOBase):
    """A stream that can only be read (from zip, gzip or disk), made fit for ``BufferedReader``."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
