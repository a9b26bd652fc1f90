"""Words by which Swedish text is found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.core.swedish.search_words import LONGEST_PROBE, LONGEST_WORD, normalise, runs, stem, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Ansökan om bygglov", ["ansökan", "om", "bygglov"]),
        ("Anna.Ek+lov@mejl-post.example", ["anna", "ek", "lov", "mejl", "post", "example"]),
        ("Dnr KS 2026/00123", ["dnr", "ks", "2026", "00123"]),
        ("for_namn", ["for", "namn"]),
        ("SV: Åtgärd – Örby", ["sv", "åtgärd", "örby"]),
        (unicodedata.normalize("NFD", "Åsa Öberg"), ["åsa", "öberg"]),
        ("… !! ->", []),
        ("två två", ["två", "två"]),
    ],
)
def test_text_is_split_into_words(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("handling", "handlingarna"),
        ("faktura", "fakturor"),
        ("skola", "skolorna"),
        ("bygglov", "byggloven"),
        ("ärende", "ärenden"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("hår", "har"), ("kön", "kon"), ("mål", "mal"), ("2026", "202")])
def test_other_words_do_not_share_a_stem(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@given(st.text(alphabet="abåäö9", min_size=1, max_size=400), st.data())
def test_every_short_part_of_a_long_run_lies_in_one_word(run: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(1, min(len(run), LONGEST_PROBE)))
    start = data.draw(st.integers(0, len(run) - length))
    words = tokens(run)
    assert any(run[start : start + length] in word for word in words)
    assert all(len(word) <= LONGEST_WORD for word in words)


@given(st.text())
def test_normalising_twice_changes_nothing_for_the_words(text: str) -> None:
    assert runs(normalise(normalise(text))) == runs(normalise(text))


_ENDINGS = ("", "s", "en", "heterna", "andet", "lös", "löst", "fullt", "lig", "els", "kt", "tt")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäöéß", max_size=12), st.sampled_from(_ENDINGS))
def test_a_stem_begins_its_word(beginning: str, ending: str) -> None:
    """The log looks for a stem's letters before it stems a text."""
    assert (beginning + ending).startswith(stem(beginning + ending))
