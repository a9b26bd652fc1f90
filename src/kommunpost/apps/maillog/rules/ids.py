"""A row's id is its time, so that the primary key is the order of the log and a period is a range of ids (ADR 0007)."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Stockholm")
DELIVERY_BITS = 15
"""The low bits: they tell apart the deliveries of one millisecond."""

NEXT_MILLISECOND = 1 << DELIVERY_BITS
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_ID = (1 << 62) - 1
HOLDING_PEN = 0
DIRECTIONS = ("in", "out")


def row_id(at: datetime, delivery_id: int) -> int:
    """The id of a row: milliseconds since 1970 (UTC), then the low bits of the delivery. ``at`` is aware."""
    milliseconds = (at - EPOCH) // timedelta(milliseconds=1)
    return (milliseconds << DELIVERY_BITS) | (delivery_id & (NEXT_MILLISECOND - 1))


def at_of(identifier: int) -> datetime:
    """The time (UTC, to the millisecond) of the row with this id."""
    return EPOCH + timedelta(milliseconds=identifier >> DELIVERY_BITS)


def day_of(identifier: int) -> date:
    """The day in Sweden of the row with this id."""
    return at_of(identifier).astimezone(LOCAL).date()


@lru_cache(maxsize=4000)
def first_id(day: date) -> int:
    """The lowest id that a row of this day (in Sweden, summer time right) can have."""
    return row_id(datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC), 0)


def id_range(since: date | None, until: date | None) -> tuple[int, int]:
    """``(lowest, highest)`` id of the days ``since``..``until``, both included; ``None`` leaves that end open."""
    lowest = first_id(since) if since else 0
    highest = first_id(until + timedelta(days=1)) - 1 if until else LAST_ID
    return lowest, highest


def text_id(text: str) -> int:
    """The wanted id of an interned text: 47 bits of its BLAKE2b, never 0. Whoever finds it taken by another text tries
    the next.
    """
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big") >> 1 or 1


def storable(text: str) -> str:
    """``text`` as every database takes it: no NUL, no lone surrogates. What could not be kept shows as U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
