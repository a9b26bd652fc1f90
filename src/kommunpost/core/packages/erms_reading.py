"""A case out of an ERMS document that Kommunpost wrote. Nothing in it is believed: what is odd is refused."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element

from kommunpost.core.packages.erms import NAMESPACE
from kommunpost.core.packages.facts import OWN
from kommunpost.core.packages.facts_reading import (
    ReadCase,
    file_of,
    mails_of,
    moment_of,
    moment_or_none,
    paths_of,
    revision_of,
)
from kommunpost.core.packages.model import Case, Entry, Marking, Note, Party, Person
from kommunpost.core.packages.text import unwritten
from kommunpost.core.packages.words import CASE_STATUSES, COUNTERPARTS, DATES, DIRECTIONS, PARTY_AGENTS
from kommunpost.core.packages.xml import UnreadableXml

_CASE_STATES = {value: key for key, value in CASE_STATUSES.items()}
_DIRECTIONS = {value: key for key, value in DIRECTIONS.items()}
_ROLES = {value: key for key, value in PARTY_AGENTS.items()}


def read_erms(root: Element) -> ReadCase:
    """Raises ``UnreadableXml`` for what Kommunpost has not written."""
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
    paths = {key: path for _one, facts in records for key, path in paths_of(facts).items()}
    return ReadCase(case, paths)


def _titles(node: Element) -> dict[str, str]:
    return {
        "designation": _text(node, "objectId"), "secrecy": _text(node, "informationClass"),
        "title": _text(node, "title"), "public_title": _text(node, "otherTitle"),
    }  # fmt: skip


def _party(node: Element) -> Party:
    role = _ROLES[node.attrib["agentType"], _attribute(node, "otherAgentType")]
    at = {one.attrib["noteType"]: moment_of(one.attrib["noteDate"]) for one in _all(_one(node, "notes"), "note")}
    return Party(_text(node, "name"), role, at["added"], at.get("removed"))


def _note(node: Element, facts: dict[str, Any]) -> Note:
    return Note(
        kind=unwritten(node.attrib["noteType"]), text=unwritten(node.text or ""),
        written_at=moment_of(node.attrib["noteDate"]), written_by=Person(*facts["by"]), state=facts["state"],
        settled_at=moment_or_none(facts["settled_at"]),
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
        mails=mails_of(own), files=tuple(file_of(one) for one in own["files"]),
        revisions=tuple(revision_of(one) for one in own["revisions"]),
    )  # fmt: skip


def _marking(node: Element) -> Marking:
    dates = {one.attrib["dateType"]: one.text or "" for one in _all(_one(node, "dates"), "date")}
    return Marking(
        provision=_text(node, "regulation"), marked_on=date.fromisoformat(dates["created"][:10]),
        authority=_text(_one(node, "agent"), "name"), removed_at=moment_or_none(dates.get("end")),
    )  # fmt: skip


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
    return {one.attrib["dateType"]: moment_of(one.text or "") for one in _all(_one(node, "dates"), "date")}


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
