"""Content-Type and Content-Disposition: a value and its parameters (RFC 2045, RFC 2231), in the shapes in the wild."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from kommunpost.core.mail.words import clean, decode_text, decode_words, guess

_MAX_LENGTH = 16_384
_TYPE = re.compile(r"\s*([\w.+-]{1,100}/[\w.+-]{1,100})\s*(?:;|$)")
_ONE_CHARSET = re.compile(r'\s*charset\s*=\s*(?:"([\w.:+-]+)"|([\w.:+-]+))\s*;?\s*', re.IGNORECASE)
_PARAMETER = re.compile(r'(?:\A|;|(?<="))\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"|"[^;]*|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_PIECE = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
_CHARSET_PREFIX = re.compile(r"[^']*'[^']*'")
_MAX_PIECES = 1_000
MAX_NAME = 1_000
"""Characters of a file name kept."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The value before the first semicolon in lower case, and its parameters decoded, names in lower case."""

    value: str
    items: dict[str, str]


NOTHING = Parameters("", {})


def read_parameters(field: bytes | None) -> Parameters:
    """An unfolded field -> its value and parameters. A missing field is ``NOTHING``."""
    if not field:
        return NOTHING
    field = field[:_MAX_LENGTH]
    text = field.decode("ascii") if field.isascii() else guess(field)
    value, semicolon, rest = text.partition(";")
    if not semicolon and "=" in value:  # "text/plain charset=us-ascii"
        value, _, rest = value.strip().partition(" ")
    if not rest:
        return Parameters(value.strip().lower(), {})
    simple = _ONE_CHARSET.fullmatch(rest)
    if simple:
        return Parameters(value.strip().lower(), {"charset": simple[1] or simple[2]})
    return Parameters(value.strip().lower(), _read_items(rest))


def _read_items(text: str) -> dict[str, str]:
    items: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(text):
        name, value = match[1].lower(), _unquote(match[2])
        piece = _PIECE.fullmatch(name)
        if piece is not None and (piece[2] or piece[3]):
            parts = pieces.setdefault(piece[1], {})
            if len(parts) < _MAX_PIECES:
                parts.setdefault(int(piece[2] or 0), (value, bool(piece[3])))
        else:
            items.setdefault(name, value)
    for name, parts in pieces.items():
        items[name] = _join(parts)  # The extended form is the better one when both are there (RFC 6266 4.3).
    return items


def _unquote(value: str) -> str:
    value = value.strip()
    if not value.startswith('"'):
        return value
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    return _ESCAPED.sub(r"\1", inner) if "\\" in inner else inner


def _join(parts: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 section 4.1: pieces in the order of their numbers; the first extended one names the charset."""
    label = ""
    data: list[bytes] = []
    for index, number in enumerate(sorted(parts)):
        value, extended = parts[number]
        if extended and index == 0 and _CHARSET_PREFIX.match(value):
            label, _, value = value.split("'", 2)
        data.append(unquote_to_bytes(value) if extended else value.encode("utf-8", "replace"))
    return decode_text(b"".join(data), label or "utf-8")[0]


def file_name(disposition: Parameters, content_type: Parameters) -> str:
    """The name that a part claims, decoded and clean, or "". Slashes and dots are left: see ``names.safe_name``."""
    name = disposition.items.get("filename") or content_type.items.get("name") or ""
    if not name:
        return ""
    if "=?" in name:
        name = decode_words(name)
    elif "%" in name and name.isascii() and _is_percent(name):
        name = decode_text(unquote_to_bytes(name), "utf-8")[0]
    return clean(name)[:MAX_NAME]


_PERCENT_UTF8 = re.compile(r"%[c-fC-F][0-9a-fA-F]%[89abAB][0-9a-fA-F]")


def _is_percent(name: str) -> bool:
    """Some web mail writes a percent-encoded UTF-8 name without saying so."""
    return _PERCENT_UTF8.search(name) is not None


def media_type(parameters: Parameters, default: str) -> str:
    """The type in the form ``main/sub``; what cannot be that is ``default`` (RFC 2045 section 5.2)."""
    if _TYPE.fullmatch(parameters.value):
        return parameters.value
    if parameters.value in {"text", "text/"}:
        return "text/plain"
    if parameters.value == "html":
        return "text/html"
    return default if not parameters.value else "application/octet-stream"
