"""Content-Transfer-Encoding: bytes of a part as they were before the journey."""

import binascii
import re

from kommunpost.core.mail.headers import Notes
from kommunpost.core.mail.words import lenient_base64

_SOFT_BREAK_WITH_SPACE = re.compile(rb"=[ \t]+(?=\r?\n)")
_BASE64_REST = re.compile(rb"[A-Za-z0-9+/=\s]*")
_PADDING = re.compile(rb"=[=\s]*")
_UU_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n")
_LONGEST_UU_LINE = 100
_UU_LINE = frozenset(range(32, 97))
IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})


def decode_transfer(data: bytes, encoding: str, notes: Notes, where: str) -> bytes:
    """Bytes of a part and its encoding in lower case -> decoded bytes. Damage is mended, and a defect tells of it."""
    if encoding in IDENTITY:
        return data
    if encoding == "base64":
        return _base64(data, notes, where)
    if encoding in {"quoted-printable", "quotedprintable", "quoted"}:
        if b"= " in data or b"=\t" in data:
            data = _SOFT_BREAK_WITH_SPACE.sub(b"=", data)
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        found = next(iter(find_uu(data, notes)), None)
        return found[3] if found else data
    notes.add("transfer_encoding_unknown", where)
    return data


def _base64(data: bytes, notes: Notes, where: str) -> bytes:
    padding = data.find(b"=")
    if padding >= 0 and data[padding:].strip(b"=\r\n \t"):
        return _base64_in_pieces(data, notes, where)
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        notes.add("base64_broken", where)
        return lenient_base64(data)


def _base64_in_pieces(data: bytes, notes: Notes, where: str) -> bytes:
    """Padding in the middle: several encodings one after the other, or text that somebody put below the first."""
    first_end = data.find(b"=")
    if not _BASE64_REST.fullmatch(data, first_end):
        notes.add("base64_trailing_text", where)
        return lenient_base64(data[: first_end + 2])
    notes.add("base64_in_pieces", where)
    return b"".join(lenient_base64(piece) for piece in _PADDING.split(data) if piece)


def find_uu(data: bytes, notes: Notes) -> list[tuple[int, int, bytes, bytes]]:
    """(start, end, name, content) of each uuencoded file that stands in a text. One pass over the lines."""
    found: list[tuple[int, int, bytes, bytes]] = []
    position = 0
    while match := _UU_BEGIN.search(data, position):
        content, end, complete = _uu_lines(data, match.end())
        position = max(end, match.end())
        if not content:
            continue
        if not complete:
            notes.add("uuencode_broken", "text")
        found.append((match.start(), end, match[1].strip(), content))
    return found


def _uu_lines(data: bytes, position: int) -> tuple[bytes, int, bool]:
    """The decoded lines from ``position``, where they end, and whether ``end`` stood there."""
    out: list[bytes] = []
    while position < len(data):
        line_end = data.find(b"\n", position)
        line_end = len(data) if line_end < 0 else line_end
        line = data[position:line_end].rstrip(b"\r")
        if line.rstrip() == b"end":
            return b"".join(out), min(len(data), line_end + 1), True
        decoded = _uu_line(line)
        if decoded is None:
            break
        out.append(decoded)
        position = line_end + 1
    return b"".join(out), min(position, len(data)), False


def _uu_line(line: bytes) -> bytes | None:
    if not line or line in {b"`", b" "}:
        return b""
    if len(line) > _LONGEST_UU_LINE or line[0] not in _UU_LINE:
        return None
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # Some programs write more characters than the length says.
        kept = ((line[0] - 32) & 63) * 4 // 3 + 3
        try:
            return binascii.a2b_uu(line[:kept])
        except binascii.Error:
            return None
