"""Names of the project's own things in a page: environment variables, files, tests."""

import ast
import re
from pathlib import Path

from checks.documents.pages import inline_code, pages, read
from checks.reference import settings

_VARIABLE = re.compile(r"\b(?:KOMMUNPOST_[A-Z_]+[A-Z]|DATABASE_URL)(?:_FILE)?\b")
_PATH = re.compile(r"(?:src|docs|tests|checks|bench|requirements|apps|core|site|\.ci)/[\w./-]*[\w/]")
_TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
_ROOTS = ("", "src/kommunpost")


def unknown_variables(root: Path) -> list[str]:
    """Environment variables of ours that a page names and nothing reads."""
    known = {setting.name for setting in settings.collect()}
    return [
        f"{page.relative_to(root)}: nothing reads {name}"
        for page in pages(root)
        for name in sorted(set(_VARIABLE.findall(read(page))))
        if name.removesuffix("_FILE") not in known
    ]


def missing_paths(root: Path) -> list[str]:
    """Files and folders in backticks that are not there, counted from the root or from the package."""
    return [
        f"{page.relative_to(root)}: there is no {name}"
        for page in pages(root)
        for name in sorted({code for code in inline_code(read(page)) if _PATH.fullmatch(code)})
        if not any((root / start / name).exists() for start in _ROOTS)
    ]


def missing_tests(root: Path) -> list[str]:
    """Tests named as ``tests/…/file.py::test_name`` that are not there."""
    return [
        f"{page.relative_to(root)}: there is no test {file}::{name}"
        for page in pages(root)
        for file, name in sorted(set(_TEST.findall(read(page))))
        if name not in _functions_in(root / file)
    ]


def _functions_in(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
