"""Hostile words in what is handed out of the log, and in the trail: CSV, JSON lines, PDF, audit details."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from django.db import transaction
from tests.apps.maillog.world import recorded
from tests.hostile.mails import FORMULAS

from kommunpost.apps.audit import actions as audit
from kommunpost.apps.audit.rules import AuditRefused
from kommunpost.apps.maillog.actions import write_rows
from kommunpost.apps.maillog.exports import ExtractRefused, Format, make_extract, pdf, typesetting
from kommunpost.apps.maillog.exports.glyphs import MOST_TRIED, hidden_in, pieces
from kommunpost.apps.maillog.models import LogRow
from kommunpost.apps.maillog.queries import LogFilter
from kommunpost.core.mail import read_headers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, 8, 5, tzinfo=UTC)

# What it is called: why, and the subject.
SUBJECTS = {
    **{f"formula {number}": ("a spreadsheet would run it", value) for number, value in enumerate(FORMULAS)},
    "formula by DDE": ("starts a program", "=cmd|' /C calc'!A0"),
    "field separator": ("moves the columns", 'a;b;"c";d'),
    "line ends": ("moves the rows", "a\r\nb\nc\rd"),
    "other line ends": ("str.splitlines knows them", "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g"),
    "nul": ("ends a text for C, and PostgreSQL refuses it", "a\x00b"),
    "escapes": ("a terminal obeys them", "\x1b]0;x\x07\x1b[2J"),
    "override": ("turns gnp.exe round", "\u202egnp.exe"),
    "isolates": ("reach over the cell where they never close", "\u2067\u2067\u2067a"),
    "marks of direction": ("the same", "\u200f\u061ca"),
    "half a letter": ("no UTF-8 can hold it", "a\ud800b"),
    "tags": ("invisible text", "a\U000e0061\U000e007f"),
    "markup": ("Typst and HTML", '#read("/etc/passwd") *b* <x> $y$ `z` @a \\ //c'),
    "json": ("ends the string", '"}\n{"x":"\\'),
    "apostrophe": ("would be taken for ours", "'=1"),
    "100 kB": ("one cell", "lång " * 20_000),
    "one word of 100 kB": ("cannot be broken", "a" * 100_000),
    "every letter": ("each asks the fonts", "".join(chr(one) for one in range(0x1200, 0x2B00))),
    "noncharacters": ("no letters at all", "\ufffe\uffff\U0001fffe"),
}  # fmt: skip


def logged(subject: str) -> None:
    """As intake does it: what the reader makes of the field, not what was sent."""
    raw = b"Subject: " + subject.encode("utf-8", "surrogatepass").replace(b"\n", b"\n ") + b"\r\n\r\n"
    write_rows([recorded(1, subject=read_headers(raw).subject), recorded(2, subject="Efter")])


def taken(kind: Format) -> bytes:
    return b"".join(make_extract(filter=LogFilter(), kind=kind, by="system:test", now=NOW).chunks())


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_a_spreadsheet_keeps_its_rows_and_columns(name: str) -> None:
    logged(SUBJECTS[name][1])
    text = taken(Format.CSV).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [len(row) for row in rows] == [7, 7, 7]
    assert len(text.splitlines()) == 3
    assert text.count("\r\n") == 3
    cell = rows[1][6]
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "＝"))
    assert not set(cell) & set("\x00\x07\x1b\t\r\n")


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_a_line_of_json_is_one_row(name: str) -> None:
    logged(SUBJECTS[name][1])
    lines = taken(Format.JSON).decode().split("\n")
    assert lines.pop() == ""
    rows = [json.loads(line) for line in lines]
    assert [row["subject"] for row in rows][1] == "Efter"
    assert {tuple(sorted(row)) for row in rows} == {("at", "direction", "mailbox", "recipients", "sender", "subject")}


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_a_document_shows_every_cell_within_the_page_and_its_column(name: str) -> None:
    logged(SUBJECTS[name][1])
    document = pypdfium2.PdfDocument(taken(Format.PDF))
    width, _height = document[0].get_size()
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_charbox(at) for at in range(text.count_chars())]
        assert max(box[2] for box in boxes) <= width
        assert min(box[0] for box in boxes) >= 0
    last = document[len(document) - 1].get_textpage()
    assert "Efter" in last.get_text_range()
    assert "registrator" not in last.get_text_range().rpartition("Efter")[2]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("שלום 123 abc (x)", "Hebrew"),
        ("مرحبا 12 b [y]", "Arabic"),
        ("\u202e123", "an override"),
        ("\u2067abc", "an isolate that never closes"),
    ],
)
def test_letters_from_right_to_left_stay_in_their_cell(text: str, why: str) -> None:
    logged(f"{text} ŚLUT")
    page = pypdfium2.PdfDocument(taken(Format.PDF))[0].get_textpage()
    whole = page.get_text_range()
    column = page.get_charbox(whole.index("Ämne"))[0]
    subject = [at for at, one in enumerate(whole) if one in "שלוםمرحباŚ"]
    assert subject, why
    assert all(page.get_charbox(at)[0] >= column - 1 for at in subject), why


def test_a_long_address_does_not_run_into_the_next_column() -> None:
    address = "miljo-och-halsoskyddsnamndens.registrator@kommunens-langa-doman.example"
    write_rows([recorded(1, sender=address, recipients=[address], subject="Hej")])
    page = pypdfium2.PdfDocument(taken(Format.PDF))[0].get_textpage()
    whole = page.get_text_range()
    assert whole.replace("\r\n", "").replace("\ufffe", "-").count(address) == 2
    next_column = page.get_charbox(whole.index("Mottagare"))[0]
    first, end = whole.index("miljo-och"), whole.index("miljo-och", whole.index("miljo-och") + 1)
    right = [page.get_charbox(at)[2] for at in range(first, end) if whole[at].isalpha()]
    assert max(right) < page.get_charbox(whole.index("Ämne"))[0]
    assert min(right) < next_column


@pytest.mark.parametrize("word", ["a" * 500, "W" * 500, "a@b." * 100, "[U+1F600]" * 50, "å" * 27])
def test_a_long_word_may_be_broken_and_nothing_of_it_is_lost(word: str) -> None:
    cut = pieces(f"Hej {word} slut")
    assert "".join(cut) == f"Hej {word} slut"
    assert all(len(piece) <= 15 for piece in cut)
    assert pieces("Ansökan om fastighetsbildning") == "Ansökan om fastighetsbildning"


def test_the_fonts_are_asked_a_bounded_number_of_times() -> None:
    asked: list[str] = []
    text = "".join(chr(one) for one in range(0x1200, 0x2B00)) + "λλ"
    hidden = hidden_in([text], can_show=lambda one: not asked.append(one))
    assert len(asked) == MOST_TRIED
    assert asked[0] == "λ", "what is most frequent is asked first"
    assert hidden[0x2AFF] == "[U+2AFF]"


def test_more_text_than_a_document_bears_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_CHARACTERS_IN_PDF", 5_000)
    write_rows([recorded(number, subject="a" * 1_000) for number in range(1, 20)])
    with pytest.raises(ExtractRefused) as refusal:
        taken(Format.PDF)
    assert 0 < refusal.value.most < 6


@pytest.mark.parametrize(
    ("script", "refused"),
    [
        ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass", True),
        ("import os; os.abort()", True),
        ("import time; time.sleep(60)", True),
        ("raise MemoryError", False),
    ],
)
def test_a_typesetter_that_ends_takes_nobody_with_it(
    script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, refused: bool
) -> None:
    (tmp_path / "typesetter.py").write_text(script, encoding="utf-8")
    monkeypatch.setattr(typesetting, "_TYPESETTER", tmp_path / "typesetter.py")
    monkeypatch.setattr(typesetting, "_LONGEST_WAIT", 5)
    write_rows([recorded(number) for number in range(1, 9)])
    with pytest.raises(ExtractRefused if refused else RuntimeError):
        taken(Format.PDF)


def test_the_typesetter_has_limits() -> None:
    """The limits are of the process that typesets, and set before it reads a word."""
    script = (
        Path(typesetting._TYPESETTER)
        .read_text(encoding="utf-8")
        .replace("data = json.load(sys.stdin.buffer)", "bomb()")
    )
    script = script.replace(
        "def main", "def bomb():\n    print(resource.getrlimit(resource.RLIMIT_AS)[0])\n    sys.exit(0)\n\ndef main"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script, "a", "b"], capture_output=True, check=True, timeout=60)
    assert 0 < int(done.stdout) <= 4 * 1024**3


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ({"name": "eva@ond.example"}, "an address"),
        ({"deep": [{"er": ["x <eva@ond.example>"]}]}, "an address further in"),
        ({"eva@ond.example": 1}, "an address as a key"),
        ({"wide": "eva＠ond.example"}, "with a wide at sign"),
    ],
)
def test_no_address_gets_into_the_trail(details: dict[str, object], why: str) -> None:
    with pytest.raises(AuditRefused), transaction.atomic():
        audit.record(actor="system:test", verb="mail:message:read", details=details, at=NOW)  # type: ignore[arg-type]
    assert why


@pytest.mark.parametrize(("name", "value"), [("nul", "a\x00b"), ("half a letter", "\ud800"), ("override", "\u202ex")])
def test_hostile_words_in_details_are_refused_or_kept_whole(name: str, value: str) -> None:
    try:
        with transaction.atomic():
            event = audit.record(actor="system:test", verb="mail:message:read", details={name: value}, at=NOW)
    except (AuditRefused, ValueError):
        return
    event.refresh_from_db()
    assert event.details == {name: value}


def test_the_log_holds_what_a_hostile_subject_says() -> None:
    logged(SUBJECTS["override"][1])
    assert LogRow.objects.count() == 2
