"""A shared folder on a file server, mounted on this machine, with an address of its own for people."""

import errno
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

from django.utils.translation import gettext

from kommunpost.apps.composing.rooms.contract import Placed, RoomFailed, numbered


@dataclass(frozen=True, slots=True)
class FolderRoom:
    """``link`` is what stands before the path of a file: ``https://filer.kommun.example/mejl/``."""

    folder: Path
    link: str

    @property
    def name(self) -> str:
        return gettext("den gemensamma mappen")

    def place(self, *, name: str, content: bytes, folder: str) -> Placed:
        into = self.folder / numbered(folder, 1)
        try:
            into.mkdir(parents=True, exist_ok=True)
            path = self._write(into, name, content)
        except OSError as error:
            raise RoomFailed("full" if error.errno == errno.ENOSPC else "unreachable") from error
        return Placed(f"{self.link.rstrip('/')}/{quote(into.name)}/{quote(path.name)}")

    def _write(self, into: Path, name: str, content: bytes) -> Path:
        for number in count(1):
            path = into / numbered(name, number)
            try:
                with path.open("xb") as file:
                    file.write(content)
            except FileExistsError:
                if path.read_bytes() == content:  # Pressed twice: the same file is the same file.
                    return path
                continue
            return path
        raise AssertionError("count() never ends")
