"""The seam: what a protocol must be able to do. All that is known of folders and mails here is what the server said."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kommunpost.apps.mailflow.models import FolderRole

AT_ONCE = 50
"""Mails in one page: one transaction."""
BYTES_AT_ONCE = 20_000_000
LARGEST_MAIL = 200_000_000


class SourceError(Exception):
    """The server did not do as it was asked.

    ``code``: ``unreachable``, ``no_tls``, ``sign_in_refused``, ``not_understood``, ``no_move``, ``busy``, ``gone``,
    ``no_expunge`` (one mail cannot be removed without all that somebody has marked), ``too_large``.
    ``wait``: seconds that the server asked us to wait.
    """

    def __init__(self, code: str, *, wait: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder on the server. ``name`` is for people."""

    remote_id: str
    name: str
    role: FolderRole


@dataclass(frozen=True, slots=True)
class RemoteMail:
    """A mail on the server. ``raw`` None: too large to be fetched, see ``LARGEST_MAIL``."""

    remote_id: str
    at: datetime
    raw: bytes | None = field(repr=False)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Mails that are news, and where to go on from when they are taken in.

    ``is_restart``: what we knew of the folder's mails by number or link no longer holds. ``first_new``: the first
    number that is beyond what lay there when the folder was opened, on the first page of a generation.
    """

    generation: str
    position: str
    mails: Sequence[RemoteMail] = ()
    is_restart: bool = False
    first_new: int | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the reading of a folder stands."""

    generation: str
    position: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Where a mail lies on the server: enough to find that very one again, and no other. ``folder`` is for people."""

    folder: str
    generation: str
    remote_id: str


Known = Callable[[Collection[str]], Collection[str]]
"""Of these ids, those that have been seen to."""


class Source(Protocol):
    """One open mailbox on a server. Any method may raise ``SourceError``. Reading marks nothing as read.

    ``ids_are_lasting``: a mail keeps its id when it is moved. ``keeps_copies``: ``store_copy`` can be done.
    """

    @property
    def ids_are_lasting(self) -> bool: ...

    @property
    def keeps_copies(self) -> bool: ...

    def folders(self) -> list[RemoteFolder]: ...

    def news(self, folder: RemoteFolder, cursor: Cursor, known: Known) -> Iterator[Page]:
        """Pages of what came since ``cursor``. Each must be durable before the next is asked for."""
        ...

    def listing(self, folder: RemoteFolder) -> tuple[str, list[str]]:
        """The folder's generation and the ids of all its mails."""
        ...

    def fetch(self, folder: RemoteFolder, ids: Sequence[str]) -> Iterator[list[RemoteMail]]:
        """The mails of ``ids`` that are there still, a page at a time."""
        ...

    def move(self, folder: RemoteFolder, ids: Sequence[str], *, to: str) -> None:
        """Move the mails that are still there to the folder with the name ``to``, which is made if there is none."""
        ...

    def store_copy(self, folder: RemoteFolder, raw: bytes, *, message_id: str) -> bool:
        """Put a sent mail in ``folder``, unless one with that Message-ID lies there. Whether it was put.

        Raises ``SourceError("too_large")`` for a mail that the protocol cannot put there.
        """
        ...

    def find_copies(self, *, message_id: str, size: int, seen: Collection[str]) -> list[Copy]:
        """What may be a mail, wherever it lies: drafts and wastebaskets too. By Message-ID; without one by its size or
        by the ids (``seen``) that it was taken in from. Whoever removes one looks at its content first.
        """
        ...

    def read_copy(self, copy: Copy) -> bytes | None:
        """Its content; None when it lies there no more."""
        ...

    def remove_copy(self, copy: Copy) -> None:
        """Remove that one mail, past the wastebasket. What is gone already is no error."""
        ...

    def wait(self, seconds: float, is_stopping: Callable[[], bool]) -> None:
        """Return when there may be news in the inbox, when ``seconds`` have passed, or soon after we are to stop."""
        ...

    def close(self) -> None: ...
