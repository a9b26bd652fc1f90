"""A double of Microsoft Graph for mail, as Microsoft documents it: client credentials, delta links, 410, 429, immutable
ids. It is ours: that a real Exchange Online behaves so is not proved by it.
"""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

SECRET = "grafhemlis"
FOLDERS = {"f-in": "Inkorgen", "f-sent": "Skickat", "f-draft": "Utkast"}
RECOVERABLE = "recoverableitemsdeletions"
KNOWN = {"inbox": "f-in", "sentitems": "f-sent", "drafts": "f-draft"}


@dataclass
class Stored:
    """A mail: its lasting id, and the raw bytes. ``changed``: the number of the change that put it in its folder."""

    id: str
    raw: bytes
    at: str
    folder: str
    is_draft: bool = False
    changed: int = 0


@dataclass
class GraphDouble:
    """What the server knows, and what it is told to refuse."""

    mailbox: str
    folders: dict[str, str] = field(
        default_factory=lambda: {"f-in": "Inkorgen", "f-sent": "Skickat", "f-draft": "Utkast"}
    )
    known: dict[str, str] = field(default_factory=lambda: {"inbox": "f-in", "sentitems": "f-sent", "drafts": "f-draft"})
    mails: dict[str, Stored] = field(default_factory=dict)
    changes: int = 0
    epoch: int = 1
    busy: int = 0
    dead_tokens: set[str] = field(default_factory=set)
    issued: int = 0
    purged: list[bytes] = field(default_factory=list)
    read_only: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, raw: bytes, *, folder: str = "f-in", at: str = "2026-03-12T07:41:00Z", is_draft: bool = False) -> str:
        self.changes += 1
        one = Stored(f"AAkA{self.changes}==", raw, at, folder, is_draft, self.changes)
        self.mails[one.id] = one
        return one.id

    def move(self, mail_id: str, folder: str) -> None:
        self.changes += 1
        self.mails[mail_id].folder, self.mails[mail_id].changed = folder, self.changes

    def forget_links(self) -> None:
        """All delta links handed out so far run out: 410 Gone."""
        self.epoch += 1

    def expire_tokens(self) -> None:
        self.dead_tokens |= {f"token-{number}" for number in range(1, self.issued + 1)}


class _Handler(BaseHTTPRequestHandler):
    double: GraphDouble
    protocol_version = "HTTP/1.1"

    def log_message(self, *_words: object) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        if parts.path.endswith("/oauth2/v2.0/token"):
            self._issue(parse_qs(body.decode()))
        elif self._is_let_in(parts.path):
            self._change(unquote(parts.path).split("/")[1:], json.loads(body or b"{}"))

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self._is_let_in(parts.path):
            self._look(unquote(parts.path).split("/")[1:], parse_qs(parts.query))

    def _issue(self, asked: dict[str, list[str]]) -> None:
        told = {name: values[0] for name, values in asked.items()}
        if told.get("grant_type") != "client_credentials" or told.get("client_secret") != SECRET:
            self._answer(401, {"error": "invalid_client"})
            return
        self.double.issued += 1
        self._answer(200, {"access_token": f"token-{self.double.issued}", "expires_in": 3599, "token_type": "Bearer"})

    def _is_let_in(self, path: str) -> bool:
        double = self.double
        double.asked.append((self.command, path))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token.startswith("token-") or token in double.dead_tokens:
            self._answer(401, {"error": {"code": "InvalidAuthenticationToken"}})
            return False
        if double.busy:
            double.busy -= 1
            self._answer(429, {"error": {"code": "TooManyRequests"}}, **{"Retry-After": "7"})
            return False
        if unquote(path).split("/")[2:3] != ["users"] or unquote(path).split("/")[3] != double.mailbox:
            self._answer(404, {"error": {"code": "ResourceNotFound"}})
            return False
        return True

    def _look(self, path: list[str], query: dict[str, list[str]]) -> None:
        match path[3:]:
            case ["mailFolders"]:
                folders = [
                    {"id": pk, "displayName": name, "childFolderCount": 0} for pk, name in self.double.folders.items()
                ]
                self._answer(200, {"value": folders})
            case ["mailFolders", name]:
                self._answer(200, {"id": self.double.known.get(name, name)})
            case ["mailFolders", folder, "messages"]:
                asked = query.get("$filter", [""])[0]
                found = [one for one in self._in(folder) if not asked or _named(one, asked)]
                self._answer(200, {"value": [self._row(one) for one in found]})
            case ["mailFolders", folder, "messages", "delta"]:
                self._delta(folder, query)
            case ["messages"]:
                asked = query["$filter"][0]
                found = [one for one in self.double.mails.values() if one.folder != RECOVERABLE and _named(one, asked)]
                self._answer(200, {"value": [self._row(one) for one in found]})
            case ["messages", mail_id, "$value"] if mail_id in self._ids():
                self._answer_raw(200, self._ids()[mail_id].raw)
            case ["messages", mail_id] if mail_id in self._ids():
                self._answer(200, self._row(self._ids()[mail_id]))
            case _:
                self._answer(404, {"error": {"code": "ErrorItemNotFound"}})

    def _change(self, path: list[str], body: dict[str, str]) -> None:
        match path[3:]:
            case ["mailFolders"]:
                self.double.folders["f-new"] = body["displayName"]
                self._answer(201, {"id": "f-new", "displayName": body["displayName"]})
            case ["messages", _mail_id, "permanentDelete"] if self.double.read_only:
                self._answer(403, {"error": {"code": "ErrorAccessDenied"}})
            case ["messages", mail_id, "permanentDelete"] if mail_id in self._ids():
                self.double.purged.append(self.double.mails.pop(self._ids()[mail_id].id).raw)
                self._answer_raw(204, b"")
            case ["mailFolders", _folder, "messages"] if self.double.read_only:
                self._answer(403, {"error": {"code": "ErrorAccessDenied"}})
            case ["mailFolders", folder, "messages"]:
                self._answer(201, {"id": self.double.put(_as_mail(body), folder=folder, is_draft=_is_draft(body))})
            case ["messages", mail_id, "move"] if mail_id in self._ids():
                self.double.move(self._ids()[mail_id].id, body["destinationId"])
                self._answer(201, {"id": mail_id})
            case _:
                self._answer(404, {"error": {"code": "ErrorItemNotFound"}})

    def _delta(self, folder: str, query: dict[str, list[str]]) -> None:
        token = query.get("$deltatoken", query.get("$skiptoken", [f"0.{self.double.epoch}"]))[0]
        since, epoch = map(int, token.split("."))
        if epoch < self.double.epoch:
            self._answer(410, {"error": {"code": "SyncStateNotFound"}})
            return
        size = int(self.headers.get("Prefer", "").rpartition("maxpagesize=")[2] or 10)
        changed = [one for one in self._in(folder) if one.changed > since]
        page = changed[:size]
        more = len(changed) > size
        token = f"{page[-1].changed if more else self.double.changes}.{epoch}"
        name = "$skiptoken" if more else "$deltatoken"
        link = f"{self.double.url}/v1.0/users/{self.double.mailbox}/mailFolders/{folder}/messages/delta?{name}={token}"
        kind = "@odata.nextLink" if more else "@odata.deltaLink"
        self._answer(200, {"value": [self._row(one) for one in page], kind: link})

    def _in(self, folder: str) -> list[Stored]:
        return sorted((one for one in self.double.mails.values() if one.folder == folder), key=lambda one: one.changed)

    def _ids(self) -> dict[str, Stored]:
        return {self._name(one): one for one in self.double.mails.values()}

    def _name(self, one: Stored) -> str:
        # Without the wish for lasting ids a mail has another id in another folder.
        return one.id if 'IdType="ImmutableId"' in self.headers.get("Prefer", "") else f"{one.id}{one.folder}"

    def _row(self, one: Stored) -> dict[str, Any]:
        return {
            "id": self._name(one), "receivedDateTime": one.at, "isDraft": one.is_draft, "parentFolderId": one.folder
        }  # fmt: skip

    def _answer(self, status: int, told: dict[str, Any], **headers: str) -> None:
        self._answer_raw(status, json.dumps(told).encode(), **headers)

    def _answer_raw(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _named(one: Stored, asked: str) -> bool:
    """``internetMessageId eq '<…>'``, with quotes in it doubled."""
    wanted = asked.partition("eq '")[2].removesuffix("'").replace("''", "'")
    return str(message_from_bytes(one.raw)["Message-ID"]) == wanted


def _is_draft(body: dict[str, Any]) -> bool:
    """A message made by Graph is a draft unless its flags say otherwise when it is made."""
    return {"id": "Integer 0x0E07", "value": "1"} not in body.get("singleValueExtendedProperties", [])


def _as_mail(body: dict[str, Any]) -> bytes:
    """What Exchange would write of it: other bytes than those that it was made from."""
    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = body["internetMessageId"], body["subject"]
    mail["From"] = body["from"]["emailAddress"]["address"]
    mail["To"] = ", ".join(one["emailAddress"]["address"] for one in body["toRecipients"])
    mail.set_content(body["body"]["content"])
    for one in body["attachments"]:
        mail.add_attachment(b64decode(one["contentBytes"]), maintype="application", subtype="octet-stream",
                            filename=one["name"])  # fmt: skip
    return mail.as_bytes()


@pytest.fixture
def graph_double() -> Iterator[GraphDouble]:
    double = GraphDouble("bygg@kommun.example")
    handler = type("Handler", (_Handler,), {"double": double})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    double.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
