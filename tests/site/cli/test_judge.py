"""The contract of ``kommunpost judge`` and ``kommunpost train``."""

import json
from pathlib import Path

import pytest

from kommunpost.core.judgement import default_brain, to_bytes
from kommunpost.site.cli import main
from kommunpost.site.cli.train import write_model

KEYS = (
    *("record", "record_ground", "registration", "secrecy", "disclosure_request", "log_request", "unit", "authority"),
    *("disposal", "language", "angry", "question", "reasons"),
)
LAMP = {
    "id": "m-1",
    "kind": "incoming",
    "from": "Vera Ek <vera.ek@mejl.example>",
    "to": ["info@botkyrka.example"],
    "subject": "Trasig gatlampa",
    "body": "Lampan utanför Storgatan 3 har varit släckt i en vecka. Kan ni laga den?\n",
}


def written(tmp_path: Path, *records: object) -> str:
    file = tmp_path / "mejl.jsonl"
    file.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return str(file)


def said(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_mails_by_line_with_the_keys_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", "--jsonl", written(tmp_path, LAMP)]) == 0
    (found,) = said(capsys.readouterr().out)
    assert tuple(found) == ("id", *KEYS)
    assert (found["id"], found["unit"], found["registration"]) == ("m-1", "gata-park", "register")
    assert found["authority"] is None
    assert found["disclosure_request"] is False
    assert all(set(reason) == {"rule_id", "says"} for reason in found["reasons"])  # type: ignore[attr-defined]


def test_a_mail_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mejl.eml"
    file.write_bytes(
        "From: a@mejl.example\r\nTo: registrator@botkyrka.example\r\nSubject: Logg\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nJag begär ut e-postloggen för mars.\r\n".encode()
    )
    assert main(["judge", str(file)]) == 0
    (found,) = said(capsys.readouterr().out)
    assert tuple(found) == ("file", *KEYS)
    assert found["log_request"] is True


def test_a_copy_is_known_by_what_came_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", "--jsonl", written(tmp_path, LAMP, {**LAMP, "id": "m-2"})]) == 0
    first, second = said(capsys.readouterr().out)
    assert (first["disposal"], second["disposal"]) == ("keep", "duplicate")
    assert second["registration"] == "exempt"


def test_another_municipality(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = tmp_path / "katalog.toml"
    directory.write_text(
        'version = 1\n[[units]]\nslug = "teknik"\nname = "Tekniska"\ncommittee = "TN"\nhandles = "Gator, belysning"\n'
        '[[units]]\nslug = "skola"\nname = "Skolan"\ncommittee = "UN"\nhandles = "Grundskola, förskola"\n'
        '[[mailboxes]]\naddress = "info@ny.example"\nname = "Info"\nkind = "contact_centre"\n',
        "utf-8",
    )
    mail = {**LAMP, "to": ["info@ny.example"]}
    assert main(["judge", "--jsonl", written(tmp_path, mail), "--directory", str(directory)]) == 0
    (found,) = said(capsys.readouterr().out)
    assert found["unit"] == "teknik"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 1: is no JSON"),
        ("[]", "line 1: must be a mail"),
        ('{"id": 1}', "line 1: must be a mail"),
        ('{"body": 3}', "line 1: body"),
        ('{"body": "x", "to": [1]}', "line 1: to"),
    ],
)
def test_one_clear_error_for_a_bad_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(line + "\n", "utf-8")
    assert main(["judge", "--jsonl", str(file)]) == 2
    error = capsys.readouterr().err
    assert why in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("option", ["--directory", "--model", "--knowledge"])
def test_one_clear_error_for_a_bad_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("no", "utf-8")
    assert main(["judge", "--jsonl", written(tmp_path, LAMP), option, str(bad)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["judge", str(tmp_path / "none.eml")]) == 2


def test_training_refuses_what_is_too_little(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", written(tmp_path, LAMP), "-o", str(tmp_path / "m.npz")]) == 2
    assert "labels" in capsys.readouterr().err
    assert not (tmp_path / "m.npz").exists()


def test_the_model_before_is_kept(tmp_path: Path) -> None:
    place, content = tmp_path / "m.npz", to_bytes(default_brain())
    write_model(place, b"old")
    write_model(place, content)
    assert place.read_bytes() == content
    assert (tmp_path / "m.npz.previous").read_bytes() == b"old"
    assert main(["judge", "--jsonl", written(tmp_path, LAMP), "--model", str(place)]) == 0
