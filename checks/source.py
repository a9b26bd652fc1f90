"""The house's own rules for source: size, and words that must not stand on a floor."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MOST_LINES_IN_A_FILE = 400
MOST_LINES_IN_A_TEST_FILE = 700
MOST_LINES_IN_A_FUNCTION = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern`` must not stand in files under ``folders`` (none: everywhere), for the reason ``why``."""

    pattern: re.Pattern[str]
    why: str
    folders: tuple[str, ...] = ()


# The words are put together here so that this file does not complain of itself.
FORBIDDEN = (
    Rule(
        re.compile(r"datetime\.(?:now|utcnow|today)\(|date\.today\(|timezone\.now\("),
        "below site the time is passed in as `now`",
        ("src/kommunpost/core/", "src/kommunpost/apps/"),
    ),
    Rule(re.compile(r"errors=[\"']ignore[\"']"), "bytes that cannot be read must stay visible", ("src/",)),
    Rule(re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"), "finish it, or write an issue"),
    Rule(re.compile(r"[\"'(\s](?:/ro" + r"ot/|/ho" + r"me/[a-z]|/wo" + r"rk/)"), "a path of somebody's own machine"),
    Rule(
        re.compile(r"\|\s*safe\b"),
        "text from outside must be escaped; build it with format_html",
        ("src/kommunpost/apps/", "src/kommunpost/site/"),
    ),
)
_SUFFIXES = {".py", ".md", ".toml", ".html", ".sh", ".txt", ".js", ".css"}
_SKIPPED = {".git", ".venv", "var", "build", "dist", "__pycache__", "requirements", "vendor", "corpus", "node_modules"}


def too_large(root: Path) -> list[str]:
    """Files and functions that have grown past their bounds. Migrations are written by Django and do not count."""
    complaints = []
    for folder, most in (("src", MOST_LINES_IN_A_FILE), ("tests", MOST_LINES_IN_A_TEST_FILE)):
        for file in sorted((root / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                complaints += _too_large_in(file, file.relative_to(root), most)
    return complaints


def forbidden_words(root: Path) -> list[str]:
    """Lines that hold a word no file of that folder may hold."""
    return [complaint for file in _files(root) for complaint in _forbidden_in(file, str(file.relative_to(root)))]


def _too_large_in(file: Path, name: Path, most: int) -> Iterable[str]:
    text = file.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > most:
        yield f"{name}:1: {lines} lines; {most} is the most. Make it a folder of the same name, split by verb"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_LINES_IN_A_FUNCTION:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines; {MOST_LINES_IN_A_FUNCTION} is the most"


def _files(root: Path) -> Iterable[Path]:
    for file in sorted(root.rglob("*")):
        if file.suffix in _SUFFIXES and not _SKIPPED & set(file.relative_to(root).parts) and file.is_file():
            yield file


def _forbidden_in(file: Path, name: str) -> Iterable[str]:
    rules = [rule for rule in FORBIDDEN if not rule.folders or name.startswith(rule.folders)]
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        for rule in rules:
            if rule.pattern.search(line):
                yield f"{name}:{number}: {rule.pattern.search(line)[0].strip()!r}: {rule.why}"  # type: ignore[index]
