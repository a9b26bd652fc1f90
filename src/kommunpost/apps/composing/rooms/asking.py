"""One HTTP question, for rooms: no redirects (they would carry the password on), a time limit, a bounded answer."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kommunpost.apps.composing.rooms.contract import RoomFailed

TIMEOUT = 20.0
MOST_READ = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``status`` as in HTTP."""

    status: int
    body: bytes


def ask(method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """Send one request. Raises ``RoomFailed("unreachable")`` for anything but an HTTP answer."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
    try:
        connection.request(method, target, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(MOST_READ))
    except (OSError, http.client.HTTPException) as error:
        raise RoomFailed("unreachable") from error
    finally:
        connection.close()
