"""Entries on their way to a case system by webhook: down, slow, twice, garbage, no; and a worker that dies half-way."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.apps.register.world import NOW, World, letter, make_world, registered, take_in
from tests.case_system_double import KEY, Double, case_system

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.rules import NotAllowed, Role
from kommunpost.apps.mailflow.models import FileScan, ScanState
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.actions import void_entry
from kommunpost.apps.register.actions.handing_over import carrying, settling
from kommunpost.apps.register.actions.handing_over.systems import Way, choose_system
from kommunpost.apps.register.connectors.contract import Connector, Handing, Outcome, Receipt
from kommunpost.apps.register.connectors.webhook import UnsafeAddress, Webhook, check_url, number_in
from kommunpost.apps.register.kinds import HandoverState, SystemKind
from kommunpost.apps.register.models import CaseSystem, Handover, RegisterEntry
from kommunpost.apps.register.rules.handing_over import HANDOVER_STEPS, MOST_ATTEMPTS, clean_number
from kommunpost.apps.register.rules.signing import MOST_APART, SIGNATURE, TIMESTAMP, is_genuine, sign
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.site.case_systems import open_connector
from kommunpost.site.sealing import seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def lex() -> Iterator[Double]:
    with case_system() as double:
        yield double


def webhook_to(world: World, lex: Double, *, committee_id: int | None = None) -> CaseSystem:
    return CaseSystem.objects.create(
        committee_id=committee_id or world.sbn.pk, kind=SystemKind.WEBHOOK, name="Lex", url=lex.url, secret=seal(KEY)
    )


def an_entry(world: World, *, number: int = 1, **more: Any) -> Handover:
    [record] = take_in(letter(number=number))
    return Handover.objects.get(entry_id=registered(world, record, **more).entry_id)


def work(*, at: datetime = NOW + timedelta(hours=1), seconds: float = 5.0, whole: float = 10.0) -> int:
    """The worker's round at ``at``, with the receiver given ``seconds`` to answer."""

    def opened(system: CaseSystem) -> Connector:
        connector = open_connector(system)
        return replace(connector, seconds=seconds, whole=whole) if isinstance(connector, Webhook) else connector

    return carrying.hand_over_due(worker="test:1", open_connector=opened, clock=lambda: at)


def later(handover: Handover) -> datetime:
    """When it is tried next, and its system is awake."""
    handover.refresh_from_db()
    rest = CaseSystem.objects.get(pk=handover.system_id).resting_until
    assert handover.next_try_at is not None
    return max(handover.next_try_at, rest or handover.next_try_at)


def test_without_a_case_system_the_diary_is_all_there_is(world: World) -> None:
    CaseSystem.objects.create(committee=world.sbn, kind=SystemKind.DIARY)
    [record] = take_in(letter())
    registered(world, record)
    assert not Handover.objects.exists()


def test_an_entry_goes_over_and_the_number_comes_back(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world, case=True)
    assert handover.state == HandoverState.WAITING
    assert work() == 1
    handover.refresh_from_db()
    assert (handover.state, handover.number) == (HandoverState.RECEIVED, "LEX 2026/00001")
    assert handover.data == {}
    [told] = lex.calls
    assert lex.genuine == [True]
    entry = RegisterEntry.objects.get(pk=handover.entry_id)
    assert (told["designation"], told["title"], told["committee"]["code"]) == (entry.designation, entry.title, "SBN")
    assert [(one["place"], one["name"]) for one in told["documents"]] == [
        (0, f"mejl-{handover.entry.mails.get().record.message_id}.eml"), (1, "ritning.pdf"),
    ]  # fmt: skip
    assert work() == 0


def test_what_is_registered_in_vain_is_not_handed_over(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    [record] = take_in(letter())
    with transaction.atomic():
        registered(world, record)
        transaction.set_rollback(True)
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    ("answer", "state", "trouble"),
    [
        ((500, b"oj"), HandoverState.UNKNOWN, "receiver_failed"),
        ((503, b""), HandoverState.WAITING, "busy"),
        ((401, b""), HandoverState.WAITING, "not_let_in"),
        ((404, b""), HandoverState.WAITING, "no_such_address"),
        ((302, b""), HandoverState.WAITING, "redirected"),
        ((200, b"<html>Tack!</html>"), HandoverState.UNKNOWN, "answer_unreadable"),
        ((200, b'{"number": 7}'), HandoverState.UNKNOWN, "answer_unreadable"),
        ((200, b'{"number": "<script>"}'), HandoverState.UNKNOWN, "answer_unreadable"),
        ((200, b"[" * 50_000), HandoverState.UNKNOWN, "answer_unreadable"),
        ((200, b""), HandoverState.UNKNOWN, "answer_unreadable"),
    ],
)
def test_what_settles_nothing_is_tried_again_with_the_same_key(
    world: World, lex: Double, answer: tuple[int, bytes], state: str, trouble: str
) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    lex.answers.append(answer)
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (state, trouble)
    assert work() == 0, "before its time"
    assert work(at=later(handover)) == 1
    handover.refresh_from_db()
    assert (handover.state, handover.trouble, handover.attempts) == (HandoverState.RECEIVED, "", 2)
    first, second = lex.calls
    assert first == second
    assert len(lex.numbers) == 1


def test_no_redirect_is_followed(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    an_entry(world)
    lex.answers.append((307, b""))
    work()
    assert len(lex.calls) == 1


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_no_stands_until_a_person_tries_again(world: World, lex: Double, status: int) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    lex.answers.append((status, b'{"reason": "Anna Ek saknas"}'))
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.answer_code) == (HandoverState.REFUSED, status)
    assert work(at=NOW + timedelta(days=9)) == 0
    assert "Anna" not in json.dumps(list(Event.objects.values_list("details", flat=True)))
    settling.retry(actor=world.registrar, handover_id=handover.pk, now=NOW + timedelta(days=9))
    assert work(at=NOW + timedelta(days=9)) == 1
    handover.refresh_from_db()
    assert handover.state == HandoverState.RECEIVED


def test_a_receiver_that_is_down_is_waited_for_by_all_and_given_up_at_last(world: World) -> None:
    with case_system() as gone:
        system = webhook_to(world, gone)
    first, second = an_entry(world), an_entry(world, number=2)
    assert work() == 1, "the other one does not wait for its own time-out"
    at = NOW + timedelta(hours=1)
    for _ in range(200):
        at = max(at, CaseSystem.objects.get(pk=system.pk).resting_until or at) + timedelta(minutes=1)
        work(at=at)
    for handover in (first, second):
        handover.refresh_from_db()
        assert (handover.state, handover.trouble) == (HandoverState.DEAD, "unreachable")
        assert handover.attempts == MOST_ATTEMPTS


def test_a_slow_receiver_gets_the_same_once_more(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    lex.delay = 1.0
    work(seconds=0.2)
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.UNKNOWN, "slow")
    lex.delay = 0.0
    work(at=later(handover))
    handover.refresh_from_db()
    assert handover.number == "LEX 2026/00001"
    assert len(lex.calls) == 2
    assert len(lex.numbers) == 1, "one entry there too"


def test_an_answer_that_drips_is_cut_off(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    lex.drip = True
    lex.answers.append((201, b" " * 1000))
    work(seconds=5, whole=0.5)
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.UNKNOWN, "slow")


def test_a_worker_that_died_leaves_it_unknown_and_another_goes_on(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    at = NOW + timedelta(hours=1)
    claim = carrying.claim_next(worker="dead:1", now=at)
    assert claim is not None
    # It had sent, and died before it wrote down the answer.
    open_connector(claim.handover.system).hand_over(carrying.gather(claim.handover))
    assert work(at=at + timedelta(minutes=5)) == 0, "its lease holds"
    assert work(at=at + timedelta(minutes=11)) == 1
    handover.refresh_from_db()
    assert (handover.state, handover.number, handover.attempts) == (HandoverState.RECEIVED, "LEX 2026/00001", 2)
    assert len(lex.numbers) == 1


@dataclass
class Overtaken:
    """A connector whose worker loses its lease while the receiver thinks."""

    handover: Handover

    def hand_over(self, handing: Handing) -> Receipt:
        Handover.objects.filter(key=handing.key).update(leased_by="other:2")
        return Receipt(Outcome.ACCEPTED, "SEN 1")

    def receipts(self) -> Iterable[tuple[str, Receipt]]:
        return ()

    def put_away(self, key: str) -> None:
        raise AssertionError(key)


def test_what_a_late_worker_brings_does_not_overwrite(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    at = NOW + timedelta(hours=1)
    carrying.hand_over_due(worker="late:1", open_connector=lambda _system: Overtaken(handover), clock=lambda: at)
    handover.refresh_from_db()
    assert (handover.state, handover.number, handover.leased_by) == (HandoverState.SENDING, "", "other:2")


def call_back(key: object, told: dict[str, Any] | bytes, *, signed_with: str = KEY, at: datetime | None = None) -> int:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    headers = sign(body, key=signed_with, at=at or datetime.now(UTC))
    answer = Client().post(
        reverse("case-answer", args=[key]), body, content_type="application/json", headers=headers
    )  # fmt: skip
    return answer.status_code


@pytest.fixture
def awaited(world: World, lex: Double) -> Handover:
    """The receiver has said 202: the number comes later."""
    webhook_to(world, lex)
    handover = an_entry(world)
    lex.answers.append((202, b""))
    work()
    handover.refresh_from_db()
    assert handover.state == HandoverState.SENT
    return handover


def test_the_number_may_come_by_a_call_back_and_twice(awaited: Handover) -> None:
    for _ in range(2):
        assert call_back(awaited.key, {"state": "accepted", "number": " LEX  2026/7 "}) == 200
    awaited.refresh_from_db()
    assert (awaited.state, awaited.number, awaited.other_number) == (HandoverState.RECEIVED, "LEX 2026/7", "")
    assert Event.objects.filter(verb="register:handover:number").count() == 1


def test_another_number_for_the_same_entry_is_kept_and_shown(awaited: Handover) -> None:
    call_back(awaited.key, {"state": "accepted", "number": "LEX 2026/7"})
    call_back(awaited.key, {"state": "accepted", "number": "LEX 2026/8"})
    call_back(awaited.key, {"state": "refused"})
    awaited.refresh_from_db()
    assert (awaited.number, awaited.other_number) == ("LEX 2026/7", "LEX 2026/8")
    assert awaited.state == HandoverState.RECEIVED


def test_a_no_may_come_by_a_call_back(awaited: Handover) -> None:
    assert call_back(awaited.key, {"state": "refused"}) == 200
    awaited.refresh_from_db()
    assert awaited.state == HandoverState.REFUSED


@pytest.mark.parametrize(
    "told", [b"[]", b"nej", {"state": "accepted"}, {"state": "maybe", "number": "1"}, {"number": "1"}]
)
def test_nonsense_from_a_genuine_caller_changes_nothing(awaited: Handover, told: dict[str, Any] | bytes) -> None:
    assert call_back(awaited.key, told) == 422
    awaited.refresh_from_db()
    assert awaited.state == HandoverState.SENT


def test_strangers_are_all_answered_alike(awaited: Handover) -> None:
    told = {"state": "accepted", "number": "FALSKT 1"}
    old = datetime.now(UTC) - MOST_APART - timedelta(seconds=2)
    assert call_back(awaited.key, told, signed_with="fel nyckel") == 401
    assert call_back(awaited.key, told, at=old) == 401
    assert call_back("00000000-0000-4000-8000-000000000000", told) == 401
    assert call_back(awaited.key, b"x" * 20_000) == 401
    unsigned = Client().post(reverse("case-answer", args=[awaited.key]), b"{}", content_type="application/json")
    assert unsigned.status_code == 401
    awaited.refresh_from_db()
    assert awaited.state == HandoverState.SENT


def test_signature_covers_time_and_every_byte() -> None:
    body = b'{"number": "1"}'
    headers = sign(body, key="k", at=NOW)

    def holds(*, of: bytes = body, key: str = "k", timestamp: str = headers[TIMESTAMP], now: datetime = NOW) -> bool:
        return is_genuine(of, key=key, timestamp=timestamp, signature=headers[SIGNATURE], now=now)

    assert holds()
    assert holds(now=NOW + MOST_APART)
    assert not holds(of=body + b" ")
    assert not holds(key="K")
    assert not holds(timestamp=str(int(headers[TIMESTAMP]) + 1))
    assert not holds(now=NOW + MOST_APART + timedelta(seconds=1))
    assert not holds(now=NOW - MOST_APART - timedelta(seconds=1))
    for odd in ("", "-1", "1e9", "٣", "9" * 40):
        assert not holds(timestamp=odd)


@pytest.mark.parametrize(
    "url",
    [
        "", "lex.example", "http://lex.example/", "ftp://lex.example/", "https://", "https://a:b@lex.example/",
        "https://lex.example/\r\nX: y", "https://lex.example/å", "file:///etc/passwd", "http://169.254.169.254/",
        "http://127.0.0.1.evil.example/", "https://lex.example:fel/",
    ],
)  # fmt: skip
def test_unsafe_addresses_are_refused(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_url(url)


@pytest.mark.parametrize("url", ["https://lex.example/ta-emot?x=1", "http://127.0.0.1:80/", "http://localhost:8/"])
def test_safe_addresses_are_taken(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize("text", ["LEX 2026/00934-3", "BUN.2026.12", "KS 2026:1 (2)", "7"])
def test_numbers_that_may_be(text: str) -> None:
    assert clean_number(text) == text


@pytest.mark.parametrize("text", ["", " ", "<b>", "a\x00b", "1" * 81, 7, None, "=1+1", "-1"])
def test_numbers_that_may_not(text: object) -> None:
    assert clean_number(text) == ""
    assert number_in(json.dumps({"number": text}).encode()) == ""


def test_table_of_steps_is_whole() -> None:
    assert set(HANDOVER_STEPS) == set(HandoverState)
    assert all(HandoverState.SENDING not in HANDOVER_STEPS[one] for one in (HandoverState.DEAD, HandoverState.SENT))


def test_voided_before_it_left_it_does_not_go(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    void_entry(actor=world.registrar, entry_id=handover.entry_id, seen_version=1, reason="Fel", now=NOW)
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble, lex.calls) == (HandoverState.DEAD, "entry_voided", [])


def test_another_system_than_it_was_queued_for_is_a_persons_matter(world: World, lex: Double) -> None:
    system = webhook_to(world, lex)
    handover = an_entry(world)
    CaseSystem.objects.filter(pk=system.pk).update(kind=SystemKind.FOLDER)
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.DEAD, "system_changed")


def test_what_holds_a_virus_is_handed_over_by_hand(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    message_id = handover.entry.mails.get().record.message_id
    FileScan.objects.create(message_id=message_id, number=0, state=ScanState.INFECTED, signature="Eicar", at=NOW)
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble, lex.calls) == (HandoverState.DEAD, "infected_not_handed_over", [])


def test_by_hand(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    lex.answers.append((422, b""))
    work()
    with pytest.raises(RegisterRefused, match="number_missing"):
        settling.settle_by_hand(actor=world.registrar, handover_id=handover.pk, number=" ", now=NOW)
    settling.settle_by_hand(actor=world.registrar, handover_id=handover.pk, number="LEX 2026/9", now=NOW)
    handover.refresh_from_db()
    assert (handover.state, handover.number) == (HandoverState.RECEIVED, "LEX 2026/9")
    assert handover.numbered_by_id == world.registrar.account_id
    with pytest.raises(NotVisible):
        settling.settle_by_hand(actor=world.registrar, handover_id=10**9, number="1", now=NOW)


def test_withdrawn_and_taken_up_again(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    settling.withdraw(actor=world.registrar, handover_id=handover.pk, now=NOW)
    assert work() == 0
    settling.retry(actor=world.registrar, handover_id=handover.pk, now=NOW)
    assert work() == 1
    handover.refresh_from_db()
    assert handover.state == HandoverState.RECEIVED
    with pytest.raises(RegisterRefused, match="handover_not_from_here"):
        settling.withdraw(actor=world.registrar, handover_id=handover.pk, now=NOW)


def test_the_key_is_sealed_and_a_broken_seal_is_told(world: World, lex: Double, settings: Any) -> None:
    system = webhook_to(world, lex)
    assert KEY not in system.secret
    handover = an_entry(world)
    settings.SECRET_KEY = "en annan"
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.WAITING, "seal_broken")


def test_database_refuses_half_a_state(world: World, lex: Double) -> None:
    webhook_to(world, lex)
    handover = an_entry(world)
    for wrong in ({"state": HandoverState.RECEIVED}, {"state": HandoverState.SENDING}, {"state": "odd"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.filter(pk=handover.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseSystem.objects.filter(pk=handover.system_id).update(secret="")


def test_choosing_a_system_is_for_the_it_unit(world: World) -> None:
    it = factories.actor("Ivar It", Role.IT)
    way = Way(kind=SystemKind.WEBHOOK, name="Lex", url="https://lex.example/", sealed="x")
    with pytest.raises(NotAllowed):
        choose_system(actor=world.registrar, committee_id=world.sbn.pk, way=way, now=NOW)
    choose_system(actor=it, committee_id=world.sbn.pk, way=way, now=NOW)
    choose_system(actor=it, committee_id=world.sbn.pk, way=replace(way, sealed="", url="https://x.example"), now=NOW)
    assert CaseSystem.objects.get().secret == "x"
    for wrong, code in (
        ({"url": "http://lex.example/"}, "address_unsafe"), ({"name": ""}, "name_missing"),
        ({"kind": SystemKind.MAIL, "address": "ä"}, "address_missing"),
        ({"kind": SystemKind.MAIL, "address": "lex@kommun.example"}, "no_such_mailbox"),
    ):  # fmt: skip
        with pytest.raises(RegisterRefused, match=code):
            choose_system(actor=it, committee_id=world.sbn.pk, way=replace(way, **wrong), now=NOW)
    choose_system(actor=it, committee_id=world.sbn.pk, way=Way(kind=SystemKind.DIARY), now=NOW)
    assert CaseSystem.objects.get().secret == "", "a key that signs nothing is not kept"


def test_time_is_not_wasted_on_a_sleeping_system(world: World, lex: Double) -> None:
    system = webhook_to(world, lex)
    an_entry(world)
    CaseSystem.objects.filter(pk=system.pk).update(resting_until=NOW + timedelta(days=1))
    assert work() == 0
    assert lex.calls == []
