"""Names of attachments as file names that are safe on every system people unpack to."""

import re

from kommunpost.core.mail.words import nfc

_MAX_BYTES = 150
_LONGEST_ENDING = 10
# Controls, bidirectional overrides and isolates (they turn gpj.exe around), zero-width characters, and line separators.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
_RESERVED = re.compile(r"(?i)^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)")


def safe_name(claimed: str, *, default: str = "bilaga") -> str:
    """A claimed name -> one path component: no folders, no reserved or hidden names, no tricks of writing direction."""
    name = nfc(claimed.replace("\\", "/"))
    name = _INVISIBLE.sub("", name)
    name = name.rstrip("/ .").rpartition("/")[2]
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shorten(name) or default


def _shorten(name: str) -> str:
    """At most _MAX_BYTES of UTF-8, with the ending kept: what a file is called decides what opens it."""
    if len(name.encode("utf-8", "replace")) <= _MAX_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending) <= _LONGEST_ENDING else ""
    stem = stem if ending else name
    room = _MAX_BYTES - len(ending.encode("utf-8", "replace"))
    return stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") + ending
