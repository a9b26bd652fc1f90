"""Every written form of a personal identity number, and the numbers that look like one."""

import pytest

from kommunpost.core.sensitivity import Label, Setting, Span, find_spans
from kommunpost.core.sensitivity.identity_numbers import is_valid

# 640823-3234 and 701063-2391 are test numbers of Skatteverket; birth numbers 980–999 are set aside for tests.
FORMS = [
    "640823-3234",
    "19640823-3234",
    "196408233234",
    "6408233234",
    "640823+3234",
    "640823 3234",
    "640823\u00a03234",
    "640823\u20113234",
    "640823\u20133234",
    "640823-\u00ad3234",
    "6408\u200b23-3234",
    "640823 - 3234",
    "640823–\n3234",
    "1964-08-23 3234",
    "1964-08-23-3234",
    "19 64 08 23-3234",
    "64 08 23-3234",
    "640823-XXXX",
    "640823-****",
    "19640823-xxxx",
    "640823-T234",
    "701063-2391",
    "19701063-2391",
    "20991231-1116",
]


def numbers(text: str, setting: Setting = Setting.BALANCED) -> list[str]:
    return [
        text[span.start : span.end] for span in find_spans(text, setting=setting) if span.label == Label.PERSONNUMMER
    ]


@pytest.mark.parametrize("written", FORMS)
@pytest.mark.parametrize(
    "frame", ["Personnummer: {}", "Det gäller min son, {}, som går i 3B.", "{}", "({})", "> pnr {}\n"]
)
def test_written_forms(written: str, frame: str) -> None:
    assert numbers(frame.format(written)) == [written]


@pytest.mark.parametrize(
    "text",
    [
        "Org.nr 212000-2882",
        "212000-2882",
        "Ärende-id 850101-0000",
        "Dnr KS/2024:123",
        "Mål 01-448812-26",
        "OCR 20263009184471",
        "fakturanr 8901239843",
        "Lånekort 2 8841 0712 3345",
        "2026-03-12 0841",
        "Mötet är 2026-10-30 1300 i stora salen",
        "Ring 070-174 06 05 eller 0701740605",
        "Belopp 640823 kr",
        "Behörighet SC0412-19",
        "640823-32345",
        "1640823-3234-1",
        "Bankgiro 5051-8128",
        "kl. 09.30-1130 den 12",
        "1 234 567-8901",
    ],
)
def test_other_numbers(text: str) -> None:
    assert numbers(text, Setting.REVIEW) == [] or "0701740605" in text
    assert numbers(text) == []


def test_a_wrong_check_digit_is_probable() -> None:
    (span,) = [one for one in find_spans("Personnummer 640823-3235") if one.label == Label.PERSONNUMMER]
    assert span.rule == "identity_number_wrong_digit"
    assert 0.5 <= span.confidence < 0.9


def test_an_account_with_a_number_in_it_is_an_account() -> None:
    text = "Konto 3300-640823-3234, tack"
    assert [(one.label, text[one.start : one.end]) for one in find_spans(text)] == [
        (Label.BANK_ACCOUNT, "3300-640823-3234")
    ]


def test_check_digits() -> None:
    assert is_valid("6408233234")
    assert not any(is_valid(f"640823323{digit}") for digit in "012356789")


def test_offsets_are_into_the_original() -> None:
    text = "A\u030asa\u200b: 6408\u00ad23\u20133234 bro\u0308der"
    spans: tuple[Span, ...] = find_spans(text)
    assert [text[one.start : one.end] for one in spans if one.label == Label.PERSONNUMMER] == ["6408\u00ad23\u20133234"]
    assert [text[one.start : one.end] for one in spans if one.label == Label.PERSON] in ([], ["A\u030asa"])
