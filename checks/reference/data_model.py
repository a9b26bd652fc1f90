"""docs/reference/data-model.md: every table, its columns, what is personal in it, how long it stays, who writes it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from checks.reference.markdown import code, codes, line, page, section, table
from kommunpost.site.personal_data import TABLES, TableText

_TEXTUAL = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField)
_INTRO = """
Every table of the database. *Personal* are the columns that hold, or may hold, data about somebody who can be
identified; texts of mail may hold anything. What is done with them, and why: [GDPR](../gdpr.md). Raw mail lies
outside the database, in the blob store.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its kind, as Django names it."""

    name: str
    kind: str
    textual: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the database; ``label`` is ``office.Model``."""

    name: str
    label: str
    purpose: str
    columns: tuple[Column, ...]


def collect() -> list[Table]:
    found = [_table(model) for model in apps.get_models(include_auto_created=True)]
    return sorted(found, key=lambda one: one.label)


def render(tables: Iterable[Table]) -> str:
    """Raises LookupError when a table or a textual column has not been decided on in ``site/personal_data.py``."""
    listed = list(tables)
    if odd := sorted({one.name for one in listed} ^ TABLES.keys()):
        raise LookupError(f"site/personal_data.py and the tables differ by {', '.join(odd)}")
    for one in listed:
        _check_decided(one, TABLES[one.name])
    overview = [
        (
            code(one.name),
            codes(TABLES[one.name].personal) or "nothing personal",
            TABLES[one.name].kept,
            TABLES[one.name].written_by,
        )
        for one in listed
    ]
    return page(
        "Data model",
        _INTRO,
        section("At a glance", table(("table", "personal", "kept", "written by"), overview)),
        *(_section(one, TABLES[one.name]) for one in listed),
    )


def _table(model: type[models.Model]) -> Table:
    columns = tuple(
        Column(field.column, type(field).__name__, isinstance(field, _TEXTUAL) and not field.choices)
        for field in model._meta.concrete_fields  # noqa: SLF001 - documented API of Django in spite of its name
        if field.column
    )
    meta = model._meta  # noqa: SLF001
    own = model.__doc__ or ""
    purpose = "" if own.startswith(f"{model.__name__}(") else line(own)
    return Table(meta.db_table, meta.label, purpose, columns)


def _check_decided(one: Table, text: TableText) -> None:
    names = {column.name for column in one.columns}
    if unknown := sorted({*text.personal, *text.plain} - names):
        raise LookupError(f"site/personal_data.py: {one.name} has no column {', '.join(unknown)}")
    undecided = [
        column.name for column in one.columns if column.textual and column.name not in {*text.personal, *text.plain}
    ]
    if undecided:
        raise LookupError(f"site/personal_data.py: say of {one.name} whether {', '.join(undecided)} hold personal data")


def _section(one: Table, text: TableText) -> str:
    rows = [(code(column.name), column.kind, text.personal.get(column.name, "")) for column in one.columns]
    return section(code(one.name), one.purpose or text.purpose, table(("column", "kind", "personal"), rows))
