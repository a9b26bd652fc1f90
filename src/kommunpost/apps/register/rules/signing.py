"""Signatures of webhooks, both ways: HMAC-SHA256 over the time and the whole body, as one reads it off the line.

The time is part of what is signed, and is looked at: a call that somebody has kept is worth nothing five minutes later.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

TIMESTAMP = "Kommunpost-Timestamp"
SIGNATURE = "Kommunpost-Signature"
VERSION = "v1="
MOST_APART = timedelta(minutes=5)
_LONGEST_TIME = 12


def sign(body: bytes, *, key: str, at: datetime) -> dict[str, str]:
    """The two headers that go with ``body``."""
    timestamp = str(int(at.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: VERSION + _seal(body, key=key, timestamp=timestamp)}


def is_genuine(body: bytes, *, key: str, timestamp: str, signature: str, now: datetime) -> bool:
    """Whether whoever has ``key`` signed ``body`` within the last minutes."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _LONGEST_TIME):
        return False
    if abs(now.timestamp() - int(timestamp)) > MOST_APART.total_seconds():
        return False
    expected = VERSION + _seal(body, key=key, timestamp=timestamp)
    return hmac.compare_digest(expected.encode(), signature.encode())


def _seal(body: bytes, *, key: str, timestamp: str) -> str:
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
