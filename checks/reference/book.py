"""The pages and their places, and whether what lies on disk is what the code gives."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from checks.reference import (
    audit_verbs,
    commands,
    data_model,
    errors,
    jobs,
    log_events,
    roles,
    routes,
    settings,
    states,
    watching,
)

FOLDER = Path("docs/reference")
PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": lambda: commands.render(commands.collect()),
    "settings.md": lambda: settings.render(settings.collect()),
    "roles.md": lambda: roles.render(roles.collect()),
    "http.md": lambda: routes.render(routes.collect()),
    "audit.md": lambda: audit_verbs.render(audit_verbs.collect()),
    "jobs.md": lambda: jobs.render(jobs.collect()),
    "states.md": lambda: states.render(states.collect()),
    "logs.md": lambda: log_events.render(log_events.collect()),
    "monitoring.md": lambda: watching.render(watching.collect()),
    "data-model.md": lambda: data_model.render(data_model.collect()),
    "errors.md": lambda: errors.render(errors.collect()),
}


def stale(root: Path) -> list[str]:
    """A complaint for each page that is missing, is not what the code gives, or lacks a text in the code."""
    return [complaint for name, make in PAGES.items() for complaint in _stale(root / FOLDER / name, make)]


def write(root: Path) -> None:
    """Put every page in its place; those that lack a text in the code stay as they are."""
    for name, make in PAGES.items():
        page = root / FOLDER / name
        page.parent.mkdir(parents=True, exist_ok=True)
        with suppress(LookupError):
            page.write_text(make(), encoding="utf-8")


def _stale(page: Path, make: Callable[[], str]) -> list[str]:
    try:
        wanted = make()
    except LookupError as lack:
        return [f"{FOLDER / page.name}: {lack.args[0]}"]
    if page.is_file() and page.read_text(encoding="utf-8") == wanted:
        return []
    return [f"{FOLDER / page.name}: is not what the code gives; run: python -m checks docs --write"]
