"""Message-ID, In-Reply-To and References as keys: without angle brackets and white space, everywhere in the project."""

import re

from kommunpost.core.mail.headers import Notes
from kommunpost.core.mail.words import guess

MAX_REFERENCES = 1_000
MAX_LENGTH = 998
"""Characters of a message id kept (a line's greatest length, RFC 5322 section 2.1.1)."""

_BRACKETED = re.compile(r"<([^<>]*)>")
_PRINTABLE = re.compile(r"[\x00-\x20\x7f]+")


def read_message_id(value: bytes | None, notes: Notes) -> str:
    """The first id of a Message-ID field, or "" when there is none."""
    if not value:
        return ""
    text = value.decode("ascii") if value.isascii() else guess(value)
    match = _BRACKETED.search(text)
    found = _PRINTABLE.sub("", match[1] if match else text).strip("<>")
    if match is None and found:
        notes.add("message_id_odd", "message-id")
    if len(found) > MAX_LENGTH:
        notes.add("message_id_too_long", "message-id")
    return found[:MAX_LENGTH]


def read_ids(value: bytes | None, notes: Notes, where: str) -> tuple[str, ...]:
    """The ids of In-Reply-To or References in order, each once. Prose around them ("Your message of …") is left out."""
    if not value:
        return ()
    text = value.decode("ascii") if value.isascii() else guess(value)
    found = _BRACKETED.findall(text)
    if not found:
        found = [word.strip("<>,;") for word in text.split() if "@" in word and '"' not in word]
    ids = dict.fromkeys(_PRINTABLE.sub("", item)[:MAX_LENGTH] for item in found)
    ids.pop("", None)
    if len(ids) > MAX_REFERENCES:
        notes.add("too_many_references", where)
    return tuple(ids)[:MAX_REFERENCES]
