"""Extracts: right to the row, harmless to open, archivable."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pikepdf
import pypdfium2
import pytest
from tests.apps.maillog.world import NOON, recorded

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, NotAllowed, Role
from kommunpost.apps.maillog.actions import index_pending, write_rows
from kommunpost.apps.maillog.exports import ExtractRefused, Format, make_extract, pdf
from kommunpost.apps.maillog.exports.glyphs import hidden_in
from kommunpost.apps.maillog.exports.typesetting import can_show
from kommunpost.apps.maillog.queries import LogFilter
from kommunpost.core.spreadsheet import harmless

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, 8, 5, tzinfo=UTC)
SUBJECT = 'Ansökan; "altan" <b>#set text(red)</b> $x$ \\ å'


@pytest.fixture
def box() -> Mailbox:
    mailbox = Mailbox.objects.create(address="bygglov@stad.example", name="Bygglov", kind="function")
    write_rows(
        [
            recorded(1, mailbox_id=mailbox.id, at=NOON, subject=SUBJECT),
            recorded(2, mailbox_id=mailbox.id, at=NOON + timedelta(days=1), direction="out", subject="=HYPERLINK(1)"),
            recorded(3, mailbox_id=999, at=NOON + timedelta(days=2), subject="andras post"),
            recorded(4, mailbox_id=None, at=NOON + timedelta(days=3), subject="i påsen"),
        ]
    )
    index_pending(2)
    return mailbox


def _actor(role: Role, *mailbox_ids: int) -> Actor:
    return Actor(
        account_id=7, person_id=1, name="Karin Öst", roles=frozenset({role}), mailbox_ids=frozenset(mailbox_ids)
    )


def _bytes(kind: Format, wanted: LogFilter, by: Actor | str = "system:test") -> bytes:
    return b"".join(make_extract(filter=wanted, kind=kind, by=by, now=NOW).chunks())


def test_csv_opens_in_a_swedish_spreadsheet(box: Mailbox) -> None:
    raw = _bytes(Format.CSV, LogFilter(mailbox_ids=frozenset({box.id})))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 3
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == ["Datum", "Tid", "In/ut", "Brevlåda", "Avsändare", "Mottagare", "Ämne"]
    assert rows[1] == [
        "2026-03-12", "13:00:00", "In", "bygglov@stad.example", "karin.lund@mejl.example", "bygglov@stad.example",
        SUBJECT,
    ]  # fmt: skip
    assert rows[2][2:3] + rows[2][6:] == ["Ut", "'=HYPERLINK(1)"]


@pytest.mark.parametrize("value", ["=1+1", "+46", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"])
def test_a_formula_is_made_text(value: str) -> None:
    assert harmless(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "SV: =1", "anna@mejl.example", "2026-03-12"])
def test_other_values_are_left_alone(value: str) -> None:
    assert harmless(value) == value


def test_json_is_one_object_a_line(box: Mailbox) -> None:
    lines = _bytes(Format.JSON, LogFilter()).decode().splitlines()
    assert json.loads(lines[0]) == {
        "at": "2026-03-12T12:00:00Z",
        "direction": "in",
        "mailbox": "bygglov@stad.example",
        "sender": "karin.lund@mejl.example",
        "recipients": ["bygglov@stad.example"],
        "subject": SUBJECT,
    }
    assert [json.loads(line)["subject"] for line in lines[2:]] == ["andras post", "i påsen"]


def _embedded_fonts(pdf: pikepdf.Pdf) -> list[bool]:
    fonts: list[Any] = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
    return [any(key in font for key in ("/FontFile", "/FontFile2", "/FontFile3")) for font in fonts]


def test_pdf_is_made_for_the_archive(box: Mailbox) -> None:
    wanted = LogFilter(mailbox_ids=frozenset({box.id}), since=date(2026, 3, 1), until=date(2026, 3, 31))
    raw = _bytes(Format.PDF, wanted, _actor(Role.REGISTRAR))
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang).startswith("sv")
        assert "/StructTreeRoot" in pdf.Root
        assert len(pdf.Root.OutputIntents) == 1
        embedded = _embedded_fonts(pdf)
        assert embedded
        assert all(embedded)
    text = " ".join(pypdfium2.PdfDocument(raw)[0].get_textpage().get_text_range().split())
    for words in (
        "Botkyrka kommun",
        "Utdrag ur e-postloggen",
        "bygglov@stad.example",
        "1 mars 2026 till och med 31 mars 2026",
        "Framställt 1 april 2026 kl. 10.05 av Karin Öst",
        "Sida 1 av 1",
        "Antal rader: 2",
        "#set text(red)",
    ):
        assert words in text, text


def test_the_head_of_the_table_stands_on_every_page() -> None:
    write_rows([recorded(number) for number in range(1, 200)])
    pdf = pypdfium2.PdfDocument(_bytes(Format.PDF, LogFilter()))
    pages = [page.get_textpage().get_text_range() for page in pdf]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert "Avsändare" in text
        assert f"Sida {number} av {len(pages)}" in " ".join(text.split())


def test_a_subject_in_any_script_does_not_stop_a_pdf() -> None:
    write_rows([recorded(1, subject="\U0001f600 中文 \u202egnp.exe Жук\x01 \ue000")])
    text = pypdfium2.PdfDocument(_bytes(Format.PDF, LogFilter()))[0].get_textpage().get_text_range()
    joined = "".join(text.split())
    for shown in ("[U+1F600]", "[U+4E2D]", "[U+202E]", "Жук", "[U+0001]", "[U+E000]"):
        assert shown in joined, text


@pytest.mark.parametrize("text", ["Åtgärd – klart", "λ", "→"])
def test_what_can_be_shown_is_shown(text: str) -> None:
    assert hidden_in([text], can_show=can_show) == {}


def test_too_long_a_pdf_is_refused_and_leaves_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_ROWS_IN_PDF", 5)
    write_rows([recorded(number) for number in range(1, 7)])
    with pytest.raises(ExtractRefused) as refusal:
        make_extract(filter=LogFilter(), kind=Format.PDF, by="system:test", now=NOW)
    assert (refusal.value.code, refusal.value.most) == ("too_many_rows_for_pdf", 5)
    assert not Event.objects.filter(verb="log:extract:exported").exists()


def test_the_trail_says_that_it_was_made_and_not_what_was_searched_for(box: Mailbox) -> None:
    wanted = LogFilter(mailbox_ids=frozenset({box.id}), text="karin.lund@mejl.example", since=date(2026, 3, 1))
    _bytes(Format.CSV, wanted, _actor(Role.REGISTRAR))
    event = Event.objects.get(verb="log:extract:exported")
    assert event.actor == "account:7"
    assert event.details == {
        "format": "csv", "rows": 2, "mailboxes": [box.id], "direction": "", "since": "2026-03-01", "until": "",
        "words_in": ["text"],
    }  # fmt: skip


@pytest.mark.parametrize("kind", [Format.CSV, Format.JSON])
def test_a_caseworker_takes_out_only_their_own(box: Mailbox, kind: Format) -> None:
    mine = _bytes(kind, LogFilter(), _actor(Role.CASEWORKER, box.id)).decode()
    assert "karin.lund" in mine
    assert "andras post" not in mine
    assert "i påsen" not in mine
    asked = _bytes(kind, LogFilter(mailbox_ids=frozenset({999, 0})), _actor(Role.CASEWORKER, box.id)).decode()
    assert "andras post" not in asked
    assert "i påsen" not in asked


def test_an_auditor_takes_out_nothing(box: Mailbox) -> None:
    with pytest.raises(NotAllowed):
        make_extract(filter=LogFilter(), kind=Format.CSV, by=_actor(Role.AUDITOR), now=NOW)
