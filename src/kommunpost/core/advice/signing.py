"""Where the writer's signature begins, when the sender's name is known. Quotes are told apart before this."""

import re

from kommunpost.core.mail.signatures import is_closing

MAX_SIGNATURE_LINES = 15
MAX_CLOSINGS_ABOVE = 3
NAME_LINE_WORDS = 7
SLASH_NAME = re.compile(r"[ \t]/[ \t]?(?P<name>[^\W\d_][\w-]*(?: [^\W\d_][\w-]*)?)[ \t]*\Z")


def signature_start(own: str, sender_name: str) -> int:
    """Where the signature begins in ``own`` (a text with everything else blanked out); its length when there is none.

    The last line that is the sender's name, or begins with it, with nothing but short lines below, and the closing
    phrase above it. ``Svar önskas. /Anna`` ends in a signature within the line.
    """
    first, whole = _names(sender_name)
    if not first:
        return len(own)
    lines = _lines(own)
    filled = [index for index, (_, line) in enumerate(lines) if line]
    for index in reversed(filled[-MAX_SIGNATURE_LINES:]):
        start, line = lines[index]
        if _is_name_line(line, first=first, whole=whole):
            return _with_closing(lines, index)
        slash = SLASH_NAME.search(line)
        if slash and slash["name"].split()[0].casefold() == first:
            return start + slash.start()
    return len(own)


def _names(sender_name: str) -> tuple[str, str]:
    words = sender_name.casefold().split()
    return (words[0], " ".join(words)) if words else ("", "")


def _lines(own: str) -> list[tuple[int, str]]:
    found, position = [], 0
    for line in own.split("\n"):
        stripped = line.strip()
        found.append((position + (len(line) - len(line.lstrip()) if stripped else 0), stripped))
        position += len(line) + 1
    return found


def _is_name_line(line: str, *, first: str, whole: str) -> bool:
    """``Anna Ek``, ``/Anna``, ``Anna 🌻``, ``Anna Ek, handläggare``; not ``Anna kommer i morgon.``."""
    name = line.casefold().lstrip("/-–—~* ").strip()
    if name.startswith(whole):
        rest = name[len(whole) :]
        return not rest or not (rest[0].isalnum() or rest[0] == ":" or rest.rstrip().endswith((".", "?")))
    if not name.startswith(first):
        return False
    rest = name[len(first) :]
    return not any(character.isalpha() for character in rest.split(",")[0]) and len(line.split()) <= NAME_LINE_WORDS


def _with_closing(lines: list[tuple[int, str]], index: int) -> int:
    above = index - 1
    looked = 0
    while above >= 0 and looked < MAX_CLOSINGS_ABOVE:
        _, line = lines[above]
        if line and not (is_closing(line) or line in {"--", "—"}):
            break
        if line:
            index = above
        looked += 1
        above -= 1
    return lines[index][0]
