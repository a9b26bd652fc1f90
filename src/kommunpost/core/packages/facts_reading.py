"""Our own elements, read back. Nothing in them is believed: what is odd raises as it may, and the caller refuses."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kommunpost.core.packages.model import Case, File, Mail, Person, Revision


@dataclass(frozen=True, slots=True)
class ReadCase:
    """The case, and where in the package the original of (mail, place) lies."""

    case: Case
    paths: dict[tuple[str, int], str]


def mails_of(own: dict[str, Any]) -> tuple[Mail, ...]:
    return tuple(Mail(one["digest"], one["direction"], moment_of(one["at"]), one["mailbox"]) for one in own["mails"])


def file_of(one: dict[str, Any]) -> File:
    return File(**{name: value for name, value in one.items() if name != "path"})


def revision_of(one: dict[str, Any]) -> Revision:
    by = Person(*one["by"]) if one["by"] else None
    return Revision(one["version"], one["before"], one["reason"], moment_of(one["at"]), by)


def paths_of(own: dict[str, Any]) -> dict[tuple[str, int], str]:
    return {(one["mail"], one["place"]): str(one["path"]) for one in own["files"] if one["path"] is not None}


def moment_of(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def moment_or_none(text: str | None) -> datetime | None:
    return moment_of(text) if text else None
