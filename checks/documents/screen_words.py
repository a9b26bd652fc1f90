"""Words of the screen that a page shows in bold are on some screen."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from checks.documents.pages import read, without_fences

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_FOLDERS = ("docs/sv",)
_PAGES = ("docs/tutorial.md", "docs/how-to/administer.md", "docs/how-to/watch-operations.md")
_CALL = r"""(?:_|gettext|gettext_lazy|ngettext|translate|trans)"""
_IN_PYTHON = re.compile(rf"""\b{_CALL}\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)""")
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')
_IN_TEMPLATE = re.compile(r"""{%\s*(?:translate|trans)\s+"([^"]+)"|\b_\("([^"]+)"\)""")
_IN_BLOCK = re.compile(r"{%\s*blocktrans(?:late)?[^%]*%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
_HOLE = re.compile(r"%\(\w+\)[sd]|{{[^}]*}}|%[sd]|\\{\w+\\}")


def unknown_words(root: Path) -> list[str]:
    """Bold words, in pages that lead people through the screens, that no template and no code shows."""
    shown = [*shown_words(root)]
    return [
        f"{page.relative_to(root)}: no screen says {word!r}"
        for page in _pages(root)
        for word in bold_words(read(page))
        if not any(pattern.fullmatch(word) for pattern in shown)
    ]


def bold_words(text: str) -> list[str]:
    """What stands between double asterisks, on one line, without the colon or full stop at its end."""
    return [" ".join(word.split()).rstrip(":.,") for word in _BOLD.findall(without_fences(text))]


def shown_words(root: Path) -> Iterator[re.Pattern[str]]:
    """What the screens may say, as patterns: what is put in may be anything."""
    for text in _texts(root / "src/kommunpost"):
        words = " ".join(text.split()).rstrip(":.,")
        if words:
            yield re.compile(".+?".join(map(re.escape, _HOLE.split(words))))


def _texts(source: Path) -> Iterator[str]:
    for file in sorted(source.rglob("*.py")):
        for call in _IN_PYTHON.findall(file.read_text(encoding="utf-8")):
            yield "".join(_PIECE.findall(call))
    for file in sorted(source.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        yield from (first or second for first, second in _IN_TEMPLATE.findall(text))
        for block in _IN_BLOCK.findall(text):
            yield from block.split("{% plural %}")


def _pages(root: Path) -> Iterable[Path]:
    named = [root / name for name in _PAGES if (root / name).is_file()]
    return [*named, *(page for folder in _FOLDERS for page in sorted((root / folder).rglob("*.md")))]
