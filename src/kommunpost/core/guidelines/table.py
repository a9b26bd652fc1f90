"""Reads a table of a TOML file key by key and collects what is wrong, so that all of it can be told at once."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from kommunpost.core.guidelines.problems import Problem

Choice = TypeVar("Choice", bound=StrEnum)
Item = TypeVar("Item")
ADDRESS = re.compile(r"[a-z0-9._+-]+@[a-z0-9åäö-]+(?:\.[a-z0-9åäö-]+)+")
DOMAIN = re.compile(r"[a-z0-9åäö-]+(?:\.[a-z0-9åäö-]+)+")
LINK = re.compile(r"https://[^\s/]+(?:/\S*)?")


class Table:
    """A table under ``key``. Each method reads one key; an unusable value becomes a problem and a stand-in."""

    def __init__(self, content: Mapping[str, Any], *, file: str, key: str, problems: list[Problem]) -> None:
        self._content = content
        self._file = file
        self._key = key
        self._problems = problems
        self._asked: list[str] = []

    def table(self, name: str) -> "Table":
        value = self._take(name, dict, f"Add the table [{self._path(name)}].")
        return Table(value or {}, file=self._file, key=self._path(name), problems=self._problems)

    def text(self, name: str) -> str:
        remedy = f'Write {name} = "…" with some text on one line.'
        value: str | None = self._take(name, str, remedy)
        if value is not None and (not value.strip() or not value.isprintable()):
            self.refuse(name, "Is empty or has several lines.", remedy)
        return (value or "").strip()

    def matching(self, name: str, pattern: re.Pattern[str], example: str) -> str:
        value = self.text(name)
        if value and not pattern.fullmatch(value):
            self.refuse(name, f"{value!r} has the wrong form.", f'Write it as in "{example}".')
        return value

    def number(self, name: str, *, least: int, most: int) -> int:
        remedy = f"Write a whole number from {least} to {most}."
        value: int | None = self._take(name, int, remedy)
        if value is not None and not least <= value <= most:
            self.refuse(name, f"{value} is out of range.", remedy)
        return value if value is not None else least

    def truth(self, name: str) -> bool:
        return bool(self._take(name, bool, "Write true or false."))

    def choice(self, name: str, choices: type[Choice]) -> Choice:
        remedy = "Write " + " or ".join(f'"{choice}"' for choice in choices) + "."
        value: str | None = self._take(name, str, remedy)
        if value is not None and value not in set(choices):
            self.refuse(name, f"{value!r} is not known.", remedy)
            value = None
        return choices(value) if value is not None else next(iter(choices))

    def several(
        self, name: str, read: Callable[[str], Item], *, example: str, may_be_empty: bool = False
    ) -> tuple[Item, ...]:
        """A list of texts, each through ``read``, which raises ``ValueError`` for a text of the wrong form."""
        remedy = f'Write a list such as ["{example}"].'
        value: list[Any] | None = self._take(name, list, remedy)
        if value == [] and not may_be_empty:
            self.refuse(name, "The list is empty.", remedy)
        items: list[Item] = []
        for index, item in enumerate(value or []):
            try:
                items.append(read(_text(item)))
            except ValueError:
                self.refuse(f"{name}[{index}]", f"{item!r} has the wrong form.", f'Write it as in "{example}".')
        return tuple(items)

    def finish(self) -> None:
        """Call last: every key that nobody asked for is a problem, with the likely word meant."""
        for name in self._content:
            if name not in self._asked:
                near = get_close_matches(name, self._asked, n=1)
                remedy = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(self._asked)}."
                self.refuse(name, "Is not a known key.", remedy)

    def refuse(self, name: str, problem: str, remedy: str) -> None:
        self._problems.append(Problem(self._file, self._path(name), problem, remedy))

    def _path(self, name: str) -> str:
        return f"{self._key}.{name}" if self._key else name

    def _take(self, name: str, kind: type, remedy: str) -> Any:
        self._asked.append(name)
        if name not in self._content:
            self.refuse(name, "Is missing.", remedy)
            return None
        value = self._content[name]
        # In Python true is an int; in a profile it is not.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.refuse(name, f"Has the wrong kind of value ({type(value).__name__}).", remedy)
            return None
        return value


def _text(item: object) -> str:
    if not isinstance(item, str) or not item.strip() or not item.isprintable():
        raise ValueError("not a text of one line")
    return item.strip()


def matched(pattern: re.Pattern[str]) -> Callable[[str], str]:
    """A reader for ``Table.several``: the text itself when it has the form."""

    def read(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError("wrong form")
        return value

    return read
