"""Documents keep pace with the code: links lead somewhere, each setting and each command is described."""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from kommunpost.site.cli import COMMANDS

_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_SETTING = re.compile(r"environment\.(?:text|words|number|boolean)\(\s*\"([A-Z_]+)\"|[^_.]\btext\(\s*\"([A-Z_]+)\"")
_SKIPPED = {".git", ".venv", "var", "node_modules", "build", "dist"}

SETTINGS_PAGE = Path("docs/reference/settings.md")
COMMANDS_PAGE = Path("docs/reference/commands.md")


def broken_links(root: Path) -> list[str]:
    """Relative links in every ``*.md`` whose file or heading is not there."""
    return [complaint for page in _pages(root) for complaint in _broken_in(page, root)]


def undocumented_settings(root: Path) -> list[str]:
    """Settings that the code reads and the page does not name, and the other way round."""
    read = {
        first or second
        for file in sorted((root / "src/kommunpost/site").rglob("*.py"))
        for first, second in _SETTING.findall(file.read_text(encoding="utf-8"))
    }
    page = root / SETTINGS_PAGE
    if not page.is_file():
        return [f"{SETTINGS_PAGE}: is missing"]
    described = set(re.findall(r"`((?:KOMMUNPOST|DATABASE)_[A-Z_]+)`", page.read_text(encoding="utf-8")))
    missing = [f"{SETTINGS_PAGE}: does not describe {name}" for name in sorted(read - described)]
    return missing + [f"{SETTINGS_PAGE}: describes {name}, which nothing reads" for name in sorted(described - read)]


def undocumented_commands(root: Path) -> list[str]:
    """Commands in the table that the page has no heading for."""
    page = root / COMMANDS_PAGE
    if not page.is_file():
        return [f"{COMMANDS_PAGE}: is missing"]
    headings = " ".join(_HEADING.findall(page.read_text(encoding="utf-8")))
    described = set(re.findall(r"`kommunpost ([a-z]+)", headings))
    return [f"{COMMANDS_PAGE}: has no heading for `kommunpost {name}`" for name in sorted(set(COMMANDS) - described)]


def _pages(root: Path) -> Iterable[Path]:
    return (page for page in sorted(root.rglob("*.md")) if not _SKIPPED & set(page.relative_to(root).parts))


def _broken_in(page: Path, root: Path) -> list[str]:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return [
        f"{page.relative_to(root)}: link to {target} leads nowhere"
        for target in _LINK.findall(text)
        if "://" not in target and not target.startswith("mailto:") and not _leads_somewhere(page, target)
    ]


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = unquote(target).partition("#")
    file = page.parent / path if path else page
    if not file.exists():
        return False
    return not anchor or file.suffix != ".md" or anchor in _anchors(file.read_text(encoding="utf-8"))


def _anchors(text: str) -> set[str]:
    """Heading names as the usual viewers write them: lower case, blanks to hyphens, no punctuation."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
