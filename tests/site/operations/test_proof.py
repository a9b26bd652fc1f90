"""The proof itself: what each check finds, how far it says it has come, and how the worker runs what was asked for."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings
from tests import factories
from tests.site.post import deliver, letter
from tests.trail import guards_lifted

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.rules import Actor, NotAllowed
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Delivery
from kommunpost.site.cli import main
from kommunpost.site.operations import proof, upkeep
from kommunpost.site.operations.actions import ask_verification
from kommunpost.site.operations.errors import OperationRefused
from kommunpost.site.operations.models import Verification, WorkState
from kommunpost.site.operations.queries.proof import latest_whole, verification_under_way
from kommunpost.site.worker import wake

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BOX = "gatapark@kommun.example"


@pytest.fixture(autouse=True)
def three_mails(settings: Settings, tmp_path) -> None:
    settings.BLOB_STORE, settings.DATA_FOLDER = str(tmp_path / "blobs"), tmp_path
    factories.mailbox("gatapark")
    for number in range(3):
        deliver(letter(number, to=BOX), to=BOX, at=NOW)


def breaks(name: str) -> set[tuple[str, str]]:
    return {(one.kind, one.subject) for one in proof.CHECKS[name].run(proof.Scope())}


@pytest.mark.parametrize("name", proof.CHECKS)
def test_an_untouched_house_has_no_breaks_and_progress_reaches_its_size(name: str) -> None:
    told: list[int] = []
    check = proof.CHECKS[name]
    assert list(check.run(proof.Scope(progress=told.append))) == []
    assert sum(told) == check.size() > 0


def test_a_delivery_that_was_moved_to_another_time_is_found() -> None:
    second = Delivery.objects.order_by("pk")[1]
    Delivery.objects.filter(pk=second.pk).update(at=NOW - timedelta(days=1))
    assert {kind for kind, _subject in breaks("deliveries")} == {"delivery_changed"}
    assert len(breaks("deliveries")) == 1


def test_a_delivery_that_was_removed_is_named() -> None:
    second = Delivery.objects.order_by("pk")[1]
    Delivery.objects.filter(pk=second.pk).delete()
    assert breaks("deliveries") == {("delivery_missing", f"delivery:{second.pk}")}


def test_a_blob_that_is_gone_is_named() -> None:
    digest = Delivery.objects.order_by("pk")[0].blob_id
    store().erase(digest)
    assert breaks("blobs") == {("blob_missing", f"blob:{digest}")}


def test_a_log_row_that_was_removed_is_found() -> None:
    with guards_lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM maillog_logrow WHERE delivery_id = %s", [Delivery.objects.order_by("pk")[0].pk])
    assert "delivery_without_row" in {kind for kind, _subject in breaks("log")}


def test_the_command_shows_a_bar_for_each_check_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    assert main(["verify"]) == 0
    assert all(f"{name}: 100%" in shown.getvalue() for name in proof.CHECKS)
    assert json.loads(capsys.readouterr().out) == {"ok": True, "breaks": []}


def auditor() -> Actor:
    return factories.auditor()


def test_what_is_asked_for_is_run_once_and_written_in_the_trail() -> None:
    ask_verification(scope="whole", by=auditor(), now=NOW)
    waiting = verification_under_way()
    assert waiting is not None
    assert waiting.state == WorkState.ASKED
    with pytest.raises(OperationRefused, match="already_asked"):
        ask_verification(scope="whole", by="system:worker", now=NOW)
    assert upkeep.verify_asked(clock=lambda: NOW) == 1
    assert upkeep.verify_asked(clock=lambda: NOW) == 0
    done = latest_whole()
    assert done is not None
    assert (done.break_count, done.finished_at, verification_under_way()) == (0, NOW, None)
    assert {head.chain for head in done.heads} >= {"main"}
    told = Event.objects.filter(verb__startswith="operations:").order_by("pk").values_list("verb", "actor")
    assert [verb for verb, _actor in told] == ["operations:verification:ask", "operations:verification:finish"]


def test_breaks_are_kept_with_their_number() -> None:
    with guards_lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor = 'account:1' WHERE chain = 'main' AND number = 1")
    ask_verification(scope="whole", by="system:worker", now=NOW)
    upkeep.verify_asked(clock=lambda: NOW)
    done = latest_whole()
    assert done is not None
    assert done.break_count == 1
    assert (done.breaks[0].check, done.breaks[0].kind, done.breaks[0].subject) == ("audit", "changed", "main/1")


def test_a_worker_that_died_is_followed_by_another_and_one_that_lives_is_not() -> None:
    pk = ask_verification(scope="trail", by="system:worker", now=NOW)
    Verification.objects.filter(pk=pk).update(state=WorkState.RUNNING, touched_at=NOW)
    assert upkeep.verify_asked(clock=lambda: NOW + upkeep.LOST_AFTER) == 0
    assert upkeep.verify_asked(clock=lambda: NOW + upkeep.LOST_AFTER + timedelta(seconds=1)) == 1


def test_a_process_that_ends_gives_it_back() -> None:
    pk = ask_verification(scope="whole", by="system:worker", now=NOW)
    wake.end()
    try:
        upkeep.verify_asked(clock=lambda: NOW)
    finally:
        wake.begin()
    assert Verification.objects.get(pk=pk).state == WorkState.ASKED
    assert upkeep.verify_asked(clock=lambda: NOW) == 1


def test_a_check_that_falls_over_is_no_clean_result(monkeypatch: pytest.MonkeyPatch) -> None:
    pk = ask_verification(scope="whole", by="system:worker", now=NOW)
    monkeypatch.setitem(proof.CHECKS, "blobs", proof.Check(lambda _scope: iter([1 // 0]), lambda: 1))  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        upkeep.verify_asked(clock=lambda: NOW)
    assert Verification.objects.get(pk=pk).state == WorkState.FAILED
    assert latest_whole() is None


@pytest.mark.parametrize("make", [factories.caseworker, factories.registrar, factories.manager])
def test_who_may_not_read_the_trail_may_not_ask(make) -> None:
    with pytest.raises(NotAllowed):
        ask_verification(scope="whole", by=make(), now=NOW)
    assert not Verification.objects.exists()


def test_the_night_asks_once() -> None:
    upkeep.ask_nightly(now=NOW)
    upkeep.ask_nightly(now=NOW)
    assert Verification.objects.count() == 1
