"""Reading of Markdown pages: which there are, their code, their headings. Pure but for the reading."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(?P<mark>```|~~~)(?P<kind>\w*)[^\n]*\n(?P<text>.*?)^(?P=mark)", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_SKIPPED = {".git", ".venv", "var", "node_modules", "build", "dist"}


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code: what it says it is (``json``, empty), its text, and the line of the page before it."""

    kind: str
    text: str
    before: str


def pages(root: Path) -> Iterable[Path]:
    """Every Markdown page of the project."""
    return (page for page in sorted(root.rglob("*.md")) if not _SKIPPED & set(page.relative_to(root).parts))


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fences(text: str) -> Iterator[Fence]:
    """The blocks of code in a page."""
    for found in _FENCE.finditer(text):
        before = text[: found.start()].rstrip().rpartition("\n")[2]
        yield Fence(found["kind"], found["text"], before)


def without_fences(text: str) -> str:
    return _FENCE.sub("", text)


def inline_code(text: str) -> list[str]:
    """What stands in single backticks, blocks of code left out."""
    return _INLINE.findall(without_fences(text))


def headings(text: str) -> list[str]:
    return _HEADING.findall(without_fences(text))
