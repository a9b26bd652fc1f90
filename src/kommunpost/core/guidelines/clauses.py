"""Every clause of the guidelines, read from ``texts/``: one file a section, one table a clause, in order."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from kommunpost.core.guidelines.model import Clause, Surface

SECTIONS: Mapping[int, str] = MappingProxyType(
    {
        1: "Rätt kanal",
        2: "Skriv bra",
        3: "Svara bra",
        4: "Allmänna handlingar",
        5: "Lämna ut handlingar",
        6: "E-postloggen",
        7: "Frånvaro",
        8: "Gallring",
    }
)


def _clauses() -> Iterator[Clause]:
    texts = files("kommunpost.core.guidelines") / "texts"
    for number in SECTIONS:
        content = tomllib.loads((texts / f"section-{number}.toml").read_text(encoding="utf-8"))
        for slug, fields in content.items():
            yield _clause(slug, number, fields)


def _clause(slug: str, section: int, fields: Mapping[str, Any]) -> Clause:
    """A clause from its table. A missing or unknown field is a fault in our own files and stops the program."""
    given = dict(fields)
    return Clause(
        slug=slug,
        section=section,
        surfaces=tuple(Surface(name) for name in given.pop("surfaces")),
        enforced_in=tuple(given.pop("enforced_in")),
        planned_in=tuple(given.pop("planned_in")),
        **{name: " ".join(value.split()) for name, value in given.items()},
    )


CLAUSES: Mapping[str, Clause] = MappingProxyType({clause.slug: clause for clause in _clauses()})
"""Slug -> clause, in the order of the guidelines."""
