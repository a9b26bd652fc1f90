"""A mailbox over IMAP (RFC 3501, IDLE 2177, UIDPLUS 4315, MOVE 6851, SPECIAL-USE 6154), by imapclient.

Folders are opened with EXAMINE and mails fetched with BODY.PEEK: nothing that we read looks read to people.
"""

import re
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from kommunpost.apps.mailflow.models import FolderRole, Security
from kommunpost.apps.mailflow.sync.contract import (
    AT_ONCE,
    BYTES_AT_ONCE,
    LARGEST_MAIL,
    Copy,
    Cursor,
    Known,
    Page,
    RemoteFolder,
    RemoteMail,
    SourceError,
)

CONNECT_SECONDS = 15.0
ANSWER_SECONDS = 120.0
SLICE = 2.0
_LINE_END = re.compile(rb"\r\n|\r|\n")
_FLAGS = {rb"\sent": FolderRole.SENT, rb"\drafts": FolderRole.DRAFTS}
# Views of mails that lie in other folders, and names that are no folders.
_VIEWS = {rb"\all", rb"\flagged", rb"\important"}
_NO_FOLDERS = {rb"\noselect", rb"\nonexistent"}
# For servers without SPECIAL-USE; by their last part.
_NAMES = {
    "sent": FolderRole.SENT, "sent items": FolderRole.SENT, "sent messages": FolderRole.SENT,
    "skickat": FolderRole.SENT, "skickade objekt": FolderRole.SENT, "skickade meddelanden": FolderRole.SENT,
    "drafts": FolderRole.DRAFTS, "utkast": FolderRole.DRAFTS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImapAccess:
    """Where and as whom. ``password`` is never shown or logged."""

    host: str
    port: int
    security: Security
    login: str
    password: str

    def __repr__(self) -> str:
        return f"ImapAccess({self.host}:{self.port})"


class ImapMailbox:
    """An open mailbox. Signs in when made. Raises ``SourceError``: see ``contract``."""

    ids_are_lasting = False
    keeps_copies = True

    def __init__(self, access: ImapAccess) -> None:
        with _told():
            self._client = _connect(access)
        try:
            with _told():
                self._client.login(access.login, access.password)
        except SourceError:
            self.close()
            raise

    def folders(self) -> list[RemoteFolder]:
        """All folders that hold mail of their own. At most one is Sent: the one that the server marks so, if any."""
        seen = self._listed()
        marked = {_FLAGS[flag] for flags, _sign, _name in seen for flag in flags if flag in _FLAGS}
        return [
            RemoteFolder(name, name, _role(name, flags, sign, marked))
            for flags, sign, name in seen
            if not (_VIEWS | _NO_FOLDERS).intersection(flags)
        ]

    def news(self, folder: RemoteFolder, cursor: Cursor, known: Known) -> Iterator[Page]:  # noqa: ARG002 -- UIDs suffice
        """Mails beyond the cursor's UID; all of them when UIDVALIDITY is another than the cursor's."""
        name = folder.remote_id
        if self._stands_still(name, cursor):
            return
        with _told():
            opened = self._client.select_folder(name, readonly=True)
            generation, following = str(opened[b"UIDVALIDITY"]), int(opened.get(b"UIDNEXT", 0))
            is_restart = generation != cursor.generation
            last = 0 if is_restart else int(cursor.position or 0)
            # "n:*" always has the last mail, however low its number.
            uids = sorted(uid for uid in self._client.search(["UID", f"{last + 1}:*"]) if uid > last)
        if is_restart:
            yield Page(generation, "0", is_restart=True, first_new=following)
        for part in self._parts(uids):
            yield Page(generation, str(part[-1]), mails=self._fetch(part))
        if following > last + 1:
            yield Page(generation, str(max(following - 1, *uids, last)))

    def listing(self, folder: RemoteFolder) -> tuple[str, list[str]]:
        with _told():
            opened = self._client.select_folder(folder.remote_id, readonly=True)
            return str(opened[b"UIDVALIDITY"]), [str(uid) for uid in self._client.search(["ALL"])]

    def fetch(self, folder: RemoteFolder, ids: Sequence[str]) -> Iterator[list[RemoteMail]]:
        with _told():
            self._client.select_folder(folder.remote_id, readonly=True)
        for part in self._parts([int(one) for one in ids]):
            yield self._fetch(part)

    def move(self, folder: RemoteFolder, ids: Sequence[str], *, to: str) -> None:
        with _told():
            if not self._client.has_capability("MOVE"):
                # Copy and expunge would be three steps, each of which may be the last.
                raise SourceError("no_move")
            if not self._client.folder_exists(to):
                self._client.create_folder(to)
            self._client.select_folder(folder.remote_id)
            self._client.move([int(one) for one in ids], to)

    def store_copy(self, folder: RemoteFolder, raw: bytes, *, message_id: str) -> bool:
        with _told():
            self._client.select_folder(folder.remote_id, readonly=True)
            if self._client.search(["HEADER", "Message-ID", f"<{message_id}>"]):
                return False
            self._client.append(folder.remote_id, _LINE_END.sub(b"\r\n", raw), flags=[rb"\Seen"])
            return True

    def find_copies(self, *, message_id: str, size: int, seen: Collection[str]) -> list[Copy]:  # noqa: ARG002 -- no need
        found: list[Copy] = []
        asked = ["HEADER", "Message-ID", f"<{message_id}>"] if message_id else ["LARGER", size - 1, "SMALLER", size + 1]
        for flags, _sign, name in self._listed():
            if _NO_FOLDERS.intersection(flags):
                continue
            with _told():
                opened = self._client.select_folder(name, readonly=True)
                uids = self._client.search(asked, charset=None if message_id.isascii() else "UTF-8")
            found += [Copy(name, str(opened[b"UIDVALIDITY"]), str(uid)) for uid in sorted(uids)]
        return found

    def read_copy(self, copy: Copy) -> bytes | None:
        uid = int(copy.remote_id)
        with _told():
            opened = self._client.select_folder(copy.folder, readonly=True)
            if str(opened[b"UIDVALIDITY"]) != copy.generation:
                return None
            told = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        return bytes(told) if told is not None else None

    def remove_copy(self, copy: Copy) -> None:
        with _told():
            if not self._client.has_capability("UIDPLUS"):
                # EXPUNGE alone takes everything that anybody has marked in the folder.
                raise SourceError("no_expunge")
            opened = self._client.select_folder(copy.folder)
            if str(opened[b"UIDVALIDITY"]) == copy.generation:
                self._client.add_flags([int(copy.remote_id)], [rb"\Deleted"], silent=True)
                self._client.uid_expunge([int(copy.remote_id)])

    def wait(self, seconds: float, is_stopping: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        with _told():
            self._client.select_folder("INBOX", readonly=True)
            if not self._client.has_capability("IDLE"):
                while not is_stopping() and time.monotonic() < until:
                    time.sleep(SLICE)
                return
            self._client.idle()
            while not is_stopping() and (left := until - time.monotonic()) > 0:
                if self._hears(min(SLICE, left)):
                    break
            self._client.idle_done()

    def close(self) -> None:
        """Take leave, whatever state the line is in."""
        try:
            self._client.logout()
        except Exception:
            self._client.shutdown()

    def _listed(self) -> list[tuple[tuple[bytes, ...], str, str]]:
        """(flags in small letters, the sign between levels, name) of everything that the server lists."""
        with _told():
            found = self._client.list_folders()
        return [
            (tuple(flag.lower() for flag in flags), (sign or b"/").decode("ascii"), name) for flags, sign, name in found
        ]

    def _hears(self, seconds: float) -> bool:
        """Whether IDLE told of a mail, or the line has gone dead: imapclient then says nothing, and says it at once."""
        began = time.monotonic()
        heard = self._client.idle_check(timeout=seconds)
        is_dead = not heard and time.monotonic() - began < seconds / 2
        return is_dead or any(_is_news(one) for one in heard)

    def _stands_still(self, name: str, cursor: Cursor) -> bool:
        if not cursor.generation:
            return False
        with _told():
            status = self._client.folder_status(name, ["UIDVALIDITY", "UIDNEXT"])
        same = str(status.get(b"UIDVALIDITY")) == cursor.generation
        return same and int(status.get(b"UIDNEXT", 0)) == int(cursor.position or 0) + 1

    def _parts(self, uids: Sequence[int]) -> Iterator[list[int]]:
        """``uids`` in pages of at most ``AT_ONCE`` mails and ``BYTES_AT_ONCE``, larger mails alone."""
        for start in range(0, len(uids), AT_ONCE):
            window = uids[start : start + AT_ONCE]
            sizes = self._sizes(window)
            part: list[int] = []
            room = BYTES_AT_ONCE
            for uid in window:
                if part and sizes.get(uid, 0) > room:
                    yield part
                    part, room = [], BYTES_AT_ONCE
                part.append(uid)
                room -= sizes.get(uid, 0)
            yield part

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        with _told():
            return {uid: int(one[b"RFC822.SIZE"]) for uid, one in self._client.fetch(uids, ["RFC822.SIZE"]).items()}

    def _fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The mails that are there still: what somebody has removed in between is not ours to miss."""
        with _told():
            facts = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            small = [uid for uid in uids if uid in facts and int(facts[uid][b"RFC822.SIZE"]) <= LARGEST_MAIL]
            bodies = self._client.fetch(small, ["BODY.PEEK[]"]) if small else {}
        mails = []
        for uid in uids:
            raw = bodies.get(uid, {}).get(b"BODY[]")
            if uid in facts and (raw is not None or uid not in small):
                mails.append(RemoteMail(str(uid), _moment(facts[uid].get(b"INTERNALDATE")), raw, number=uid))
        return mails


def _connect(access: ImapAccess) -> IMAPClient:
    timeout = SocketTimeout(CONNECT_SECONDS, ANSWER_SECONDS)
    context = ssl.create_default_context()
    make = partial(IMAPClient, access.host, port=access.port, use_uid=True, timeout=timeout)
    client = make(ssl=True, ssl_context=context) if access.security == Security.TLS else make(ssl=False)
    client.normalise_times = False
    if access.security == Security.STARTTLS:
        client.starttls(context)
    return client


@contextmanager
def _told() -> Iterator[None]:
    """What may go wrong on the line, in our words. Texts of servers are left out: they may quote anything."""
    try:
        yield
    except SourceError:
        raise
    except LoginError as error:
        raise SourceError("sign_in_refused") from error
    except ssl.SSLError as error:
        raise SourceError("no_tls") from error
    except CapabilityError as error:
        raise SourceError("no_tls" if "STARTTLS" in str(error) else "not_understood") from error
    except IMAPClientError as error:
        is_gone = isinstance(error, IMAPClientAbortError)
        raise SourceError("unreachable" if is_gone else "not_understood") from error
    except OSError as error:
        raise SourceError("unreachable") from error
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise SourceError("not_understood") from error


def _role(name: str, flags: Sequence[bytes], sign: str, marked: set[FolderRole]) -> FolderRole:
    if name.upper() == "INBOX":
        return FolderRole.INBOX
    role = next((_FLAGS[flag] for flag in flags if flag in _FLAGS), None)
    guessed = _NAMES.get(name.rpartition(sign)[2].casefold())
    if role is None and guessed is not None and guessed not in marked:
        role = guessed
    return role or FolderRole.OTHER


def _is_news(one: Any) -> bool:
    # (number, b"EXISTS"), (b"OK", b"Still here"), (number, b"FETCH", …), (b"BYE", …): a mail, or the end.
    return isinstance(one, tuple) and len(one) > 1 and (one[1] == b"EXISTS" or one[0] == b"BYE")


def _moment(told: object) -> datetime:
    if isinstance(told, datetime):
        return told.astimezone(UTC)
    raise SourceError("not_understood")
