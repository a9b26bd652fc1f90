"""Every model and every value of an enumeration stands in the glossary: one word a concept, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
CHOICES = {"StrEnum", "TextChoices"}
MODELS = {"Model", "AbstractBaseUser"}


def classes() -> Iterator[ast.ClassDef]:
    for path in sorted((ROOT / "src").rglob("*.py")):
        if "migrations" not in path.parts:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield from (node for node in tree.body if isinstance(node, ast.ClassDef))


def bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).rpartition(".")[2] for base in node.bases}


def values(node: ast.ClassDef) -> list[str]:
    """The values of an enumeration, but for those of a grammar (``office:object:verb``), which are no words."""
    found = []
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            value = statement.value.elts[0] if isinstance(statement.value, ast.Tuple) else statement.value
            found.append(ast.literal_eval(value))
    return [value for value in found if isinstance(value, str) and ":" not in value]


def terms() -> list[tuple[str, str]]:
    named = [(node.name, node.name) for node in classes() if bases(node) & (CHOICES | MODELS)]
    return named + [(node.name, value) for node in classes() if bases(node) & CHOICES for value in values(node)]


def row_of(name: str) -> str:
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
    assert rows, f"docs/glossary.md has no row for {name}. Add: | `{name}` | Swedish | meaning |"
    return rows[0]


@pytest.mark.parametrize(("name", "term"), terms(), ids=str)
def test_term_has_its_row(name: str, term: str) -> None:
    assert f"`{term}`" in row_of(name), f"docs/glossary.md: the row of {name} lacks `{term}` and its Swedish word."


def test_the_code_has_terms_to_look_for() -> None:
    assert {"Message", "MailboxKind", "Surface"} <= {name for name, _ in terms()}


def test_every_row_has_a_swedish_word_and_no_word_has_two_rows() -> None:
    rows = [line.split(" | ") for line in GLOSSARY.splitlines() if line.startswith("| ")]
    words = [cells[0].strip("| ") for cells in rows if cells[0] != "| code"]
    assert len(words) == len(set(words))
    assert all(cells[1].strip(" |") for cells in rows)
