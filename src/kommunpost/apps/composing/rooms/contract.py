"""What every room promises."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

_UNSAFE = re.compile(r"[^\w .()+=@,&~-]")


class RoomFailed(Exception):  # noqa: N818 -- named by what it says.
    """The file was not placed. ``code``: ``setting``, ``unreachable``, ``refused``, ``full``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Placed:
    """``link`` opens the file for colleagues who may see the room; it gives nobody a right that they lack."""

    link: str


class Room(Protocol):
    """A place for files that colleagues reach by link."""

    @property
    def name(self) -> str:
        """What it is called on screen."""

    def place(self, *, name: str, content: bytes, folder: str) -> Placed:
        """Store ``content`` as ``name`` in ``folder`` (one path component, made if it is not there).

        A file of that name that stands there is never written over. Raises ``RoomFailed``.
        """


def folder_for(*, draft_id: int, at: datetime) -> str:
    """One folder a mail: ``2026-11-19 mejl 318``. Names and subjects would be read by the whole room."""
    return f"{at:%Y-%m-%d} mejl {draft_id}"


def numbered(name: str, number: int) -> str:
    """``karta.pdf``, ``karta (2).pdf`` …, safe as a path component."""
    clean = _UNSAFE.sub("_", name).strip(" .") or "fil"
    if number <= 1:
        return clean
    stem, dot, ending = clean.rpartition(".")
    return f"{stem} ({number}).{ending}" if dot else f"{clean} ({number})"
