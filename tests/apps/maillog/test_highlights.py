"""Words found are marked, and nothing that stands in a log becomes markup by it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.apps.maillog.highlights import marked, marked_address, pattern_of


@pytest.mark.parametrize(
    ("text", "search", "expected"),
    [
        ("Min ansökan", "ansökan", "Min <mark>ansökan</mark>"),
        ("BYGGLOV & altan", "altan bygglov", "<mark>BYGGLOV</mark> &amp; <mark>altan</mark>"),
        ("<b>altan</b>", "altan", "&lt;b&gt;<mark>altan</mark>&lt;/b&gt;"),
        ("<mark>x</mark>", "mark", "&lt;<mark>mark</mark>&gt;x&lt;/<mark>mark</mark>&gt;"),
        ("a &amp; b", "amp", "a &amp;<mark>amp</mark>; b"),
        ("altan", "", "altan"),
        ("x\u202ey", "", "xy"),
        ("a.*b", ".*", "a.*b"),
    ],
)
def test_marks(text: str, search: str, expected: str) -> None:
    assert marked(text, pattern_of(search)) == expected


def test_an_address_may_break_and_be_marked() -> None:
    assert marked_address("a@b.example", None) == "a@<wbr>b.example"
    assert marked_address("anna@b.example", pattern_of("anna")) == "<mark>anna</mark>@b.example"


@given(st.text(alphabet="<>&\"'amprkltgsci/ ", max_size=60), st.text(alphabet="<>&amprk ;/", max_size=12))
def test_only_marks_are_markup(text: str, search: str) -> None:
    html = re.sub("</?mark>", "", marked(text, pattern_of(search)))
    assert "<" not in html
    assert ">" not in html
