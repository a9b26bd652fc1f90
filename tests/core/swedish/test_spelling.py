"""Spelling: what one slip is; what the real hunspell says; and that without it, or when it dies, nothing is said."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kommunpost.core.swedish.spelling import Hunspell, is_one_slip, slips

PROGRAM = shutil.which("hunspell")
needs_hunspell = pytest.mark.skipif(not PROGRAM, reason="hunspell is not installed (Debian: hunspell hunspell-sv)")


@pytest.mark.parametrize(
    ("written", "meant", "is_one"),
    [
        ("biblotek", "bibliotek", True),
        ("tillbakka", "tillbaka", True),
        ("vårdcentralem", "vårdcentralen", True),
        ("handläggnign", "handläggning", True),
        ("abcd", "badc", False),
        ("avgift", "avgiften", False),
        ("skola", "skola", False),
        ("aaab", "aab", True),
        ("", "a", True),
        ("kort", "kärt", True),
        ("kort", "värt", False),
    ],
)
def test_one_slip_of_the_hand(written: str, meant: str, is_one: bool) -> None:
    assert is_one_slip(written, meant) is is_one
    assert is_one_slip(meant, written) is is_one


class Known:
    """A speller that knows two slips, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def meant(self, word: str) -> str:
        self.asked.append(word)
        return {"biblotek": "bibliotek", "skoaln": "skolan"}.get(word, "")


def test_a_word_is_told_of_once_at_its_first_place() -> None:
    known = Known()
    words = [(0, "biblotek"), (9, "öppet"), (15, "biblotek"), (24, "skoaln")]
    assert slips(words, known) == [(0, "biblotek", "bibliotek"), (24, "skoaln", "skolan")]
    assert known.asked == ["biblotek", "öppet", "skoaln"]


@pytest.fixture(scope="module")
def hunspell() -> Iterator[Hunspell]:
    assert PROGRAM
    speller = Hunspell(PROGRAM)
    assert speller.is_there()
    yield speller
    speller.close()


@needs_hunspell
@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("biblotek", "bibliotek"),
        ("tillbakka", "tillbaka"),
        ("handläggnign", "handläggning"),
        ("kommunnen", "kommunen"),
    ],
)
def test_slips_are_found(hunspell: Hunspell, word: str, meant: str) -> None:
    assert hunspell.meant(word) == meant


@needs_hunspell
@pytest.mark.parametrize(
    "word",
    "bygglovsansökan snöröjningsfrågor fritidshemsplats mejlar äldreomsorgen orosanmälan färdtjänsttillstånd "
    "Hallunda KOL ej Skarpbrunnagymnasiet xyzzy a-kassa ^ *ord @ord &ord !".split(),
)
def test_what_is_right_or_unsure_is_left_alone(hunspell: Hunspell, word: str) -> None:
    assert hunspell.meant(word) == ""


@needs_hunspell
def test_an_order_of_the_protocol_in_a_word_is_no_order(hunspell: Hunspell) -> None:
    assert hunspell.meant("biblotek\n*spam\n") == ""
    assert hunspell.meant("biblotek") == "bibliotek"


@needs_hunspell
def test_it_starts_again_after_it_was_closed(hunspell: Hunspell) -> None:
    hunspell.close()
    assert hunspell.meant("skolgårdne") == "skolgården"


def test_a_program_that_is_not_there_says_nothing() -> None:
    speller = Hunspell("/finns/inte/hunspell")
    assert not speller.is_there()
    assert speller.meant("biblotek") == ""


@pytest.mark.parametrize("script", ["exit 0", "echo hej", "printf '@(#)\\n'; exit 0", "printf '@(#)\\n'; sleep 30"])
def test_a_program_that_dies_or_hangs_is_not_asked_again(tmp_path: Path, script: str) -> None:
    program = tmp_path / "hunspell"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    speller = Hunspell(str(program))
    assert speller.meant("biblotek") == ""
    program.unlink()
    assert speller.meant("tillbakka") == ""
