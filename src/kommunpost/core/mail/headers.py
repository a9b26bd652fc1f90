"""The header block: where it ends, and its fields unfolded.

Fields are bytes until somebody asks for one: a mail has thirty, and readers want ten.
"""

import re

from kommunpost.core.mail.model import Defect

HEADER_BYTES = 512 * 1024
"""Of a header block read; the rest is counted in a defect. Room for 10,000 recipients, and still a few ms of work."""
MAX_FIELDS = 5_000
MAX_DEFECTS = 200

Fields = dict[bytes, bytes]
"""Lower-case name -> unfolded value. First of its name; address lists of several fields are joined by commas."""

_BLANK_LINE = re.compile(rb"\n\r?\n")
_LINE_ENDS = re.compile(rb"[\r\n]+")
_NAME = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_KNOWN = re.compile(
    rb"(?im)^(?:from|to|cc|subject|date|message-id|content-[a-z-]{2,30}|mime-version|reply-to|received)[ \t]*:"
)
_JOINED = frozenset({b"to", b"cc", b"bcc", b"reply-to"})
_SINGLE = frozenset({b"from", b"subject", b"date", b"message-id", b"content-type", b"in-reply-to", b"references"})


class Notes:
    """The defects of one mail, bounded. ``codes`` beyond the limit are counted, not kept."""

    __slots__ = ("defects", "more")

    def __init__(self) -> None:
        self.defects: dict[Defect, None] = {}
        self.more = 0

    def add(self, code: str, where: str = "") -> None:
        """Keep a defect once."""
        defect = Defect(code, where)
        if len(self.defects) < MAX_DEFECTS or defect in self.defects:
            self.defects[defect] = None
        else:
            self.more += 1

    def all(self) -> tuple[Defect, ...]:
        if self.more:
            return (*self.defects, Defect("more_defects", str(self.more)))
        return tuple(self.defects)


def with_newlines(raw: bytes, notes: Notes) -> bytes:
    """Mail from old Macs has CR alone for line ends; everything else is left as it is."""
    if b"\n" in raw or b"\r" not in raw:
        return raw
    notes.add("bare_cr")
    return raw.replace(b"\r", b"\n")


def skip_envelope(raw: bytes, notes: Notes) -> int:
    """Where the first field stands: after a byte order mark, blank lines, and an mbox ``From `` line."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    if raw[start : start + 1] in {b"\r", b"\n"}:
        blank = _LINE_ENDS.match(raw, start)
        after = blank.end() if blank else start
        if _NAME.match(raw, after):
            notes.add("blank_lines_first")
            start = after
    while raw.startswith((b"From ", b">From "), start):
        line_end = raw.find(b"\n", start)
        start = len(raw) if line_end < 0 else line_end + 1
    return start


def split_block(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """(end of the header block, start of the body) of the entity that stands in ``raw[start:end]``."""
    if raw.startswith((b"\n", b"\r\n"), start):
        return start, min(end, start + (1 if raw.startswith(b"\n", start) else 2))
    match = _BLANK_LINE.search(raw, start, end)
    if match is None:
        return (end, end) if _NAME.match(raw, start, end) else (start, start)
    return match.start() + 1, match.end()


def read_block(raw: bytes, start: int, end: int, notes: Notes, where: str = "") -> tuple[Fields, int]:
    """The fields of the entity in ``raw[start:end]`` and where its body starts."""
    head_end, body = split_block(raw, start, end)
    if body == start < end:
        notes.add("no_headers", where)
    if head_end - start > HEADER_BYTES:
        notes.add("headers_too_large", f"{where}{head_end - start - HEADER_BYTES} bytes not read")
        head_end = raw.rfind(b"\n", start, start + HEADER_BYTES) + 1 or start + HEADER_BYTES
    block = raw[start:head_end]
    fields, junk = read_fields(block, notes, where)
    if junk:
        body = _body_after_junk(block, start, body, notes, where)
    return fields, body


def _body_after_junk(block: bytes, start: int, body: int, notes: Notes, where: str) -> int:
    """A line without a field name is damage when fields follow it; else the blank line is missing and text begins."""
    position = 0
    while position < len(block):
        if block[position : position + 1] not in {b" ", b"\t"} and not _NAME.match(block, position):
            break
        position = block.find(b"\n", position) + 1 or len(block)
    if position >= len(block) or _KNOWN.search(block, position):
        notes.add("header_without_colon", where)
        return body
    notes.add("no_blank_line_after_headers", where)
    return start + position


def read_fields(block: bytes, notes: Notes, where: str = "") -> tuple[Fields, bool]:
    """A header block -> its fields, and whether a line was none. Folded lines are joined as they stand."""
    fields: Fields = {}
    more: dict[bytes, list[bytes]] = {}
    junk = False
    for line in unfolded_lines(block, notes, where):
        name, colon, value = line.partition(b":")
        if not colon:
            junk = junk or bool(line.strip())
            continue
        name = name.lower()
        if b" " in name:
            name = name.rstrip()
            junk = junk or b" " in name
        if name not in fields:
            fields[name] = value
        elif name in _JOINED:
            more.setdefault(name, [fields[name]]).append(value)
        elif name in _SINGLE:
            notes.add("duplicate_header", where + name.decode("ascii", "replace"))
    for name, values in more.items():
        fields[name] = b",".join(values)
    return fields, junk


def unfolded_lines(block: bytes, notes: Notes, where: str = "") -> list[bytes]:
    """A header block -> its fields, folded lines joined as they stand, at most MAX_FIELDS."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    block = block.replace(b"\n ", b" ").replace(b"\n\t", b"\t")
    if b"\x00" in block:
        notes.add("nul_bytes", where or "headers")
        block = block.replace(b"\x00", b"")
    lines = block.split(b"\n", MAX_FIELDS)
    if len(lines) > MAX_FIELDS and lines.pop():
        notes.add("too_many_headers", where)
    return lines
