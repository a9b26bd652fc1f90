"""A case out of an FGS 1.0 document that Kommunpost wrote. What the standard has a place for is read from there."""

import json
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

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
from kommunpost.core.packages.fgs1 import CASE_STATUSES, HANDLER, NAMESPACE, REGISTRAR, STATUSES
from kommunpost.core.packages.model import Case, Entry, Marking, Note, Party, Person
from kommunpost.core.packages.text import unwritten
from kommunpost.core.packages.xml import UnreadableXml

_CASE_STATES = {value: key for key, value in CASE_STATUSES.items()}
_DIRECTIONS = {value: key for key, value in STATUSES.items()}
_COUNTERPARTS = {"in": "Avsandare", "out": "Mottagare"}


def read_fgs1(root: Element) -> ReadCase:
    """Raises ``UnreadableXml`` for what Kommunpost has not written."""
    try:
        (node,) = _all(_one(root, "ArkivobjektListaArenden"), "ArkivobjektArende")
        return _case(node)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise UnreadableXml from error


def _case(node: Element) -> ReadCase:
    own = _facts(node)
    listed = node.find(f"{{{NAMESPACE}}}ArkivobjektListaHandlingar")
    entries = [(one, _facts(one)) for one in (() if listed is None else _all(listed, "ArkivobjektHandling"))]
    names = [_text(one, "Namn") for one in _all(node, "Motpart")]
    case = Case(
        designation=_text(node, "ArkivobjektID"), committee=own["committee"], year=own["year"], number=own["number"],
        title=_text(node, "Arendemening"), public_title=own["public_title"], secrecy=_text(node, "Informationsklass"),
        state=_CASE_STATES[_text(node, "StatusArande")], opened_at=moment_of(own["opened_at"]),
        closed_at=moment_or_none(own["closed_at"]), handler=_agent(node, HANDLER, own["handler_address"]),
        version=own["version"], latest_running=own["latest_running"],
        parties=tuple(_party(one, names) for one in own["parties"]),
        notes=tuple(_note(*pair) for pair in zip(own["texts"], own["notes"], strict=True)),
        entries=tuple(_entry(one, facts) for one, facts in entries),
    )  # fmt: skip
    paths = {key: path for _one, facts in entries for key, path in paths_of(facts).items()}
    return ReadCase(case, paths)


def _entry(node: Element, own: dict[str, Any]) -> Entry:
    direction = _DIRECTIONS[_text(node, "StatusHandling")]
    markings = zip(_all(node, "Restriktion"), own["markings"], strict=True)
    running = _or_nothing(node, "Lopnummer")
    return Entry(
        designation=_text(node, "ArkivobjektID"), running=int(running) if running else None, year=own["year"],
        number=own["number"], direction=direction, dated_at=moment_of(own["dated_at"]),
        counterpart=_counterpart(node, direction, own), title=_text(node, "Rubrik"),
        public_title=own["public_title"], public_counterpart=own["public_counterpart"],
        document_type=_or_nothing(node, "Handlingstyp"), handler=_agent(node, HANDLER, own["handler_address"]),
        secrecy=_text(node, "Informationsklass"), markings=tuple(_marking(*pair) for pair in markings),
        registered_at=moment_of(own["registered_at"]), voided_at=moment_or_none(own["voided_at"]),
        registered_by=_agent(node, REGISTRAR, own["registrar_address"]), version=own["version"], mails=mails_of(own),
        files=tuple(file_of(one) for one in own["files"]),
        revisions=tuple(revision_of(one) for one in own["revisions"]),
    )  # fmt: skip


def _counterpart(node: Element, direction: str, own: dict[str, Any]) -> str:
    if direction not in _COUNTERPARTS:
        return str(own["counterpart"])
    found = node.find(f"{{{NAMESPACE}}}{_COUNTERPARTS[direction]}")
    return "" if found is None else _text(found, "Namn")


def _party(facts: list[Any], names: list[str]) -> Party:
    name, role, added_at, removed_at = facts
    stands = names.pop(0) if name is None else str(name)
    return Party(stands, role, moment_of(added_at), moment_or_none(removed_at))


def _note(told: list[str], facts: dict[str, Any]) -> Note:
    kind, text, at = told
    settled = moment_or_none(facts["settled_at"])
    return Note(kind, text, moment_of(at), Person(*facts["by"]), facts["state"], settled)


def _marking(node: Element, facts: list[Any]) -> Marking:
    marked_on, authority, removed_at = facts
    return Marking(_text(node, "Lagrum"), date.fromisoformat(marked_on), authority, moment_or_none(removed_at))


def _agent(node: Element, role: str, address: str) -> Person | None:
    named = next((one for one in _all(node, "Agent") if _text(one, "Roll") == role), None)
    return None if named is None else Person(_text(named, "Namn"), address)


def _facts(node: Element) -> dict[str, Any]:
    for own in _all(node, "EgnaElement"):
        if _text(own, "EgnaElementBeskrivning") == OWN:
            return {one.attrib["Namn"]: json.loads(_text(one, "Varde")) for one in _all(own, "EgetElement")}
    raise KeyError(OWN)


def _one(node: Element, name: str) -> Element:
    found = node.find(f"{{{NAMESPACE}}}{name}")
    if found is None:
        raise KeyError(name)
    return found


def _all(node: Element, name: str) -> list[Element]:
    return node.findall(f"{{{NAMESPACE}}}{name}")


def _text(node: Element, name: str) -> str:
    return unwritten(_one(node, name).text or "")


def _or_nothing(node: Element, name: str) -> str:
    found = node.find(f"{{{NAMESPACE}}}{name}")
    return "" if found is None else unwritten(found.text or "")
