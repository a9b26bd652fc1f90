"""docs/reference/settings.md: what an installation may choose, out of the calls that read the environment."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.reference.markdown import code, page, section, table
from checks.reference.source_tree import Module, modules
from kommunpost.site.setting_texts import GROUPS, SettingText

_READERS = {
    "text": "text",
    "words": "list, by commas",
    "choices": "list, by commas, of given words",
    "number": "whole number",
    "boolean": "0 or 1",
}
_NAME = re.compile(r"(?:KOMMUNPOST|DATABASE)_[A-Z_]+")
_INTRO = """
All settings come from the environment. Any of them may instead be read from a file: put the path in the same name
with `_FILE` after it (for secrets that a service manager hands out as files). A value that cannot be used is refused
at the start, in one line that names the setting.
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the code reads. ``default``: as it would be written, None when it is worked out."""

    name: str
    kind: str
    default: str | None


def collect() -> list[Setting]:
    """Every setting that the code reads, once each, in order of appearance."""
    return list({found.name: found for module in modules().values() for found in _read_in(module)}.values())


def render(settings: Iterable[Setting]) -> str:
    """Raises LookupError when a setting has no text, or a text no setting: the table in the code must be mended."""
    read = {setting.name: setting for setting in settings}
    described = {name for texts in GROUPS.values() for name in texts}
    if odd := sorted(read.keys() ^ described):
        raise LookupError(f"site/setting_texts.py and the settings that are read differ by {', '.join(odd)}")
    return page("Settings", _INTRO, *(_section(title, texts, read) for title, texts in GROUPS.items()))


def _section(title: str, texts: Mapping[str, SettingText], read: Mapping[str, Setting]) -> str:
    rows: list[Sequence[str]] = [
        (code(name), read[name].kind, text.default or code(read[name].default or "") or "none", text.meaning)
        for name, text in texts.items()
    ]
    return section(title, table(("setting", "type", "default", "meaning"), rows))


def _read_in(module: Module) -> Iterator[Setting]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (reader := _reader(node.func)) and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str) and _NAME.fullmatch(name.value):
                yield Setting(name.value, _READERS[reader], _default(node))


def _reader(function: ast.expr) -> str:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name if name in _READERS else ""


def _default(call: ast.Call) -> str | None:
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "default"), None)
    if not isinstance(given, ast.Constant):
        return None
    return str(int(given.value)) if isinstance(given.value, bool) else str(given.value)
