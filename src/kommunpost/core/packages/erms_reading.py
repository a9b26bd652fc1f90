"""A case out of an ERMS document that Kommunpost wrote. Nothing in it is believed: what is odd is refused."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from xml.etree.ElementTree import Element

from kommunpost.core.packages.erms import NAMESPACE, OWN
from kommunpost.core.packages.model import Case, Entry, File, Mail, Marking, Note, Party, Person, Revision
from kommunpost.core.packages.text import unwritten
from kommunpost.core.packages.words import CASE_STATUSES, COUNTERPARTS, DATES, DIRECTIONS, PARTY_AGENTS
from kommunpost.core.packages.xml import UnreadableXml, read

_CASE_STATES = {value: key for key, value in CASE_STATUSES.items()}
_DIRECTIONS = {value: key for key, value in DIRECTIONS.items()}
_ROLES = {value: key for key, value in PARTY_AGENTS.items()}


@dataclass(frozen=True, slots=True)
class ReadCase:
    """The case, and where in the package the original of (mail, place) lies."""

    case: Case
    paths: dict[tuple[str, int], str]


def read_erms(data: bytes) -> ReadCase:
    """Raises ``UnreadableXml`` for what Kommunpost has not written."""
    root = read(data)
    try:
        return _case(_one(_one(root, "aggregations"), "aggregation"))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise UnreadableXml from error


def _case(node: Element) -> ReadCase:
    own, dates = _facts(node), _dates(node)
    records = [(one, _facts(one)) for one in _all(node, "record")]
    notes = zip(_all(_none_or(node, "notes"), "note"), own["notes"], strict=True)
    agents = list(_all(_one(node, "agents"), "agent"))
    case = Case(
        **_titles(node), committee=own["committee"], year=own["year"], number=own["number"],
        state=_CASE_STATES[_one(node, "status").attrib["value"]], opened_at=dates["opened"],
        closed_at=dates.get("closed"), handler=_person(agents, "responsible_person"), version=own["version"],
        latest_running=own["latest_running"],
        parties=tuple(_party(one) for one in agents if one.attrib["agentType"] != "responsible_person"),
        notes=tuple(_note(one, facts) for one, facts in notes),
        entries=tuple(_entry(one, facts) for one, facts in records),
    )  # fmt: skip
    paths = {key: path for _one, facts in records for key, path in _paths(facts).items()}
    return ReadCase(case, paths)


def _titles(node: Element) -> dict[str, str]:
    return {
        "designation": _text(node, "objectId"), "secrecy": _text(node, "informationClass"),
        "title": _text(node, "title"), "public_title": _text(node, "otherTitle"),
    }  # fmt: skip


def _party(node: Element) -> Party:
    role = _ROLES[node.attrib["agentType"], _attribute(node, "otherAgentType")]
    at = {one.attrib["noteType"]: _moment(one.attrib["noteDate"]) for one in _all(_one(node, "notes"), "note")}
    return Party(_text(node, "name"), role, at["added"], at.get("removed"))


def _note(node: Element, facts: dict[str, Any]) -> Note:
    return Note(
        kind=unwritten(node.attrib["noteType"]), text=unwritten(node.text or ""),
        written_at=_moment(node.attrib["noteDate"]), written_by=Person(*facts["by"]), state=facts["state"],
        settled_at=_moment_or_none(facts["settled_at"]),
    )  # fmt: skip


def _entry(node: Element, own: dict[str, Any]) -> Entry:
    way = _one(node, "direction")
    direction = _DIRECTIONS[way.attrib["directionDefinition"], _attribute(way, "otherDirectionDefinition")]
    agents, dates = list(_all(_one(node, "agents"), "agent")), _dates(node)
    counterpart = _person(agents, COUNTERPARTS[direction])
    running = node.find(f"{{{NAMESPACE}}}runningNumber")
    return Entry(
        **_titles(node), running=None if running is None else int(running.text or ""), year=own["year"],
        number=own["number"], direction=direction, dated_at=dates[DATES[direction]],
        counterpart=counterpart.name if counterpart else "", public_counterpart=own["public_counterpart"],
        document_type=_attribute(node, "recordType") or "", handler=_person(agents, "responsible_person"),
        markings=tuple(_marking(one) for one in _all(node, "restriction")), registered_at=dates["originated"],
        registered_by=_person(agents, "creator"), voided_at=dates.get("deleted"), version=own["version"],
        mails=tuple(Mail(one["digest"], one["direction"], _moment(one["at"]), one["mailbox"]) for one in own["mails"]),
        files=tuple(_file(one) for one in own["files"]),
        revisions=tuple(_revision(one) for one in own["revisions"]),
    )  # fmt: skip


def _marking(node: Element) -> Marking:
    dates = {one.attrib["dateType"]: one.text or "" for one in _all(_one(node, "dates"), "date")}
    return Marking(
        provision=_text(node, "regulation"), marked_on=date.fromisoformat(dates["created"][:10]),
        authority=_text(_one(node, "agent"), "name"), removed_at=_moment_or_none(dates.get("end")),
    )  # fmt: skip


def _file(one: dict[str, Any]) -> File:
    return File(**{name: value for name, value in one.items() if name != "path"})


def _revision(one: dict[str, Any]) -> Revision:
    by = Person(*one["by"]) if one["by"] else None
    return Revision(one["version"], one["before"], one["reason"], _moment(one["at"]), by)


def _paths(own: dict[str, Any]) -> dict[tuple[str, int], str]:
    return {(one["mail"], one["place"]): str(one["path"]) for one in own["files"] if one["path"] is not None}


def _facts(node: Element) -> dict[str, Any]:
    for own in _all(_one(node, "additionalInformation"), "ownElement"):
        if _text(own, "ownElementDescription") == OWN:
            inner = _all(own, "ownElement")
            return {one.attrib["name"]: json.loads(_text(one, "value")) for one in inner}
    raise KeyError(OWN)


def _person(agents: Iterable[Element], kind: str) -> Person | None:
    for one in agents:
        if one.attrib["agentType"] == kind:
            number = one.find(f"{{{NAMESPACE}}}idNumber")
            return Person(_text(one, "name"), "" if number is None else unwritten(number.text or ""))
    return None


def _dates(node: Element) -> dict[str, datetime]:
    return {one.attrib["dateType"]: _moment(one.text or "") for one in _all(_one(node, "dates"), "date")}


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _moment_or_none(text: str | None) -> datetime | None:
    return _moment(text) if text else None


def _one(node: Element, name: str) -> Element:
    found = node.find(f"{{{NAMESPACE}}}{name}")
    if found is None:
        raise KeyError(name)
    return found


def _none_or(node: Element, name: str) -> Element:
    found = node.find(f"{{{NAMESPACE}}}{name}")
    return Element(name) if found is None else found


def _all(node: Element, name: str) -> list[Element]:
    return node.findall(f"{{{NAMESPACE}}}{name}")


def _text(node: Element, name: str) -> str:
    return unwritten(_one(node, name).text or "")


def _attribute(node: Element, name: str) -> str | None:
    value = node.attrib.get(name)
    return None if value is None else unwritten(value)
