"""What the SMTP process hands over is what the writer gets, however the bytes are cut."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kommunpost.apps.mailflow.arrivals import Arrived, prepare
from kommunpost.apps.mailflow.intake.wire import encode, encode_answers, take_answers, take_frames
from kommunpost.apps.mailflow.kinds import Direction, Route

NOW = datetime(2026, 3, 12, 7, 41, tzinfo=UTC)
HEADS = st.text(max_size=60).map(
    lambda text: f"From: {text}\r\nSubject: {text}\r\nTo: b@x.example, {text}\r\nDate: Thu, 12 Mar 2026 08:40 +0100"
)


@given(
    mails=st.lists(st.tuples(HEADS, st.binary(max_size=200), st.sampled_from(Route)), max_size=4),
    cut=st.integers(1, 50),
)
def test_frames_come_out_as_they_went_in(mails: list[tuple[str, bytes, Route]], cut: int) -> None:
    sent = [
        prepare(
            Arrived(
                raw=head.encode(errors="replace") + b"\r\n\r\n" + body, route=route, at=NOW, sender="å@x.example",
                recipients=("b@x.example",), own_domains=frozenset({"x.example"}),
                direction=Direction.IN if len(body) % 2 else None,
            ),
            now=NOW,
        )
        for head, body, route in mails
    ]  # fmt: skip
    stream = b"".join(encode(number, one) for number, one in enumerate(sent))
    held, got = bytearray(), []
    for place in range(0, len(stream), cut):
        held += stream[place : place + cut]
        got += take_frames(held)
    assert got == list(enumerate(sent))
    assert not held


@given(answers=st.lists(st.tuples(st.integers(0), st.none() | st.integers(0)), max_size=9), cut=st.integers(1, 9))
def test_answers_come_out_as_they_went_in(answers: list[tuple[int, int | None]], cut: int) -> None:
    stream, held, got = encode_answers(answers), bytearray(), []
    for place in range(0, len(stream), cut):
        held += stream[place : place + cut]
        got += take_answers(held)
    assert got == answers
