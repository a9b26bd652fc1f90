"""A case as ERMS v3, which is FGS Ärendehantering 2.0 (RAFGS). Written as a stream; ``erms_reading`` reads it back.

What the standard has a place for stands there. What only a register of ours knows (corrections, the public
counterpart, whose mailbox a mail was in) stands as own elements, which the standard allows at the same places.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import IO

from kommunpost.core.packages.facts import OWN, RENDITION, Placed, case_facts, entry_facts
from kommunpost.core.packages.model import Case, Entry, File, Marking, Party, Person, Sender
from kommunpost.core.packages.text import day, media_type, moment
from kommunpost.core.packages.words import (
    CASE_STATUSES,
    COUNTERPARTS,
    DATES,
    DIRECTIONS,
    PARTY_AGENTS,
    STATUSES,
)
from kommunpost.core.packages.xml import Xml

NAMESPACE = "https://DILCIS.eu/XML/ERMS"


def write_erms(
    file: IO[bytes], case: Case, *, sender: Sender, placed: Callable[[Entry], Placed], made_at: datetime
) -> None:
    """One case as one document."""
    xml = Xml(file)
    with xml.element("erms", {"xmlns": NAMESPACE}):
        _control(xml, case, sender, made_at)
        with xml.element("aggregations"):
            _case(xml, case, placed)


def _control(xml: Xml, case: Case, sender: Sender, made_at: datetime) -> None:
    with xml.element("control"):
        for kind, value in (
            ("arkivbildare", sender.committee), ("kommun", sender.municipality), ("diarium", sender.committee_code),
            ("ärendenummer", case.designation),
        ):  # fmt: skip
            xml.leaf("identification", value, {"identificationType": kind})
        with xml.element("maintenanceInformation"):
            xml.leaf("maintenanceStatus", None, {"value": "new"})
            with xml.element("maintenanceAgency"):
                xml.leaf("agencyName", f"{sender.municipality}, {sender.committee}")
            with xml.element("maintenanceHistory"), xml.element("maintenanceEvent"):
                xml.leaf("eventType", None, {"value": "created"})
                xml.leaf("eventDateTime", moment(made_at))
                with xml.element("agent", {"agentType": "deliverer"}):
                    xml.leaf("name", f"Kommunpost {sender.version}")


def _case(xml: Xml, case: Case, placed: Callable[[Entry], Placed]) -> None:
    kind = {"systemIdentifier": f"kommunpost:case:{case.designation}", "aggregationType": "caseFile"}
    with xml.element("aggregation", kind):
        _titles(xml, case)
        xml.leaf("status", None, {"value": CASE_STATUSES[case.state]})
        with xml.element("additionalInformation"):
            _own(xml, case_facts(case))
        with xml.element("agents"):
            for party in case.parties:
                _party(xml, party)
            _agent(xml, "responsible_person", case.handler)
        _dates(xml, [("created", case.opened_at), ("opened", case.opened_at), ("closed", case.closed_at)])
        if case.notes:
            with xml.element("notes"):
                for note in case.notes:
                    xml.leaf("note", note.text, {"noteType": note.kind, "noteDate": moment(note.written_at)})
        for entry in case.entries:
            _entry(xml, entry, placed(entry))


def _titles(xml: Xml, of: Case | Entry) -> None:
    xml.leaf("objectId", of.designation)
    xml.leaf("informationClass", of.secrecy)
    xml.leaf("title", of.title)
    xml.leaf("otherTitle", of.public_title, {"titleType": "public"})


def _party(xml: Xml, party: Party) -> None:
    kind, other = PARTY_AGENTS[party.role]
    with xml.element("agent", {"agentType": kind, "otherAgentType": other}):
        xml.leaf("name", party.name)
        with xml.element("notes"):
            xml.leaf("note", "", {"noteType": "added", "noteDate": moment(party.added_at)})
            if party.removed_at:
                xml.leaf("note", "", {"noteType": "removed", "noteDate": moment(party.removed_at)})


def _agent(xml: Xml, kind: str, person: Person | None) -> None:
    if person is None:
        return
    with xml.element("agent", {"agentType": kind}):
        xml.leaf("name", person.name)
        if person.address:
            xml.leaf("idNumber", person.address, {"idNumberType": "address"})


def _dates(xml: Xml, dates: Iterable[tuple[str, datetime | None]]) -> None:
    with xml.element("dates"):
        for kind, at in dates:
            if at is not None:
                xml.leaf("date", moment(at), {"dateType": kind})


def _entry(xml: Xml, entry: Entry, placed: Placed) -> None:
    with xml.element("record", {
        "systemIdentifier": f"kommunpost:entry:{entry.designation}", "recordPhysicalOrDigital": "digital",
        "recordType": entry.document_type or None,
    }):  # fmt: skip
        _titles(xml, entry)
        status = "obliterated" if entry.voided_at else STATUSES[entry.direction]
        xml.leaf("status", None, {"value": status})
        if entry.running is not None:
            xml.leaf("runningNumber", str(entry.running))
        for marking in entry.markings:
            _marking(xml, marking)
        which, other = DIRECTIONS[entry.direction]
        xml.leaf("direction", None, {"directionDefinition": which, "otherDirectionDefinition": other})
        with xml.element("agents"):
            _agent(xml, COUNTERPARTS[entry.direction], Person(entry.counterpart) if entry.counterpart else None)
            _agent(xml, "responsible_person", entry.handler)
            _agent(xml, "creator", entry.registered_by)
        _dates(xml, [(DATES[entry.direction], entry.dated_at), ("originated", entry.registered_at),
                     ("deleted", entry.voided_at)])  # fmt: skip
        with xml.element("additionalInformation"):
            for file in entry.files:
                _appendices(xml, file, placed)
            _own(xml, entry_facts(entry, placed))


def _marking(xml: Xml, marking: Marking) -> None:
    with xml.element("restriction", {"restrictionType": "confidential"}):
        xml.leaf("regulation", marking.provision)
        with xml.element("agent", {"agentType": "authorising_person"}):
            xml.leaf("name", marking.authority)
        with xml.element("dates"):
            xml.leaf("date", day(marking.marked_on), {"dateType": "created"})
            if marking.removed_at:
                xml.leaf("date", moment(marking.removed_at), {"dateType": "end"})


def _appendices(xml: Xml, file: File, placed: Placed) -> None:
    if path := placed.get((file.mail, file.place)):
        kind = media_type(file.media_type)
        xml.leaf("appendix", None, {"name": file.name, "fileFormat": kind, "path": path})
    if file.place == 0 and (path := placed.get((file.mail, RENDITION))):
        xml.leaf("appendix", None, {
            "name": f"{file.name}.pdf", "description": "PDF/A", "fileFormat": "application/pdf",
            "originalFileFormat": file.media_type, "path": path,
        })  # fmt: skip


def _own(xml: Xml, facts: Mapping[str, object]) -> None:
    with xml.element("ownElement"):
        xml.leaf("ownElementDescription", OWN)
        for name, value in facts.items():
            with xml.element("ownElement", {"name": name, "dataType": "json"}):
                xml.leaf("value", json.dumps(value, ensure_ascii=False, sort_keys=True))
