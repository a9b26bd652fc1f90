"""SMTP and LMTP over real sockets: limits, answers, smuggling, STARTTLS, back-pressure, stop.

No database: the writer is told.
"""

import asyncio
import re
import smtplib
import socket
import sqlite3
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.db import OperationalError

from kommunpost.apps.mailflow.actions import Receipt
from kommunpost.apps.mailflow.arrivals import Arrived, Prepared, prepare
from kommunpost.apps.mailflow.blobs.contract import unpack
from kommunpost.apps.mailflow.intake.door import Limits, Policy, networks
from kommunpost.apps.mailflow.intake.front import Front, Settings
from kommunpost.apps.mailflow.intake.group import write_from
from kommunpost.apps.mailflow.intake.wire import encode, take_answers
from kommunpost.apps.mailflow.kinds import Route

from .conftest import NOW, mail

OURS = frozenset({"kommun.example"})
Start = Callable[..., "House"]


@dataclass(frozen=True, slots=True)
class Mail:
    """What a test asks of a mail that was taken."""

    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    trusted: bool
    route: str
    at: datetime

    @classmethod
    def of(cls, one: Prepared) -> "Mail":
        raw = unpack(one.blob.packed, digest=one.blob.digest)
        return cls(raw, one.envelope_sender, one.told.recipients, one.told.trusted, one.route, one.at)


class Taken:
    """A stand-in for ``write_group`` that keeps what it is given, and can be told to wait or to fail."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.groups: list[int] = []
        self.may_go = threading.Event()
        self.may_go.set()
        self.poison = b"\x00\x00poison"

    def __call__(self, prepared: Sequence[Prepared]) -> list[Receipt]:
        self.may_go.wait(10)
        mails = [Mail.of(one) for one in prepared]
        if any(self.poison in one.raw for one in mails):
            raise ValueError("poison")
        self.groups.append(len(mails))
        self.mails.extend(mails)
        return [Receipt(number, (number,), True, (number,)) for number in range(len(mails))]


class House:
    """Front and writer as in an installation, but as two threads of the test."""

    def __init__(self, taken: Taken, policy: Policy, limits: Limits, certificate: tuple[str, str]) -> None:
        ours, theirs = socket.socketpair()
        doors = [socket.create_server(("127.0.0.1", 0)) for _way in range(2)]
        self.smtp_port, self.lmtp_port = (door.getsockname()[1] for door in doors)
        settings = Settings(
            listeners=tuple((door.detach(), way) for door, way in zip(doors, ("smtp", "lmtp"), strict=True)),
            hostname="mx.kommun.example", own_domains=tuple(policy.own_domains),
            trusted=tuple(map(str, policy.trusted)), limits=limits, certificate=certificate[0], key=certificate[1],
            stop_within=5,
        )  # fmt: skip
        self._link = ours
        self._is_up = threading.Event()
        self._threads = [
            threading.Thread(target=lambda: asyncio.run(self._run(settings, theirs))),
            threading.Thread(target=write_from, args=(ours, taken)),
        ]
        for thread in self._threads:
            thread.start()
        self._is_up.wait(10)

    async def _run(self, settings: Settings, link: socket.socket) -> None:
        self._front, self._loop = Front(settings, link, clock=lambda: NOW), asyncio.get_running_loop()
        self._is_up.set()
        await self._front.run()

    def stop(self) -> None:
        if self._threads[0].is_alive():
            asyncio.run_coroutine_threadsafe(self._front.stop(), self._loop).result(10)
        for thread in self._threads:
            thread.join(10)
        self._link.close()


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def start(taken: Taken) -> Iterator[Start]:
    houses: list[House] = []

    def make(
        policy: Policy | None = None, *, limits: Limits | None = None, certificate: tuple[str, str] = ("", "")
    ) -> House:
        houses.append(House(taken, policy or Policy(own_domains=OURS), limits or Limits(), certificate))
        return houses[-1]

    yield make
    taken.may_go.set()
    for house in houses:
        house.stop()


class Wire:
    """A raw connection: sends bytes, reads whole answers."""

    def __init__(self, port: int | None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port or 0), timeout=10)
        self.file = self.socket.makefile("rb")
        self.greeting = self.answer()

    def answer(self) -> str:
        lines = []
        while line := self.file.readline().decode():
            lines.append(line.rstrip("\r\n"))
            if line[3:4] != "-":
                break
        return "\n".join(lines)

    def say(self, data: bytes) -> str:
        self.socket.sendall(data)
        return self.answer()

    def is_over(self) -> bool:
        """Whether the server says nothing more and closes; waits for that."""
        try:
            return self.file.readline() == b""
        except ConnectionResetError:
            return True

    def open_data(self, *recipients: bytes) -> None:
        greet = b"EHLO a.example\r\n" if "LMTP" not in self.greeting else b"LHLO a.example\r\n"
        assert self.say(greet).startswith("250")
        assert self.say(b"MAIL FROM:<anna@avsandare.example>\r\n").startswith("250")
        for recipient in recipients or (b"bygg@kommun.example",):
            assert self.say(b"RCPT TO:<" + recipient + b">\r\n").startswith("250")
        assert self.say(b"DATA\r\n").startswith("354")

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def wire() -> Iterator[Callable[[int | None], Wire]]:
    wires: list[Wire] = []

    def connect(port: int | None) -> Wire:
        wires.append(Wire(port))
        return wires[-1]

    yield connect
    for one in wires:
        one.close()


Connect = Callable[[int | None], Wire]


def send(port: int | None, raw: bytes, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", port or 0, timeout=10) as client:
        client.sendmail("anna@avsandare.example", recipients or ("bygg@kommun.example",), raw)


def test_a_mail_arrives_as_it_was_sent(start: Start, taken: Taken) -> None:
    raw = mail(body=".punkt\r\n..två\r\n.\r\n" + "rad\r\n" * 5000)
    server = start()
    send(server.smtp_port, raw, "Bygg@Kommun.example", "skola@kommun.example")
    (arrived,) = taken.mails
    assert arrived.raw == raw
    assert arrived.recipients == ("bygg@kommun.example", "skola@kommun.example")
    assert (arrived.sender, arrived.trusted, arrived.at) == ("anna@avsandare.example", False, NOW)


def test_what_is_offered(start: Start, wire: Connect) -> None:
    said = wire(start().smtp_port).say(b"EHLO a.example\r\n")
    for word in ("SIZE 52428800", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES"):
        assert word in said
    assert "AUTH" not in said
    assert "STARTTLS" not in said


def test_a_pipelined_client_gets_its_answers_in_order(start: Start, wire: Connect, taken: Taken) -> None:
    connection = wire(start().smtp_port)
    one = b"MAIL FROM:<>\r\nRCPT TO:<bygg@kommun.example>\r\nDATA\r\n"
    connection.say(b"EHLO a.example\r\n")
    connection.socket.sendall(one + b"A: 1\r\n\r\nett\r\n.\r\n" + one + b".\r\nQUIT\r\n")
    assert [connection.answer()[:3] for _ in range(9)] == [
        "250",
        "250",
        "354",
        "250",
        "250",
        "250",
        "354",
        "250",
        "221",
    ]
    assert [arrived.raw for arrived in taken.mails] == [b"A: 1\r\n\r\nett\r\n", b""]
    assert taken.mails[0].sender == ""


def test_lmtp_answers_for_each_recipient(start: Start, wire: Connect, taken: Taken) -> None:
    connection = wire(start().lmtp_port)
    connection.say(b"LHLO a.example\r\n")
    connection.say(b"MAIL FROM:<a@x.example>\r\n")
    for name in (b"bygg", b"skola", b"nej"):
        connection.say(b"RCPT TO:<" + name + b"@kommun.example>\r\n")
    connection.say(b"DATA\r\n")
    connection.socket.sendall(b"A: 1\r\n\r\nHej\r\n.\r\n")
    assert [connection.answer()[:3] for _ in range(3)] == ["250"] * 3
    assert connection.say(b"NOOP\r\n").startswith("250")
    assert len(taken.mails) == 1
    assert taken.mails[0].route == "lmtp"


SMUGGLED = b"MAIL FROM:<chef@kommun.example>\r\nRCPT TO:<bygg@kommun.example>\r\nDATA\r\nSubject: falskt\r\n\r\nx"


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\n\n.\r\n", b"\r\n\x00.\r\n\n"]
)
def test_smuggling_is_refused_whole(start: Start, wire: Connect, taken: Taken, end: bytes) -> None:
    connection = wire(start().smtp_port)
    connection.open_data()
    assert connection.say(b"Subject: x\r\n\r\nhej" + end + SMUGGLED + b"\r\n.\r\n").startswith("550 5.6.11")
    assert connection.is_over()
    assert taken.mails == []


@pytest.mark.parametrize("body", [b"a\nb", b"a\rb", b"\na", b"a\r\r\nb"])
def test_bare_line_ends_inside_are_refused(start: Start, wire: Connect, taken: Taken, body: bytes) -> None:
    connection = wire(start().smtp_port)
    connection.open_data()
    assert connection.say(b"Subject: x\r\n\r\n" + body + b"\r\n.\r\n").startswith("550 5.6.11")
    assert taken.mails == []


@pytest.mark.parametrize("pieces", [1, 2, 3, 5])
def test_the_end_is_found_across_packets(start: Start, wire: Connect, taken: Taken, pieces: int) -> None:
    connection = wire(start().smtp_port)
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.open_data()
    data = b"A: 1\r\n\r\n..x\r\n.\r\n"
    for place in range(0, len(data), pieces):
        connection.socket.sendall(data[place : place + pieces])
    assert connection.answer().startswith("250")
    assert taken.mails[0].raw == b"A: 1\r\n\r\n.x\r\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (b"MAIL FROM:<a@x.example>\nRCPT TO:<b@kommun.example>\r\n", "500"),
        (b"MAIL FROM:<a@x.example>\n", "500"),
        (b"MAIL FROM:<a\r@x.example>\r\n", "500"),
        (b"MAIL FROM:<a@x.example> X=1\r\n", "555"),
        (b"MAIL FROM:<a b@x.example>\r\n", "553"),
        (b"MAIL FROM:a@x.example\r\n", "553"),
        (b"MAIL FROM:<a\xff@x.example>\r\n", "553"),
        (b"MAIL FROM:<a@x.example> SIZE=999999999\r\n", "552"),
        (b"RCPT TO:<bygg@kommun.example>\r\n", "503"),
        (b"DATA\r\n", "503"),
        (b"STARTTLS\r\n", "454"),
        (b"AUTH PLAIN AGEAYg==\r\n", "500"),
        (b"VERB\r\n", "500"),
    ],
)
def test_commands_that_are_refused(start: Start, wire: Connect, command: bytes, code: str) -> None:
    connection = wire(start().smtp_port)
    connection.say(b"EHLO a.example\r\n")
    assert connection.say(command)[:3] == code


@pytest.mark.parametrize(
    ("trusted", "recipient", "code"),
    [
        ([], b"bygg@kommun.example", "250"),
        ([], b"okand@kommun.example", "250"),
        ([], b"x@frammande.example", "550 5.7.1"),
        (["127.0.0.0/8"], b"x@frammande.example", "250"),
        ([], b"postmaster", "250"),
        ([], b"", "553"),
    ],
)
def test_who_may_be_written_to(start: Start, wire: Connect, trusted: list[str], recipient: bytes, code: str) -> None:
    connection = wire(start(Policy(own_domains=OURS, trusted=networks(trusted))).smtp_port)
    connection.say(b"EHLO a.example\r\n")
    connection.say(b"MAIL FROM:<a@x.example>\r\n")
    assert connection.say(b"RCPT TO:<" + recipient + b">\r\n").startswith(code)


def test_limits_of_size_line_and_recipients(start: Start, wire: Connect, taken: Taken) -> None:
    server = start(limits=Limits(size=5000, recipients=2, line=1000))
    connection = wire(server.smtp_port)
    connection.open_data()
    assert connection.say(b"A: 1\r\n\r\n" + b"rad\r\n" * 2000 + b".\r\n").startswith("552")
    connection.open_data()
    assert connection.say(b"A: 1\r\n\r\n" + b"x" * 1500 + b"\r\n.\r\n").startswith("500 5.6.0")
    connection.say(b"MAIL FROM:<a@x.example>\r\n")
    answers = [connection.say(b"RCPT TO:<%d@kommun.example>\r\n" % number)[:3] for number in range(3)]
    assert answers == ["250", "250", "452"]
    assert taken.mails == []
    lmtp = wire(server.lmtp_port)
    lmtp.say(b"LHLO a\r\n")
    lmtp.say(b"MAIL FROM:<a@x.example>\r\n")
    lmtp.say(b"RCPT TO:<1@kommun.example>\r\n")
    lmtp.say(b"RCPT TO:<2@kommun.example>\r\n")
    lmtp.say(b"DATA\r\n")
    lmtp.socket.sendall(b"rad\r\n" * 2000 + b".\r\n")
    assert [lmtp.answer()[:3] for _ in range(2)] == ["552", "552"]


def test_too_many_connections_are_turned_away(start: Start, wire: Connect) -> None:
    server = start(limits=Limits(connections_per_host=2))
    first, second = wire(server.smtp_port), wire(server.smtp_port)
    assert wire(server.smtp_port).greeting.startswith("421")
    assert first.say(b"QUIT\r\n").startswith("221")
    second.say(b"NOOP\r\n")
    for _try in range(50):
        if (again := wire(server.smtp_port)).greeting.startswith("220"):
            break
    assert again.greeting.startswith("220")


def test_memory_for_mail_on_its_way_is_bounded(start: Start, wire: Connect) -> None:
    connection = wire(start(limits=Limits(octets_in_memory=1000)).smtp_port)
    connection.open_data()
    connection.socket.sendall(b"rad\r\n" * 100_000)
    assert connection.say(b".\r\n").startswith("451")


def test_what_is_not_stored_is_not_acknowledged(start: Start, wire: Connect, taken: Taken) -> None:
    server = start()
    taken.may_go.clear()
    with ThreadPoolExecutor(3) as pool:
        bodies = [b"frisk ett", b"\x00\x00poison", b"frisk tva"]
        connections = [wire(server.smtp_port) for _ in bodies]
        for connection in connections:
            connection.open_data()
        answers = [
            pool.submit(connection.say, b"A: 1\r\n\r\n" + body + b"\r\n.\r\n")
            for connection, body in zip(connections, bodies, strict=True)
        ]
        taken.may_go.set()
        assert [answer.result()[:3] for answer in answers] == ["250", "451", "250"]
    assert sorted(arrived.raw[8:13] for arrived in taken.mails) == [b"frisk", b"frisk"]


def test_mail_that_waits_is_written_in_one_group(taken: Taken) -> None:
    ours, theirs = socket.socketpair()
    writer = threading.Thread(target=write_from, args=(ours, taken))
    with ours, theirs:
        for number in range(30):
            theirs.sendall(encode(number, prepare(Arrived(raw=b"%d" % number, route=Route.SMTP, at=NOW), now=NOW)))
        writer.start()
        answers = b""
        while answers.count(b"\n") < 30:
            answers += theirs.recv(4096)
        theirs.close()
        writer.join(10)
    assert sorted(int(line.split()[0]) for line in answers.splitlines()) == list(range(30))
    assert taken.groups == [30]


# Another test of the same process may have left a connection open, which the writer looks at.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError("database is locked"), sqlite3.OperationalError("disk is full")])
def test_a_database_that_cannot_is_asked_once_and_not_for_each_mail(error: Exception) -> None:
    asked: list[int] = []

    def write(prepared: Sequence[Prepared]) -> list[Receipt]:
        asked.append(len(prepared))
        raise error

    ours, theirs = socket.socketpair()
    with ours, theirs:
        for number in range(8):
            theirs.sendall(encode(number, prepare(Arrived(raw=b"%d" % number, route=Route.SMTP, at=NOW), now=NOW)))
        theirs.shutdown(socket.SHUT_WR)
        write_from(ours, write)
        assert take_answers(bytearray(theirs.recv(4096))) == [(number, None) for number in range(8)]
    assert asked == [8]


def test_stop_answers_what_is_on_its_way(start: Start, wire: Connect, taken: Taken) -> None:
    server = start()
    idle, busy = wire(server.smtp_port), wire(server.smtp_port)
    busy.open_data()
    taken.may_go.clear()
    busy.socket.sendall(b"A: 1\r\n\r\nHej\r\n")
    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(server.stop)
        assert idle.answer().startswith("421")
        busy.socket.sendall(b".\r\n")
        taken.may_go.set()
        assert busy.answer().startswith("250")
        assert busy.answer().startswith("421")
        stopping.result(10)
    assert len(taken.mails) == 1
    with pytest.raises(OSError, match="refused"):
        wire(server.smtp_port)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mx.kommun.example"]
    try:
        subprocess.run([*words, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return cert, key


def test_starttls_and_nothing_before_it_counts(
    start: Start, wire: Connect, taken: Taken, certificate: tuple[Path, Path]
) -> None:
    server = start(certificate=(str(certificate[0]), str(certificate[1])))
    context = ssl.create_default_context(cafile=str(certificate[0]))
    context.check_hostname = False
    with smtplib.SMTP("127.0.0.1", server.smtp_port or 0, timeout=10) as client:
        client.starttls(context=context)
        assert b"AUTH" not in client.ehlo()[1]
        client.sendmail("a@x.example", ["bygg@kommun.example"], mail())
    assert len(taken.mails) == 1
    # Commands pushed in behind STARTTLS in clear text must not be run inside the protected session (CVE-2011-0411).
    connection = wire(server.smtp_port)
    connection.say(b"EHLO a.example\r\n")
    assert connection.say(b"STARTTLS\r\nMAIL FROM:<a@x.example>\r\n").startswith("220")
    safe = context.wrap_socket(connection.socket, server_hostname="mx.kommun.example")
    safe.sendall(b"EHLO a.example\r\nRCPT TO:<bygg@kommun.example>\r\n")
    said = b""
    while not re.search(rb"(?m)^(503|250) [^\r]*\r\n.*5\d\d [^\r]*\r\n", said, re.DOTALL):
        said += safe.recv(4096)
    assert b"\r\n503 " in said
    safe.close()


def test_nothing_personal_is_logged(start: Start, wire: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    connection = wire(start().smtp_port)
    connection.open_data()
    connection.say(b"Subject: hemligt\r\n\r\n\x00\x00poison\r\n.\r\n")
    assert "avsandare" not in caplog.text
    assert "hemligt" not in caplog.text
    said = [record for record in caplog.records if record.name.endswith("intake.group")]
    assert [(one.getMessage(), one.args, getattr(one, "error", "")) for one in said] == [
        ("intake.refused", (), "ValueError")
    ]
