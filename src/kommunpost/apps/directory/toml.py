"""Write the directory file as TOML 1.0. The standard library reads TOML but does not write it. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_LINE = 110
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(data: Mapping[str, Any], *, comment: str = "") -> str:
    """``data``: a dict of plain values and of lists of flat dicts (text, whole numbers, booleans, lists of text)."""
    return "\n".join(_lines(data, comment)) + "\n"


def _lines(data: Mapping[str, Any], comment: str) -> Iterator[str]:
    yield from (f"# {line}".rstrip() for line in comment.splitlines())
    tables = {key: value for key, value in data.items() if _is_tables(value)}
    yield from (f"{_key(key)} = {_value(value)}" for key, value in data.items() if key not in tables)
    for name, entries in tables.items():
        for entry in entries:
            yield ""
            yield f"[[{_key(name)}]]"
            yield from (f"{_key(key)} = {_value(value)}" for key, value in entry.items())


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return _array([_value(one) for one in value])
    raise TypeError(f"{type(value).__name__} has no place in the directory file")


def _array(words: list[str]) -> str:
    line = f"[{', '.join(words)}]"
    return line if len(line) <= _LINE else "[\n" + "".join(f"  {word},\n" for word in words) + "]"


def _text(text: str) -> str:
    # JSON's escapes are all TOML's, save that TOML wants DEL escaped as well.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
