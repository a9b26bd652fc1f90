"""One form for all inflections of a word; compounds by their heads."""

import pytest

from kommunpost.core.swedish.compounds import compound_parts
from kommunpost.core.swedish.words import base, words


@pytest.mark.parametrize(
    "forms",
    [
        "son söner sönerna sonens",
        "bror bröder brodern brorsan",
        "stjäla stjäl stal stulits stulen",
        "slå slog slagit slår",
        "handling handlingar handlingarna handlingen",
        "diagnos diagnosen diagnoser diagnoserna",
        "barn barnet barnens",
    ],
)
def test_forms_meet(forms: str) -> None:
    assert len({base(form) for form in forms.split()}) == 1


def test_case_and_unicode_form_do_not_matter() -> None:
    assert base("BRÖDER") == base("bro\u0308der") == base("bror")


def test_words_keep_their_places() -> None:
    text = "Agneta Ferm-Larsson, 88 år"
    found = list(words(text))
    assert [word.text for word in found] == ["Agneta", "Ferm-Larsson", "88", "år"]
    assert all(text[word.start : word.end] == word.text for word in found)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("bygglovsansökan", ("bygglov", "ansökan")),
        ("parkeringstillstånd", ("parkering", "tillstånd")),
        ("ansökan", ()),
        ("soptunna", ()),
    ],
)
def test_compounds(word: str, parts: tuple[str, ...]) -> None:
    assert compound_parts(word) == parts
