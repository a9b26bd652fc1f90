"""The corpus as real mail."""

from datetime import UTC, datetime

import pytest

from kommunpost.core.mail import AutomaticKind, parse, read_headers
from kommunpost.site.demo.corpus import TownMail, ancestors, town_mails
from kommunpost.site.demo.dates import fresh_dates
from kommunpost.site.demo.oddities import ODDITIES, Oddity
from kommunpost.site.demo.writing import message_id, write_mail

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
SENT = fresh_dates(town_mails(), now=NOW)
BY_ID = {mail.id: mail for mail in town_mails()}


def _written(mail: TownMail) -> bytes:
    return write_mail(mail, at=SENT[mail.id], sent=SENT)


@pytest.mark.parametrize("mail", town_mails()[::7], ids=lambda mail: mail.id)
def test_what_was_written_is_read_back(mail: TownMail) -> None:
    parsed = parse(_written(mail))

    assert parsed.headers.sender.address in mail.sender.lower()
    assert len(parsed.headers.to) == len(mail.to)
    assert parsed.headers.date == SENT[mail.id].replace(microsecond=0)
    assert [one.name for one in parsed.attachments] == [one.name for one in mail.files]
    assert not parsed.defects
    first_line = next(line.strip() for line in mail.body.splitlines() if line.strip())
    assert "2026-" in first_line or first_line in parsed.text


def test_a_thread_holds_together() -> None:
    last = BY_ID["in-0095"]

    headers = read_headers(_written(last))

    chain = ["in-0008", "out-0009", "in-0053", "out-0036"]
    assert ancestors(last) == chain
    assert headers.references == tuple(message_id(one, SENT[one]) for one in chain)
    assert headers.in_reply_to == (read_headers(_written(BY_ID["out-0036"])).message_id,)


def test_a_request_for_a_receipt_stays_in_the_mail() -> None:
    raw = _written(BY_ID["out-0022"])

    assert b"\r\nDisposition-Notification-To: daniel.krook@botkyrka.example\r\n" in b"\r\n" + raw
    assert not parse(raw).defects


def test_a_mail_that_comes_once_more_is_a_mail_of_its_own() -> None:
    mail = BY_ID["in-0009"]

    headers = read_headers(write_mail(mail, at=NOW, sent={}, as_id="again@demo.example"))

    assert headers.message_id == "again@demo.example"
    assert headers.references == ()
    assert headers.date == NOW


@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: oddity.id)
def test_every_hard_mail_can_be_read(oddity: Oddity) -> None:
    parsed = parse(oddity.build(NOW))

    assert parsed.headers.date == NOW
    assert parsed.headers.subject
    assert parsed.text.strip() or parsed.journal


def test_the_hard_mails_are_hard_in_their_own_ways() -> None:
    read = {oddity.id: parse(oddity.build(NOW)) for oddity in ODDITIES}

    assert read["oldencoding"].headers.subject == "Hål i vägen vid östra gångstigen"
    assert read["undeclared"].defects
    assert read["broken"].defects
    assert "<script>" in (read["newsletter"].html or "")
    assert read["newsletter"].headers.automatic is AutomaticKind.LIST
    assert read["journal"].journal is not None
    assert "bygglov@botkyrka.example" in read["journal"].journal.recipients
    assert read["bounce"].report is not None
    assert read["bounce"].report.status == "5.1.1"
    assert read["invitation"].calendar_method == "REQUEST"
    assert [one.name for one in read["winmail"].attachments] == ["winmail.dat"]
    assert "../../etc/matning.pdf" in [one.name for one in read["forwarded"].attachments]
    assert len(read["forwarded"].nested) == 1
