"""What somebody searched for stays on the server, and the address holds a key to it (ADR 0008).

A name typed into a search box is personal data; in an address it would end up in histories, proxies and access logs.
"""

import secrets
from collections.abc import Mapping

from django.contrib.sessions.backends.base import SessionBase

SESSION_KEY = "log_searches"
MOST_KEPT = 20  # So many steps the Back button can take through different searches.

Terms = Mapping[str, str]
"""The fields of the search form as they were typed."""


def keep(session: SessionBase, terms: Terms) -> str:
    """Keep ``terms`` and hand out the key. The same terms keep their key; the oldest of many are forgotten."""
    kept: dict[str, dict[str, str]] = session.get(SESSION_KEY, {})
    same = next((key for key, one in kept.items() if one == dict(terms)), None)
    key = same or secrets.token_hex(6)
    kept.pop(key, None)
    kept[key] = dict(terms)
    session[SESSION_KEY] = dict(list(kept.items())[-MOST_KEPT:])
    return key


def recall(session: SessionBase, key: str) -> Terms | None:
    """What was searched for under ``key``, or None when it is another person's, or forgotten."""
    kept: dict[str, dict[str, str]] = session.get(SESSION_KEY, {})
    return kept.get(key)
