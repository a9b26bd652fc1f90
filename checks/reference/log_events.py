"""docs/reference/logs.md: the event codes that the program writes, out of the calls that write them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.reference.markdown import code, codes, page, section, table
from checks.reference.source_tree import Function, Module, assigned, functions, short, text_of
from kommunpost.site.logs import ALLOWED_KEYS

_LEVELS = {"debug": "debug", "info": "info", "warning": "warning", "error": "error", "exception": "error"}
_INTRO = """
One JSON object a line on stderr: `time` (UTC), `level`, `logger`, `event`, then keys out of the list below. Errors
are told by type (`error`) and place (`place`), never by what they say. Lines that other libraries compose, and our
own with more than a code, are written as the place of the call alone (`file.py:12`): their text might quote an
address.
"""


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A call that writes: its code (empty when only its place is written), level, extra keys, and file."""

    event: str
    level: str
    keys: tuple[str, ...]
    file: str


def collect() -> list[LogEvent]:
    """Every call to a logger in the package, in order of code."""
    found = {event for module, function in functions().values() for event in _events_in(module, function)}
    return sorted(found, key=lambda event: (not event.event, event.event, event.file, event.level))


def render(events: Iterable[LogEvent]) -> str:
    rows = [(code(one.event) or "(place only)", one.level, codes(one.keys), code(short(one.file))) for one in events]
    return page(
        "Logs",
        _INTRO,
        section("Events", table(("event", "level", "keys", "written in"), rows)),
        section(
            "Keys", f"{codes(sorted(ALLOWED_KEYS))}\n\nA key that is not in this list is dropped (`site/logs.py`)."
        ),
    )


def _events_in(module: Module, function: Function) -> Iterator[LogEvent]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            level = _LEVELS.get(node.func.attr)
            if level and getattr(node.func.value, "id", "") in {"log", "logger"}:
                yield _event(module, function, node, level)


def _event(module: Module, function: Function, call: ast.Call, level: str) -> LogEvent:
    says = text_of(call.args[0]) or ""
    is_code = len(call.args) == 1 and says and " " not in says
    return LogEvent(says if is_code else "", level, tuple(sorted(_keys(call, function))), module.path)


def _keys(call: ast.Call, function: Function) -> Iterator[str]:
    waiting = [keyword.value for keyword in call.keywords if keyword.arg == "extra"]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Dict):
            yield from (text for key in node.keys if key is not None and (text := text_of(key)))
            waiting += [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
        elif isinstance(node, ast.Name) and (value := assigned(function, node.id)):
            waiting.append(value)
