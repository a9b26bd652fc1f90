"""A claimed name becomes one harmless path component."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommunpost.core.mail import safe_name

NAMES = [
    ("ritning.pdf", "ritning.pdf"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system.ini", "system.ini"),
    ("C:\\temp\\a.pdf", "a.pdf"),
    ("/etc/passwd", "passwd"),
    ("CON", "_CON"),
    ("nul.txt", "_nul.txt"),
    ("COM1.pdf", "_COM1.pdf"),
    ("faktura\u202efdp.exe", "fakturafdp.exe"),
    ("a\x00b\nc.pdf", "abc.pdf"),
    (".bashrc", "bashrc"),
    ("...", "bilaga"),
    ("", "bilaga"),
    ("a?b*c.pdf", "a_b_c.pdf"),
    ("namn.pdf. . ", "namn.pdf"),
    ("A\u030arende.pdf", "Årende.pdf"),
]


@pytest.mark.parametrize(("claimed", "safe"), NAMES)
def test_names(claimed: str, safe: str) -> None:
    assert safe_name(claimed) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("å" * 500 + ".pdf")
    assert name.endswith(".pdf")
    assert len(name.encode()) <= 150


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_name_is_one_component(claimed: str) -> None:
    name = safe_name(claimed)
    assert name
    assert PurePosixPath(name).name == name
    assert PureWindowsPath(name).name == name
    assert name not in {".", ".."}
    assert len(name.encode("utf-8", "replace")) <= 151
