"""LIX by hand-counted texts."""

import pytest

from kommunpost.core.swedish.readability import readability


def test_counts_by_hand() -> None:
    # 10 words, 2 sentences, 3 of more than six letters (handläggaren, återkommer, ansökan): 5 + 30.
    counted = readability("Hej, det är handläggaren som återkommer. Vi har din ansökan.")
    assert (counted.words, counted.long_words, counted.sentences) == (10, 3, 2)
    assert counted.lix == pytest.approx(35)
    assert not counted.certain


def test_nothing_is_nothing() -> None:
    assert readability("").lix == 0
    assert readability("12 345 !!!").words_per_sentence == 0


def test_addresses_and_links_do_not_count() -> None:
    plain = readability("Läs mer på sidan.")
    assert readability("Läs mer på sidan https://www.botkyrka.example/bygga-nytt/ansokningar.").words == plain.words


def test_headings_and_lists_do_not_make_one_long_sentence() -> None:
    assert readability("Så ansöker du\n\n- fyll i blanketten\n- skicka den\n\nVi svarar snart.").sentences == 4
