"""Every oddity is a small mail with what it should be read as, and why it exists."""

import dataclasses
import json
from pathlib import Path

import pytest

from kommunpost.core.mail import HeaderSummary, ParsedMail, content_digest, read_headers
from kommunpost.core.mail.parse import read_mail

FOLDER = Path(__file__).parent / "torture"
CASES = sorted(path.stem for path in FOLDER.glob("*.eml"))


def facts(mail: ParsedMail) -> dict[str, object]:
    headers = mail.headers
    return header_facts(headers) | {
        "text": mail.text,
        "html_text": mail.html_text,
        "attachments": [dataclasses.asdict(one) for one in mail.attachments],
        "nested": [facts(one) for one in mail.nested],
        "automatic": headers.automatic,
        "envelope": mail.envelope,
        "calendar_method": mail.calendar_method,
        "report": dataclasses.asdict(mail.report) if mail.report else None,
        "journal": dataclasses.asdict(mail.journal) if mail.journal else None,
        "defects": [defect.code for defect in mail.defects],
    }


def header_facts(headers: HeaderSummary) -> dict[str, object]:
    return {
        "subject": headers.subject,
        "from": dataclasses.asdict(headers.sender),
        "to": [dataclasses.asdict(one) for one in headers.to],
        "to_count": len(headers.to),
        "date": None if headers.date is None else f"{headers.date:%Y-%m-%dT%H:%M:%SZ}",
        "message_id": headers.message_id,
        "in_reply_to": list(headers.in_reply_to),
        "references": list(headers.references),
    }


def assert_holds(found: object, expected: object, where: str) -> None:
    """Objects may hold more than is expected of them; lists and values may not."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            assert_holds(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list) and isinstance(found, list | tuple):
        assert len(found) == len(expected), f"{where}: {found!r}"
        for index, value in enumerate(expected):
            assert_holds(found[index], value, f"{where}[{index}]")
    else:
        assert found == expected, where


@pytest.mark.parametrize("name", CASES)
def test_reads_as_expected(name: str) -> None:
    case = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert case["why"]
    mail = read_mail((FOLDER / f"{name}.eml").read_bytes())
    found = facts(mail)
    for key, expected in case["expect"].items():
        if key == "defects":
            assert set(expected) <= set(found["defects"]) if expected else not found["defects"]
        else:
            assert_holds(found[key], expected, key)


@pytest.mark.parametrize("name", CASES)
def test_header_reader_agrees_with_the_whole_reader(name: str) -> None:
    raw = (FOLDER / f"{name}.eml").read_bytes()
    assert header_facts(read_headers(raw)) == header_facts(read_mail(raw).headers)


@pytest.mark.parametrize("name", CASES)
def test_cut_and_changed_mails_never_raise(name: str) -> None:
    raw = (FOLDER / f"{name}.eml").read_bytes()[:4_000]
    step = max(1, len(raw) // 25)
    for cut in range(0, len(raw), step):
        for changed in (
            raw[:cut],
            raw[cut:],
            raw[:cut] + b"\xff\x00" + raw[cut + 2 :],
            raw[:cut] + raw[cut : cut + 9] * 3,
        ):
            mail = read_mail(changed)
            assert (mail.text + (mail.html_text or "")).encode("utf-8") is not None
            assert len(content_digest(changed)) == 64


def test_there_are_enough_cases_and_each_has_its_expectation() -> None:
    assert len(CASES) >= 100
    assert {path.stem for path in FOLDER.glob("*.json")} == set(CASES)
