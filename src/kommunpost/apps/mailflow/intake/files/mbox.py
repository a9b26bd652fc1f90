"""mbox, read as a stream (RFC 4155, and the mboxrd and mboxo habits of escaping ``From `` lines)."""

import re
from collections.abc import Iterator
from typing import IO

# A separator names a time; a line of text that begins with "From " seldom does. It follows a blank line.
SEPARATOR = re.compile(rb"From [^\n]*\d\d?:\d\d[^\n]*\r?\n?")
_ESCAPED = re.compile(rb"(?m)^>(>*From )")
_BLANK = (b"\n", b"\r\n")


def split_mbox(file: IO[bytes], *, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """(offset, mail) of every mail in ``file``, which is read once. A mail of more than ``limit`` bytes is None.

    The bytes are those between the separators, without the blank line that belongs to the next separator, and with one
    ``>`` taken from each escaped ``>From ``. Line ends stay as they are.
    """
    lines: list[bytes] = []
    start = offset = size = 0
    blank_before = True
    for line in iter(lambda: file.readline(limit), b""):
        if blank_before and line.startswith(b"From ") and SEPARATOR.fullmatch(line):
            if offset:
                yield start, _mail(lines, size, limit)
            lines, size, start = [], 0, offset
        else:
            size += len(line)
            if size <= limit:
                lines.append(line)
        blank_before = line in _BLANK
        offset += len(line)
    if lines or size:
        yield start, _mail(lines, size, limit)


def _mail(lines: list[bytes], size: int, limit: int) -> bytes | None:
    if size > limit:
        return None
    if lines and lines[-1] in _BLANK:
        lines = lines[:-1]
    return _ESCAPED.sub(rb"\1", b"".join(lines))
