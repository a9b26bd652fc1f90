"""Which checks there are, and running them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from checks import documents, source
from checks.reference import book

ROOT = Path(__file__).resolve().parent.parent

_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"

TOOLS: dict[str, list[str]] = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", _LINT_IMPORTS],
}
OWN: dict[str, Callable[[Path], list[str]]] = {
    "docs": book.stale,
    **documents.CHECKS,
    "size": source.too_large,
    "words": source.forbidden_words,
}


def main(words: list[str]) -> int:
    names = [*TOOLS, *OWN]
    chosen = [word for word in words if not word.startswith("-")] or names
    unknown = set(chosen) - set(names)
    if unknown:
        sys.stderr.write(f"No check is called {', '.join(sorted(unknown))}. There are: {', '.join(names)}.\n")
        return 2
    if "--write" in words:
        book.write(ROOT)
    if "--fix" in words:
        _run_tool(["-m", "ruff", "check", "--fix", "--quiet", "."])
        _run_tool(["-m", "ruff", "format", "--quiet", "."])
    failed = [name for name in chosen if not _passes(name)]
    sys.stdout.write(f"Failed: {', '.join(failed)}\n" if failed else "All checks pass.\n")
    return 1 if failed else 0


def _passes(name: str) -> bool:
    sys.stdout.write(f"--- {name}\n")
    sys.stdout.flush()
    if name in TOOLS:
        return _run_tool(TOOLS[name])
    complaints = OWN[name](ROOT)
    sys.stdout.writelines(f"{complaint}\n" for complaint in complaints)
    return not complaints


def _run_tool(arguments: list[str]) -> bool:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode == 0
