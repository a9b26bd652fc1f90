"""Lists of phrases find what the plain regular expression finds, quicker."""

import re

import pytest
from evals.drafts import town_cases, written_cases

from kommunpost.core.advice.words import lines
from kommunpost.core.advice.words.phrases import Phrases, beginnings, split_alternatives, words_of

TEXTS = [case.draft.body.lower() for case in (*written_cases(), *town_cases())]


@pytest.mark.parametrize("name", ["harsh.txt", "private.txt"])
def test_a_list_finds_what_the_plain_pattern_finds(name: str) -> None:
    alternatives = [one for line in lines(name) for one in split_alternatives(line)]
    plain, quick = re.compile(rf"\b(?:{'|'.join(alternatives)})(?!\w)"), Phrases(alternatives)
    found = 0
    for text in TEXTS:
        expected = [one.start() for one in plain.finditer(text)]
        assert [one.start() for one in quick.find(words_of(text))] == expected
        found += len(expected)
    assert found > 20


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("skäms", {"skä"}),
        ("(?:du|ni) har", {"du ", "ni "}),
        ("(?:så )?trött", {"så ", "trö"}),
        ("i hela", {"i h"}),
        (r"i\s?dag", {"i"}),
        (r"\*suck\*", {""}),
        ("(?:jag |vi )?(?:ber|vill)", {"jag", "vi ", "ber", "vil"}),
        ("x?y", {""}),
        ("a", {"a"}),
    ],
)
def test_how_a_match_can_begin(pattern: str, expected: set[str]) -> None:
    assert beginnings(pattern) == expected


def test_the_longest_at_the_first_place_is_found_once() -> None:
    found = Phrases(["på fredag", "fredag", "nej"]).find(words_of("nej, på fredag. fredagen"), start=1)
    assert [one[0] for one in found] == ["på fredag"]
