"""The submission gateway, with a real client before it and a real SMTP server behind it, on loopback."""

import smtplib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from tests.factories import NOW, account, mailbox, person

from kommunpost.apps.composing.models import AdviceOutcome
from kommunpost.apps.composing.queries import signatures
from kommunpost.apps.directory.models import Account
from kommunpost.apps.mailflow.models import OutgoingMail
from kommunpost.core.guidelines import load_profile
from kommunpost.core.guidelines.profile import SecrecyPolicy
from kommunpost.site.api.clients import make_client
from kommunpost.site.submission import session as gateway_session
from kommunpost.site.submission.digest import send_digests
from kommunpost.site.submission.models import SubmissionNote
from kommunpost.site.submission.server import WORKERS, SubmissionServer

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "ett ganska langt ord for provet"
SARA = "sara.nyqvist@kommun.example"
GOOD = (
    b"From: Sara Nyqvist <sara.nyqvist@kommun.example>\r\nTo: anna.ek@mejl.example\r\nSubject: Besked\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256;  b=abc\r\n\r\nHej Anna!\r\n\r\n.Det blir ja.\r\n"
)
SECRET = (
    "From: Sara Nyqvist <sara.nyqvist@kommun.example>\r\nTo: anna.ek@mejl.example\r\nSubject: Elev\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "Elton Hage, 160204-9817, har fått en adhd-diagnos.\r\n"
).encode()


@dataclass
class RelayServer:
    """Keeps what it is given; ``answers`` are told in place of 250, by address or for the content."""

    kept: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "data" in self.refuses:
            return self.refuses["data"]
        self.kept.append((str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.original_content or b"")))
        return "250 2.0.0 Taken as 4711"


@pytest.fixture
def relay() -> Iterator[tuple[RelayServer, str]]:
    keeper = RelayServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    yield keeper, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def sara(settings: object) -> Account:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    who = person("Sara Nyqvist")
    mailbox("sara.nyqvist", owner=who)
    made = account(who)
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def gateway(relay: tuple[RelayServer, str], sara: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    profile = load_profile("botkyrka")
    ours = replace(
        profile,
        municipality=replace(profile.municipality, domains=("kommun.example",)),
        secrecy=replace(profile.secrecy, outgoing=SecrecyPolicy.BLOCK),
    )
    monkeypatch.setattr(signatures, "_profile", lambda _name: ours)
    server = SubmissionServer(host="127.0.0.1", port=0, relay_url=relay[1], clock=lambda: datetime.now(UTC))
    server.start()
    assert server.port is not None
    yield server.port
    server.stop()


def _send(
    port: int,
    raw: bytes,
    *,
    user: str = SARA,
    password: str = PASSWORD,
    sender: str = SARA,
    to: tuple[str, ...] = ("anna.ek@mejl.example",),
) -> tuple[int, bytes]:
    """The last answer of a whole dialogue, whatever step it came at."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        try:
            client.login(user, password)
        except smtplib.SMTPAuthenticationError as error:
            return error.smtp_code, bytes(error.smtp_error)
        answer = client.mail(sender, ["BODY=8BITMIME"])
        for address in to:
            if answer[0] == 250:
                answer = client.rcpt(address)
        if answer[0] != 250:
            return answer
        try:
            return client.data(raw)
        except smtplib.SMTPDataError as error:
            return error.smtp_code, bytes(error.smtp_error)


def test_a_good_mail_reaches_the_relay_unchanged_and_its_answer_the_client(
    gateway: int, relay: tuple[RelayServer, str]
) -> None:
    assert _send(gateway, GOOD) == (250, b"2.0.0 Taken as 4711")
    ((sender, recipients, content),) = relay[0].kept
    assert (sender, recipients) == (SARA, ["anna.ek@mejl.example"])
    first, _, rest = content.partition(b"\r\n")
    assert first.startswith(b"Received: by ")
    assert rest == GOOD


def test_a_secret_is_refused_in_swedish_and_goes_nowhere(gateway: int, relay: tuple[RelayServer, str]) -> None:
    code, says = _send(gateway, SECRET)
    assert code == 550
    assert b"sekretessbelagda uppgifter" in says
    assert b"Elton" not in says
    assert relay[0].kept == []


@pytest.mark.parametrize(
    ("where", "answer"), [("anna.ek@mejl.example", "550 5.1.1 No such"), ("data", "452 4.3.1 Full")]
)
def test_what_the_relay_refuses_is_refused_with_its_words(
    gateway: int, relay: tuple[RelayServer, str], where: str, answer: str
) -> None:
    relay[0].refuses[where] = answer
    code, says = _send(gateway, GOOD, to=("bo.ek@mejl.example", "anna.ek@mejl.example"))
    assert f"{code} {says.decode()}" == answer
    assert relay[0].kept == []


def test_what_was_handed_on_is_counted_by_unit_and_what_was_refused_is_not(gateway: int) -> None:
    _send(gateway, SECRET)
    assert not AdviceOutcome.objects.exists()
    assert _send(gateway, GOOD)[0] == 250
    counts = {(one.clause, one.fate): one.number for one in AdviceOutcome.objects.all()}
    assert counts["", "sent"] == 1
    assert counts["common-signature", "shown"] == 1


def test_mail_that_has_gone_is_answered_so_whatever_fails_after(
    gateway: int, relay: tuple[RelayServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise DatabaseError("locked")

    monkeypatch.setattr(gateway_session, "count_elsewhere", broken)
    assert _send(gateway, GOOD)[0] == 250
    assert len(relay[0].kept) == 1


def test_without_a_relay_nothing_is_accepted(gateway: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_session, "hand_on", lambda *_, **__: "451 4.4.1 x")
    assert _send(gateway, GOOD)[0] == 451
    assert not SubmissionNote.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "fel"}, 535),
        ({"user": "ingen@kommun.example"}, 535),
        ({"sender": "annan@kommun.example"}, 550),
        ({"sender": ""}, 550),
    ],
)
def test_who_is_not_who_they_say_is_refused(
    gateway: int, relay: tuple[RelayServer, str], changes: dict[str, str], code: int
) -> None:
    assert _send(gateway, GOOD, **changes)[0] == code  # type: ignore[arg-type]
    assert relay[0].kept == []


def test_the_from_field_must_be_the_writers_too(gateway: int, relay: tuple[RelayServer, str]) -> None:
    forged = GOOD.replace(b"Sara Nyqvist <sara.nyqvist@", b"Chefen <chef@")
    assert _send(gateway, forged)[0] == 550
    assert relay[0].kept == []


def test_a_server_signs_in_with_a_token_of_the_right_scope(gateway: int, relay: tuple[RelayServer, str]) -> None:
    right = make_client(name="Exchange", scopes=["submission"], by="system:cli", now=NOW)
    other = make_client(name="Outlook", scopes=["advice"], by="system:cli", now=NOW)
    assert _send(gateway, GOOD, user="exchange", password=other)[0] == 535
    assert _send(gateway, GOOD, user="exchange", password=right)[0] == 250
    assert len(relay[0].kept) == 1


def test_mail_must_not_be_sent_before_sign_in(gateway: int) -> None:
    with smtplib.SMTP("127.0.0.1", gateway, timeout=20) as client:
        client.ehlo()
        assert client.mail(SARA)[0] == 530


@pytest.mark.parametrize(
    "head", [b"Received: by x (Kommunpost submission); y\r\n", b"Received: from a by b; c\r\n" * 51]
)
def test_mail_that_goes_in_circles_is_stopped(gateway: int, relay: tuple[RelayServer, str], head: bytes) -> None:
    assert _send(gateway, head + GOOD)[0] == 554
    assert relay[0].kept == []


def test_soft_advice_is_told_once_in_a_digest_to_the_writer(gateway: int) -> None:
    assert _send(gateway, GOOD)[0] == 250
    note = SubmissionNote.objects.get()
    assert (note.writer, note.subject) == (SARA, "Besked")
    assert any("signatur" in says for says in note.says)
    assert send_digests(now=NOW) == 1
    assert send_digests(now=NOW) == 0
    outgoing = OutgoingMail.objects.get()
    assert outgoing.recipients == [SARA]
    assert not SubmissionNote.objects.exists()


def test_tables_stay_open_from_mail_to_mail_and_are_closed_in_the_end(
    relay: tuple[RelayServer, str], sara: Account
) -> None:
    opened: list[BaseDatabaseWrapper] = []

    def note(connection: BaseDatabaseWrapper, **_: object) -> None:
        opened.append(connection)

    connection_created.connect(note)
    server = SubmissionServer(host="127.0.0.1", port=0, relay_url=relay[1], clock=lambda: datetime.now(UTC))
    server.start()
    try:
        assert server.port is not None
        answers = {_send(server.port, GOOD)[0] for _ in range(WORKERS + 2)}
    finally:
        server.stop()
        connection_created.disconnect(note)
    assert answers == {250}
    # Each mail asks twice, for the sign-in and for the mail itself.
    assert 0 < len(opened) <= WORKERS
    assert all(one.connection is None for one in opened)


def test_a_sign_in_leaves_no_warning_in_the_log(gateway: int, caplog: pytest.LogCaptureFixture) -> None:
    assert _send(gateway, GOOD)[0] == 250
    assert [one.getMessage() for one in caplog.records if one.name == "mail.log"] == []
