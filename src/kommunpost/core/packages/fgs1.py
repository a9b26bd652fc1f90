"""A case as FGS Ärendehantering 1.0 (Riksarkivet), which many archives still take. ``fgs1_reading`` reads it back.

The standard has fewer places than ERMS. What has none stands as own elements, and there every moment stands whole: the
standard's dates have neither time zone nor parts of seconds.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import IO
from uuid import NAMESPACE_URL, uuid5

from kommunpost.core.packages.facts import (
    OWN,
    RENDITION,
    Placed,
    case_facts,
    entry_facts,
    time_or_none,
)
from kommunpost.core.packages.model import Case, Entry, File, Marking, Person, Sender
from kommunpost.core.packages.text import media_type, moment
from kommunpost.core.packages.xml import Xml
from kommunpost.core.swedish.working_days import STOCKHOLM

NAMESPACE = "http://xml.ra.se/e-arkiv/FGS-ERMS"
CASE_STATUSES = {"open": "Öppet", "closed": "Stängt"}
STATUSES = {"in": "Inkommen", "out": "Expedierad", "drawn_up": "Upprättad"}
HANDLER, REGISTRAR = "Handläggare", "Registrator"
LARGEST = 2**31 - 1
"""Storlek is an xs:int: the size of a larger file stands in the own elements and in METS alone."""


def write_fgs1(file: IO[bytes], case: Case, *, sender: Sender, placed: Callable[[Entry], Placed]) -> None:
    """One case as one document."""
    xml = Xml(file)
    with (
        xml.element("Leveransobjekt", {"xmlns": NAMESPACE}),
        xml.element("ArkivobjektListaArenden"),
        xml.element("ArkivobjektArende", {"Systemidentifierare": _uuid(sender, "case", case.designation)}),
    ):
        _case(xml, case)
        if case.entries:
            with xml.element("ArkivobjektListaHandlingar"):
                for entry in case.entries:
                    number = _uuid(sender, "entry", entry.designation)
                    with xml.element("ArkivobjektHandling", {"Systemidentifierare": number}):
                        _entry(xml, entry, placed(entry))


def _case(xml: Xml, case: Case) -> None:
    xml.leaf("ArkivobjektID", case.designation)
    xml.leaf("Informationsklass", case.secrecy)
    _date(xml, "Avslutat", case.closed_at)
    _agent(xml, HANDLER, case.handler)
    for party in case.parties:
        if party.removed_at is None:
            _person(xml, "Motpart", party.name)
    if told := [note.text for note in case.notes if note.text]:
        xml.leaf("Notering", "\n\n".join(told))
    _date(xml, "Skapad", case.opened_at)
    xml.leaf("StatusArande", CASE_STATUSES[case.state])
    xml.leaf("Arendemening", case.title)
    _own(xml, {
        **case_facts(case), "public_title": case.public_title, "opened_at": moment(case.opened_at),
        "closed_at": time_or_none(case.closed_at), "handler_address": case.handler.address if case.handler else "",
        "texts": [[note.kind, note.text, moment(note.written_at)] for note in case.notes],
        "parties": [[one.name if one.removed_at or not one.name else None, one.role, moment(one.added_at),
                     time_or_none(one.removed_at)] for one in case.parties],
    })  # fmt: skip


def _entry(xml: Xml, entry: Entry, placed: Placed) -> None:
    way = entry.direction
    xml.leaf("ArkivobjektID", entry.designation)
    xml.leaf("Informationsklass", entry.secrecy)
    if entry.document_type:
        xml.leaf("Handlingstyp", entry.document_type)
    _person(xml, "Avsandare", entry.counterpart if way == "in" else "")
    _date(xml, "Expedierad", entry.dated_at if way == "out" else None)
    _agent(xml, HANDLER, entry.handler)
    _agent(xml, REGISTRAR, entry.registered_by)
    _date(xml, "Inkommen", entry.dated_at if way == "in" else None)
    if entry.running is not None:
        xml.leaf("Lopnummer", str(entry.running))
    _person(xml, "Mottagare", entry.counterpart if way == "out" else "")
    if entry.voided_at is not None:
        # StatusHandling has no word for it.
        xml.leaf("Notering", f"Makulerad {_local(entry.voided_at)}")
    xml.leaf("Rubrik", entry.title)
    _date(xml, "Skapad", entry.registered_at)
    xml.leaf("StatusHandling", STATUSES[way])
    _date(xml, "Upprattad", entry.dated_at if way == "drawn_up" else None)
    for marking in entry.markings:
        _restriction(xml, marking)
    for file in entry.files:
        _files(xml, file, placed)
    _own(xml, _facts(entry, placed))


def _facts(entry: Entry, placed: Placed) -> dict[str, object]:
    handler, by = entry.handler, entry.registered_by
    return {
        **entry_facts(entry, placed), "public_title": entry.public_title, "dated_at": moment(entry.dated_at),
        "registered_at": moment(entry.registered_at), "voided_at": time_or_none(entry.voided_at),
        "counterpart": entry.counterpart if entry.direction == "drawn_up" else None,
        "handler_address": handler.address if handler else "", "registrar_address": by.address if by else "",
        "markings": [[one.marked_on.isoformat(), one.authority, time_or_none(one.removed_at)]
                     for one in entry.markings],
    }  # fmt: skip


def _restriction(xml: Xml, marking: Marking) -> None:
    with xml.element("Restriktion", {"Typ": "Sekretess"}):
        xml.leaf("ForklarandeText", f"Sekretessmarkering {marking.marked_on.isoformat()}, {marking.authority}")
        xml.leaf("Lagrum", marking.provision)
        _date(xml, "RestriktionsDatum", marking.removed_at)


def _files(xml: Xml, file: File, placed: Placed) -> None:
    if path := placed.get((file.mail, file.place)):
        xml.leaf("Bilaga", None, {
            "Namn": file.name, "Lank": path, "Storlek": str(file.size) if file.size <= LARGEST else None,
            "Mimetyp": media_type(file.media_type), "Checksumma": file.digest, "ChecksummaMetod": "SHA-256",
        })  # fmt: skip
    if file.place == 0 and (path := placed.get((file.mail, RENDITION))):
        xml.leaf("Bilaga", None, {
            "Namn": f"{file.name}.pdf", "Beskrivning": "PDF/A", "Lank": path, "Mimetyp": "application/pdf",
        })  # fmt: skip


def _agent(xml: Xml, role: str, person: Person | None) -> None:
    if person is not None:
        with xml.element("Agent"):
            xml.leaf("Roll", role)
            xml.leaf("Namn", person.name)


def _person(xml: Xml, kind: str, name: str) -> None:
    if name:
        with xml.element(kind):
            xml.leaf("Namn", name)


def _date(xml: Xml, kind: str, at: datetime | None) -> None:
    if at is not None:
        xml.leaf(kind, _local(at))


def _local(at: datetime) -> str:
    """EgetTidDatum: Swedish time to the second, as the diary shows it."""
    return at.astimezone(STOCKHOLM).replace(microsecond=0, tzinfo=None).isoformat()


def _own(xml: Xml, facts: Mapping[str, object]) -> None:
    with xml.element("EgnaElement"):
        xml.leaf("EgnaElementBeskrivning", OWN)
        for name, value in facts.items():
            with xml.element("EgetElement", {"Namn": name, "DataTyp": "json"}):
                xml.leaf("Varde", json.dumps(value, ensure_ascii=False, sort_keys=True))


def _uuid(sender: Sender, kind: str, designation: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"kommunpost:{sender.municipality}:{kind}:{designation}"))
