"""Links lead somewhere, and every page can be found."""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from checks.documents.pages import headings, pages, read, without_fences

_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_START = "docs/index.md"


def broken_links(root: Path) -> list[str]:
    """Relative links in every page whose file or heading is not there."""
    return [complaint for page in pages(root) for complaint in _broken_in(page, root)]


def orphans(root: Path) -> list[str]:
    """Pages under docs that no chain of links from docs/index.md reaches."""
    start = root / _START
    if not start.is_file():
        return [f"{_START}: is missing"]
    seen: set[Path] = set()
    waiting = {start.resolve()}
    while waiting:
        page = waiting.pop()
        seen.add(page)
        waiting |= {target for target in _pages_linked(page) if target not in seen}
    below = (page for page in pages(root) if page.is_relative_to(root / "docs"))
    return [f"{page.relative_to(root)}: no page leads here" for page in below if page.resolve() not in seen]


def _pages_linked(page: Path) -> Iterable[Path]:
    targets = (page.parent / unquote(target.partition("#")[0]) for target in _links_in(page))
    return (target.resolve() for target in targets if target.suffix == ".md" and target.is_file())


def _links_in(page: Path) -> list[str]:
    found = _LINK.findall(without_fences(read(page)))
    return [target for target in found if "://" not in target and not target.startswith("mailto:")]


def _broken_in(page: Path, root: Path) -> list[str]:
    return [
        f"{page.relative_to(root)}: link to {target} leads nowhere"
        for target in _links_in(page)
        if not _leads_somewhere(page, target)
    ]


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = unquote(target).partition("#")
    file = page.parent / path if path else page
    if not file.exists():
        return False
    return not anchor or file.suffix != ".md" or anchor in _anchors(read(file))


def _anchors(text: str) -> set[str]:
    """Heading names as the usual viewers write them: lower case, blanks to hyphens, no punctuation."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(text)}
