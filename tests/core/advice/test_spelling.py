"""Misspelt words as advice: marked and mended in the own words, and nowhere else."""

import pytest
from tests.core.advice.writing import draft, found

from kommunpost.core.advice import Draft, Finding
from kommunpost.core.advice.fixes import Replace


class Slips:
    """A speller that knows these slips."""

    def meant(self, word: str) -> str:
        slips = {
            "biblotek": "bibliotek",
            "skoaln": "skolan",
            "avgfit": "avgift",
            "platsne": "platsen",
            "grahn": "grann",
        }
        return slips.get(word, "")


def misspelt(mail: Draft) -> list[Finding]:
    return [one for one in found(mail, "plain-language", speller=Slips()) if "felstavat" in one.says]


def test_a_slip_is_marked_and_mended() -> None:
    body = "Hej Anna!\n\nDitt biblotek har öppet till klockan nitton på torsdag. Välkommen!"
    (one,) = misspelt(draft(body))
    assert one.words == "biblotek"
    assert body[one.place.start : one.place.end] == "biblotek"
    assert one.fix is not None
    assert one.fix.edits == (Replace("body", one.place.start, "biblotek", "bibliotek"),)
    assert "bibliotek" in one.says


@pytest.mark.parametrize(
    "body",
    [
        "Hej Anna!\n\nSe https://botkyrka.example/biblotek och skriv till biblotek@mejl.example om du undrar.",
        "Hej Anna!\n\nVi har öppet till klockan nitton på torsdag.\n\nAnna Grahn skrev:\n> biblotek och skoaln",
        "Hej Anna!\n\nThe biblotek is open until seven on Thursday evening, and you are welcome to visit us then.",
        "Hej Anna!\n\nHälsa grahn att vi har öppet till klockan nitton på torsdag.",
    ],
    ids=["links", "quote", "English", "name"],
)
def test_links_quotes_names_and_other_languages_are_left_out(body: str) -> None:
    assert misspelt(draft(body)) == []


def test_more_than_three_are_none() -> None:
    body = "Hej Anna!\n\nDitt biblotek vid skoaln har en avgfit för platsne du har bokat på torsdag."
    assert misspelt(draft(body)) == []


def test_without_a_speller_nothing_is_said() -> None:
    assert found(draft("Hej Anna!\n\nDitt biblotek har öppet på torsdag."), "plain-language") == ()


def test_a_word_that_is_being_written_is_left_alone() -> None:
    body = "Hej Anna!\n\nVi har öppet till klockan nitton på torsdag i ditt biblotek"
    assert misspelt(draft(body, signature="")) == []
    assert len(misspelt(draft(body + " ", signature=""))) == 1
