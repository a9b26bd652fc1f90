"""From the setting to the room: ``file:///srv/rum``, ``webdav+https://…``, ``graph+https://…``."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from kommunpost.apps.composing.rooms.contract import Room, RoomFailed
from kommunpost.apps.composing.rooms.folder import FolderRoom
from kommunpost.apps.composing.rooms.sharepoint import SharePointRoom
from kommunpost.apps.composing.rooms.webdav import WebDavRoom

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def open_room(place: str, *, link: str) -> Room:
    """The room at ``place``. ``link``: the address that a folder is reached by, or a pattern with ``{id}`` for WebDAV.

    Secrets travel in the clear over http, so that is refused but to this machine. Raises ``RoomFailed("setting")``.
    """
    parts = urlsplit(place)
    kind, _, scheme = parts.scheme.partition("+")
    if kind == "file":
        if not link or not parts.path:
            raise RoomFailed("setting")
        return FolderRoom(folder=Path(unquote(parts.path)), link=link)
    if scheme not in {"http", "https"} or not parts.hostname or (scheme == "http" and parts.hostname not in LOCAL):
        raise RoomFailed("setting")
    host = parts.hostname + (f":{parts.port}" if parts.port else "")
    base = f"{scheme}://{host}{parts.path.rstrip('/')}"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if kind == "webdav":
        return WebDavRoom(base=base, user=user, password=password, link=link)
    if kind == "graph":
        asked = parse_qs(parts.query)
        login = asked.get("login", ["https://login.microsoftonline.com"])[0]
        tenant = asked.get("tenant", [""])[0]
        if not tenant or not user or not password:
            raise RoomFailed("setting")
        return SharePointRoom(base=base, login=login, tenant=tenant, client=user, secret=password)
    raise RoomFailed("setting")
