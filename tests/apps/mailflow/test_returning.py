"""Delivery reports that come back are tied to the mail in the outbox, and to nothing else."""

from datetime import timedelta

import pytest

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.actions import outbox, receive_group
from kommunpost.apps.mailflow.models import OutboxState, OutgoingMail
from kommunpost.apps.mailflow.rules.outbox import Answer
from kommunpost.apps.mailflow.tasks import read_new_messages

from .conftest import NOW, arrived, mail

pytestmark = pytest.mark.django_db
ANNA, BO = "anna@a.example", "bo@b.example"
LATER = NOW + timedelta(hours=1)


def send(mailbox: Mailbox) -> int:
    raw = mail(message_id="svar@k.example", sender="bygg@kommun.example", to=f"{ANNA}, {BO}")
    pk = outbox.queue_mail(
        mailbox_id=mailbox.pk, raw=raw, recipients=[ANNA, BO], not_before=NOW, by="system:prov", now=NOW
    )
    (claim,) = outbox.claim_due(worker="prov", limit=1, now=NOW)
    outbox.record_answers(claim=claim, answers={ANNA: Answer(250), BO: Answer(250)}, listeners=(), now=NOW)
    return pk


def report(number: int, *outcomes: tuple[str, str], about: str = "svar@k.example", headers: bool = True) -> bytes:
    groups = "".join(
        f"Final-Recipient: rfc822; {to.upper()}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n" for to, action in outcomes
    )
    original = f"Original-Message-ID: <{about}>\r\n" if not headers else ""
    returned = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{about}>\r\n\r\n" if headers else ""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: bygg@kommun.example\r\nSubject: Retur\r\n"
        f"Message-ID: <r{number}@mx.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nTyvärr.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{original}Reporting-MTA: dns; mx.example\r\n\r\n{groups}"
        f"{returned}--b--\r\n"
    ).encode()


def come(raw: bytes, *, sender: str = "") -> None:
    receive_group(arrivals=[arrived(raw, sender=sender)], listeners=(), now=LATER)
    read_new_messages(now=LATER)


def state(pk: int) -> str:
    return OutgoingMail.objects.get(pk=pk).state


@pytest.mark.parametrize("headers", [True, False])
def test_it_bounced_when_nobody_got_it(mailboxes: dict[str, Mailbox], headers: bool) -> None:
    pk = send(mailboxes["bygg"])
    come(report(1, (ANNA, "failed"), headers=headers))
    assert state(pk) == OutboxState.HANDED_OVER
    come(report(2, (BO, "failed"), headers=headers))
    assert state(pk) == OutboxState.BOUNCED


def test_it_is_delivered_when_all_got_it(mailboxes: dict[str, Mailbox]) -> None:
    pk = send(mailboxes["bygg"])
    come(report(1, (ANNA, "delivered"), (BO, "relayed")))
    assert state(pk) == OutboxState.HANDED_OVER
    come(report(2, (BO, "delivered")))
    assert state(pk) == OutboxState.DELIVERED


def test_a_delay_and_a_stranger_change_nothing(mailboxes: dict[str, Mailbox]) -> None:
    pk = send(mailboxes["bygg"])
    come(report(1, (ANNA, "delayed"), ("cia@c.example", "failed")))
    come(report(2, (ANNA, "failed"), (BO, "failed"), about="annat@k.example"))
    outgoing = OutgoingMail.objects.get(pk=pk)
    assert outgoing.state == OutboxState.HANDED_OVER
    assert all("report" not in one for one in outgoing.outcomes.values())


def test_a_report_with_a_return_path_is_no_report(mailboxes: dict[str, Mailbox]) -> None:
    pk = send(mailboxes["bygg"])
    come(report(1, (ANNA, "failed"), (BO, "failed")), sender="elak@e.example")
    assert state(pk) == OutboxState.HANDED_OVER
    come(report(2, (ANNA, "failed"), (BO, "failed")))
    assert state(pk) == OutboxState.BOUNCED
