"""winmail.dat: the attachments inside ([MS-OXTNEF]), by a small reader that only follows lengths it has checked.

The reader goes through the stream once. What it does not know it steps over by its length; at the first length that
does not fit it stops and gives what it has.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from kommunpost.core.mail.words import decode_text

SIGNATURE = b"\x78\x9f\x3e\x22"
MAX_FILES = 500
MAX_PROPERTIES = 10_000
_LEVEL_ATTACHMENT = 2
_RENDERING, _TITLE, _DATA, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_CODEPAGE = 0x9007
_LONG_NAME, _DISPLAY_NAME, _EXTENSION, _MIME, _CONTENT_ID, _OBJECT = 0x3707, 0x3001, 0x3703, 0x370E, 0x3712, 0x3701
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000B: 4, 0x000A: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8}
_FIXED |= {0x0048: 16, 0x0001: 0}
_TYPE_STRING, _TYPE_UNICODE, _TYPE_OBJECT, _TYPE_BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_VARIABLE = frozenset({_TYPE_STRING, _TYPE_UNICODE, _TYPE_OBJECT, _TYPE_BINARY})
_WORD = 4
_MULTI = 0x1000
_NAMED = 0x8000


@dataclass(slots=True)
class TnefFile:
    """A file in the envelope. ``type`` and ``content_id`` are "" when the stream does not say."""

    name: str = ""
    type: str = ""
    content_id: str = ""
    content: bytes = field(default=b"", repr=False)


def read_tnef(data: bytes) -> tuple[list[TnefFile], bool]:
    """winmail.dat -> its files, and whether the stream could be read to its end."""
    if not data.startswith(SIGNATURE):
        return [], False
    files: list[TnefFile] = []
    charset = "cp1252"
    reached = 0
    for level, attribute, value, end in _attributes(data, 6):
        reached = end
        if attribute == _CODEPAGE and len(value) >= _WORD:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        if level != _LEVEL_ATTACHMENT:
            continue
        if attribute == _RENDERING:
            files.append(TnefFile())
        if files and len(files) <= MAX_FILES:
            _take(files[-1], attribute, value, charset)
    return [file for file in files[:MAX_FILES] if file.name or file.content], reached >= len(data)


def _attributes(data: bytes, position: int) -> Iterator[tuple[int, int, bytes, int]]:
    """(level, attribute, value, end) of each attribute; each ends with two bytes of checksum, which many get wrong."""
    while position + 9 <= len(data):
        level, attribute, _type, length = struct.unpack_from("<BHHI", data, position)
        start, end = position + 9, position + 9 + length
        if end > len(data):
            return
        position = min(end + 2, len(data))
        yield level, attribute, data[start:end], position


def _take(file: TnefFile, attribute: int, value: bytes, charset: str) -> None:
    if attribute == _TITLE and not file.name:
        file.name = _text(value, charset)
    elif attribute == _DATA:
        file.content = value
    elif attribute == _PROPERTIES:
        properties = dict(_properties(value))
        file.name = (
            _property(properties, _LONG_NAME, charset) or file.name or _property(properties, _DISPLAY_NAME, charset)
        )
        file.type = _property(properties, _MIME, charset).lower() or file.type
        file.content_id = _property(properties, _CONTENT_ID, charset).strip("<>") or file.content_id
        kind, content = properties.get(_OBJECT, (0, b""))
        if not file.content and kind in {_TYPE_OBJECT, _TYPE_BINARY}:
            file.content = (
                content[16:] if kind == _TYPE_OBJECT else content
            )  # An object begins with its interface's id.


def _property(properties: dict[int, tuple[int, bytes]], number: int, charset: str) -> str:
    kind, value = properties.get(number, (0, b""))
    if kind == _TYPE_UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    return _text(value, charset) if kind == _TYPE_STRING else ""


def _text(value: bytes, charset: str) -> str:
    return decode_text(value.rstrip(b"\x00"), charset)[0].replace("\x00", "")


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """(number, (type, value)) of a property list ([MS-OXTNEF] 2.1.3.4). Stops at the first thing that does not fit."""
    if len(data) < _WORD:
        return
    count = min(struct.unpack_from("<I", data)[0], MAX_PROPERTIES)
    position = 4
    for _ in range(count):
        if position + 4 > len(data):
            return
        kind, number = struct.unpack_from("<HH", data, position)
        position += 4
        if number & _NAMED:
            position = _after_name(data, position)
        found = _value(data, position, kind)
        if found is None:
            return
        value, position = found
        yield number, (kind, value)


def _after_name(data: bytes, position: int) -> int:
    if position + 24 > len(data):
        return len(data) + 1
    named_by_string, length = struct.unpack_from("<II", data, position + 16)
    return position + 24 + (_padded(length) if named_by_string else 0)


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int] | None:
    """The (first) value of a property and where the next property begins."""
    base = kind & ~_MULTI
    many = bool(kind & _MULTI) or base in _VARIABLE
    count = 1
    if many:
        if position + 4 > len(data):
            return None
        count = struct.unpack_from("<I", data, position)[0]
        position += 4
    if base in _FIXED:
        end = position + _FIXED[base] * count
        return (data[position:end], end) if end <= len(data) else None
    if base not in _VARIABLE or count > MAX_PROPERTIES:
        return None
    first = b""
    for index in range(count):
        if position + 4 > len(data):
            return None
        length = struct.unpack_from("<I", data, position)[0]
        if position + 4 + length > len(data):
            return None
        first = data[position + 4 : position + 4 + length] if index == 0 else first
        position += 4 + _padded(length)
    return first, position


def _padded(length: int) -> int:
    return length + (-length % 4)
