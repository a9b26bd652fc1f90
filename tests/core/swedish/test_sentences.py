"""Sentences: every end that mail has, and none that it has not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.core.swedish.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Hej", ["Hej"]),
        ("Vi ses kl. 12 i stora salen. Ta med kartan.", ["Vi ses kl. 12 i stora salen.", "Ta med kartan."]),
        ("Det gäller bl.a. avgifter, m.m. Ring mig.", ["Det gäller bl.a. avgifter, m.m.", "Ring mig."]),
        ("Den 3. mars och den 12 maj.", ["Den 3. mars och den 12 maj."]),
        ("Jag heter H. Ek. Och du?", ["Jag heter H. Ek.", "Och du?"]),
        ("Va?! Jo...", ["Va?!", "Jo..."]),
        ("Det kostar 12.50 kr i dag.", ["Det kostar 12.50 kr i dag."]),
        ("hej. jag undrar om sopor", ["hej.", "jag undrar om sopor"]),
        ("Hej Anna,\n\nJag undrar", ["Hej Anna,", "Jag undrar"]),
        ("Ta med:\n- karta\n- penna", ["Ta med:", "- karta", "- penna"]),
        ("Gör så här:\n1. Ring\n2. Vänta", ["Gör så här:", "1. Ring", "2. Vänta"]),
        (
            "en lång rad som bryts av programmet och\nfortsätter här.",
            ["en lång rad som bryts av programmet och\nfortsätter här."],
        ),
        ("Med vänlig hälsning\nAnna Ek\nTel. 070-174 06 05", ["Med vänlig hälsning", "Anna Ek", "Tel. 070-174 06 05"]),
    ],
)
def test_ends(text: str, expected: list[str]) -> None:
    assert [sentence.of(text) for sentence in sentences(text)] == expected


def test_says_which_are_terminated() -> None:
    assert [sentence.terminated for sentence in sentences("Rubrik\n\nEn mening. En till?")] == [False, True, True]


@given(st.text(alphabet="aÅ. !?\n1-", max_size=80))
def test_covers_all_that_is_not_white_space(text: str) -> None:
    found = sentences(text)
    kept = "".join(sentence.of(text) for sentence in found)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))
