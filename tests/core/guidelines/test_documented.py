import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from kommunpost.core.guidelines import CLAUSES, Clause

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "guidelines.md").read_text(encoding="utf-8")
SHIPPED = (files("kommunpost.core.guidelines") / "profiles" / "botkyrka.toml").read_text(encoding="utf-8")
KEYS = [f"{table}.{key}" for table, content in tomllib.loads(SHIPPED).items() for key in content]
BETWEEN = {"phone_hours.tuesday", "phone_hours.wednesday", "phone_hours.thursday"}


@pytest.mark.parametrize("key", sorted(set(KEYS) - BETWEEN))
def test_every_setting_is_documented(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=lambda clause: clause.slug)
def test_every_clause_is_listed_with_its_state(clause: Clause) -> None:
    parts = (", ".join(clause.enforced_in) or "–", ", ".join(clause.planned_in) or "–")
    assert f"| `{clause.slug}` | {clause.title} | {parts[0]} | {parts[1]} |" in PAGE.splitlines()
