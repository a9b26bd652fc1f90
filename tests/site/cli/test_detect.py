"""The contract of ``kommunpost detect``."""

import json
from pathlib import Path

import pytest

from kommunpost.core.sensitivity import Context, Setting
from kommunpost.site.cli import main
from kommunpost.site.cli.detect import spans_of_line
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.cli.streaming import BATCH, IN_ONE_PROCESS, Line, in_order

TEXT = "Hej, jag heter Anna Ek, 640823-3234. Ring 070-174 06 05."
MAIL = {
    "id": "m-1",
    "from": "Anna Ek <anna.ek@mejl.example>",
    "to": ["bygglov@botkyrka.example"],
    "subject": "Fråga om Tumba 7:241",
    "body": "Hej!\nVi bor på Tallvägen 3.\n/Anna\n",
}


def lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def labels(said: dict[str, object]) -> list[tuple[str, str]]:
    assert isinstance(said["spans"], list)
    return [(span["label"], span["text"]) for span in said["spans"]]


def test_texts_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "texter.jsonl"
    file.write_text(json.dumps({"id": 7, "text": TEXT}) + "\n\n" + json.dumps({"id": "b", "text": ""}) + "\n", "utf-8")
    assert main(["detect", "--jsonl", str(file)]) == 0
    first, second = lines(capsys.readouterr().out)
    assert list(first) == ["id", "spans"]
    assert labels(first) == [("PERSON", "Anna Ek"), ("PERSONNUMMER", "640823-3234"), ("PHONE", "070-174 06 05")]
    assert first["spans"][0] == {"start": 15, "end": 22, "label": "PERSON", "text": "Anna Ek"}  # type: ignore[index]
    assert second == {"id": "b", "spans": []}


def test_mails_by_line_say_which_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mejl.jsonl"
    file.write_text(json.dumps(MAIL, ensure_ascii=False), "utf-8")
    assert main(["detect", "--jsonl", str(file), "--domain", "botkyrka.example"]) == 0
    (said,) = lines(capsys.readouterr().out)
    assert isinstance(said["spans"], list)
    for span in said["spans"]:
        whole = MAIL[span["in"]]
        assert isinstance(whole, str)
        assert whole[span["start"] : span["end"]] == span["text"]
    assert [(span["in"], span["label"], span["text"]) for span in said["spans"]] == [
        ("subject", "PROPERTY", "Tumba 7:241"),
        ("body", "ADDRESS", "Tallvägen 3"),
        ("body", "PERSON", "Anna"),
    ]


def test_files_of_text_and_mail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, mail = tmp_path / "brev.txt", tmp_path / "mejl.eml"
    text.write_bytes("Jag heter Åsa Öberg".encode("cp1252"))
    mail.write_text("From: Anna Ek <anna.ek@mejl.example>\nSubject: Tumba 7:241\n\nHej\n/Anna\n", "utf-8")
    assert main(["detect", str(text), str(mail)]) == 0
    first, second = lines(capsys.readouterr().out)
    assert first["file"] == str(text)
    assert labels(first) == [("PERSON", "Åsa Öberg")]
    assert labels(second) == [("PROPERTY", "Tumba 7:241"), ("PERSON", "Anna")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{}\n", "line 1"),
        (b'{"id":1,"text":"a"}\nhej\n', "line 2"),
        (b"[1]\n", "line 1"),
        (b'{"id":1,"text":5}\n', "text"),
        (b'{"id":1,"body":["a"]}\n', "body"),
        (b'{"id":1,"body":"a","to":[1]}\n', "to"),
        (b'{"id":1,"text":"\xff"}\n', "line 1"),
    ],
)
def test_bad_lines_are_one_error(content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(content)
    assert main(["detect", "--jsonl", str(file)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert says in error


@pytest.mark.parametrize(
    "words", [["detect"], ["detect", "finns-inte.txt"], ["detect", "--jobs", "-1", "--jsonl", "-"]]
)
def test_bad_words_are_one_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_a_picture_is_neither_text_nor_mail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bild.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert main(["detect", str(file)]) == 2
    assert "neither a text nor a mail" in capsys.readouterr().err


def test_review_finds_more_than_balanced() -> None:
    line = Line("x", json.dumps({"id": 1, "text": "En kurs om epilepsi. Hälsa Storm."}).encode())
    found = {
        setting: json.loads(spans_of_line(line, setting=setting, context=Context()))["spans"] for setting in Setting
    }
    assert len(found[Setting.REVIEW]) > len(found[Setting.BALANCED])


def echo(line: Line) -> str:
    if line.octets == b"fel":
        raise CommandError(f"{line.where}: fel")
    return line.octets.decode()


@pytest.mark.slow
def test_many_lines_keep_their_order_over_processes() -> None:
    given = [Line(f"rad {number}", str(number).encode()) for number in range(IN_ONE_PROCESS + 3 * BATCH + 1)]
    assert [text for _, text in in_order(given, echo, jobs=2)] == [line.octets.decode() for line in given]


@pytest.mark.slow
def test_an_error_in_a_process_is_told_after_what_came_before() -> None:
    given = [Line(f"rad {number}", b"fel" if number == 150 else b"bra") for number in range(400)]
    done: list[str] = []
    with pytest.raises(CommandError, match="rad 150"):
        done.extend(text for _, text in in_order(given, echo, jobs=2))
    assert len(done) == 150
