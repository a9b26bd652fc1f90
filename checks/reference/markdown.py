"""Markdown out of rows and words. Pure."""

import re
from collections.abc import Iterable, Sequence

MADE_BY = "<!-- Made from the code by `python -m checks docs --write`. Change the code, not this page. -->"


def page(title: str, intro: str, *parts: str) -> str:
    """A whole page: its title, that it is generated, an introduction, the parts; one line end at the end."""
    return "\n\n".join([f"# {title}", MADE_BY, intro.strip(), *(part.strip() for part in parts if part.strip())]) + "\n"


def section(title: str, *parts: str) -> str:
    """A part with its heading."""
    return "\n\n".join([f"## {title}", *(part.strip() for part in parts if part.strip())])


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; an empty string when there are no rows. Cells may hold anything: bars and line ends are minded."""
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(headings)} |", "|---" * len(headings) + "|", *lines])


def code(text: str) -> str:
    """``text`` as code; nothing for nothing."""
    return f"`{text}`" if text else ""


def codes(words: Iterable[str]) -> str:
    """Each word as code, one after the other."""
    return " ".join(map(code, words))


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: double backticks become single ones, lines of a paragraph stay as they are."""
    lines = [line.strip() for line in (docstring or "").strip().splitlines()]
    return re.sub(r"``(.+?)``", r"`\1`", "\n".join(lines))


def line(docstring: str | None) -> str:
    """A docstring's first paragraph on one line."""
    return " ".join(prose(docstring).split("\n\n")[0].split())


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
