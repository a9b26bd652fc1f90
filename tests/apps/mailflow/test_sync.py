"""Reading a real mailbox: Dovecot, IMAP. Nothing lost, nothing twice, nothing marked as read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone
from tests.dovecot import PASSWORD, Dovecot

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.actions import outbox, receive_group, syncing
from kommunpost.apps.mailflow.models import (
    Arrival,
    Connection,
    ConnectionState,
    Delivery,
    PendingMove,
    Route,
    Security,
    SentCopy,
    SyncedMail,
    SyncFolder,
)
from kommunpost.apps.mailflow.rules.outbox import Answer
from kommunpost.apps.mailflow.sync import attending
from kommunpost.apps.mailflow.sync.contract import SourceError
from kommunpost.apps.mailflow.sync.imap import ImapAccess, ImapMailbox

from .conftest import arrived, mail

pytestmark = [pytest.mark.server, pytest.mark.django_db]
BOX = "bygg@kommun.example"
LONG_AGO = datetime(2024, 5, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def connection(dovecot: Dovecot, mailboxes: dict[str, Mailbox]) -> Connection:
    return Connection.objects.create(
        mailbox=mailboxes["bygg"], kind="imap", host="127.0.0.1", port=dovecot.imap, security=Security.NONE, login=BOX,
        secret=PASSWORD, state_since=timezone.now(),
    )  # fmt: skip


def open_imap(row: Connection) -> ImapMailbox:
    return ImapMailbox(ImapAccess(row.host, row.port, Security(row.security), row.login, row.secret))


def house(**more: object) -> attending.House:
    values: dict[str, object] = {
        "listeners": (), "chain": "intake:sync", "clock": timezone.now, "open": open_imap,
        "is_stopping": lambda: False, "taken": lambda _number: None, "rest": lambda: None,
    }  # fmt: skip
    return attending.House(**values | more)  # type: ignore[arg-type]


def read(connection: Connection, wrap: Callable[[ImapMailbox], ImapMailbox] = lambda source: source) -> int:
    """One visit with all its rounds; how many deliveries were new."""
    hold = syncing.take_hold(connection_id=connection.pk, holder="prov", now=timezone.now())
    assert hold is not None
    connection.refresh_from_db()
    source = open_imap(connection)
    try:
        return attending.read_once(connection=connection, hold=hold, source=wrap(source), house=house())
    finally:
        source.close()


def names(**lookup: object) -> list[str]:
    found = Delivery.objects.filter(**lookup).order_by("message__message_id")
    return list(found.values_list("message__message_id", flat=True))


def number(count: int, *, start: int = 0) -> list[bytes]:
    return [mail(message_id=f"{n}@avsandare.example", subject=f"Nummer {n}") for n in range(start, start + count)]


def test_what_lay_there_is_taken_in_silently_and_what_comes_is_new(dovecot: Dovecot, connection: Connection) -> None:
    dovecot.put(BOX, mail(message_id="gammal@a.example"), when=LONG_AGO)
    assert read(connection) == 1
    dovecot.deliver(mail(message_id="ny@a.example"), BOX)
    assert read(connection) == 1
    assert names(route=Route.IMPORT) == ["gammal@a.example"]
    assert names(route=Route.IMAP) == ["ny@a.example"]
    new = Delivery.objects.get(route=Route.IMAP)
    assert (new.direction, new.mailbox_id, new.envelope_sender) == (
        "in",
        connection.mailbox_id,
        "anna@avsandare.example",
    )
    connection.refresh_from_db()
    assert connection.state == ConnectionState.LIVE
    assert connection.heard_at is not None


def test_nothing_is_marked_as_read(dovecot: Dovecot, connection: Connection) -> None:
    for raw in number(3):
        dovecot.deliver(raw, BOX)
    assert read(connection) == 3
    assert all(b"\\Seen" not in flags for flags in dovecot.flags(BOX))
    assert len(dovecot.flags(BOX)) == 3


def test_sent_mail_is_out_and_drafts_are_left_alone(dovecot: Dovecot, connection: Connection) -> None:
    read(connection)
    dovecot.put(BOX, mail(message_id="svar@k.example", sender=BOX, to="anna@avsandare.example"), folder="Skickat")
    dovecot.put(BOX, mail(message_id="utkast@k.example", sender=BOX), folder="Utkast")
    dovecot.put(BOX, mail(message_id="slangt@k.example", sender=BOX), folder="Papperskorg")
    dovecot.put(BOX, mail(message_id="skrap@a.example"), folder="Skräppost/2026 å")
    assert read(connection) == 2
    assert names(direction="out") == ["svar@k.example"]
    assert names(direction="in") == ["skrap@a.example"]


def test_a_second_visit_does_nothing(dovecot: Dovecot, connection: Connection) -> None:
    for raw in number(5):
        dovecot.deliver(raw, BOX)
    assert [read(connection), read(connection), read(connection)] == [5, 0, 0]
    assert Delivery.objects.count() == 5
    assert Arrival.objects.count() == 0


def test_a_storm_of_two_hundred_is_all_there_once(dovecot: Dovecot, connection: Connection) -> None:
    read(connection)
    for raw in number(200):
        dovecot.deliver(raw, BOX)
    assert read(connection) == 200
    assert len(set(names(route=Route.IMAP))) == 200
    assert SyncFolder.objects.get(role="inbox").position == "200"


def test_a_new_uidvalidity_loses_and_doubles_nothing(dovecot: Dovecot, connection: Connection) -> None:
    read(connection)
    for raw in number(7):
        dovecot.deliver(raw, BOX)
    assert read(connection) == 7
    before = SyncFolder.objects.get(role="inbox").generation
    dovecot.stop()
    dovecot.forget_uids(BOX)
    dovecot.start()
    dovecot.deliver(number(1, start=7)[0], BOX)
    assert read(connection) == 1
    after = SyncFolder.objects.get(role="inbox")
    assert after.generation != before
    assert Delivery.objects.count() == 8
    assert Arrival.objects.count() == 0
    assert SyncedMail.objects.filter(folder=after).count() == 8


class BrokenError(Exception):
    """The process died here."""


class Dying:
    """A source that dies after so many pages, once the page has been handed out."""

    def __init__(self, source: ImapMailbox, *, after: int) -> None:
        self._source, self._left = source, after

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)

    def news(self, *args: object) -> object:
        for page in self._source.news(*args):  # type: ignore[arg-type]
            if self._left == 0:
                raise BrokenError
            self._left -= 1
            yield page


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_visit_that_is_cut_short_goes_on_where_it_was(dovecot: Dovecot, connection: Connection, after: int) -> None:
    for raw in number(120):
        dovecot.deliver(raw, BOX)
    with pytest.raises(BrokenError):
        read(connection, partial(Dying, after=after))  # type: ignore[arg-type]
    read(connection)
    assert len(set(names())) == Delivery.objects.count() == 120


def test_dovecot_killed_in_the_middle(dovecot: Dovecot, connection: Connection) -> None:
    for raw in number(150):
        dovecot.deliver(raw, BOX)

    class Killing(Dying):
        def news(self, *args: object) -> object:
            for count, page in enumerate(self._source.news(*args)):  # type: ignore[arg-type]
                yield page
                if count == 1:
                    dovecot.stop(9)

    with pytest.raises(SourceError) as error:
        read(connection, partial(Killing, after=99))  # type: ignore[arg-type]
    assert error.value.code == "unreachable"
    assert 0 < Delivery.objects.count() < 150
    dovecot.start()
    read(connection)
    assert len(set(names())) == Delivery.objects.count() == 150


def test_the_same_mail_by_journal_and_imap_is_one_delivery(dovecot: Dovecot, connection: Connection) -> None:
    read(connection)
    raw = mail(message_id="tva.vagar@a.example")
    receive_group(arrivals=[arrived(raw, BOX)], listeners=(), now=timezone.now())
    dovecot.deliver(raw, BOX)
    assert read(connection) == 0
    assert Delivery.objects.get().route == Route.SMTP
    assert list(Arrival.objects.values_list("route", flat=True)) == [Route.IMAP]
    dovecot.stop()
    dovecot.forget_uids(BOX)
    dovecot.start()
    assert read(connection) == 0
    assert Arrival.objects.count() == 1


def test_a_mail_moved_by_somebody_is_the_same_mail(dovecot: Dovecot, connection: Connection) -> None:
    dovecot.deliver(mail(), BOX)
    assert read(connection) == 1
    with dovecot.client(BOX) as client:
        client.create_folder("Ärenden")
        client.select_folder("INBOX")
        client.move(client.search(), "Ärenden")
    assert read(connection) == 0
    assert Delivery.objects.count() == 1


def test_a_move_is_done_in_two_phases(dovecot: Dovecot, connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(move_to="Inläst")
    for raw in number(3):
        dovecot.deliver(raw, BOX)

    class Stuck(Dying):
        def move(self, *args: object, **more: object) -> None:
            raise BrokenError

    with pytest.raises(BrokenError):
        read(connection, partial(Stuck, after=99))  # type: ignore[arg-type]
    assert (Delivery.objects.count(), PendingMove.objects.count(), len(dovecot.flags(BOX))) == (3, 3, 3)
    assert read(connection) == 0
    assert (PendingMove.objects.count(), len(dovecot.flags(BOX))) == (0, 0)
    moved = dovecot.flags(BOX, "Inläst")
    assert len(moved) == 3
    assert all(b"\\Seen" not in flags for flags in moved)
    assert Delivery.objects.count() == 3


def test_the_nightly_count_finds_what_was_missed(dovecot: Dovecot, connection: Connection) -> None:
    for raw in number(4):
        dovecot.deliver(raw, BOX)
    read(connection)
    # A row that a bug, or a server that numbers out of order, would have left out.
    lost = SyncedMail.objects.filter(folder__role="inbox").order_by("pk")[1]
    Delivery.objects.filter(message_id=lost.message_id).delete()
    lost.delete()
    assert read(connection) == 0
    Connection.objects.filter(pk=connection.pk).update(counted_at=timezone.now() - timedelta(days=2))
    assert read(connection) == 1
    connection.refresh_from_db()
    assert connection.found_late == 1
    assert SyncFolder.objects.get(role="inbox").counted == 4


def test_one_mail_that_cannot_be_taken_in_holds_up_nobody(
    dovecot: Dovecot, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for raw in number(5):
        dovecot.deliver(raw, BOX)
    honest = syncing.receive_group

    def choosy(*, arrivals: list[object], **more: object) -> object:
        if any(b"<2@" in one.raw for one in arrivals):  # type: ignore[attr-defined]
            raise ValueError("poison")
        return honest(arrivals=arrivals, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(syncing, "receive_group", choosy)
    assert read(connection) == 4
    assert SyncedMail.objects.get(message__isnull=True).trouble == "ValueError"
    monkeypatch.setattr(syncing, "receive_group", honest)
    Connection.objects.filter(pk=connection.pk).update(counted_at=None)
    assert read(connection) == 1
    assert not SyncedMail.objects.exclude(trouble="").exists()
    assert Delivery.objects.count() == 5


def test_a_refused_password_is_told_and_left_alone_for_a_while(dovecot: Dovecot, connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(secret="fel")
    hold = syncing.take_hold(connection_id=connection.pk, holder="prov", now=timezone.now())
    assert hold is not None
    attending.attend(hold=hold, house=house())
    connection.refresh_from_db()
    assert (connection.state, connection.trouble, connection.holder) == ("refused", "sign_in_refused", "")
    assert connection.try_at is not None
    assert connection.try_at > timezone.now() + timedelta(minutes=20)
    assert syncing.take_hold(connection_id=connection.pk, holder="prov", now=timezone.now()) is None


def test_two_processes_do_not_read_one_mailbox(connection: Connection) -> None:
    now = timezone.now()
    mine = syncing.take_hold(connection_id=connection.pk, holder="ett", now=now)
    assert mine is not None
    assert syncing.take_hold(connection_id=connection.pk, holder="tva", now=now) is None
    assert syncing.take_hold(connection_id=connection.pk, holder="tva", now=now + timedelta(hours=1)) is not None
    with pytest.raises(syncing.SyncRefused):
        syncing.keep_hold(hold=mine, now=now)


def test_idle_tells_at_once(dovecot: Dovecot, connection: Connection) -> None:
    """Would wait for a minute if IDLE told nothing; the loop is left as soon as it did."""
    source = open_imap(connection)
    asked: list[int] = []

    def is_stopping() -> bool:
        if not asked:
            dovecot.deliver(mail(), BOX)
        asked.append(1)
        return len(asked) > 10

    source.wait(60, is_stopping)
    source.close()
    assert len(asked) < 10


def send(mailbox: Mailbox, raw: bytes) -> None:
    now = timezone.now()
    to = "anna@a.example"
    outbox.queue_mail(mailbox_id=mailbox.pk, raw=raw, recipients=[to], not_before=now, by="system:prov", now=now)
    (claim,) = outbox.claim_due(worker="prov", limit=1, now=now)
    outbox.record_answers(claim=claim, answers={to: Answer(250)}, listeners=(), now=timezone.now())


def test_what_is_sent_lies_in_sent_once(
    dovecot: Dovecot, connection: Connection, mailboxes: dict[str, Mailbox]
) -> None:
    read(connection)
    raw = mail(message_id="svar@k.example", sender=BOX, to="anna@a.example")
    send(mailboxes["bygg"], raw)
    assert read(connection) == 0
    assert [b"\\Seen" in flags for flags in dovecot.flags(BOX, "Skickat")] == [True]
    assert SentCopy.objects.get().was_there is False
    # We died between the copy and the note of it.
    SentCopy.objects.all().delete()
    assert read(connection) == 0
    assert len(dovecot.flags(BOX, "Skickat")) == 1
    assert SentCopy.objects.get().was_there is True
    assert Delivery.objects.get().direction == "out"


def test_no_copy_where_the_mail_system_makes_its_own(
    dovecot: Dovecot, connection: Connection, mailboxes: dict[str, Mailbox]
) -> None:
    Connection.objects.filter(pk=connection.pk).update(stores_sent=False)
    read(connection)
    send(mailboxes["bygg"], mail(message_id="svar@k.example", sender=BOX))
    read(connection)
    assert dovecot.flags(BOX, "Skickat") == []
