"""Rates, idle and command limits, and what a hostile client may try: each with what must be true."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.suite import SLOW_IS_NO_FAULT

from kommunpost.apps.mailflow.intake import dialogue
from kommunpost.apps.mailflow.intake.door import Limits, Policy, Rate, networks

from .test_smtp import OURS, SMUGGLED, Connect, Start, Taken, Wire, start, taken, wire

__all__ = ["start", "taken", "wire"]


@pytest.mark.parametrize(
    ("moments", "allowed"),
    [
        ([0, 0, 0], [True, True, False]),
        ([0, 0, 29, 30, 31], [True, True, False, True, False]),
        ([0, 0, 60, 60, 60], [True, True, True, True, False]),
    ],
)
def test_a_rate_gives_its_allowance_back_in_the_course_of_a_minute(moments: list[float], allowed: list[bool]) -> None:
    now = [0.0]
    rate = Rate(2, lambda: now[0])
    for moment, expected in zip(moments, allowed, strict=True):
        now[0] = moment
        assert rate.allows("192.0.2.1") is expected
    assert rate.allows("192.0.2.2")


def test_a_rate_forgets_hosts_that_have_their_allowance_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.apps.mailflow.intake.door.MOST_HOSTS", 10)
    now = [0.0]
    rate = Rate(60, lambda: now[0])
    for number in range(500):
        now[0] = float(number)
        assert rate.allows(f"192.0.2.{number}")
    assert len(rate.full_at) <= 10


def test_too_many_connections_in_a_minute(start: Start, wire: Connect) -> None:
    port = start(limits=Limits(connections_per_minute=2)).smtp_port
    assert [wire(port).greeting[:3] for _ in range(3)] == ["220", "220", "421"]


def test_too_many_mails_in_a_minute(start: Start, wire: Connect, taken: Taken) -> None:
    connection = wire(start(limits=Limits(mails_per_minute=2)).smtp_port)
    for _time in range(2):
        connection.open_data()
        assert connection.say(b"A: 1\r\n\r\n.\r\n").startswith("250")
    connection.say(b"EHLO a.example\r\n")
    assert connection.say(b"MAIL FROM:<a@x.example>\r\n").startswith("451 4.7.1")
    assert len(taken.mails) == 2


def test_trusted_servers_have_no_rate(start: Start, wire: Connect) -> None:
    policy = Policy(own_domains=OURS, trusted=networks(["127.0.0.0/8"]))
    port = start(policy, limits=Limits(connections_per_minute=1, mails_per_minute=1)).smtp_port
    connections = [wire(port) for _ in range(3)]
    for connection in connections:
        connection.say(b"EHLO a.example\r\n")
        assert connection.say(b"MAIL FROM:<a@x.example>\r\n").startswith("250")


def test_whoever_says_nothing_is_let_go(start: Start, wire: Connect) -> None:
    connection = wire(start(limits=Limits(idle=0.2)).smtp_port)
    assert connection.greeting.startswith("220")
    assert not connection.answer().startswith("2")
    assert connection.file.readline() == b""


def test_the_number_of_commands_is_bounded(start: Start, wire: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "CALLS", {**dialogue.CALLS, "*": 5})
    connection = wire(start().smtp_port)
    answers = [connection.say(b"NOOP\r\n")[:3] for _ in range(6)]
    assert answers == ["250"] * 5 + ["421"]


HEAD = b"Subject: x\r\n\r\n"
SMUGGLING = [
    b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\n.\n", b"\r.\r", b"\r\n\x00.\r\n\r", b"\r\r\n.\r\n",
    b"\r\n.\r\r\n",
]  # fmt: skip


@pytest.mark.parametrize("sequence", SMUGGLING)
def test_no_second_mail_hides_in_the_first(start: Start, wire: Connect, taken: Taken, sequence: bytes) -> None:
    connection = wire(start().smtp_port)
    connection.open_data()
    assert connection.say(HEAD + b"hej" + sequence + SMUGGLED + b"\r\n.\r\n").startswith("550 5.6.11")
    assert connection.is_over()
    assert taken.mails == []


@pytest.mark.parametrize(
    ("commands", "codes"),
    [
        # No chunking: it is not offered, and its data must not be taken for commands that are let through.
        ([b"BDAT 5 LAST\r\nhello\r\n"], ["500", "500"]),
        # Letters without SMTPUTF8 are taken when they are UTF-8 (refused mail helps nobody); other bytes are not.
        ([b"MAIL FROM:<\xc3\xa5@x.example>\r\n"], ["250"]),
        ([b"MAIL FROM:<\xe5@x.example>\r\n"], ["553"]),
        ([b"NO\x00OP\r\n"], ["500"]),
        ([b"NOOP\rNOOP\r\n"], ["500"]),
        ([b"NOOP\nNOOP\r\n"], ["500", "250"]),
        ([b"MAIL FROM:<a@x.example>\r\n", b"MAIL FROM:<b@x.example>\r\n"], ["250", "503"]),
        ([b"NOOP " + b"x" * 5000 + b"\r\n"], ["500"]),
    ],
)
def test_hostile_commands(start: Start, wire: Connect, taken: Taken, commands: list[bytes], codes: list[str]) -> None:
    connection = wire(start().smtp_port)
    connection.say(b"EHLO a.example\r\n")
    connection.socket.sendall(b"".join(commands))
    assert [connection.answer()[:3] for _ in codes] == codes
    assert taken.mails == []


def test_a_nul_is_mail_like_any_other(start: Start, wire: Connect, taken: Taken) -> None:
    connection = wire(start().smtp_port)
    connection.open_data()
    assert connection.say(HEAD + b"a\x00b\r\n.\r\n").startswith("250")
    assert taken.mails[0].raw == HEAD + b"a\x00b\r\n"


def test_mail_that_waits_for_the_writer_counts_in_the_memory(start: Start, wire: Connect, taken: Taken) -> None:
    server = start(limits=Limits(octets_in_memory=1000))
    taken.may_go.clear()
    first, second = wire(server.smtp_port), wire(server.smtp_port)
    for connection in (first, second):
        connection.open_data()
    first.socket.sendall(HEAD + b"x" * 700 + b"\r\n.\r\n")
    # Each command is answered in its turn: when the second is, the first mail has been read.
    wire(server.smtp_port)
    assert second.say(HEAD + b"x" * 700 + b"\r\n.\r\n").startswith("451 4.3.1")
    taken.may_go.set()
    assert first.answer().startswith("250")
    second.open_data()
    assert second.say(HEAD + b"x" * 700 + b"\r\n.\r\n").startswith("250")


def test_recipients_without_end_are_refused_one_by_one(start: Start, wire: Connect) -> None:
    connection = wire(start(limits=Limits(recipients=50)).smtp_port)
    connection.say(b"EHLO a.example\r\n")
    connection.say(b"MAIL FROM:<a@x.example>\r\n")
    connection.socket.sendall(b"".join(b"RCPT TO:<%d@kommun.example>\r\n" % number for number in range(300)))
    codes = [connection.answer()[:3] for _ in range(300)]
    assert codes == ["250"] * 50 + ["452"] * 250


DIALOGUE = (
    b"EHLO a.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<bygg@kommun.example>\r\nDATA\r\n"
    b"A: 1\r\n\r\n..x\r\n.\r\nQUIT\r\n"
)


@given(cuts=st.lists(st.integers(1, len(DIALOGUE) - 1), max_size=12, unique=True))
@settings(max_examples=25, deadline=None, suppress_health_check=SLOW_IS_NO_FAULT)
def test_bytes_may_come_in_any_pieces(start: Start, taken: Taken, cuts: list[int]) -> None:
    taken.mails.clear()
    server = start()
    connection = Wire(server.smtp_port)
    places = [0, *sorted(cuts), len(DIALOGUE)]
    for begin, end in pairwise(places):
        connection.socket.sendall(DIALOGUE[begin:end])
    assert [connection.answer()[:3] for _ in range(6)] == ["250", "250", "250", "354", "250", "221"]
    assert [one.raw for one in taken.mails] == [b"A: 1\r\n\r\n.x\r\n"]
    connection.close()
    server.stop()
