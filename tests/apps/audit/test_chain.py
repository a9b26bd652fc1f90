"""The trail refuses change, and finds the change that it could not refuse."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import Error, connection, transaction
from tests.trail import lift_guards

from kommunpost.apps.audit.actions import record, record_group, record_read
from kommunpost.apps.audit.models import ChainHead, Event
from kommunpost.apps.audit.queries import Break, BreakKind, EventFilter, events, heads, sealed_groups, verify_chains
from kommunpost.apps.audit.rules import GENESIS, READ_CHAIN, AuditRefused, Entry, canonical, digest, digest_rows, seal

NOW = datetime(2026, 3, 12, 7, 41, 0, 123456, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def fill(count: int = 6, chain: str = "intake:main") -> None:
    for number in range(1, count + 1):
        details = {"ids": [number, number + 1], "note": "åäö", "nested": {"b": None, "a": True}}
        record(
            actor="account:7",
            verb="mail:message:read",
            subject=f"message:{number}",
            details=details,
            at=NOW,
            chain=chain,
        )


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def kinds(found: list[Break], chain: str = "intake:main") -> set[tuple[int, BreakKind]]:
    return {(one.number, one.kind) for one in found if one.chain == chain}


def test_an_untouched_trail_has_no_breaks() -> None:
    fill()
    record_read(actor="account:7", verb="mail:message:read", subject="message:1", at=NOW)
    assert verify_chains() == []
    assert list(Event.objects.filter(chain="intake:main").order_by("number").values_list("number", flat=True)) == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip


def test_canonical_form_is_fixed_for_ever() -> None:
    swedish_summer = NOW.astimezone(timezone(timedelta(hours=2)))
    entry = Entry("main", 1, swedish_summer, "account:7", "a:b:c", "x:1", {"b": "å", "a": [1, None]}, GENESIS)
    assert canonical(entry).decode() == (
        '["kommunpost-audit-1","main",1,"2026-03-12T07:41:00.123456Z","account:7","a:b:c","x:1",'
        f'{{"a":[1,null],"b":"å"}},"{GENESIS}"]'
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'account:8'",
        "DELETE FROM audit_event WHERE number = 6",
        "DELETE FROM audit_chainhead",
        "UPDATE audit_chainhead SET number = number - 1",
        "UPDATE audit_chainhead SET chain = 'other'",
    ],
)
def test_the_database_refuses_change(statement: str) -> None:
    fill()
    with pytest.raises(Error), transaction.atomic():
        sql(statement)
    assert verify_chains() == []


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("table", ["audit_event", "audit_chainhead"])
def test_sqlite_refuses_insert_or_replace(table: str) -> None:
    fill()
    with pytest.raises(Error), transaction.atomic():
        sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("table", ["audit_event", "audit_chainhead"])
def test_postgresql_refuses_truncate(table: str) -> None:
    with pytest.raises(Error), transaction.atomic():
        sql(f"TRUNCATE {table}")


FIELD_CHANGES = [
    ("at", "2026-03-12 07:41:00.123457+00:00"),
    ("actor", "account:8"),
    ("verb", "mail:message:send"),
    ("subject", "message:99"),
    ("details", '{"ids": [3, 4], "note": "aao", "nested": {"b": null, "a": true}}'),
    ("digest", "f" * 64),
    ("previous", "f" * 64),
    ("number", 77),
    ("chain", "main2"),
]


@pytest.mark.parametrize(("field", "value"), FIELD_CHANGES)
def test_a_changed_field_is_found(field: str, value: object) -> None:
    fill()
    lift_guards()
    sql(f"UPDATE audit_event SET {field} = %s WHERE chain = 'intake:main' AND number = 3", value)
    assert {one for one in verify_chains() if one.kind is not BreakKind.GUARD_MISSING}


def _forge(number: int, *, links: bool) -> None:
    before = Event.objects.get(chain="intake:main", number=number - 1)
    entry = Entry("intake:main", number, NOW, "account:9", "a:b:c", "", {}, before.digest if links else GENESIS)
    Event.objects.create(
        chain=entry.chain, number=number, at=NOW, actor=entry.actor, verb=entry.verb, details={},
        previous=entry.previous, digest=digest(entry),
    )  # fmt: skip


def remove_middle() -> None:
    sql("DELETE FROM audit_event WHERE chain = 'intake:main' AND number = 3")


def remove_tail() -> None:
    sql("DELETE FROM audit_event WHERE chain = 'intake:main' AND number > 4")


def remove_tail_and_set_head() -> None:
    remove_tail()
    last = Event.objects.get(chain="intake:main", number=4)
    ChainHead.objects.filter(chain="intake:main").update(number=4, digest=last.digest)


def remove_chain_and_head() -> None:
    sql("DELETE FROM audit_event WHERE chain = 'intake:main'")
    sql("DELETE FROM audit_chainhead WHERE chain = 'intake:main'")


def replace_with_forgery() -> None:
    remove_middle()
    _forge(3, links=True)


def append_forgery() -> None:
    _forge(7, links=True)


def swap() -> None:
    for old, new in ((3, 300), (4, 3), (300, 4)):
        sql("UPDATE audit_event SET number = %s WHERE chain = 'intake:main' AND number = %s", new, old)


def seal_with_a_wrong_key() -> None:
    remove_tail_and_set_head()
    head = ChainHead.objects.get(chain="intake:main")
    forged = seal(chain=head.chain, number=head.number, head_digest=head.digest, key="guessed")
    ChainHead.objects.filter(chain="intake:main").update(seal=forged)


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (remove_middle, {(3, BreakKind.REMOVED)}),
        (remove_tail, {(5, BreakKind.TAIL_REMOVED)}),
        (remove_tail_and_set_head, {(4, BreakKind.HEAD_CHANGED)}),
        (remove_chain_and_head, {(0, BreakKind.HEAD_MISSING)}),
        (replace_with_forgery, {(4, BreakKind.UNLINKED)}),
        (append_forgery, {(7, BreakKind.TAIL_ADDED)}),
        (seal_with_a_wrong_key, {(4, BreakKind.HEAD_CHANGED)}),
        (
            swap,
            {
                (3, BreakKind.CHANGED), (3, BreakKind.UNLINKED), (4, BreakKind.CHANGED), (4, BreakKind.UNLINKED),
                (5, BreakKind.UNLINKED),
            },
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_tampering_by_the_owner_of_the_database_is_found(
    tamper: Callable[[], None], expected: set[tuple[int, BreakKind]]
) -> None:
    fill()
    lift_guards()
    tamper()
    assert kinds(verify_chains()) == expected


def test_guards_that_were_taken_off_are_told_of() -> None:
    lift_guards()
    assert {one.kind for one in verify_chains()} == {BreakKind.GUARD_MISSING}


def test_a_tail_cut_off_with_an_old_head_put_back_is_found_by_heads_kept_outside() -> None:
    fill(4)
    old = ChainHead.objects.get(chain="intake:main")
    fill(2)
    kept = heads()
    lift_guards()
    remove_tail()
    ChainHead.objects.filter(chain="intake:main").update(number=old.number, digest=old.digest, seal=old.seal)
    assert kinds(verify_chains()) == set()
    assert kinds(verify_chains(kept=kept)) == {(6, BreakKind.SEAL_UNMATCHED)}


def test_writing_on_after_a_broken_head_leaves_the_break_in_the_trail_for_ever() -> None:
    fill()
    lift_guards()
    remove_tail_and_set_head()
    fill(3)
    found = kinds(verify_chains())
    assert (5, BreakKind.EARLIER_BREAK) in found
    assert not any(kind is BreakKind.HEAD_CHANGED for _number, kind in found)


@pytest.mark.parametrize("text", ["", "not a time", "2026-13-45 00:00:00"])
@pytest.mark.only_on("sqlite")
def test_what_cannot_even_be_read_is_a_break_and_no_crash(text: str) -> None:
    fill()
    lift_guards()
    sql("UPDATE audit_event SET at = %s, actor = x'ff' WHERE chain = 'intake:main' AND number = 2", text)
    assert (2, BreakKind.CHANGED) in kinds(verify_chains())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actor": "Sara"}, "actor_malformed"),
        ({"verb": "read"}, "verb_malformed"),
        ({"subject": "x@y.example"}, "subject_malformed"),
        ({"chain": "Main"}, "chain_malformed"),
        ({"details": {"to": "x@y.example"}}, "details_hold_an_address"),
        ({"details": {"share": 0.5}}, "details_not_json"),
        ({"details": {"text": "a\x00b"}}, "details_text_unstorable"),
        ({"details": {"text": "\ud800"}}, "details_text_unstorable"),
        ({"at": datetime(2026, 1, 1)}, "time_without_zone"),
    ],
)
def test_a_malformed_event_is_refused(change: dict[str, object], code: str) -> None:
    wanted = {"actor": "account:7", "verb": "a:b:c", "at": NOW} | change
    with pytest.raises(AuditRefused) as refusal:
        record(**wanted)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(AuditRefused) as refusal:
        record(actor="account:7", verb="a:b:c", at=NOW)
    assert refusal.value.code == "outside_transaction"


@pytest.mark.django_db(transaction=True)
def test_a_write_rolled_back_leaves_neither_event_nor_gap() -> None:
    def fill_and_fail() -> None:
        with transaction.atomic():
            fill(2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fill_and_fail()
    with transaction.atomic():
        fill(2)
    assert verify_chains() == []
    assert Event.objects.filter(chain="intake:main").count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_writers_of_one_chain_leave_it_whole() -> None:
    writers, each = 6, 8
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _turn in range(each):
                with transaction.atomic():
                    fill(1, chain="main")
                    fill(1)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert verify_chains() == []
    assert Event.objects.filter(chain="intake:main").count() == writers * each


def test_a_group_seals_its_rows() -> None:
    rows = {12: ["in", "åäö", None], 11: ["in", "b", 4]}
    record_group(actor="system:intake", verb="mailflow:delivery:receive", kind="delivery", rows=rows, at=NOW)
    (group,) = sealed_groups(verb="mailflow:delivery:receive")
    assert (group.kind, group.ids, group.digest) == ("delivery", (11, 12), digest_rows(rows))
    assert digest_rows({**rows, 11: ["in", "c", 4]}) != group.digest


def test_pages_of_events_hold_every_event_once() -> None:
    fill(7)
    record_read(actor="account:9", verb="log:row:read", subject="mailbox:3", at=NOW)
    seen, before = [], None
    while True:
        page = events(filter=EventFilter(chain="intake:main"), before=before, limit=3)
        seen += [row.number for row in page.rows]
        before = page.before
        if before is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    (read,) = events(filter=EventFilter(office="log")).rows
    assert (read.chain, read.actor, read.subject) == (READ_CHAIN, "account:9", "mailbox:3")
