"""The outbox against a real SMTP server in this process that answers, refuses, or hangs up as the test says."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.servers import eventually

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow import tasks
from kommunpost.apps.mailflow.actions import outbox, receive_group
from kommunpost.apps.mailflow.events import DeliveryRecorded
from kommunpost.apps.mailflow.models import Delivery, OutboxState, OutgoingMail
from kommunpost.apps.mailflow.relay import Relay, RelayUnset, xtext
from kommunpost.apps.mailflow.rules.outbox import GIVE_UP_AFTER, Answer, OutboxRefused
from kommunpost.apps.mailflow.tasks import read_new_messages

from .conftest import NOW, arrived, mail

RAW = mail(sender="bygg@kommun.example", to="anna@avsandare.example", body=".punkt\r\nHej")
TWO = ["anna@avsandare.example", "bo@avsandare.example"]


class FakeRelay(socketserver.ThreadingTCPServer):
    """``script``: command -> answers in turn (the last goes on); ``"hang up"`` closes the connection.

    ``END`` is after the dot.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.script: dict[str, list[str]] = {}
        self.mails: list[bytes] = []
        self.commands: list[str] = []

    def answer(self, command: str) -> str:
        answers = self.script.get(command, [])
        if not answers:
            return {"DATA": "354 go", "EHLO": "250 relay"}.get(command.split(maxsplit=1)[0], "250 2.0.0 OK")
        return answers.pop(0) if len(answers) > 1 else answers[0]


class _Talk(socketserver.StreamRequestHandler):
    server: FakeRelay

    def handle(self) -> None:
        self.wfile.write(b"220 relay\r\n")
        while line := self.rfile.readline():
            words = line.decode().strip()
            self.server.commands.append(words)
            verb = words.split()[0].upper()
            known = words if words in self.server.script else verb
            if not self._say(self.server.answer(known)):
                return
            if verb == "DATA" and not self._data():
                return

    def _data(self) -> bool:
        data = b""
        while not data.endswith(b"\r\n.\r\n"):
            data += self.rfile.readline()
        self.server.mails.append(data)
        return self._say(self.server.answer("END"))

    def _say(self, answer: str) -> bool:
        if answer != "hang up":
            self.wfile.write(answer.encode() + b"\r\n")
        return answer != "hang up"


@pytest.fixture
def relay(settings: Settings) -> Iterator[FakeRelay]:
    server = FakeRelay()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.RELAY_URL = f"smtp://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


pytestmark = pytest.mark.django_db
heard: list[DeliveryRecorded] = []


@pytest.fixture(autouse=True)
def _silence() -> None:
    heard.clear()


def queue(mailbox: Mailbox, *, recipients: list[str] = TWO, after: int = 0) -> int:
    return outbox.queue_mail(
        mailbox_id=mailbox.pk, raw=RAW, recipients=recipients, not_before=NOW + timedelta(seconds=after),
        by="account:7", now=NOW,
    )  # fmt: skip


def send(at: datetime = NOW) -> int:
    return tasks.send_due(worker="w1", listeners=[heard.extend], clock=lambda: at)


def row() -> OutgoingMail:
    return OutgoingMail.objects.get()


def test_sent_mail_gets_its_delivery_outwards(relay: FakeRelay, mailboxes: dict[str, Mailbox]) -> None:
    pk = queue(mailboxes["bygg"])
    assert send() == 1
    assert row().state == OutboxState.HANDED_OVER
    assert relay.mails == [RAW.replace(b"\r\n.punkt", b"\r\n..punkt") + b".\r\n"]
    delivery = Delivery.objects.get()
    assert (delivery.mailbox, delivery.direction, delivery.route) == (mailboxes["bygg"], "out", "outbox")
    assert [one.direction for one in heard] == ["out"]
    assert row().sent_message_id == delivery.message_id
    assert "MAIL FROM:<bygg@kommun.example>" in relay.commands[1].upper().replace(
        "BYGG@KOMMUN.EXAMPLE", "bygg@kommun.example"
    )
    verbs = set(Event.objects.filter(subject=f"outgoing:{pk}").values_list("verb", flat=True))
    assert verbs == {"outbox:mail:queue", "outbox:mail:claim", "outbox:mail:answer"}
    assert send() == 0


def test_nothing_goes_before_its_time_or_without_a_relay(
    relay: FakeRelay, mailboxes: dict[str, Mailbox], settings: Settings
) -> None:
    queue(mailboxes["bygg"], after=30)
    assert send() == 0
    settings.RELAY_URL = ""
    assert send(NOW + timedelta(minutes=1)) == 0
    assert row().state == OutboxState.HELD


def test_a_temporary_refusal_waits_and_goes_later(relay: FakeRelay, mailboxes: dict[str, Mailbox]) -> None:
    queue(mailboxes["bygg"])
    relay.script["END"] = ["451 4.3.0 later", "250 OK"]
    send()
    assert (row().state, row().attempts, row().last_answer) == (OutboxState.HELD, 1, "451 4.3.0")
    assert row().not_before > NOW
    assert not Delivery.objects.exists()
    assert send() == 0
    assert send(row().not_before) == 1
    assert row().state == OutboxState.HANDED_OVER
    assert Delivery.objects.count() == 1


def test_one_recipient_refused_the_other_accepted(relay: FakeRelay, mailboxes: dict[str, Mailbox]) -> None:
    queue(mailboxes["bygg"])
    relay.script["rcpt TO:<bo@avsandare.example>"] = ["550 5.1.1 no"]
    send()
    assert row().state == OutboxState.HANDED_OVER
    assert row().outcomes["bo@avsandare.example"] == {"state": "refused", "answer": "550 5.1.1"}
    assert row().outcomes["anna@avsandare.example"]["state"] == "accepted"


def test_only_those_that_wait_are_tried_again(relay: FakeRelay, mailboxes: dict[str, Mailbox]) -> None:
    pk = queue(mailboxes["bygg"])
    relay.script["rcpt TO:<bo@avsandare.example>"] = ["450 4.2.0 busy", "250 OK"]
    send()
    assert row().state == OutboxState.HELD
    with pytest.raises(OutboxRefused, match="partly_sent"):
        outbox.cancel(outgoing_id=pk, by="account:7", now=NOW)
    relay.commands.clear()
    send(row().not_before)
    assert row().state == OutboxState.HANDED_OVER
    assert [word for word in relay.commands if "anna" in word] == []
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("step", ["EHLO", "MAIL", "DATA"])
def test_lost_before_the_content_is_tried_again(relay: FakeRelay, mailboxes: dict[str, Mailbox], step: str) -> None:
    queue(mailboxes["bygg"])
    relay.script[step] = ["hang up"]
    send()
    assert row().state == OutboxState.HELD
    assert row().claimed_at is None


def test_all_refused_bounces(relay: FakeRelay, mailboxes: dict[str, Mailbox]) -> None:
    queue(mailboxes["bygg"])
    relay.script["END"] = ["554 5.7.1 no"]
    send()
    assert row().state == OutboxState.BOUNCED
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("was_sent", [True, False])
def test_lost_after_the_content_is_unknown_until_a_person_says(
    relay: FakeRelay, mailboxes: dict[str, Mailbox], was_sent: bool
) -> None:
    pk = queue(mailboxes["bygg"])
    relay.script["END"] = ["hang up", "250 OK"]
    send()
    assert row().state == OutboxState.UNKNOWN
    assert send(NOW + timedelta(days=2)) == 0
    outbox.resolve_unknown(outgoing_id=pk, was_sent=was_sent, listeners=[heard.extend], by="account:7", now=NOW)
    assert Delivery.objects.count() == int(was_sent)
    assert send() == int(not was_sent)
    assert row().state == OutboxState.HANDED_OVER
    assert len(relay.mails) == (1 if was_sent else 2)
    assert [one.direction for one in heard] == ["out"]
    with pytest.raises(OutboxRefused, match="not_unknown"):
        outbox.resolve_unknown(outgoing_id=pk, was_sent=True, listeners=[], by="account:7", now=NOW)


@pytest.mark.parametrize("content_began", [True, False])
def test_a_worker_that_died_with_a_claim(mailboxes: dict[str, Mailbox], content_began: bool) -> None:
    queue(mailboxes["bygg"])
    (claim,) = outbox.claim_due(worker="w1", limit=5, now=NOW)
    if content_began:
        outbox.note_data(claim=claim, now=NOW)
    assert outbox.end_stale_claims(now=NOW + timedelta(minutes=14)) == (0, 0)
    assert outbox.end_stale_claims(now=NOW + timedelta(minutes=16)) == ((0, 1) if content_began else (1, 0))
    assert row().state == (OutboxState.UNKNOWN if content_began else OutboxState.HELD)
    for late in (outbox.note_data, outbox.record_unknown):
        with pytest.raises(OutboxRefused, match="claim_lost"):
            late(claim=claim, now=NOW)


def test_a_mail_is_claimed_once(mailboxes: dict[str, Mailbox]) -> None:
    pk = queue(mailboxes["bygg"])
    assert [claim.id for claim in outbox.claim_due(worker="w1", limit=5, now=NOW)] == [pk]
    assert outbox.claim_due(worker="w2", limit=5, now=NOW) == []


def test_hold_release_and_undo(mailboxes: dict[str, Mailbox]) -> None:
    pk = queue(mailboxes["bygg"])
    outbox.hold(outgoing_id=pk, until=NOW + timedelta(hours=1), by="account:7", now=NOW)
    assert outbox.claim_due(worker="w1", limit=5, now=NOW) == []
    outbox.release(outgoing_id=pk, by="account:7", now=NOW)
    outbox.cancel(outgoing_id=pk, by="account:7", now=NOW)
    assert outbox.claim_due(worker="w1", limit=5, now=NOW) == []
    for late in (outbox.cancel, outbox.release):
        with pytest.raises(OutboxRefused, match="not_held"):
            late(outgoing_id=pk, by="account:7", now=NOW)


def test_given_up_after_days(mailboxes: dict[str, Mailbox]) -> None:
    queue(mailboxes["bygg"])
    at = NOW
    while row().state == OutboxState.HELD and at < NOW + 2 * GIVE_UP_AFTER:
        at = row().not_before
        (claim,) = outbox.claim_due(worker="w1", limit=1, now=at)
        outbox.record_answers(claim=claim, answers={TWO[0]: Answer(451)}, listeners=[], now=at)
    assert row().state == OutboxState.BOUNCED
    assert at >= NOW + GIVE_UP_AFTER


@pytest.mark.parametrize(
    ("raw", "recipients", "code"),
    [(RAW, [], "no_recipients"), (mail(message_id=""), TWO, "no_message_id"), (RAW, TWO, "already_queued")],
)
def test_what_is_not_queued(mailboxes: dict[str, Mailbox], raw: bytes, recipients: list[str], code: str) -> None:
    if code == "already_queued":
        queue(mailboxes["bygg"])
    with pytest.raises(OutboxRefused, match=code):
        outbox.queue_mail(
            mailbox_id=mailboxes["bygg"].pk, raw=raw, recipients=recipients, not_before=NOW, by="account:7", now=NOW
        )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relay.example", Relay("relay.example", 25)),
        ("smtp://anna:l%40s@relay.example:587", Relay("relay.example", 587, "anna", "l@s")),
        ("smtps://relay.example", Relay("relay.example", 465, tls=True)),
    ],
)
def test_the_relay_s_address(url: str, expected: Relay) -> None:
    assert Relay.at(url) == expected
    assert "l@s" not in repr(Relay.at(url))


@pytest.mark.parametrize("url", ["", "relay.example:25", "http://relay.example", "smtp://relay:x"])
def test_no_relay(url: str) -> None:
    with pytest.raises(RelayUnset):
        Relay.at(url)


OFFERS_DSN = "250-relay\r\n250 DSN"
ASKED = "NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;anna@avsandare.example"


def test_reports_are_asked_for_where_the_relay_offers_them(relay: FakeRelay, mailboxes: dict[str, Mailbox]) -> None:
    relay.script["EHLO"] = [OFFERS_DSN]
    queue(mailboxes["bygg"])
    send()
    started, first, second = (word for word in relay.commands if word.upper().startswith(("MAIL", "RCPT")))
    assert started.endswith(f"RET=HDRS ENVID={xtext(row().message_id)}")
    assert first.endswith(ASKED)
    assert second.endswith("ORCPT=rfc822;bo@avsandare.example")


def test_reports_of_success_can_be_done_without(
    relay: FakeRelay, mailboxes: dict[str, Mailbox], settings: Settings
) -> None:
    relay.script["EHLO"] = [OFFERS_DSN]
    settings.DELIVERY_REPORTS = False
    queue(mailboxes["bygg"])
    send()
    assert len([word for word in relay.commands if "NOTIFY=FAILURE,DELAY ORCPT" in word]) == len(TWO)


@pytest.mark.parametrize(("offer", "is_automatic"), [("250 relay", False), (OFFERS_DSN, True)])
def test_reports_are_asked_for_of_nobody_else(
    relay: FakeRelay, mailboxes: dict[str, Mailbox], offer: str, is_automatic: bool
) -> None:
    """Not of a relay that does not know the words, and not for mail with a null return path."""
    relay.script["EHLO"] = [offer]
    outbox.queue_mail(
        mailbox_id=mailboxes["bygg"].pk, raw=RAW, recipients=TWO, not_before=NOW, by="system:prov", now=NOW,
        is_automatic=is_automatic,
    )  # fmt: skip
    send()
    assert row().state == OutboxState.HANDED_OVER
    assert not [word for word in relay.commands if "NOTIFY" in word or "ENVID" in word or "RET=" in word]


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_no_address_breaks_out_of_its_word(text: str) -> None:
    written = xtext(text)
    assert not set(written) & set(" \r\n\t=")
    assert re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), written) == text


@pytest.mark.server
def test_postfix_tells_of_what_it_has_delivered(
    relay: FakeRelay, mailboxes: dict[str, Mailbox], settings: Settings, postfix: Callable[[int], int]
) -> None:
    """A real server: what it delivers is reported as delivered, what goes on to somebody without DSN as relayed."""
    door = postfix(relay.server_address[1])
    settings.RELAY_URL = f"smtp://127.0.0.1:{door}"
    queue(mailboxes["bygg"], recipients=["anna@levererat.example", "bo@levererat.example"])
    send()
    assert row().state == OutboxState.HANDED_OVER
    assert eventually(lambda: len(relay.mails) >= 1)
    for raw in list(relay.mails):
        report = raw.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        receive_group(arrivals=[arrived(report, sender="")], listeners=(), now=NOW)
    read_new_messages(now=NOW)
    assert row().state == OutboxState.DELIVERED
    assert {one["report"] for one in row().outcomes.values()} == {"delivered"}
