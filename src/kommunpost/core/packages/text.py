"""Text in XML and names in a package: nothing that a hostile mail holds may break either, and nothing is lost."""

import re
import unicodedata
from datetime import UTC, date, datetime

# Everything outside Char of XML 1.0 (2.2), and the carriage return, which a parser would turn into a line feed.
_FORBIDDEN = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile(r"\[U\+([0-9A-F]{4,6})\]")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
LONGEST_STEM = 60


def written(text: str) -> str:
    """``text`` as XML can hold it: ``[U+0001]`` for each character that XML forbids. ``unwritten`` takes it back."""
    plain = text.replace("[U+", "[U+005B]U+")
    return _FORBIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", plain)


def unwritten(text: str) -> str:
    """What ``written`` was given."""
    return _ESCAPED.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)


def moment(at: datetime) -> str:
    """``2026-03-12T07:41:00Z``: UTC, with fractions only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day(on: date) -> str:
    """A day as a dateTime: midnight without a time zone."""
    return f"{on.isoformat()}T00:00:00"


def slug(text: str) -> str:
    """Letters and digits of ASCII, underscores and hyphens; never empty, never a path."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("_", folded).strip("_")[:LONGEST_STEM].strip("_") or "x"


def file_slug(name: str) -> str:
    """A file's name made harmless, its ending kept."""
    stem, _dot, ending = name.rpartition(".")
    if not stem or not ending.isalnum() or not ending.isascii() or len(ending) > 10:  # noqa: PLR2004
        return slug(name)
    return f"{slug(stem)}.{ending.lower()}"


def media_type(claimed: str) -> str:
    """What a mail claims of its attachment, where it has the form of a media type (RFC 6838, 4.2)."""
    return claimed.lower() if _TYPE.fullmatch(claimed.lower()) else "application/octet-stream"
