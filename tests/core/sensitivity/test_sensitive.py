"""Words of the special categories: about somebody they count, about nobody they do not."""

import pytest

from kommunpost.core.sensitivity import Setting, find_spans
from kommunpost.core.sensitivity.lexicon import FILES, entry_of, lexicon

FIVE = frozenset(FILES)


def found(text: str, *, setting: Setting = Setting.BALANCED) -> list[tuple[str, str]]:
    return [
        (one.label.value, text[one.start : one.end]) for one in find_spans(text, setting=setting) if one.label in FIVE
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Min mamma har fått en höftfraktur.", [("HEALTH", "höftfraktur")]),
        ("Sonen har svår astma.", [("HEALTH", "svår astma")]),
        ("Han har diabetes och epilepsi.", [("HEALTH", "diabetes och epilepsi")]),
        ("Jag var placerad i familjehem.", [("SOCIAL", "placerad i familjehem")]),
        ("Hon har skyddade personuppgifter.", [("SOCIAL", "skyddade personuppgifter")]),
        ("Han är åtalad för grov misshandel.", [("CRIME", "åtalad för grov misshandel")]),
        ("Min plånbok blev stulen i går.", [("CRIME", "stulen")]),
        ("Pappa är muslim.", [("RELIGION_ETHNICITY", "muslim")]),
        ("Jag är medlem i Kommunal.", [("UNION_POLITICAL", "medlem i Kommunal")]),
        ("Välkommen till en föreläsning om epilepsi.", []),
        ("Ett djupt lågtryck, en depression, drar in över länet.", []),
        ("Ni som kommunal verksamhet har en vision.", []),
        ("Vi har 4 stolar och en fastighet.", []),
        ("Stammen på ekarna är murken, jag vill att ni kommer.", []),
        ("Jag vill rösta på biblioteket.", []),
        ("Kan vi skjuta upp mötet? Jag har skolskjuts.", []),
        ("Är dom hemma? Jag undrar.", []),
        ("Hur ansöker man om hemtjänst?", []),
        ("Skriv ut i dos på 5 mg, blödning runt sidan.", []),
        ("Krister ringde mig.", []),
        ("Fick blodpropp i benet i förrgår.", [("HEALTH", "blodpropp")]),
        ("Dom stal min cykel.", [("CRIME", "stal min")]),
        ("Tack för sist. Jag har MS.", [("HEALTH", "MS")]),
        ("Dear Ms Lin", []),
    ],
)
def test_balanced(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_review_marks_words_about_nobody_as_well() -> None:
    assert found("En föreläsning om epilepsi och autism.", setting=Setting.REVIEW)


def test_the_lists_are_as_long_as_they_are_said_to_be() -> None:
    known = lexicon()
    assert len(known.words) + sum(map(len, known.beginnings.values())) + len(known.phrases) > 1_200
    assert {entry.label for entry in known.words.values()} == FIVE


@pytest.mark.parametrize("word", ["fastighet", "stolar", "skolskjuts", "same", "frivårdsinspektör", "jag", "brottas"])
def test_collisions_are_kept_out(word: str) -> None:
    entry = entry_of(word)
    assert entry is None or entry.weak
