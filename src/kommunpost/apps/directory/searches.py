"""What somebody searched for stays in their session, under a key (ADR 0008): names are personal data."""

import secrets

from django.contrib.sessions.backends.base import SessionBase

SESSION_KEY = "directory_searches"
MOST_KEPT = 20


def keep(session: SessionBase, text: str) -> str:
    """Keep ``text`` and hand out its key; the same text keeps its key, the oldest of many are forgotten."""
    kept: dict[str, str] = session.get(SESSION_KEY, {})
    key = next((key for key, one in kept.items() if one == text), None) or secrets.token_hex(6)
    kept.pop(key, None)
    session[SESSION_KEY] = dict([*kept.items(), (key, text)][-MOST_KEPT:])
    return key


def recall(session: SessionBase, key: str) -> str | None:
    """What was searched for under ``key``; None when it is another person's, or forgotten."""
    kept: dict[str, str] = session.get(SESSION_KEY, {})
    return kept.get(key)
