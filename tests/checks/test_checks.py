"""The project's own checks find what they look for, and only that."""

from pathlib import Path

import pytest

from checks import source


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "line", "found"),
    [
        ("src/kommunpost/apps/x/actions.py", "at = datetime.now(UTC)", True),
        ("src/kommunpost/site/x.py", "at = datetime.now(UTC)", False),
        ("src/kommunpost/core/x.py", "today = date.today()", True),
        ("docs/x.md", "see /ho" + "me/anna/x", True),
        ("docs/x.md", "in the folder at home/anna", False),
        ("src/x.py", "# TO" + "DO later", True),
        ("src/kommunpost/site/templates/x.html", "{{ text|sa" + "fe }}", True),
    ],
)
def test_forbidden_words(tmp_path: Path, *, name: str, line: str, found: bool) -> None:
    write(tmp_path, name, f"{line}\n")
    assert bool(source.forbidden_words(tmp_path)) is found


def test_size(tmp_path: Path) -> None:
    write(tmp_path, "src/good.py", "def f():\n" + "    x = 1\n" * 59)
    assert source.too_large(tmp_path) == []
    write(tmp_path, "src/long.py", "x = 1\n" * 401)
    write(tmp_path, "src/deep.py", "def f():\n" + "    x = 1\n" * 60)
    assert len(source.too_large(tmp_path)) == 2
