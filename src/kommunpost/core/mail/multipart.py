"""Where the parts of a multipart body stand (RFC 2046 section 5.1), as offsets: nothing is copied."""

import re
from dataclasses import dataclass

_MAX_BOUNDARY = 200
_CR, _LF = b"\r\n"
_GUESS = re.compile(rb"\s{0,20}--([!-~][ -~]{0,199}?)[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class Split:
    """``parts``: (start, end) of each part. ``rest``: where what was not split begins, when the budget of parts ended.
    ``closed``: the closing boundary stood there. ``after``: where the text after it begins. ``reopened``: parts go on
    behind the closing boundary, as where an inner multipart bears its parent's; they are parts all the same.
    """

    parts: list[tuple[int, int]]
    rest: int | None
    closed: bool
    after: int
    reopened: bool = False


def split_parts(raw: bytes, start: int, end: int, *, boundary: bytes, limit: int) -> Split:
    """Find the parts of ``raw[start:end]``, at most ``limit``. One search from left to right.

    A line that only begins with the boundary (another's boundary may) is no boundary; spaces behind it are ignored.
    """
    delimiter = b"--" + boundary[:_MAX_BOUNDARY].rstrip()
    parts: list[tuple[int, int]] = []
    begun: int | None = None
    closed: int | None = None
    reopened = False
    position = start
    while (found := raw.find(delimiter, position, end)) >= 0:
        position = found + len(delimiter)
        if found > start and raw[found - 1] not in b"\r\n":
            continue
        line_end = _line_end(raw, position, end)
        tail = raw[position:line_end].strip() if line_end is not None else None
        if line_end is None or tail not in {b"", b"--"}:
            continue
        if begun is not None:
            parts.append((begun, _before(raw, found, begun)))
        if len(parts) >= limit and tail != b"--":
            return Split(parts, rest=found, closed=False, after=end)
        reopened = reopened or (closed is not None and tail != b"--")
        begun, closed = (None, line_end + 1) if tail == b"--" else (line_end + 1, None)
        position = line_end
    if closed is not None:
        return Split(parts, rest=None, closed=True, after=min(end, closed), reopened=reopened)
    if begun is not None:
        parts.append((min(begun, end), end))
    return Split(parts, rest=None, closed=False, after=end, reopened=reopened)


def _line_end(raw: bytes, position: int, end: int) -> int | None:
    """Where the line ends that a boundary stands on, None when it is too long to be a boundary's."""
    limit = min(end, position + _MAX_BOUNDARY)
    found = raw.find(b"\n", position, limit)
    if found >= 0:
        return found
    return end if limit == end else None


def _before(raw: bytes, found: int, begun: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if found > begun and raw[found - 1] == _LF:
        found -= 1
    if found > begun and raw[found - 1] == _CR:
        found -= 1
    return max(found, begun)


def guess_boundary(raw: bytes, start: int, end: int) -> bytes | None:
    """The boundary of a multipart that names none, or a wrong one: its first line, when that line comes again."""
    match = _GUESS.match(raw, start, min(end, start + 1_000))
    if match is None or raw.find(b"\n--" + match[1], match.end() - 1, end) < 0:
        return None
    return match[1]
