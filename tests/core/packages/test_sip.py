"""Packages for the archive: they satisfy the schemas, are the same each time, and give the case back."""

import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kommunpost.core.packages import (
    Case,
    FolderContainer,
    PackageRefused,
    Sources,
    Standard,
    TarContainer,
    ZipContainer,
    open_package,
    write_sip,
)
from kommunpost.core.packages.erms import write_erms
from kommunpost.core.packages.erms_reading import read_erms
from kommunpost.core.packages.facts_reading import ReadCase
from kommunpost.core.packages.fgs1 import write_fgs1
from kommunpost.core.packages.fgs1_reading import read_fgs1
from kommunpost.core.packages.model import Entry, Marking, Party
from kommunpost.core.packages.text import file_slug, unwritten, written
from kommunpost.core.packages.xml import DECLARATION, UnreadableXml, read

from .material import MADE, SENDER, case, entry, events, mail_bytes, mail_files, marked_entry, open_mails, sha

STANDARDS = Path(__file__).parents[4] / "shared/data/standards"
HOSTILE = "Ärende \x00\x0b\x1f\ufffe\ud800 [U+0041] <b>&amp;\r\n\t]]> \u202egnp.exe \U0001f600"


def sources(**changes: object) -> Sources:
    plain = {"open_mail": open_mails().get, "events": events, "done": lambda: None}
    return Sources(**{**plain, **changes})  # type: ignore[arg-type]


def zipped(*cases: Case, standard: Standard = Standard.FGS2, **changes: object) -> bytes:
    file = io.BytesIO()
    container = ZipContainer(file, made_at=MADE)
    write_sip(
        container, name="SBN-1", cases=cases, sender=SENDER, sources=sources(**changes), made_at=MADE, standard=standard
    )
    container.close()
    return file.getvalue()


def in_folder(folder: Path, *cases: Case, standard: Standard = Standard.FGS2, **changes: object) -> Path:
    container = FolderContainer(folder)
    write_sip(
        container, name="SBN-1", cases=cases, sender=SENDER, sources=sources(**changes), made_at=MADE, standard=standard
    )
    return folder / "SBN-1"


def erms_of(one: Case) -> bytes:
    file = io.BytesIO()
    write_erms(file, one, sender=SENDER, placed=lambda _entry: {}, made_at=MADE)
    return file.getvalue()


def fgs1_of(one: Case) -> bytes:
    file = io.BytesIO()
    write_fgs1(file, one, sender=SENDER, placed=lambda _entry: {(one.digest, one.place): "a/b" for one in _entry.files})
    return file.getvalue()


def described(one: Case, standard: Standard) -> ReadCase:
    if standard is Standard.FGS1:
        return read_fgs1(read(fgs1_of(one)))
    return read_erms(read(erms_of(one)))


def schema(name: str) -> etree.XMLSchema:
    """A schema of the standards beside the repository; it names xlink by an address on the web."""
    folders = {"ERMS_v3.xsd": "erms", "Arendehantering.xsd": "fgs1"}
    path = STANDARDS / folders.get(name, "e-ark") / name
    if not path.exists():
        pytest.skip("the standards are not here")
    text = path.read_bytes()
    for address in (b"http://www.loc.gov/standards/xlink/xlink.xsd", b"https://www.w3.org/1999/xlink.xsd"):
        text = text.replace(address, b"xlink.xsd")
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.fromstring(text, parser, base_url=str(path)))


@pytest.mark.shared
@pytest.mark.parametrize("one", [case(), case(entry(), marked_entry()), case(notes=(), parties=()),
                                 case(entry(title=HOSTILE, counterpart=HOSTILE), title=HOSTILE)])  # fmt: skip
def test_a_case_satisfies_erms(one: Case) -> None:
    schema("ERMS_v3.xsd").assertValid(etree.fromstring(erms_of(one)))


def out_entry() -> Entry:
    return replace(entry(3, direction="out", year=2026, running=None), number=7)


@pytest.mark.shared
@pytest.mark.parametrize("one", [case(), case(entry(), marked_entry(), out_entry()), case(notes=(), parties=()),
                                 case(entry(title=HOSTILE, counterpart=HOSTILE), title=HOSTILE),
                                 case(state="open", closed_at=None, entries=())])  # fmt: skip
def test_a_case_satisfies_fgs_1(one: Case) -> None:
    schema("Arendehantering.xsd").assertValid(etree.fromstring(fgs1_of(one)))


def test_what_fgs_1_has_a_place_for_stands_there() -> None:
    voided = entry(2, direction="drawn_up", voided_at=MADE, markings=(Marking("OSL 26:1", MADE.date(), "SN", MADE),))
    root = etree.fromstring(fgs1_of(case(entry(1), voided, out_entry())))
    names = {"f": "http://xml.ra.se/e-arkiv/FGS-ERMS"}

    def told(path: str) -> list[str]:
        return [one.text for one in root.iterfind(f".//f:{path.replace('/', '/f:')}", names)]

    assert told("Avsandare/Namn") == told("Mottagare/Namn") == ["Nybygge i Sörmland AB"]
    # Swedish time, to the second.
    assert told("Inkommen") == told("Upprattad") == told("Expedierad") == ["2026-11-18T10:02:03"]
    assert told("StatusHandling") == ["Inkommen", "Upprättad", "Expedierad"]
    assert told("Motpart/Namn") == ["Ada Berg"]
    assert told("Notering") == ["Ringde.", "Makulerad 2026-11-20T09:00:00"]
    assert told("Restriktion/Lagrum") == ["OSL 26:1"]
    assert told("Restriktion/RestriktionsDatum") == ["2026-11-20T09:00:00"]
    assert root.find(".//f:Bilaga", names).get("Checksumma") == sha(mail_bytes(1))


@pytest.mark.parametrize("standard", list(Standard))
@pytest.mark.parametrize("one", [
    case(), case(entry(), marked_entry(), out_entry()), case(notes=(), parties=()),
    case(parties=(Party("", "other", MADE, None), Party("Ö", "agent", MADE, None))),
])  # fmt: skip
def test_a_case_comes_back(one: Case, standard: Standard) -> None:
    assert described(one, standard).case == one


_TEXT = st.text(st.characters(), max_size=60)


@settings(max_examples=60, deadline=None)
@given(_TEXT, _TEXT, _TEXT)
def test_any_text_comes_back(title: str, counterpart: str, name: str) -> None:
    raw = mail_bytes()
    odd = replace(mail_files(raw)[0], name=name, media_type=name)
    one = case(entry(title=title, counterpart=counterpart, document_type=counterpart, files=(odd,)), title=name)
    for standard in Standard:
        assert described(one, standard).case == one
    assert unwritten(written(title)) == title


@pytest.mark.shared
@pytest.mark.parametrize("standard", list(Standard))
def test_metsdocuments_satisfy_mets(tmp_path: Path, standard: Standard) -> None:
    root = in_folder(tmp_path, case(entry(1), entry(2)), standard=standard)
    found = sorted(root.rglob("METS.xml"))
    assert len(found) == 3
    for one in found:
        schema("mets.xsd").assertValid(etree.parse(one))


def test_the_same_case_gives_the_same_bytes() -> None:
    assert zipped(case(entry(), marked_entry())) == zipped(case(entry(), marked_entry()))


def test_what_is_in_the_package(tmp_path: Path) -> None:
    root = in_folder(tmp_path, case())
    names = {one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file()}
    below = "00001-SBN_2026_00001"
    assert {
        "METS.xml", f"metadata/descriptive/{below}.xml", "metadata/preservation/premis.xml",
        f"representations/original/data/{below}/00001/001-000-mejl-1.eml",
        f"representations/original/data/{below}/00001/001-001-1.pdf",
        f"representations/pdfa/data/{below}/00001/001.pdf", "representations/original/METS.xml",
    } <= names  # fmt: skip
    premis = (root / "metadata/preservation/premis.xml").read_text()
    assert "register:case:close SBN/2026:00001" in premis
    assert "has source" in premis


@pytest.mark.parametrize("standard", list(Standard))
@pytest.mark.parametrize("kind", ["zip", "tar", "folder"])
def test_a_package_is_read_back(tmp_path: Path, kind: str, standard: Standard) -> None:
    one = case(entry(1), marked_entry())
    path = tmp_path / "package"
    if kind == "folder":
        in_folder(path, one, standard=standard)
    else:
        with path.open("wb") as file:
            container = {"zip": ZipContainer, "tar": TarContainer}[kind](file, made_at=MADE)
            write_sip(
                container, name="SBN-1", cases=[one], sender=SENDER, sources=sources(), made_at=MADE, standard=standard
            )
            container.close()
    with open_package(path) as package:
        (found,) = package.cases()
        assert found.case == one
        raw = mail_bytes(2)
        assert package.content(found.paths[sha(raw), 0]) == raw
        assert package.content(found.paths[sha(raw), 1]) == b"ritning"
        assert package.check() == 11


def test_a_mail_whose_bytes_are_gone_keeps_its_line(tmp_path: Path) -> None:
    root = in_folder(tmp_path, case(), open_mail=lambda _digest: None)
    with open_package(root) as package:
        (found,) = package.cases()
    assert found.case == case()
    assert found.paths == {}


def test_a_file_that_is_left_out_is_not_in_the_package(tmp_path: Path) -> None:
    raw = mail_bytes()
    own, attached = mail_files(raw, b"ritning")
    root = in_folder(tmp_path, case(entry(files=(own, replace(attached, is_left_out=True)))))
    assert [one.name for one in (root / "representations/original/data").rglob("*.*")] == ["001-000-mejl-1.eml"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/abs/x.pdf", "C:\\x.exe", "a\x00b.pdf", "\u202egnp.exe", "",
                                  "..",
                                  "å" * 400 + ".PDF", "CON"])  # fmt: skip
def test_no_file_name_leads_out_of_the_package(tmp_path: Path, name: str) -> None:
    raw = mail_bytes()
    one = case(entry(files=mail_files(raw, b"ritning", names=(name,))))
    root = in_folder(tmp_path / "inner", one)
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]
    with open_package(root) as package:
        (found,) = package.cases()
        assert found.case.entries[0].files[1].name == name
        assert package.content(found.paths[sha(raw), 1]) == b"ritning"
    slugged = file_slug(name)
    assert slugged.isascii()
    assert not set(slugged) & set('/\\:*?"<>| \x00')


def test_changed_and_strange_files_are_refused(tmp_path: Path) -> None:
    root = in_folder(tmp_path, case())
    victim = next(root.rglob("*.eml"))
    victim.write_bytes(b"Subject: annat\r\n\r\n")
    with open_package(root) as package, pytest.raises(PackageRefused, match="damaged"):
        package.check()
    victim.unlink()
    with pytest.raises(PackageRefused, match="incomplete"), open_package(root):
        pass
    root = in_folder(tmp_path / "again", case())
    (root / "more.txt").write_text("x")
    with pytest.raises(PackageRefused, match="strange"), open_package(root):
        pass


def test_an_odd_document_of_fgs_1_is_refused() -> None:
    good = fgs1_of(case())
    for old, new in ((b"Motpart", b"Annat"), (b"kommunpost</Egna", b"x</Egna"), (b"Inkommen<", b"Ny<"), (b"[[", b"[")):
        assert old in good
        with pytest.raises(UnreadableXml):
            read_fgs1(read(good.replace(old, new)))


def test_schemas_lie_in_the_package_where_there_are_any(tmp_path: Path) -> None:
    root = in_folder(tmp_path, case(), schemas={"mets.xsd": b"<schema/>"})
    assert (root / "schemas/mets.xsd").read_bytes() == b"<schema/>"
    assert 'USE="Schemas"' in (root / "METS.xml").read_text()
    with open_package(root) as package:
        assert package.check() > 1


def test_hostile_archives_are_refused(tmp_path: Path) -> None:
    for number, names in enumerate((["../METS.xml"], ["a/METS.xml", "b/METS.xml"], ["a/../../x"], ["a/x"], [])):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        with pytest.raises(PackageRefused), open_package(path):
            pass
    link = tarfile.TarInfo("a/METS.xml")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        tar.addfile(link)
    with pytest.raises(PackageRefused), open_package(tmp_path / "x.tar"):
        pass


@pytest.mark.parametrize("data", [b"", b"<a/>", DECLARATION + b"<!DOCTYPE a><a/>", DECLARATION + b"<a>",
                                  b'<?xml version="1.0" encoding="UTF-16"?>\n<a/>'])  # fmt: skip
def test_xml_that_declares_or_is_broken_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableXml):
        read(data)


@pytest.mark.shared
def test_a_case_satisfies_the_schematron_of_erms() -> None:
    """Its rules, asked by XPath: they use nothing that XPath 1.0 lacks, though they name XSLT 2."""
    path = STANDARDS / "erms/erms_v3.sch"
    if not path.exists():
        pytest.skip("the standards are not here")
    names = {"s": "http://purl.oclc.org/dsdl/schematron", "erms": "https://DILCIS.eu/XML/ERMS"}
    rules = etree.parse(path).findall(".//s:rule", names)
    document = etree.fromstring(erms_of(case(entry(), marked_entry())))
    met = 0
    for rule in rules:
        for node in document.xpath(f"//{rule.get('context')}", namespaces=names):
            met += 1
            assert all(node.xpath(one.get("test"), namespaces=names) for one in rule.findall("s:assert", names))
    assert len(rules) > 5
    assert met >= 2


BEYOND_THE_VALIDATOR = {
    "CSIP12": "2.2.0 has more agents that are CREATOR (SIP15, its own example); 1.1.3 wants software in all of them",
    "CSIP13": "the same",
    "CSIP15": "the same",
    "CSIP16": "the same",
    "SIP14": "the same, the other way round: and it looks for NOTETYPE without its namespace",
    "CSIP63": "its rule holds for the type OTHER alone",
    "CSIP101": "2.2.0 asks it of packages without representations only",
    "CSIP103": "the same",
    "CSIP105": "2.2.0 has a division for each representation beside the others",
    "SIP2": "knows no profile after 2.1.0",
}
"""Where eark-validator 1.1.3, whose rules are those of 2.1.0, says otherwise than the profiles of 2.2.0."""


def validator() -> Sequence[str]:
    """The E-ARK validator of its own foundation: it wants an older lxml, so it lives in an environment of its own."""
    python = os.environ.get("EARK_VALIDATOR_PYTHON", "")
    if not python:
        pytest.skip("EARK_VALIDATOR_PYTHON names no Python with eark-validator")
    return [python, str(Path(__file__).with_name("eark_validation.py"))]


WITHOUT_SCHEMAS = {
    "CSIP97": "there is a division for schemas where the municipality has put schemas in KOMMUNPOST_SCHEMAS",
    "CSIP99": "the same",
    "CSIP113": "the same; without them a package breaks 2.2.0 too, knowingly: no copies of others' files",
}
"""What it says of packages that carry no schemas (ADR 0040)."""


def own_schemas() -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in STANDARDS.rglob("*.xsd") if one.parent.name != "svkau"}


@pytest.mark.shared
@pytest.mark.parametrize("standard", list(Standard))
@pytest.mark.parametrize("with_schemas", [True, False])
def test_the_e_ark_validator_finds_nothing_of_2_2_0(tmp_path: Path, standard: Standard, *, with_schemas: bool) -> None:
    cases = [case(entry(1), marked_entry()), case(entry(3), designation="SBN/2026:00002")]
    root = in_folder(tmp_path, *cases, standard=standard, schemas=own_schemas() if with_schemas else {})
    done = subprocess.run([*validator(), str(root)], capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert report["structure"]["status"] == "WellFormed"
    assert report["metadata"]["schema_results"]["status"] == "VALID"
    found = report["metadata"]["schematron_results"]["messages"]
    expected = {*BEYOND_THE_VALIDATOR, *(() if with_schemas else WITHOUT_SCHEMAS)}
    assert {one["rule_id"] for one in found if one["severity"] != "Info"} == expected
