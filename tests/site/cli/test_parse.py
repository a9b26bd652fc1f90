"""The contract of ``kommunpost parse``."""

import json
from pathlib import Path

import pytest

from kommunpost.site.cli import main

TORTURE = Path(__file__).parents[2] / "core" / "mail" / "torture"
KEYS = [
    "file",
    "subject",
    "from",
    "to",
    "cc",
    "date",
    "message_id",
    "text",
    "html_text",
    "attachments",
    "automatic",
    "defects",
]


def test_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(TORTURE / "nested-usual.eml"), str(TORTURE / "empty.eml")]
    assert main(["parse", *files]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert list(first) == KEYS
    assert first["from"] == {"name": "Anna Ek", "address": "anna.ek@mejl.example"}
    assert first["date"] == "2026-03-12T07:41:00Z"
    assert [set(one) for one in first["attachments"]] == [{"name", "type", "size", "sha256"}] * 2
    assert (second["from"], second["date"]) == ({"name": "", "address": ""}, None)


def test_a_missing_file_is_one_line_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "ut"
    good = str(TORTURE / "nested-usual.eml")
    assert main(["parse", good, str(tmp_path / "finns-inte.eml"), "--extract", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "finns-inte.eml" in said.err
    assert not out.exists()


def test_a_folder_is_no_mail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", ["name-traversal", "name-rtl", "tnef", "rfc822"])
def test_extracted_files_stay_in_the_folder(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "djupt" / "ut"
    assert main(["parse", str(TORTURE / f"{name}.eml"), "--extract", str(out)]) == 0
    for attachment in json.loads(capsys.readouterr().out)["attachments"]:
        path = Path(attachment["path"])
        assert path.parent == out
        assert path.stat().st_size == attachment["size"]
    assert [path.name for path in tmp_path.iterdir()] == ["djupt"]


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "passwd").write_text("kvar")
    (tmp_path / "passwd-2").symlink_to(tmp_path / "annan")
    assert main(["parse", str(TORTURE / "name-traversal.eml"), "--extract", str(tmp_path)]) == 0
    assert Path(json.loads(capsys.readouterr().out)["attachments"][0]["path"]).name == "passwd-3"
    assert (tmp_path / "passwd").read_text() == "kvar"
    assert not (tmp_path / "annan").exists()
