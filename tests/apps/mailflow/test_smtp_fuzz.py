"""Any bytes at all, cut anywhere: the session answers as SMTP, keeps nothing, and takes only what was really sent."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.intake.dialogue import Manners
from kommunpost.apps.mailflow.intake.door import Door, Limits, Policy
from kommunpost.apps.mailflow.intake.session import Answer, House, Session
from kommunpost.apps.mailflow.kinds import Route

LINES = re.compile(rb"(?:[2-5]\d\d[ -][^\r\n]*\r\n)*")
WORDS = [
    b"EHLO a.example\r\n", b"HELO a\r\n", b"LHLO a\r\n", b"MAIL FROM:<a@x.example>\r\n", b"MAIL FROM:<> SIZE=9\r\n",
    b"RCPT TO:<b@kommun.example>\r\n", b"RCPT TO:<x@annan.example>\r\n", b"DATA\r\n", b"A: 1\r\n\r\nhej\r\n.\r\n",
    b".\r\n", b"\r\n.\r\n", b"\n.\n", b"\r.\r", b"..\r\n", b"RSET\r\n", b"NOOP\r\n", b"STARTTLS\r\n", b"QUIT\r\n",
    b"BDAT 3 LAST\r\n", b"x" * 5000, b"\r\n", b"\n", b"\r", b"\x00", b"\xff\xfe",
]  # fmt: skip
WIRE = st.lists(st.sampled_from(WORDS) | st.binary(max_size=30), max_size=25).map(b"".join)
OPENING = b"EHLO a.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@kommun.example>\r\nDATA\r\n"


class Transport:
    """As much of asyncio's as a session uses."""

    def __init__(self) -> None:
        self.said = bytearray()
        self.is_closed = False

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        return ("192.0.2.1", 1)

    def write(self, data: bytes) -> None:
        assert not self.is_closed
        self.said += data

    def close(self) -> None:
        self.is_closed = True

    abort = close

    def pause_reading(self) -> None:
        pass

    resume_reading = pause_reading


async def converse(wire: bytes, cuts: Sequence[int], route: Route) -> tuple[bytes, list[bytes]]:
    """What is said to ``wire``, and the mails that are taken. Each is answered before the next piece comes."""
    mails: list[bytes] = []
    waiting: list[Answer] = []

    def take(arrived: Arrived, answer: Answer) -> None:
        mails.append(arrived.raw)
        waiting.append(answer)

    door = Door(Limits(size=3000, line=1000))
    manners = Manners(Policy(own_domains=frozenset({"kommun.example"})), door, "mx.kommun.example")
    house = House(take=take, manners=manners, clock=lambda: datetime(2026, 3, 12, tzinfo=UTC))
    session, transport = Session(house, route=route), Transport()
    session.connection_made(transport)  # type: ignore[arg-type]
    for begin, end in pairwise([0, *sorted(cuts), len(wire)]):
        if not transport.is_closed:
            session.data_received(wire[begin:end])
        while waiting:
            waiting.pop(0)("250 2.0.0 OK message:1")
    session.connection_lost(None)
    assert door.memory.held == 0
    assert not house.sessions
    assert not door.hosts
    return bytes(transport.said), mails


@given(
    wire=WIRE | WIRE.map(lambda rest: OPENING + rest), data=st.data(), route=st.sampled_from([Route.SMTP, Route.LMTP])
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_answered_as_smtp_wherever_they_are_cut(wire: bytes, data: st.DataObject, route: Route) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(wire)), max_size=8))
    said, mails = asyncio.run(converse(wire, cuts, route))
    assert LINES.fullmatch(said)
    assert len(mails) <= said.count(b"354 ")
    assert all(mail.count(b"\r") == mail.count(b"\n") == mail.count(b"\r\n") for mail in mails)
    assert (said, mails) == asyncio.run(converse(wire, [], route))
