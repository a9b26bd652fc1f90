"""What somebody searched for stays on the server, and the address holds a key to it (ADR 0008).

A name typed into a search box is personal data; in an address it would end up in histories, proxies and access logs.
Each room (the log, the directory, the audit trail) keeps its own: a key of one opens nothing in another.
"""

import secrets
from collections.abc import Mapping

from django.contrib.sessions.backends.base import SessionBase

MOST_KEPT = 20  # So many steps the Back button can take through different searches of a room.

Terms = Mapping[str, str]
"""The fields of the search form as they were typed."""


def keep(session: SessionBase, terms: Terms, *, room: str) -> str:
    """Keep ``terms`` and hand out the key. The same terms keep their key; the oldest of many are forgotten."""
    kept: dict[str, dict[str, str]] = session.get(_place(room), {})
    same = next((key for key, one in kept.items() if one == dict(terms)), None)
    key = same or secrets.token_hex(6)
    kept.pop(key, None)
    kept[key] = dict(terms)
    session[_place(room)] = dict(list(kept.items())[-MOST_KEPT:])
    return key


def recall(session: SessionBase, key: str, *, room: str) -> Terms | None:
    """What was searched for under ``key``, or None when it is another person's or room's, or forgotten."""
    kept: dict[str, dict[str, str]] = session.get(_place(room), {})
    return kept.get(key)


def _place(room: str) -> str:
    return f"{room}_searches"
