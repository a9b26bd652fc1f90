"""Rows are written whole, once, and for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.apps.maillog.world import NOON, recorded

from kommunpost.apps.maillog import guards
from kommunpost.apps.maillog.actions import interning, load_rows, write_rows
from kommunpost.apps.maillog.models import Correspondents, ErasurePass, LogRow, Pending, Subject
from kommunpost.apps.maillog.rules.ids import NEXT_MILLISECOND, at_of, row_id

pytestmark = pytest.mark.django_db


def test_a_delivery_becomes_a_row() -> None:
    delivery = recorded(
        7, mailbox_id=3, direction="out", sender="bygg@stad.example", recipients=("a@x.example", "b@x.example")
    )
    write_rows([delivery])
    row = LogRow.objects.get()
    assert at_of(row.id) == NOON
    assert (row.delivery_id, row.mailbox_id, row.direction) == (7, 3, 1)
    assert Correspondents.objects.get(id=row.sender_id).text == "bygg@stad.example"
    assert Correspondents.objects.get(id=row.recipients_id).text == "a@x.example\nb@x.example"
    assert Subject.objects.get(id=row.subject_id).text == delivery.subject
    assert list(Pending.objects.values_list("id", flat=True)) == [row.id]


def test_no_deliveries_is_no_work(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        write_rows([])


def test_the_pen_is_mailbox_nought() -> None:
    write_rows([recorded(1, mailbox_id=None)])
    assert LogRow.objects.get().mailbox_id == 0


def test_queries_do_not_grow_with_the_group(django_assert_max_num_queries) -> None:
    months = 2 if connection.vendor == "postgresql" else 0
    write_rows([recorded(1)])
    with django_assert_max_num_queries(6 + months):
        write_rows([recorded(number, subject=f"Ärende {number}") for number in range(2, 400)])
    assert LogRow.objects.count() == 399


def test_texts_are_written_once() -> None:
    write_rows([recorded(number) for number in range(1, 50)])
    write_rows([recorded(number) for number in range(50, 60)])
    assert (Correspondents.objects.count(), Subject.objects.count(), LogRow.objects.count()) == (2, 1, 59)


def test_two_rows_with_one_id_are_both_kept() -> None:
    far = 1 << 15
    group = [recorded(1), recorded(1 + far), recorded(1 + 2 * far)]
    write_rows(group[:2])
    write_rows(group[2:])
    first = row_id(NOON, 1)
    assert list(LogRow.objects.order_by("id").values_list("id", "delivery_id")) == [
        (first, 1),
        (first + NEXT_MILLISECOND, 1 + far),
        (first + 2 * NEXT_MILLISECOND, 1 + 2 * far),
    ]


def test_texts_whose_digests_collide_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interning, "text_id", lambda text: 42)
    write_rows([recorded(1, subject="ett"), recorded(2, subject="två")])
    write_rows([recorded(3, subject="tre"), recorded(4, subject="två")])
    texts = dict(Subject.objects.values_list("id", "text"))
    assert sorted(texts.values()) == ["ett", "tre", "två"]
    written = LogRow.objects.order_by("delivery_id").values_list("subject_id", flat=True)
    assert [texts[identifier] for identifier in written] == ["ett", "två", "tre", "två"]


def test_what_no_database_takes_is_shown_as_lost() -> None:
    write_rows([recorded(1, subject="a\x00b\udcff")])
    assert Subject.objects.get().text in {"a\ufffdb?", "a\ufffdb\ufffd"}


@pytest.mark.parametrize("at", [datetime(1984, 2, 3, tzinfo=UTC), datetime(2019, 12, 31, 23, 59, tzinfo=UTC)])
def test_old_mail_finds_its_place(at: datetime) -> None:
    write_rows([recorded(1, at=at), recorded(2, at=at + timedelta(days=40))])
    assert sorted(at_of(row.id) for row in LogRow.objects.all()) == [at, at + timedelta(days=40)]


@pytest.mark.parametrize("model", [LogRow, Correspondents, Subject])
def test_rows_and_texts_cannot_be_changed_or_removed(
    model: type[LogRow] | type[Correspondents] | type[Subject],
) -> None:
    write_rows([recorded(1)])
    for statement in (f"UPDATE {model._meta.db_table} SET id = id", f"DELETE FROM {model._meta.db_table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert model._default_manager.exists()


@pytest.mark.only_on("sqlite")
def test_replacing_a_row_leaves_it_as_it_was() -> None:
    write_rows([recorded(1)])
    with connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO maillog_subject (id, text) SELECT id, 'ändrad' FROM maillog_subject")
    assert Subject.objects.get().text == recorded(1).subject


def test_an_erasure_pass_lets_rows_go() -> None:
    write_rows([recorded(1)])
    erasure = ErasurePass.objects.create(reason="test")
    LogRow.objects.all().delete()
    erasure.delete()
    assert not LogRow.objects.exists()


def test_every_guard_is_in_force() -> None:
    assert guards.missing(connection) == []


@pytest.mark.only_on("postgresql")
def test_no_month_of_the_log_can_be_emptied() -> None:
    write_rows([recorded(1)])
    months = set(guards.tables(connection)) - set(guards.GUARDED)
    assert len(months) > 2
    for table in (*sorted(months), *guards.GUARDED):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")
    assert LogRow.objects.count() == 1


def test_only_rows_without_a_delivery_are_loaded() -> None:
    assert load_rows(recorded(0, subject=f"rad {number}") for number in range(25)) == 25
    with pytest.raises(ValueError, match="write_rows"):
        load_rows([recorded(5)])
