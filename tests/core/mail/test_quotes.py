"""``marked_mails.txt`` has the mails; in front of every line stands its kind: o own, q quote, f forward, s signature.

A blank line belongs to whichever side.
"""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.core.mail.model import BlockKind
from kommunpost.core.mail.quotes import MAX_LINES, find_blocks

LETTERS = {"o": BlockKind.OWN, "q": BlockKind.QUOTE, "f": BlockKind.FORWARD, "s": BlockKind.SIGNATURE}

MAILS = {
    name: mail.rstrip("\n")
    for name, _, mail in (
        part.partition("\n")
        for part in Path(__file__)
        .with_name("marked_mails.txt")
        .read_text(encoding="utf-8")
        .removeprefix("# ")
        .split("\n# ")
    )
}


def marked(mail: str) -> tuple[str, list[tuple[str, BlockKind]]]:
    lines = [(line[2:], LETTERS[line[0]]) if line else ("", None) for line in mail.split("\n")]
    return "\n".join(text for text, _ in lines), [(text, kind) for text, kind in lines if kind]


def kinds_of_lines(text: str) -> list[tuple[str, BlockKind]]:
    return [
        (line, block.kind) for block in find_blocks(text) for line in text[block.start : block.end].split("\n") if line
    ]


def assert_covers(text: str) -> None:
    blocks = find_blocks(text)
    assert "".join(text[block.start : block.end] for block in blocks) == text
    assert [block.start for block in blocks[1:]] == [block.end for block in blocks[:-1]]
    assert all(block.start < block.end for block in blocks)
    assert all(first.kind != second.kind for first, second in itertools.pairwise(blocks))


@pytest.mark.parametrize("name", MAILS)
def test_mail_is_split_as_marked(name: str) -> None:
    text, expected = marked(MAILS[name])
    assert kinds_of_lines(text) == expected
    assert_covers(text)


@pytest.mark.parametrize("name", MAILS)
def test_line_ends_do_not_matter(name: str) -> None:
    text, expected = marked(MAILS[name])
    windows = text.replace("\n", "\r\n")
    assert [(line.rstrip("\r"), kind) for line, kind in kinds_of_lines(windows) if line != "\r"] == expected
    assert_covers(windows)


def test_empty_text_has_no_blocks() -> None:
    assert find_blocks("") == ()


PIECES = st.sampled_from(
    [
        "Från: A\n",
        "Skickat: i dag\n",
        "Ämne: X\n",
        "> q\n",
        "\n",
        "Mvh Bo\n",
        "-- \n",
        "Den 1 mars 2026 kl 08:41 skrev A:\n",
        "ord\r\n",
        "____________\n",
        "a",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join)))
def test_blocks_cover_any_text(text: str) -> None:
    assert_covers(text)


@given(st.lists(st.text(alphabet="abcåäö ,.", min_size=1, max_size=60), max_size=20).map("\n".join))
def test_plain_prose_stays_own(text: str) -> None:
    assert {block.kind for block in find_blocks(text)} <= {BlockKind.OWN}


@pytest.mark.parametrize(
    "line",
    ["> a\n", "Från: a\n", "Den 1 a\n", "--\n", "_____\n", "Mvh\n", "\n", "Datum: Från: Ämne:\n", "a" * 50 + "\n"],
)
def test_hostile_repetition_is_bounded(line: str) -> None:
    text = line * (MAX_LINES * 3)
    assert_covers(text)


def test_what_comes_after_the_bound_is_shown_unless_a_quote_is_open() -> None:
    assert find_blocks("ord\n" * (MAX_LINES + 50))[-1].kind == BlockKind.OWN
    text, _ = marked(MAILS["outlook swedish"])
    assert find_blocks(text + "\nord" * (MAX_LINES + 50))[-1].kind == BlockKind.QUOTE


SHARED = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "dev"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared corpus is not here")
@pytest.mark.parametrize("name", ["incoming", "outgoing"])
def test_every_mail_of_the_corpus_keeps_own_words(name: str) -> None:
    for line in (SHARED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        body = json.loads(line)["body"]
        assert_covers(body)
        own = sum(
            block.end - block.start for block in find_blocks(body) if block.kind in {BlockKind.OWN, BlockKind.FORWARD}
        )
        assert own > 0, json.loads(line)["id"]
