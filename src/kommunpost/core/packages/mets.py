"""METS documents of an E-ARK SIP (CSIP and SIP 2.2.0): one for the package, one for each representation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from kommunpost.core.packages.containers import Written
from kommunpost.core.packages.model import Sender
from kommunpost.core.packages.text import moment
from kommunpost.core.packages.xml import Xml

PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml"
_ROOT = {
    "xmlns": "http://www.loc.gov/METS/",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:csip": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "xmlns:sip": "https://DILCIS.eu/XML/METS/SIPExtensionMETS",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A file with its media type; ``path`` relative to the METS document that names it."""

    path: str
    media_type: str
    size: int
    digest: str

    @classmethod
    def of(cls, written: Written, media_type: str, *, below: str = "") -> "Item":
        return cls(written.path.removeprefix(below), media_type, written.size, written.digest)


@dataclass(frozen=True, slots=True)
class Group:
    """A file group: ``use`` is its place in the package, as ``Documentation`` or ``Representations/original``."""

    use: str
    items: Sequence[Item]
    mets: str = ""


# By their own addresses: the schemas are other people's, and no copies of them go with a package (ADR 0040).
_LOCATIONS = (
    "http://www.loc.gov/METS/ http://www.loc.gov/standards/mets/mets.xsd "
    "http://www.w3.org/1999/xlink http://www.loc.gov/standards/xlink/xlink.xsd "
    "https://DILCIS.eu/XML/METS/CSIPExtensionMETS https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd "
    "https://DILCIS.eu/XML/METS/SIPExtensionMETS https://earksip.dilcis.eu/schema/DILCISExtensionSIPMETS.xsd"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a METS document speaks of. ``content``: its content information type; ``other_content`` with OTHER."""

    object_id: str
    label: str
    content: str
    other_content: str | None = None
    descriptive: Sequence[Item] = ()
    descriptive_type: str = "OTHER"
    preservation: Sequence[Item] = ()
    groups: Sequence[Group]


def write_mets(file: IO[bytes], document: Document, *, sender: Sender, made_at: datetime) -> None:
    """The whole document."""
    at = moment(made_at)
    xml = Xml(file)
    root = {
        **_ROOT, "xsi:schemaLocation": _LOCATIONS, "OBJID": document.object_id,
        "LABEL": document.label, "TYPE": "Other", "csip:OTHERTYPE": "Case files", "PROFILE": PROFILE,
        "csip:CONTENTINFORMATIONTYPE": document.content, "csip:OTHERCONTENTINFORMATIONTYPE": document.other_content,
    }  # fmt: skip
    with xml.element("mets", root):
        _header(xml, sender, at)
        for number, item in enumerate(document.descriptive):
            with xml.element("dmdSec", {"ID": f"dmd-{number}", "CREATED": at, "STATUS": "CURRENT"}):
                _reference(xml, item, at, "OTHER", other=document.descriptive_type)
        if document.preservation:
            with xml.element("amdSec", {"ID": "amd"}):
                for number, item in enumerate(document.preservation):
                    with xml.element("digiprovMD", {"ID": f"digiprov-{number}", "STATUS": "CURRENT"}):
                        _reference(xml, item, at, "PREMIS")
        _files(xml, document, at)
        _structure(xml, document)


def _header(xml: Xml, sender: Sender, at: str) -> None:
    with xml.element(
        "metsHdr", {"CREATEDATE": at, "LASTMODDATE": at, "RECORDSTATUS": "NEW", "csip:OAISPACKAGETYPE": "SIP"}
    ):
        with xml.element("agent", {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}):
            xml.leaf("name", "Kommunpost")
            xml.leaf("note", sender.version, {"csip:NOTETYPE": "SOFTWARE VERSION"})
        with xml.element("agent", {"ROLE": "ARCHIVIST", "TYPE": "ORGANIZATION"}):
            xml.leaf("name", f"{sender.municipality}, {sender.committee}")
            xml.leaf("note", sender.committee_code, {"csip:NOTETYPE": "IDENTIFICATIONCODE"})
        with xml.element("agent", {"ROLE": "CREATOR", "TYPE": "ORGANIZATION"}):
            xml.leaf("name", sender.municipality)


def _reference(xml: Xml, item: Item, at: str, kind: str, *, other: str | None = None) -> None:
    xml.leaf("mdRef", None, {
        "LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": item.path, "MDTYPE": kind, "OTHERMDTYPE": other,
        "MIMETYPE": item.media_type, "SIZE": str(item.size), "CREATED": at, "CHECKSUM": item.digest,
        "CHECKSUMTYPE": "SHA-256",
    })  # fmt: skip


def _files(xml: Xml, document: Document, at: str) -> None:
    with xml.element("fileSec", {"ID": "files"}):
        for number, group in enumerate(document.groups):
            # The type is stated where a representation lies (CSIP62); elsewhere it would say nothing.
            content = document.content if group.mets else None
            with xml.element("fileGrp", {
                "ID": f"group-{number}", "USE": group.use, "csip:CONTENTINFORMATIONTYPE": content,
                "csip:OTHERCONTENTINFORMATIONTYPE": document.other_content if group.mets else None,
            }):  # fmt: skip
                for place, item in enumerate(group.items):
                    _file(xml, item, f"file-{number}-{place}", at)


def _file(xml: Xml, item: Item, name: str, at: str) -> None:
    facts = {
        "ID": name, "MIMETYPE": item.media_type, "SIZE": str(item.size), "CREATED": at, "CHECKSUM": item.digest,
        "CHECKSUMTYPE": "SHA-256",
    }  # fmt: skip
    with xml.element("file", facts):
        xml.leaf("FLocat", None, {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": item.path})


def _structure(xml: Xml, document: Document) -> None:
    with (
        xml.element("structMap", {"ID": "structure", "TYPE": "PHYSICAL", "LABEL": "CSIP"}),
        xml.element("div", {"ID": "structure-root", "LABEL": document.object_id}),
    ):
        xml.leaf("div", None, {
            "ID": "structure-metadata", "LABEL": "Metadata",
            "DMDID": _ids("dmd", document.descriptive), "ADMID": _ids("digiprov", document.preservation),
        })  # fmt: skip
        for number, group in enumerate(document.groups):
            with xml.element("div", {"ID": f"structure-{number}", "LABEL": group.use}):
                if group.mets:
                    xml.leaf("mptr", None, {
                        "LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": group.mets,
                        "xlink:title": f"group-{number}",
                    })  # fmt: skip
                else:
                    xml.leaf("fptr", None, {"FILEID": f"group-{number}"})


def _ids(prefix: str, items: Iterable[Item]) -> str | None:
    return " ".join(f"{prefix}-{number}" for number, _item in enumerate(items)) or None
