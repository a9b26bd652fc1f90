"""The checks of the documents find what is wrong in a page, and leave alone what is right."""

from pathlib import Path

import pytest
from checks.documents import commands, links, names, screen_words


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("link", "broken"),
    [
        ("other.md", False),
        ("other.md#a-heading-here", False),
        ("#own", False),
        ("https://example.org/x.md", False),
        ("missing.md", True),
        ("other.md#another", True),
        ("#missing", True),
    ],
)
def test_links(tmp_path: Path, *, link: str, broken: bool) -> None:
    write(tmp_path, "page.md", f"# Own\n\nSee [it]({link}).\n\n```\n[not](a-link.md)\n```\n")
    write(tmp_path, "other.md", "## A heading, here\n")
    assert bool(links.broken_links(tmp_path)) is broken


def test_a_page_that_no_page_leads_to_is_an_orphan(tmp_path: Path) -> None:
    write(tmp_path, "docs/index.md", "[first](first.md)\n")
    write(tmp_path, "docs/first.md", "[second](sub/second.md#there)\n")
    write(tmp_path, "docs/sub/second.md", "# There\n")
    write(tmp_path, "docs/sub/alone.md", "[back](../index.md)\n")
    assert links.orphans(tmp_path) == ["docs/sub/alone.md: no page leads here"]


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("```\n./run verify --seal\n```", False),
        ("```\n./run verify --sael\n```", True),
        ("```\nKOMMUNPOST_DATA=x ./run import a.eml --mailbox b@c.example\n```", False),
        ("```\nkommunpost import\n```", True),
        ("```\nExecStart=/opt/kommunpost/run serve\n```", False),
        ("```\nExecStart=/opt/kommunpost/run sevre\n```", True),
        ("```\n./run log --format csv > log.csv\n```", False),
        ("```\n./run test --fast\n```", False),
        ("Write `kommunpost import`, then `kommunpost directory load`.", False),
        ("Write `kommunpost doctor --jsonl`.", True),
        ("`kommunpost <command> --help` lists them, `kommunpost import PATH…` takes mail.", False),
        ("`kommunpost_queue` is a number, and kommunpost is a program.", False),
    ],
)
def test_commands(tmp_path: Path, *, page: str, wrong: bool) -> None:
    write(tmp_path, "page.md", page + "\n")
    assert bool(commands.wrong_commands(tmp_path)) is wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("`KOMMUNPOST_DATA`", False),
        ("KOMMUNPOST_SECRET_KEY_FILE=/run/key", False),
        ("KOMMUNPOST_DATTA=/srv", True),
    ],
)
def test_variables(tmp_path: Path, *, text: str, wrong: bool) -> None:
    write(tmp_path, "page.md", text + "\n")
    assert bool(names.unknown_variables(tmp_path)) is wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("`src/a.py`", False),
        ("`apps/b.py` and `apps/`", False),
        ("`src/gone.py`", True),
        ("src/gone.py without backticks", False),
        ("`apps/audit/rules.py`", True),
    ],
)
def test_paths(tmp_path: Path, *, text: str, wrong: bool) -> None:
    write(tmp_path, "src/a.py", "")
    write(tmp_path, "src/kommunpost/apps/b.py", "")
    write(tmp_path, "page.md", text + "\n")
    assert bool(names.missing_paths(tmp_path)) is wrong


@pytest.mark.parametrize(("name", "wrong"), [("test_it", False), ("test_that", True)])
def test_tests(tmp_path: Path, *, name: str, wrong: bool) -> None:
    write(tmp_path, "tests/apps/test_x.py", "def test_it() -> None: ...\n")
    write(tmp_path, "page.md", f"`tests/apps/test_x.py::{name}`\n")
    assert bool(names.missing_tests(tmp_path)) is wrong


@pytest.mark.parametrize(
    ("word", "wrong"),
    [
        ("Logga in", False),
        ("Visa 12 rader till", False),
        ("Sök i\nloggen", False),
        ("Nytt lösenord:", False),
        ("Logga ut", True),
        ("Visa rader", True),
    ],
)
def test_screen_words(tmp_path: Path, *, word: str, wrong: bool) -> None:
    more = "{% blocktranslate %}Visa {{ n }} rader till{% endblocktranslate %}"
    template = '{% translate "Logga in" %}' + more + '{{ _("Sök i loggen") }}'
    write(tmp_path, "src/kommunpost/site/templates/a.html", template)
    write(tmp_path, "src/kommunpost/site/a.py", 'label = _("Nytt "\n    "lösenord")\n')
    write(tmp_path, "docs/sv/x.md", f"Tryck på **{word}**.\n")
    assert bool(screen_words.unknown_words(tmp_path)) is wrong
