"""docs/reference/commands.md: every command with every option, out of argparse."""

import argparse
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.reference.markdown import code, page, prose, section, table
from kommunpost.site.cli import COMMANDS

_INTRO = """
`./run <command>` in the source tree, `kommunpost <command>` where it is installed. Results go to stdout, everything
else to stderr. Exit codes: 0 done · 1 something is wrong with what was looked at · 2 bad input or settings, told in
one line · 130 interrupted by Ctrl-C.
"""


@dataclass(frozen=True, slots=True)
class Option:
    """One option or argument as it is written, and what it does."""

    written: str
    does: str
    must: bool


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or a verb under one (``directory load``): one line on what it does, more words, and its options."""

    name: str
    does: str
    more: str
    options: tuple[Option, ...]


def collect() -> list[Command]:
    """Every command in the table of the command line, then its verbs."""
    return [found for name, row in sorted(COMMANDS.items()) for found in _commands_of(name, row.module, row.does)]


def render(commands: Iterable[Command]) -> str:
    return page("Commands", _INTRO, *map(_section, commands))


def parser_of(name: str) -> argparse.ArgumentParser:
    """The very parser that ``kommunpost <name>`` uses."""
    parser = argparse.ArgumentParser(prog=f"kommunpost {name}")
    importlib.import_module(COMMANDS[name].module).add_arguments(parser)
    return parser


def _commands_of(name: str, module: str, does: str) -> Iterator[Command]:
    parser = parser_of(name)
    words = _more(prose(inspect.getdoc(importlib.import_module(module))))
    yield Command(name, does, words, tuple(_options_of(parser)))
    for verbs in _verbs_of(parser):
        says = {choice.dest: choice.help or "" for choice in verbs._choices_actions}  # noqa: SLF001 - no public way
        for verb, inner in verbs.choices.items():
            yield Command(f"{name} {verb}", says[verb], "", tuple(_options_of(inner)))


def _more(words: str) -> str:
    """A module's docstring without the command's name before it."""
    rest = re.sub(r"^`kommunpost [^`]*`[:.,]?\s*", "", words)
    return rest[:1].upper() + rest[1:]


def _verbs_of(parser: argparse.ArgumentParser) -> Iterator["argparse._SubParsersAction[argparse.ArgumentParser]"]:
    return (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001


def _options_of(parser: argparse.ArgumentParser) -> Iterator[Option]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no public list of them
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction):  # noqa: SLF001
            yield Option(
                _written(action), action.help or "", action.required and action.nargs not in {"*", argparse.REMAINDER}
            )


def _written(action: argparse.Action) -> str:
    takes_value = action.nargs != 0
    value = action.metavar if isinstance(action.metavar, str) else None
    if action.choices is not None and value is None:
        value = "|".join(map(str, action.choices))
    value = value or (action.dest.upper() if action.option_strings else action.dest)
    if not action.option_strings:
        return f"{value}…" if action.nargs in {"+", "*", argparse.REMAINDER} else value
    return ", ".join(f"{option} {value}" if takes_value else option for option in action.option_strings)


def _section(command: Command) -> str:
    rows = [(code(option.written), "must be given" if option.must else "", option.does) for option in command.options]
    does = command.does[:1].upper() + command.does[1:] + "."
    return section(code(f"kommunpost {command.name}"), does, command.more, table(("option", "", "meaning"), rows))
