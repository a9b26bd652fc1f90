"""Pure rules: which deliveries follow, the outbox's states, the envelope's addresses."""

from datetime import timedelta
from typing import NamedTuple

import pytest

from kommunpost.apps.mailflow.arrivals import is_journal, read_trace
from kommunpost.apps.mailflow.intake.door import Door, Limits, Policy, is_address, networks
from kommunpost.apps.mailflow.models import Direction, OutboxState, Route
from kommunpost.apps.mailflow.rules.deliveries import Told, plan_deliveries
from kommunpost.apps.mailflow.rules.identity import identity
from kommunpost.apps.mailflow.rules.outbox import TRANSITIONS, Answer, Outcome, may_become, state_after, wait_after


class Box(NamedTuple):
    id: int
    address: str


OURS = frozenset({"k.example"})
KNOWN = {
    "a@k.example": Box(1, "a@k.example"),
    "alias@k.example": Box(1, "a@k.example"),
    "b@k.example": Box(2, "b@k.example"),
}


@pytest.mark.parametrize(
    ("route", "trusted", "direction", "sender", "recipients", "expected"),
    [
        (Route.SMTP, False, None, "x@f.example", ["a@k.example"], ["1 in"]),
        (Route.SMTP, False, None, "x@f.example", ["a@k.example", "alias@k.example", "b@k.example"], ["1 in", "2 in"]),
        (Route.SMTP, False, None, "b@k.example", ["a@k.example"], ["1 in"]),
        (Route.SMTP, True, None, "b@k.example", ["a@k.example"], ["1 in", "2 out"]),
        (Route.SMTP, True, None, "b@k.example", ["x@f.example"], ["2 out"]),
        (Route.SMTP, True, None, "y@f.example", ["x@f.example"], ["pen x@f.example in"]),
        (Route.LMTP, False, None, "", ["nej@k.example"], ["pen nej@k.example in"]),
        (Route.LMTP, False, None, "", ["nej@k.example", "a@k.example"], ["pen nej@k.example in", "1 in"]),
        (Route.JOURNAL, True, None, "a@k.example", ["b@k.example", "x@f.example"], ["2 in", "1 out"]),
        (Route.IMPORT, False, None, "a@k.example", ["x@f.example"], ["1 out"]),
        (Route.IMPORT, False, None, "x@f.example", ["nej@k.example", "a@k.example"], ["1 in"]),
        (Route.IMPORT, False, None, "x@f.example", ["y@f.example"], ["pen y@f.example in"]),
        (Route.IMPORT, False, None, "x@f.example", [], ["pen - in"]),
        (Route.IMPORT, False, Direction.OUT, "x@f.example", ["a@k.example"], ["pen x@f.example out"]),
        (Route.IMPORT, False, Direction.IN, "a@k.example", ["b@k.example"], ["2 in"]),
        (Route.OUTBOX, False, Direction.OUT, "a@k.example", ["b@k.example"], ["1 out"]),
    ],
)  # fmt: skip
def test_which_deliveries_follow(
    route: Route, trusted: bool, direction: Direction | None, sender: str, recipients: list[str], expected: list[str]
) -> None:
    told = Told(route, sender, tuple(recipients), trusted=trusted, direction=direction, own_domains=OURS)
    planned = plan_deliveries(told, KNOWN)
    assert [f"{one.mailbox_id or 'pen ' + one.address} {one.direction.value}" for one in planned] == expected


def test_identity_without_message_id_is_of_the_bytes() -> None:
    assert identity(content_digest="c", raw_digest="r", message_id="") != identity(
        content_digest="c", raw_digest="s", message_id=""
    )
    assert identity(content_digest="c", raw_digest="r", message_id="m") == identity(
        content_digest="c", raw_digest="s", message_id="m"
    )
    assert len(identity(content_digest="c", raw_digest="r", message_id="m" * 2000).message_id) == 998


def test_every_outbox_state_has_its_transitions() -> None:
    assert set(TRANSITIONS) == set(OutboxState)
    reached = {OutboxState.DRAFT}
    while more := {new for state in reached for new in TRANSITIONS[state]} - reached:
        reached |= more
    assert reached == set(OutboxState)
    assert not may_become(OutboxState.UNKNOWN, OutboxState.CLAIMED)
    assert may_become("claimed", OutboxState.UNKNOWN)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Outcome.ACCEPTED], OutboxState.HANDED_OVER),
        ([Outcome.ACCEPTED, Outcome.REFUSED], OutboxState.HANDED_OVER),
        ([Outcome.ACCEPTED, Outcome.PENDING], OutboxState.HELD),
        ([Outcome.REFUSED, Outcome.REFUSED], OutboxState.BOUNCED),
        ([Outcome.PENDING], OutboxState.HELD),
    ],
)
def test_the_state_after_answers(outcomes: list[Outcome], expected: OutboxState) -> None:
    assert state_after({str(number): outcome for number, outcome in enumerate(outcomes)}) is expected


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (250, Outcome.ACCEPTED),
        (251, Outcome.ACCEPTED),
        (354, Outcome.PENDING),
        (451, Outcome.PENDING),
        (550, Outcome.REFUSED),
    ],
)
def test_what_an_answer_means(code: int, outcome: Outcome) -> None:
    assert Answer(code).outcome is outcome


def test_waits_grow_and_end() -> None:
    waits = [wait_after(number) for number in range(20)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna@avsandare.example", True),
        ("o'hara+tagg=1@x.example", True),
        ("åsa@kommun.example", True),
        ("a@[192.0.2.1]", True),
        ("", False),
        ("anna", False),
        ("a b@x.example", False),
        ("a@b@x.example", False),
        ("a\r\nRCPT TO:<b@x.example>@x.example", False),
        ("a@x.example\x00", False),
        ("a\udcff@x.example", False),
        ('"a b"@x.example', False),
        ("a<b@x.example", False),
        ("x" * 129 + "@x.example", False),
    ],
)
def test_which_envelope_addresses_are_taken(text: str, expected: bool) -> None:
    assert is_address(text) is expected


def test_policy_and_door() -> None:
    policy = Policy(own_domains=OURS, trusted=networks(["192.0.2.0/24", "::1"]))
    assert policy.trusts("192.0.2.7")
    assert policy.trusts("::1")
    assert not policy.trusts("198.51.100.1")
    assert not policy.trusts("unix")
    assert policy.is_ours("a@K.example")
    assert not policy.is_ours("a@f.example")
    door = Door(Limits(connections=3, connections_per_host=2))
    assert [door.enter(host) for host in ("a", "a", "a", "b", "b")] == [True, True, False, True, False]
    door.leave("a")
    assert door.enter("b")


def test_trace_headers_are_read_from_the_top_block_alone() -> None:
    raw = (
        b"Received: from a by b;\r\n Thu, 12 Mar 2026 08:41:00 +0100\r\n"
        b"Received: from c; Mon, 9 Mar 2026 08:00:00 +0100\r\n"
        b"Delivered-To: <Bygg@Kommun.example>\r\nSubject: x\r\n\r\n"
        b"Delivered-To: nej@kommun.example\r\nX-MS-Journal-Report:\r\n"
    )
    trace = read_trace(raw)
    assert trace.received_at is not None
    assert trace.received_at.isoformat() == "2026-03-12T07:41:00+00:00"
    assert trace.delivered_to == ("bygg@kommun.example",)
    assert not is_journal(raw)


@pytest.mark.parametrize("date", [b"", b"nonsense", b"Thu, 99 Mar 2026 08:41:00 +0100", b"1 Jan 0100 00:00:00 +2359"])
def test_a_trace_without_a_usable_date(date: bytes) -> None:
    assert read_trace(b"Received: from a; " + date + b"\r\n\r\n").received_at is None
