"""Rooms for files: a folder, a WebDAV server of its own, a double of Microsoft Graph. One contract for the three."""

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from tests.apps.composing.conftest import NOW
from tests.postgres import free_port
from tests.servers import eventually

from kommunpost.apps.composing.rooms.contract import Placed, Room, RoomFailed, folder_for, numbered
from kommunpost.apps.composing.rooms.opening import open_room
from kommunpost.apps.composing.rooms.webdav import _file_id

RCLONE = shutil.which("rclone") or ""
Read = Callable[[str], bytes]


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Room, Read]:
    room = open_room(f"file://{tmp_path}/rum", link="https://filer.kommun.example/mejl/")

    def read(link: str) -> bytes:
        return (tmp_path / "rum" / unquote(link.removeprefix("https://filer.kommun.example/mejl/"))).read_bytes()

    return room, read


@pytest.fixture
def webdav(tmp_path: Path) -> Iterator[tuple[Room, Read]]:
    if not RCLONE:
        pytest.skip("rclone is not installed (Debian: apt-get install rclone)")
    port, served = free_port(), tmp_path / "dav"
    served.mkdir()
    process = subprocess.Popen(
        [RCLONE, "serve", "webdav", str(served), "--addr", f"127.0.0.1:{port}", "--user", "kp", "--pass", "h#m/lig"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        room = open_room(f"webdav+http://kp:h%23m%2Flig@127.0.0.1:{port}/", link="")
        assert eventually(lambda: _answers(room))
        yield room, lambda link: (served / unquote(urlsplit(link).path).lstrip("/")).read_bytes()
    finally:
        process.terminate()
        process.wait(10)


def _answers(room: Room) -> bool:
    try:
        room.place(name="prov.txt", content=b"prov", folder="prov")
    except RoomFailed:
        return False
    return True


class Graph(BaseHTTPRequestHandler):
    """As Microsoft documents it: a token by client credentials, PUT of content by path, ``rename`` on a conflict."""

    files: dict[str, bytes]

    def do_POST(self) -> None:
        asked = parse_qs(self._body().decode())
        good = asked.get("client_secret") == ["hemlig"] and asked.get("grant_type") == ["client_credentials"]
        self._say(200 if good else 401, {"access_token": "nyckel"} if good else {"error": "invalid_client"})

    def do_PUT(self) -> None:
        content, parts = self._body(), urlsplit(self.path)
        if self.headers["Authorization"] != "Bearer nyckel":
            return self._say(401, {})
        path = unquote(parts.path).removeprefix("/v1.0/drives/d1/root:/").removesuffix(":/content")
        if path in self.files and parse_qs(parts.query).get("@microsoft.graph.conflictBehavior") == ["rename"]:
            stem, _, ending = path.rpartition(".")
            path = f"{stem} 1.{ending}"
        self.files[path] = content
        return self._say(201, {"webUrl": f"https://kommun.sharepoint.example/{path}"})

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _say(self, status: int, answer: dict[str, str]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Quiet."""


@pytest.fixture
def sharepoint() -> Iterator[tuple[Room, Read]]:
    files: dict[str, bytes] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Graph,), {"files": files}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    host = f"127.0.0.1:{server.server_address[1]}"
    query = f"tenant=t1&login=http://{host}"
    try:
        room = open_room(f"graph+http://klient:hemlig@{host}/v1.0/drives/d1/root:/Mejl?{query}", link="")
        yield room, lambda link: files[link.removeprefix("https://kommun.sharepoint.example/")]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(params=["folder", pytest.param("webdav", marks=pytest.mark.server), "sharepoint"])
def kept(request: pytest.FixtureRequest) -> tuple[Room, Read]:
    found: tuple[Room, Read] = request.getfixturevalue(request.param)
    return found


def test_a_file_is_placed_and_nothing_is_written_over(kept: tuple[Room, Read]) -> None:
    room, read = kept
    first = room.place(name="Översikt å.pdf", content=b"ett", folder="2026-11-19 mejl 7")
    second = room.place(name="Översikt å.pdf", content=b"annat", folder="2026-11-19 mejl 7")
    assert isinstance(first, Placed)
    assert first.link != second.link
    assert (read(first.link), read(second.link)) == (b"ett", b"annat")


def test_a_name_cannot_leave_the_folder(kept: tuple[Room, Read]) -> None:
    room, read = kept
    placed = room.place(name="../../etc/passwd", content=b"x", folder="../upp")
    assert "/.." not in unquote(placed.link)
    assert read(placed.link) == b"x"


def test_what_is_not_there_is_said() -> None:
    gone = open_room(f"webdav+http://kp:x@127.0.0.1:{free_port()}/", link="")
    with pytest.raises(RoomFailed, match="unreachable"):
        gone.place(name="a", content=b"x", folder="b")


def test_a_wrong_secret_is_refused(sharepoint: tuple[Room, Read]) -> None:
    right, _read = sharepoint
    base = right.base.replace("http://", "graph+http://klient:fel@")  # type: ignore[attr-defined]
    wrong = open_room(f"{base}?tenant=t1&login={right.login}", link="")  # type: ignore[attr-defined]
    with pytest.raises(RoomFailed, match="refused"):
        wrong.place(name="a", content=b"x", folder="b")


@pytest.mark.parametrize(
    "place",
    [
        "webdav+http://kp:x@moln.kommun.example/",  # a password in the clear
        "ftp://moln.kommun.example/",
        "file:///srv/rum",  # nobody can reach it without an address
        "graph+https://graph.microsoft.com/v1.0/drives/d/root:/M",
        "nonsense",
    ],
)
def test_a_setting_that_cannot_work_is_refused(place: str) -> None:
    with pytest.raises(RoomFailed, match="setting"):
        open_room(place, link="")


def test_secrets_stand_in_no_representation(sharepoint: tuple[Room, Read]) -> None:
    assert "hemlig" not in repr(sharepoint[0])


def test_names() -> None:
    assert folder_for(draft_id=7, at=NOW) == "2026-11-19 mejl 7"
    assert [numbered("a/b.pdf", 1), numbered("a.pdf", 2), numbered("..", 1)] == ["a_b.pdf", "a (2).pdf", "fil"]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b'<d:x xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><oc:fileid>42</oc:fileid></d:x>', "42"),
        (b'<!DOCTYPE x [<!ENTITY a "1">]><x>&a;</x>', ""),
        (b"<x>", ""),
        (b'<d:x xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><oc:fileid>../42</oc:fileid></d:x>', ""),
    ],
)
def test_file_numbers_of_nextcloud(body: bytes, number: str) -> None:
    assert _file_id(body) == number
