"""The contract of ``kommunpost advise``."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from kommunpost.site.cli import main

KEYS = ["clause", "severity", "says", "field", "start", "end", "fix"]
RECORD: dict[str, Any] = {
    "id": "a-1",
    "from": "Ola Brännström <ola.brannstrom@botkyrka.example>",
    "to": ["Mona Isaksson <mona.isaksson@botkyrka.example>"],
    "subject": "Hej",
    "date": "2026-09-09T08:00:00+02:00",
    "body": "Hej Mona!\n\nKan du svara på fredag?\n",
    "attachments": [{"name": "karta.pdf", "type": "application/pdf", "size": 9}],
}
DIRECTORY = {
    "units": [{"id": "gata", "name": "Gatuenheten", "mailbox": "gata@botkyrka.example", "other_mailboxes": []}],
    "employees": [
        {"address": "mona.isaksson@botkyrka.example", "name": "Mona Isaksson", "unit": "gata", "phone": "08-465 004 42"}
    ],
    "staff_lists": ["personalinfo@botkyrka.example"],
}


def _lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def test_records_in_order_with_the_keys_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mejl.jsonl"
    file.write_text(_lines(RECORD, {**RECORD, "id": "a-2", "attachments": []}), encoding="utf-8")
    assert main(["advise", "--jsonl", str(file)]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["id"], second["id"]) == ("a-1", "a-2")
    assert all(list(finding) == KEYS for finding in first["findings"])
    raised = {finding["clause"]: finding for finding in first["findings"]}
    assert {"no-internal-attachment", "subject-states-action", "reply-by-date", "common-signature"} == set(raised)
    assert raised["reply-by-date"]["fix"]["edits"][0]["text"] == "senast 2026-09-11"
    assert "no-internal-attachment" not in {finding["clause"] for finding in second["findings"]}


def test_lines_come_from_stdin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(_lines(RECORD) + "\n"))
    assert main(["advise", "--jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "a-1"


def test_a_mail_file_with_a_receipt_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mejl.eml"
    file.write_bytes(
        b"From: ola.brannstrom@botkyrka.example\r\nTo: anna.ek@mejl.example\r\nSubject: Besked\r\n"
        b"Disposition-Notification-To: ola.brannstrom@botkyrka.example\r\n\r\nHej!\r\n\r\nDet blir ja.\r\n"
    )
    assert main(["advise", str(file)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["file"] == str(file)
    assert "no-read-receipt" in {finding["clause"] for finding in said["findings"]}


def test_the_directory_gives_phones_and_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = tmp_path / "katalog.json"
    known.write_text(json.dumps(DIRECTORY), encoding="utf-8")
    urgent = {**RECORD, "body": "Hej Mona!\n\nKan du svara genast?\n"}
    everybody = {**RECORD, "to": ["personalinfo@botkyrka.example"]}
    file = tmp_path / "mejl.jsonl"
    file.write_text(_lines(urgent, everybody), encoding="utf-8")
    assert main(["advise", "--jsonl", str(file), "--directory", str(known)]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    call = next(finding for finding in first["findings"] if finding["clause"] == "urgent-call")
    assert call["fix"]["value"] == "08-465 004 42"
    assert "no-mass-mail" in {finding["clause"] for finding in second["findings"]}


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '"text"', '{"body": 1}', '{"to": 3}', '{"to": [3]}', '{"date": "i dag"}', '{"attachments": ["x"]}'],
)
def test_bad_input_is_one_line_that_says_where(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mejl.jsonl"
    file.write_text(_lines(RECORD) + line + "\n", encoding="utf-8")
    assert main(["advise", "--jsonl", str(file)]) == 2
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert said.err.count("\n") == 1
    assert "line 2" in said.err


@pytest.mark.parametrize(
    "arguments", [[], ["finns-inte.eml"], ["--jsonl", "finns-inte.jsonl"], ["--jsonl", "--profile", "x"]]
)
def test_what_cannot_be_read_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", *arguments]) == 2
    assert capsys.readouterr().out == ""
