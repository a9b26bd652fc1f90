"""Reads the data files. A fault in one is a fault of ours and is raised at once, with file and entry."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, TypeVar

from kommunpost.core.law.model import (
    Deadline,
    DeadlineKind,
    Evidence,
    HarmTest,
    LegalRule,
    MunicipalUse,
    OtherAuthority,
    Provision,
    RuleGroup,
)


class NoSuchEntry(LookupError):  # noqa: N818 - says what is missing
    """No provision, rule, letter or authority has that id."""

    code = "no_such_law_entry"


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_HasId)


def provisions(*, rare: bool = True) -> tuple[Provision, ...]:
    """Secrecy provisions, by chapter and section. ``rare`` false: without those that are seldom used."""
    return tuple(one for one in _provisions() if rare or not one.is_rare)


def provision(id_: str) -> Provision:
    """The provision ``OSL 26:1``. Raises ``NoSuchEntry``."""
    return _find(_provisions_by_id(), id_)


@cache
def rules() -> tuple[LegalRule, ...]:
    """All rules, in the order of the file."""
    return tuple(_rule(row) for row in _rows("rules.json"))


def rule(id_: str) -> LegalRule:
    """The rule ``disclose.promptly``. Raises ``NoSuchEntry``."""
    return _find(_rules_by_id(), id_)


@cache
def authorities() -> tuple[OtherAuthority, ...]:
    """The bodies that people mistake for the municipality."""
    return tuple(_authority(row) for row in _rows("authorities.json"))


def authority(id_: str) -> OtherAuthority:
    """The authority ``skatteverket``. Raises ``NoSuchEntry``."""
    return _find(_authorities_by_id(), id_)


@cache
def _provisions() -> tuple[Provision, ...]:
    common = [_provision(row, is_rare=False) for row in _rows("provisions.json")]
    rare = [_provision(row, is_rare=True) for row in _rows("provisions_rare.json")]
    return tuple(sorted(common + rare, key=lambda one: (one.chapter, one.section, one.section_letter, one.part)))


@cache
def _provisions_by_id() -> Mapping[str, Provision]:
    return by_id(_provisions())


@cache
def _rules_by_id() -> Mapping[str, LegalRule]:
    return by_id(rules())


@cache
def _authorities_by_id() -> Mapping[str, OtherAuthority]:
    return by_id(authorities())


def by_id(entries: Iterable[_T]) -> dict[str, _T]:
    """An index. Raises ``ValueError`` when an id stands twice."""
    index: dict[str, _T] = {}
    for entry in entries:
        if entry.id in index:
            raise ValueError(f"{entry.id} stands twice")
        index[entry.id] = entry
    return index


def read_data(name: str) -> str:
    """The text of a data file of this package."""
    return (files("kommunpost.core.law") / "data" / name).read_text(encoding="utf-8")


def _find(index: Mapping[str, _T], id_: str) -> _T:
    try:
        return index[id_]
    except KeyError:
        raise NoSuchEntry(id_) from None


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(read_data(name))
    return rows


def _provision(row: dict[str, Any], *, is_rare: bool) -> Provision:
    values = dict(row)
    return Provision(
        harm_test=HarmTest(values.pop("harm_test")),
        municipal_use=MunicipalUse(values.pop("municipal_use")),
        areas=tuple(values.pop("areas")),
        typical_in_mail=tuple(values.pop("typical_in_mail")),
        is_verified=values.pop("sure") == "verified",
        is_rare=is_rare,
        **values,
    )


def _rule(row: dict[str, Any]) -> LegalRule:
    values = dict(row)
    return LegalRule(
        group=RuleGroup(values.pop("group")),
        deadline=_deadline(values.pop("deadline")),
        evidence=Evidence(values.pop("evidence")),
        is_verified=values.pop("sure") == "verified",
        **values,
    )


def _deadline(row: dict[str, Any] | None) -> Deadline | None:
    if row is None:
        return None
    return Deadline(
        kind=DeadlineKind(row["kind"]), count=row["count"], unit=row["unit"], from_=row["from"], text=row["text"]
    )


def _authority(row: dict[str, Any]) -> OtherAuthority:
    values = dict(row)
    handles = tuple(values.pop("handles"))
    return OtherAuthority(handles=handles, is_verified=values.pop("sure") == "verified", **values)
