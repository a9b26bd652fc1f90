# ruff: noqa: E501 -- invariants read best on one line.
"""What must hold of any mail, however it was built: on reading, showing, answering and telling mails apart."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.hostile.answering import KINDS, answer_to
from tests.hostile.grammar import damaged, mails

from kommunpost.apps.mailflow import reading, wording
from kommunpost.apps.mailflow.framing import make_frame
from kommunpost.core.mail import Address, ParsedMail, content_digest, parse, read_headers, read_invitation, safe_name
from kommunpost.core.mail.draft import DraftError
from kommunpost.core.mail.parse import COPIES, read_mail

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "dev" / "incoming.jsonl"
FUZZ = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def check_reading(raw: bytes) -> ParsedMail:
    """Nothing raises, not even into the net; what comes out can be stored, and is not more than what went in."""
    mail = read_mail(raw)
    headers = mail.headers
    for one in (headers.sender, *headers.to, *headers.cc, *headers.reply_to):
        for text in (one.name, one.address):
            text.encode("utf-8")
            assert not re.search("[\x00-\x1f\x7f]", text)
    for text in (headers.subject, headers.message_id, *headers.references, mail.calendar_method):
        text.encode("utf-8")
        assert not re.search("[\x00-\x1f\x7f]", text)
    mail.text.encode("utf-8")
    assert "\x00" not in mail.text
    assert sum(one.size for one in mail.attachments) <= COPIES * len(raw) + 1_000_000
    assert len(mail.text) <= 20 * len(raw) + 1_000
    assert [block.start for block in mail.blocks] == [0, *(block.end for block in mail.blocks)][: len(mail.blocks)]
    assert read_headers(raw).subject == headers.subject
    return mail


def check_showing(mail: ParsedMail, raw: bytes) -> None:
    """On one line of a page nothing turns what stands beside it, and no control character gets there."""
    lines = [
        reading.sender_of(mail).name,
        *(f"{one.name} {one.address}" for one in reading.people_of(mail.headers.to).shown),
        wording.report_words(mail.report),
    ]
    lines += [wording.report_answer(mail.report), *(one.name for one in reading.files_of(mail))]
    lines += [value for _label, value in wording.invitation_facts(read_invitation(mail.attachments))]
    for line in lines:
        assert not CONTROLS.search(line), ascii(line)
    for one in mail.attachments:
        assert safe_name(safe_name(one.name)) == safe_name(one.name)
    "".join(part.text for part in reading.parts_of(mail)).encode("utf-8")
    reading.header_text(raw).encode("utf-8")
    framed = make_frame(html=mail.html or "", attachments=mail.attachments).html
    assert not re.search(r"<(script|img[^>]*//|iframe|form|svg|style|link|meta)", framed)


def check_answering(mail: ParsedMail, raw: bytes, kind: str) -> None:
    """An answer has one To and no Bcc, says who we are, and reads back."""
    try:
        written = answer_to(mail, raw, kind=kind, to=mail.headers.sender, now=NOW)
    except DraftError as refusal:
        if refusal.code != "address_invalid":
            raise
        written = answer_to(mail, raw, kind=kind, to=Address("", "a@b.example"), now=NOW)
    head = written.partition(b"\r\n\r\n")[0].lower()
    assert written.isascii()
    assert not set(written.replace(b"\r\n", b"")) & set(b"\r\n\x00")
    assert len(re.findall(rb"(?m)^(?:to|from|subject|message-id):", head)) == 4
    assert not re.search(rb"(?m)^(?:bcc|cc|sender|x-odd|received):", head)
    answer = parse(written)
    assert (answer.headers.sender.address, len(answer.headers.to)) == ("kontaktcenter@botkyrka.example", 1)
    if kind == "forward":
        assert answer.attachments[0].content == raw


def check_identity(raw: bytes) -> None:
    """A mail is the same mail with other line ends, and by another way."""
    unix = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    digest = content_digest(unix)
    assert content_digest(unix.replace(b"\n", b"\r\n")) == digest
    assert content_digest(b"From eva@ond.example Tue Nov 24 08:00:00 2026\n" + unix) == digest or unix.startswith(b"\n")
    # A damaged head may end the mail: then there is no body that blank lines could stand after.
    assert content_digest(unix + b"\n\n") == digest or b"\n\n" not in unix


@given(mails())
@FUZZ
def test_any_mail_is_read_and_shown(raw: bytes) -> None:
    check_showing(check_reading(raw), raw)


@given(mails(), st.sampled_from(KINDS))
@FUZZ
def test_any_mail_can_be_answered(raw: bytes, kind: str) -> None:
    check_answering(read_mail(raw), raw, kind)


@given(mails())
@FUZZ
def test_any_mail_has_one_identity(raw: bytes) -> None:
    check_identity(raw)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_file(), reason="the samples of mail are not here")
@given(st.data())
@FUZZ
def test_damaged_samples_hold_too(data: st.DataObject) -> None:
    """Real-looking Swedish mail with a few bytes wrong."""
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    sample = json.loads(data.draw(st.sampled_from(lines)))
    raw = f"From: {sample['from']}\r\nTo: {', '.join(sample['to'])}\r\nSubject: {sample['subject']}\r\n\r\n{sample['body']}"
    broken = data.draw(damaged(raw.encode()))
    check_showing(check_reading(broken), broken)
    check_answering(read_mail(broken), broken, data.draw(st.sampled_from(KINDS)))
    check_identity(broken)
