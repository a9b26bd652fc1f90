"""A folder by WebDAV (RFC 4918): Nextcloud, and any other server that speaks it."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from kommunpost.apps.composing.rooms.asking import Answer, ask
from kommunpost.apps.composing.rooms.contract import Placed, RoomFailed, numbered

_FILE_ID = b"""<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop><oc:fileid/>
</d:prop></d:propfind>"""
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
MOST_TRIES = 50


@dataclass(frozen=True, slots=True)
class WebDavRoom:
    """``base`` is the folder's address. ``link``: how people open a file by its number (``…/f/{id}`` in Nextcloud).

    Nextcloud's link by number asks whoever opens it to sign in, so it opens nothing for a stranger. A server without
    numbers gives the file's own WebDAV address.
    """

    base: str
    user: str
    link: str
    password: str = field(repr=False)

    @property
    def name(self) -> str:
        return "Nextcloud"

    def place(self, *, name: str, content: bytes, folder: str) -> Placed:
        into = f"{self.base}/{quote(numbered(folder, 1))}"
        made = self._ask("MKCOL", into)
        if made.status not in {201, 405}:  # 405: it is there (RFC 4918 section 9.3.1).
            raise RoomFailed("refused")
        for number in count(1):
            url = f"{into}/{quote(numbered(name, number))}"
            if self._ask("HEAD", url).status != 404 and number < MOST_TRIES:  # noqa: PLR2004 - taken, or who knows.
                continue
            # Never over a file that somebody else puts there just now (RFC 9110 section 13.1.2).
            put = self._ask("PUT", url, body=content, headers={"If-None-Match": "*"})
            if put.status in {200, 201, 204}:
                return Placed(self._link(url))
            if put.status == 507:  # noqa: PLR2004 - RFC 4918 section 11.5: insufficient storage.
                raise RoomFailed("full")
            if put.status != 412 or number >= MOST_TRIES:  # noqa: PLR2004 - a file of that name stands there.
                raise RoomFailed("refused")
        raise AssertionError("count() never ends")

    def _link(self, url: str) -> str:
        found = self._ask("PROPFIND", url, body=_FILE_ID, headers={"Depth": "0", "Content-Type": "application/xml"})
        number = _file_id(found.body) if found.status == 207 else ""  # noqa: PLR2004 - RFC 4918: multi-status.
        if not number:
            return url
        parts = urlsplit(self.base)
        return (self.link or f"{parts.scheme}://{parts.netloc}/index.php/f/{{id}}").replace("{id}", number)

    def _ask(self, method: str, url: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        secret = b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
        return ask(method, url, body=body, headers={"Authorization": f"Basic {secret}", **(headers or {})})


def _file_id(body: bytes) -> str:
    """The number of the file in a server's answer. An answer that declares entities is not read."""
    if _DOCTYPE.search(body):
        return ""
    try:
        tree = ElementTree.fromstring(body)  # noqa: S314 - entities are refused above
    except ElementTree.ParseError:
        return ""
    found = tree.findtext(".//{http://owncloud.org/ns}fileid") or ""
    return found if found.isdecimal() else ""
