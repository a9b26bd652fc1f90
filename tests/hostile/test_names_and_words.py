"""Hostile names, formulas and senders: what is saved, listed and shown."""

import unicodedata
from pathlib import Path

import pytest
from tests.hostile.mails import FORMULAS, NAMES, SPOOFS

from kommunpost.core.mail import bare_address, is_disguised, may_run, names_another, safe_name, shown_sender, upright
from kommunpost.core.spreadsheet import harmless
from kommunpost.site.cli.parse import write_new


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_saved_file_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    clean = safe_name(NAMES[name])
    written = write_new(tmp_path, clean, b"x")
    assert written.resolve().parent == tmp_path.resolve()
    assert clean not in {"", ".", ".."}
    assert len(clean.encode()) <= 255
    assert not set(clean) & set('<>:"|?*/\\\x00\r\n')
    assert not any(unicodedata.category(one) in {"Cc", "Cf"} for one in clean)
    assert not clean.startswith(".")
    assert Path(clean).name == clean


@pytest.mark.parametrize(
    ("name", "content", "runs", "disguised"),
    [
        ("faktura.pdf.exe", b"MZ", True, False),
        ("faktura.pdf", b"MZ\x90", True, True),
        ("bild.png", b"<svg onload=alert(1)>", False, True),
        ("bild.svg", b"<svg/>", True, False),
        ("sida.HTML", b"<p>", True, False),
        ("bild.png", b"\x89PNG\r\n\x1a\nx", False, False),
        ("avtal.docm", b"PK\x03\x04", True, False),
        ("avtal.docx", b"PK\x03\x04", False, False),
        ("", b"\x7fELF", True, False),
    ],
)
def test_files_that_run_or_lie_are_told_of(name: str, content: bytes, *, runs: bool, disguised: bool) -> None:
    assert (may_run(name, content), is_disguised(name, content)) == (runs, disguised)


@pytest.mark.parametrize("value", FORMULAS)
def test_a_spreadsheet_runs_nothing(value: str) -> None:
    assert harmless(value).startswith("'")


@pytest.mark.parametrize("name", sorted(SPOOFS))
def test_a_list_never_shows_an_address_that_is_not_the_senders(name: str) -> None:
    claimed, address = SPOOFS[name]
    shown = shown_sender(claimed, address)
    assert "@" not in shown or shown == address
    assert upright(shown) == shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [("own unit", False), ("own domain", True), ("own domain in brackets", True), ("wide at", True)],
)
def test_a_name_with_another_address_is_told_of(name: str, *, expected: bool) -> None:
    assert names_another(*SPOOFS[name]) is expected


def test_a_name_that_is_the_own_address_is_no_spoof() -> None:
    assert not names_another("<X@Ond.example>", "x@ond.example")


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad"])
def test_what_hides_in_an_address_is_seen(hidden: str) -> None:
    assert bare_address(f"chef@bot{hidden}kyrka.example") == "chef@bot\ufffdkyrka.example"
