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
    TarContainer,
    ZipContainer,
    open_package,
    write_sip,
)
from kommunpost.core.packages.erms import write_erms
from kommunpost.core.packages.erms_reading import read_erms
from kommunpost.core.packages.text import file_slug, unwritten, written
from kommunpost.core.packages.xml import DECLARATION, UnreadableXml, read

from .material import MADE, SENDER, case, entry, events, mail_bytes, mail_files, marked_entry, open_mails, sha

STANDARDS = Path(__file__).parents[4] / "shared/data/standards"
HOSTILE = "Ärende \x00\x0b\x1f\ufffe\ud800 [U+0041] <b>&amp;\r\n\t]]> \u202egnp.exe \U0001f600"


def sources(**changes: object) -> Sources:
    plain = {"open_mail": open_mails().get, "events": events, "done": lambda: None}
    return Sources(**{**plain, **changes})  # type: ignore[arg-type]


def zipped(*cases: Case, **changes: object) -> bytes:
    file = io.BytesIO()
    container = ZipContainer(file, made_at=MADE)
    write_sip(container, name="SBN-1", cases=cases, sender=SENDER, sources=sources(**changes), made_at=MADE)
    container.close()
    return file.getvalue()


def in_folder(folder: Path, *cases: Case, **changes: object) -> Path:
    container = FolderContainer(folder)
    write_sip(container, name="SBN-1", cases=cases, sender=SENDER, sources=sources(**changes), made_at=MADE)
    return folder / "SBN-1"


def erms_of(one: Case) -> bytes:
    file = io.BytesIO()
    write_erms(file, one, sender=SENDER, placed=lambda _entry: {}, made_at=MADE)
    return file.getvalue()


def schema(name: str) -> etree.XMLSchema:
    """A schema of the standards beside the repository; it names xlink by an address on the web."""
    path = STANDARDS / ("erms" if name.startswith("ERMS") else "e-ark") / name
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


@pytest.mark.parametrize("one", [case(), case(entry(), marked_entry()), case(notes=(), parties=())])
def test_a_case_comes_back_from_erms(one: Case) -> None:
    assert read_erms(erms_of(one)).case == one


_TEXT = st.text(st.characters(), max_size=60)


@settings(max_examples=60, deadline=None)
@given(_TEXT, _TEXT, _TEXT)
def test_any_text_comes_back(title: str, counterpart: str, name: str) -> None:
    raw = mail_bytes()
    odd = replace(mail_files(raw)[0], name=name, media_type=name)
    one = case(entry(title=title, counterpart=counterpart, document_type=counterpart, files=(odd,)), title=name)
    assert read_erms(erms_of(one)).case == one
    assert unwritten(written(title)) == title


@pytest.mark.shared
def test_metsdocuments_satisfy_mets(tmp_path: Path) -> None:
    root = in_folder(tmp_path, case(entry(1), entry(2)))
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


@pytest.mark.parametrize("kind", ["zip", "tar", "folder"])
def test_a_package_is_read_back(tmp_path: Path, kind: str) -> None:
    one = case(entry(1), marked_entry())
    path = tmp_path / "package"
    if kind == "folder":
        in_folder(path, one)
    else:
        with path.open("wb") as file:
            container = {"zip": ZipContainer, "tar": TarContainer}[kind](file, made_at=MADE)
            write_sip(container, name="SBN-1", cases=[one], sender=SENDER, sources=sources(), made_at=MADE)
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


@pytest.mark.shared
def test_the_e_ark_validator_finds_nothing_of_2_2_0(tmp_path: Path) -> None:
    root = in_folder(tmp_path, case(entry(1), marked_entry()), case(entry(3), designation="SBN/2026:00002"))
    done = subprocess.run([*validator(), str(root)], capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert report["structure"]["status"] == "WellFormed"
    assert report["metadata"]["schema_results"]["status"] == "VALID"
    found = report["metadata"]["schematron_results"]["messages"]
    assert {one["rule_id"] for one in found if one["severity"] != "Info"} == set(BEYOND_THE_VALIDATOR)
