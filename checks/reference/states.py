"""docs/reference/states.md: which states there are and which steps between them, out of the tables in the rules."""

import enum
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from checks.reference.markdown import code, codes, line, page, section, table
from checks.reference.source_tree import classes, modules

_INTRO = """
Steps that a table does not list cannot be taken. The words on screen are Swedish; meanings stand in the
[glossary](../glossary.md).
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """States with their words on screen, and for each the states that may follow."""

    name: str
    place: str
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An enumeration whose values are stored or shown."""

    name: str
    what: str
    values: tuple[tuple[str, str], ...]


def collect() -> tuple[list[Machine], list[Choice]]:
    return list(_machines()), list(_choices())


def render(facts: tuple[Iterable[Machine], Iterable[Choice]]) -> str:
    machines, choices = facts
    return page("States", _INTRO, *map(_machine_section, machines), section("Values", _choice_table(choices)))


def _machines() -> Iterator[Machine]:
    for name, module in modules().items():
        if any(
            getattr(node, "target", None) and ".TRANSITIONS" in f".{getattr(node.target, 'id', '')}"
            for node in module.tree.body
        ):
            steps: Mapping[TextChoices, frozenset[TextChoices]] = importlib.import_module(name).TRANSITIONS
            kind = type(next(iter(steps)))
            rows = tuple((str(one), str(one.label), tuple(sorted(map(str, steps[one])))) for one in kind)
            yield Machine(kind.__name__, module.path, rows)


def _choices() -> Iterator[Choice]:
    for path, (module, node) in classes().items():
        found = getattr(importlib.import_module(module.name), node.name) if _is_choice(node.bases) else None
        if isinstance(found, type) and issubclass(found, TextChoices):
            yield Choice(node.name, line(_own_doc(found)), tuple((str(one), str(one.label)) for one in found))
        elif isinstance(found, type) and issubclass(found, enum.StrEnum) and not any(":" in one for one in found):
            yield Choice(path.rpartition(".")[2], line(_own_doc(found)), tuple((str(one), "") for one in found))


def _is_choice(bases: Iterable[object]) -> bool:
    return any(getattr(base, "attr", getattr(base, "id", "")) in {"TextChoices", "StrEnum"} for base in bases)


def _own_doc(kind: type) -> str:
    """The class's own docstring: enumerations inherit one from ``str``."""
    return kind.__dict__.get("__doc__") or ""


def _machine_section(machine: Machine) -> str:
    rows = [(code(state), label, codes(after) or "ends here") for state, label, after in machine.rows]
    return section(machine.name, table(("state", "on screen", "may become"), rows), f"Table: `{machine.place}`.")


def _choice_table(choices: Iterable[Choice]) -> str:
    rows = [
        (code(one.name), " · ".join(f"{code(value)} {label}".strip() for value, label in one.values), one.what)
        for one in sorted(choices, key=lambda one: one.name)
    ]
    return table(("name", "values", "what it is"), rows)
