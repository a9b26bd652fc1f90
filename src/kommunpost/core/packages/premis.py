"""PREMIS 3: what files the package has, what was done in the register, and by whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO

from kommunpost.core.packages.mets import Item
from kommunpost.core.packages.model import Event, Sender
from kommunpost.core.packages.text import moment
from kommunpost.core.packages.words import PREMIS_EVENTS
from kommunpost.core.packages.xml import Xml

NAMESPACE = "http://www.loc.gov/premis/v3"
_ROOT = {"xmlns": NAMESPACE, "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "version": "3.0"}
SOFTWARE = "software:kommunpost"


def write_premis(
    file: IO[bytes], *, items: Iterable[Item], renditions: Iterable[tuple[str, str]], events: Iterable[Event],
    sender: Sender, made_at: datetime,
) -> None:  # fmt: skip
    """``renditions``: (path of the PDF/A, path of the mail that it shows)."""
    sources, people = dict(renditions), set()
    xml = Xml(file)
    with xml.element("premis", _ROOT):
        for item in items:
            _object(xml, item, sources.get(item.path))
        for event in events:
            people.add(event.by)
            _event(xml, f"audit:{event.number}", PREMIS_EVENTS.get(event.verb, "metadata modification"), event.at,
                   detail=event.verb, by=event.by, about=event.about)  # fmt: skip
        _event(xml, "package", "information package creation", made_at, detail="E-ARK SIP 2.2.0", by=SOFTWARE)
        for person in sorted(people):
            _agent(xml, person, person, "person")
        _agent(xml, SOFTWARE, f"Kommunpost {sender.version}", "software")


def _object(xml: Xml, item: Item, source: str | None) -> None:
    with xml.element("object", {"xsi:type": "file"}):
        _identifier(xml, "object", item.path)
        with xml.element("objectCharacteristics"):
            with xml.element("fixity"):
                xml.leaf("messageDigestAlgorithm", "SHA-256")
                xml.leaf("messageDigest", item.digest)
            xml.leaf("size", str(item.size))
            with xml.element("format"), xml.element("formatDesignation"):
                xml.leaf("formatName", item.media_type)
        if source is not None:
            with xml.element("relationship"):
                xml.leaf("relationshipType", "derivation")
                xml.leaf("relationshipSubType", "has source")
                with xml.element("relatedObjectIdentifier"):
                    xml.leaf("relatedObjectIdentifierType", "local")
                    xml.leaf("relatedObjectIdentifierValue", source)


def _event(xml: Xml, number: str, kind: str, at: datetime, *, detail: str, by: str, about: str = "") -> None:
    with xml.element("event"):
        _identifier(xml, "event", number)
        xml.leaf("eventType", kind)
        xml.leaf("eventDateTime", moment(at))
        with xml.element("eventDetailInformation"):
            xml.leaf("eventDetail", f"{detail} {about}".strip())
        with xml.element("linkingAgentIdentifier"):
            xml.leaf("linkingAgentIdentifierType", "local")
            xml.leaf("linkingAgentIdentifierValue", by)


def _agent(xml: Xml, number: str, name: str, kind: str) -> None:
    with xml.element("agent"):
        _identifier(xml, "agent", number)
        xml.leaf("agentName", name)
        xml.leaf("agentType", kind)


def _identifier(xml: Xml, what: str, value: str) -> None:
    with xml.element(f"{what}Identifier"):
        xml.leaf(f"{what}IdentifierType", "local")
        xml.leaf(f"{what}IdentifierValue", value)
