"""``kommunpost directory`` and ``kommunpost verify``, as a script sees them."""

import json
from pathlib import Path

import pytest
from django.db import connection
from tests.trail import lift_guards

import kommunpost.site
from kommunpost.apps.directory.models import Mailbox, Person
from kommunpost.site.cli import main

DEMO = str(Path(kommunpost.site.__file__).parent / "demo" / "directory.toml")

pytestmark = pytest.mark.django_db


@pytest.fixture
def heads_file(tmp_path: Path) -> str:
    return str(tmp_path / "heads.jsonl")


def verified(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, str]]]:
    capsys.readouterr()
    code = main(["verify", "--only", "audit", "--only", "deliveries", "--only", "log", *words])
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is (code == 0)
    return code, answer["breaks"]


def test_what_is_loaded_is_exported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["directory", "load", DEMO]) == 0
    assert json.loads(capsys.readouterr().out)["added"]["mailbox"] == Mailbox.objects.count()
    assert main(["directory", "export"]) == 0
    exported = capsys.readouterr().out.splitlines()
    assert exported[1:] == Path(DEMO).read_text(encoding="utf-8").splitlines()[2:]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"version = 1\n[[people]]\nname = 'Sara'\n", "people[0].address"),
        (b"version = ", "is no TOML"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_bad_file_is_one_clear_refusal(
    content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "directory.toml"
    file.write_bytes(content)
    assert main(["directory", "load", str(file)]) == 2
    assert says in capsys.readouterr().err
    assert not Person.objects.exists()


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["directory", "load", "/nowhere/directory.toml"]) == 2
    assert "/nowhere/directory.toml" in capsys.readouterr().err


def test_verify_seals_what_is_whole_and_holds_later_looks_to_it(
    capsys: pytest.CaptureFixture[str], heads_file: str
) -> None:
    main(["directory", "load", DEMO])
    assert verified(capsys, "--seal", "--heads", heads_file) == (0, [])
    lift_guards()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event")
        cursor.execute("DELETE FROM audit_chainhead")
    code, breaks = verified(capsys, "--heads", heads_file)
    assert code == 1
    assert "seal_unmatched" in {one["kind"] for one in breaks}


def test_verify_names_what_was_changed(capsys: pytest.CaptureFixture[str], heads_file: str) -> None:
    main(["directory", "load", DEMO])
    lift_guards()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor = 'account:1' WHERE number = 3")
    code, breaks = verified(capsys)
    assert code == 1
    assert {"check": "audit", "kind": "changed", "subject": "main/3"} in breaks
    Path(heads_file).write_text("nonsense\n", encoding="utf-8")
    assert main(["verify", "--heads", heads_file]) == 2
