"""The contract of ``kommunpost log``."""

import json
from pathlib import Path

import pytest
from tests.apps.maillog.world import recorded

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.maillog.actions import write_rows
from kommunpost.site.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def box() -> Mailbox:
    mailbox = Mailbox.objects.create(address="bygglov@stad.example", name="Bygglov", kind="function")
    write_rows([recorded(1, mailbox_id=mailbox.id), recorded(2, mailbox_id=None, direction="out", subject="Tack")])
    return mailbox


@pytest.mark.parametrize(
    ("options", "subjects"),
    [
        ([], ["Ansökan om bygglov", "Tack"]),
        (["--mailbox", "Bygglov@stad.example"], ["Ansökan om bygglov"]),
        (["--direction", "out"], ["Tack"]),
        (["--contains", "ansökan"], ["Ansökan om bygglov"]),
        (["--from", "2026-03-12", "--to", "2026-03-12"], ["Ansökan om bygglov", "Tack"]),
        (["--from", "2026-03-13"], []),
    ],
)
def test_one_object_a_line(options: list[str], subjects: list[str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["log", *options]) == 0
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [row["subject"] for row in rows] == subjects
    assert all(list(row) == ["at", "direction", "mailbox", "sender", "recipients", "subject"] for row in rows)


def test_a_pdf_goes_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "utdrag.pdf"
    assert main(["log", "--mailbox", "bygglov@stad.example", "--format", "pdf", "-o", str(target)]) == 0
    assert target.read_bytes().startswith(b"%PDF-")


def test_a_pdf_is_not_written_to_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["log", "--format", "pdf"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        ["--mailbox", "finns.inte@stad.example"],
        ["--from", "12 mars"],
        ["--to", "2026-02-30"],
        ["--from", "2026-04-01", "--to", "2026-03-01"],
        ["-o", "/finns/inte/utdrag.json"],
    ],
)
def test_what_cannot_be_used_is_one_line(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", *options]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "finns.inte@stad.example" not in said.err
