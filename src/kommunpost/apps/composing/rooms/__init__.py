"""Where files go that colleagues shall share by a link in place of attachments (clause ``no-internal-attachment``)."""

from functools import lru_cache

from django.conf import settings

from kommunpost.apps.composing.rooms.contract import Placed, Room, RoomFailed
from kommunpost.apps.composing.rooms.opening import open_room

__all__ = ["Placed", "Room", "RoomFailed", "open_room", "room", "room_name"]


def room() -> Room | None:
    """The room that this installation is set to use (``KOMMUNPOST_ROOM``), or None. Raises ``RoomFailed``."""
    return _opened(settings.FILE_ROOM, settings.FILE_ROOM_LINK) if settings.FILE_ROOM else None


def room_name() -> str:
    """What the room is called on screen; empty when there is none, or its setting cannot be used."""
    try:
        found = room()
    except RoomFailed:
        return ""
    return found.name if found else ""


@lru_cache(maxsize=4)
def _opened(place: str, link: str) -> Room:
    return open_room(place, link=link)
