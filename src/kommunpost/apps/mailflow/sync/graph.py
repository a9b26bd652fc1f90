"""A mailbox over Microsoft Graph. Built by Microsoft's documentation and tried against a double of our own alone.

An application signs in (client credentials) with ``Mail.ReadWrite``, or ``Mail.Read`` where nothing is written, limited
to the mailboxes by an application access policy. Ids are asked for as immutable: they last when a mail is moved.
"""

import http.client
import json
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from kommunpost.apps.mailflow.models import FolderRole
from kommunpost.apps.mailflow.sync.contract import (
    AT_ONCE,
    LARGEST_MAIL,
    Copy,
    Cursor,
    Known,
    Page,
    RemoteFolder,
    RemoteMail,
    SourceError,
)
from kommunpost.apps.mailflow.sync.graph_message import sent_message

SECONDS = 60.0
SLICE = 2.0
MOST_FOLDERS = 5000
MOST_JSON = 20_000_000
LONGEST_WAIT = 3600.0
_WELL_KNOWN = {"inbox": FolderRole.INBOX, "sentitems": FolderRole.SENT, "drafts": FolderRole.DRAFTS}
_CODES = {401: "sign_in_refused", 403: "sign_in_refused", 404: "gone", 410: "stale", 429: "busy", 503: "busy"}
_BUSY_WITHOUT_WORD = 30.0
LARGEST_REQUEST = 4_000_000
"""Graph takes no larger one; a larger mail would have to be put together piece by piece, and could stay half done."""
_RECOVERABLE = "recoverableitemsdeletions"
"""Where Exchange keeps what was thrown out of the wastebasket, for people to get back."""


@dataclass(frozen=True, slots=True)
class GraphAccess:
    """``base`` and ``sign_in``: addresses of Graph and of its sign-in. ``mailbox``: an address."""

    base: str
    sign_in: str
    tenant: str
    client: str
    secret: str
    mailbox: str

    def __repr__(self) -> str:
        return f"GraphAccess({self.base})"


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    retry_after: str
    date: str


class GraphMailbox:
    """An open mailbox. Signs in when made. Raises ``SourceError``: see ``contract``."""

    ids_are_lasting = True
    keeps_copies = True

    def __init__(self, access: GraphAccess) -> None:
        self._access = access
        self._user = f"{access.base}/users/{quote(access.mailbox)}"
        self._token = self._sign_in()

    def folders(self) -> list[RemoteFolder]:
        """All mail folders, also those inside others."""
        roles = {
            str(self._json(f"{self._user}/mailFolders/{name}?$select=id")["id"]): role
            for name, role in _WELL_KNOWN.items()
        }
        found: list[RemoteFolder] = []
        waiting = [(f"{self._user}/mailFolders?$top=100", "")]
        while waiting and len(found) < MOST_FOLDERS:
            link, above = waiting.pop()
            for one in self._all(link):
                name = f"{above}{one['displayName']}"
                found.append(RemoteFolder(one["id"], name, roles.get(one["id"], FolderRole.OTHER)))
                if one.get("childFolderCount"):
                    waiting.append((f"{self._user}/mailFolders/{quote(one['id'])}/childFolders?$top=100", f"{name}/"))
        return found

    def news(self, folder: RemoteFolder, cursor: Cursor, known: Known) -> Iterator[Page]:
        """What the delta query tells since the link of the cursor. A link that has run out (410) begins the folder
        anew, once a visit: ids that are known are not fetched again.
        """
        first = f"{self._user}/mailFolders/{quote(folder.remote_id)}/messages/delta?$select=id,receivedDateTime,isDraft"
        link = cursor.position or first
        is_anew = link == first
        while link:
            try:
                told = self._json(link)
            except SourceError as error:
                if error.code != "stale" or is_anew:
                    raise
                link, is_anew = first, True
                continue
            following = told.get("@odata.nextLink") or told.get("@odata.deltaLink") or ""
            mails = list(self._new_mails(told["value"], known))
            if mails or following != cursor.position:
                yield Page("", following, mails=mails)
            link = told.get("@odata.nextLink", "")

    def listing(self, folder: RemoteFolder) -> tuple[str, list[str]]:
        link = f"{self._user}/mailFolders/{quote(folder.remote_id)}/messages?$select=id,isDraft&$top=500"
        return "", [one["id"] for one in self._all(link) if not one.get("isDraft")]

    def fetch(self, folder: RemoteFolder, ids: Sequence[str]) -> Iterator[list[RemoteMail]]:  # noqa: ARG002 -- ids suffice
        for start in range(0, len(ids), AT_ONCE):
            facts = [self._facts(one) for one in ids[start : start + AT_ONCE]]
            yield list(self._mails([one for one in facts if one is not None]))

    def move(self, folder: RemoteFolder, ids: Sequence[str], *, to: str) -> None:  # noqa: ARG002 -- ids suffice
        target = next((one.remote_id for one in self.folders() if one.name == to), None)
        target = target or self._json(f"{self._user}/mailFolders", body={"displayName": to})["id"]
        for one in ids:
            try:
                self._json(f"{self._user}/messages/{quote(one)}/move", body={"destinationId": target})
            except SourceError as error:
                # Somebody was there before us.
                if error.code != "gone":
                    raise

    def store_copy(self, folder: RemoteFolder, raw: bytes, *, message_id: str) -> bool:
        """Built anew from the mail's parts: what Graph makes of raw bytes is a draft, and stays one (ADR 0055)."""
        sent = f"{self._user}/mailFolders/{quote(folder.remote_id)}/messages"
        if any(self._all(f"{sent}?$select=id&$filter={_by_message_id(message_id)}")):
            return False
        content = json.dumps(sent_message(raw, message_id=message_id)).encode()
        if len(content) > LARGEST_REQUEST:
            raise SourceError("too_large")
        self._ask(sent, content=content)
        return True

    def find_copies(self, *, message_id: str, size: int, seen: Collection[str]) -> list[Copy]:  # noqa: ARG002 -- no search by size
        if not message_id:
            return [Copy("", "", one) for one in sorted(seen) if self._facts(one) is not None]
        names = {one.remote_id: one.name for one in self.folders()}
        asked = f"$select=id,parentFolderId&$filter={_by_message_id(message_id)}"
        found = [
            Copy(names.get(one.get("parentFolderId", ""), ""), "", one["id"])
            for one in self._all(f"{self._user}/messages?{asked}")
        ]
        return found + [
            Copy(_RECOVERABLE, "", one["id"])
            for one in self._all_or_none(f"{self._user}/mailFolders/{_RECOVERABLE}/messages?{asked}")
        ]

    def read_copy(self, copy: Copy) -> bytes | None:
        try:
            return self._ask(f"{self._user}/messages/{quote(copy.remote_id)}/$value", most=LARGEST_MAIL).body
        except SourceError as error:
            if error.code == "gone":
                return None
            raise

    def remove_copy(self, copy: Copy) -> None:
        """To the Purges folder, which no mail program reaches; Exchange empties it when its retention is over."""
        try:
            self._ask(f"{self._user}/messages/{quote(copy.remote_id)}/permanentDelete", content=b"")
        except SourceError as error:
            if error.code != "gone":
                raise

    def wait(self, seconds: float, is_stopping: Callable[[], bool]) -> None:
        """Graph tells nobody without an address that Microsoft reaches: we look again."""
        until = time.monotonic() + seconds
        while not is_stopping() and (left := until - time.monotonic()) > 0:
            time.sleep(min(SLICE, left))

    def close(self) -> None:
        """Nothing is held open."""

    def _new_mails(self, told: Sequence[Mapping[str, Any]], known: Known) -> Iterator[RemoteMail]:
        there = [one for one in told if "@removed" not in one and not one.get("isDraft")]
        seen = set(known([one["id"] for one in there]))
        yield from self._mails([one for one in there if one["id"] not in seen])

    def _mails(self, facts: Sequence[Mapping[str, Any]]) -> Iterator[RemoteMail]:
        for one in facts:
            try:
                answer = self._ask(f"{self._user}/messages/{quote(one['id'])}/$value", most=LARGEST_MAIL)
            except SourceError as error:
                if error.code == "gone":
                    continue
                raise
            raw = answer.body if len(answer.body) <= LARGEST_MAIL else None
            yield RemoteMail(one["id"], _moment(one.get("receivedDateTime", "")), raw)

    def _facts(self, remote_id: str) -> Mapping[str, Any] | None:
        try:
            return self._json(f"{self._user}/messages/{quote(remote_id)}?$select=id,receivedDateTime")
        except SourceError as error:
            if error.code == "gone":
                return None
            raise

    def _all(self, link: str) -> Iterator[Mapping[str, Any]]:
        while link:
            told = self._json(link)
            yield from told["value"]
            link = told.get("@odata.nextLink", "")

    def _all_or_none(self, link: str) -> Iterator[Mapping[str, Any]]:
        """A folder that some mailboxes lack."""
        try:
            yield from self._all(link)
        except SourceError as error:
            if error.code != "gone":
                raise

    def _json(self, link: str, *, body: Mapping[str, str] | None = None) -> dict[str, Any]:
        answer = self._ask(link, content=None if body is None else json.dumps(body).encode())
        try:
            told = json.loads(answer.body)
        except ValueError as error:
            raise SourceError("not_understood") from error
        if not isinstance(told, dict) or ("value" in told and not isinstance(told["value"], list)):
            raise SourceError("not_understood")
        return told

    def _ask(self, link: str, *, content: bytes | None = None, most: int = MOST_JSON) -> _Answer:
        """The answer to a request: a POST where there is ``content``. A token that ran out is renewed, once."""
        answer = self._send(link, content, most)
        if answer.status == 401:  # noqa: PLR2004
            self._token = self._sign_in()
            answer = self._send(link, content, most)
        if answer.status >= 300:  # noqa: PLR2004
            raise _refusal(answer)
        return answer

    def _send(self, link: str, content: bytes | None, most: int) -> _Answer:
        if not link.startswith(f"{self._access.base}/"):
            # A link out of an answer: our key goes to Graph and to nobody else.
            raise SourceError("not_understood")
        prefer = f'IdType="ImmutableId", odata.maxpagesize={AT_ONCE}'
        headers = {"Authorization": f"Bearer {self._token}", "Prefer": prefer}
        if content is None:
            return _request("GET", link, headers=headers, most=most)
        return _request("POST", link, headers=headers | {"Content-Type": "application/json"}, body=content, most=most)

    def _sign_in(self) -> str:
        asked = {
            "client_id": self._access.client,
            "client_secret": self._access.secret,
            "grant_type": "client_credentials",
            "scope": "https://graph.microsoft.com/.default",
        }
        link = f"{self._access.sign_in}/{quote(self._access.tenant)}/oauth2/v2.0/token"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = _request("POST", link, headers=headers, body=urlencode(asked).encode())
        if answer.status != 200:  # noqa: PLR2004
            refusal = _refusal(answer)
            # 400: no such tenant or client.
            raise SourceError("sign_in_refused") if answer.status == 400 else refusal  # noqa: PLR2004
        try:
            return str(json.loads(answer.body)["access_token"])
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError("not_understood") from error


def _by_message_id(message_id: str) -> str:
    return quote(f"internetMessageId eq '<{message_id.replace(chr(39), chr(39) * 2)}>'")


def _refusal(answer: _Answer) -> SourceError:
    code = _CODES.get(answer.status, "not_understood")
    return SourceError(code, wait=_seconds(answer.retry_after, answer.date) if code == "busy" else 0.0)


def _seconds(retry_after: str, date: str) -> float:
    """Seconds, or a date (RFC 9110 section 10.2.3) against the server's own clock; half a minute when it is neither."""
    if retry_after.isdecimal():
        return min(float(retry_after), LONGEST_WAIT)
    try:
        left = (parsedate_to_datetime(retry_after) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return _BUSY_WITHOUT_WORD
    return min(max(left, 0.0), LONGEST_WAIT)


def _request(
    method: str, link: str, *, headers: Mapping[str, str], body: bytes | None = None, most: int = MOST_JSON
) -> _Answer:
    """One request, no redirects: they would carry the key on."""
    parts = urlsplit(link)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        line = http.client.HTTPSConnection(parts.netloc, timeout=SECONDS, context=ssl.create_default_context())
    else:
        line = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
    try:
        line.request(method, target, body=body, headers=dict(headers))
        answer = line.getresponse()
        said = answer.headers
        return _Answer(answer.status, answer.read(most + 1), said.get("Retry-After", ""), said.get("Date", ""))
    except ssl.SSLError as error:
        raise SourceError("no_tls") from error
    except (OSError, http.client.HTTPException) as error:
        raise SourceError("unreachable") from error
    finally:
        line.close()


def _moment(told: str) -> datetime:
    try:
        return datetime.fromisoformat(told).astimezone(UTC)
    except ValueError as error:
        raise SourceError("not_understood") from error
