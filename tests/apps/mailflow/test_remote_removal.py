"""A mail is removed from the mailbox on its server: that mail, every copy of it, and nothing else (ADR 0055)."""

import os
import signal
from collections.abc import Callable

import pytest
from django.db import connections
from django.utils import timezone
from imapclient import IMAPClient
from pytest_django import Settings
from tests.dovecot import PASSWORD, Dovecot
from tests.graph_double import RECOVERABLE, SECRET, GraphDouble

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.actions import outbox, syncing
from kommunpost.apps.mailflow.models import (
    Connection,
    ConnectionState,
    Delivery,
    Message,
    RemoteFind,
    RemoteRemoval,
    Security,
    SentCopy,
)
from kommunpost.apps.mailflow.places import Lying, NeedsHand, PlaceFailed
from kommunpost.apps.mailflow.rules.outbox import Answer
from kommunpost.apps.mailflow.sync import attending
from kommunpost.apps.mailflow.sync.contract import Copy
from kommunpost.apps.mailflow.sync.imap import ImapAccess, ImapMailbox
from kommunpost.apps.mailflow.sync.removing import mailboxes as place_of
from kommunpost.site.sealing import seal
from kommunpost.site.serving.sources import open_source

from .conftest import mail

pytestmark = pytest.mark.django_db(transaction=True)
BOX = "bygg@kommun.example"
SECRET_MAIL = mail(message_id="hemlig@a.example", body="Barnet bor på den hemliga adressen.")


def open_imap(row: Connection) -> ImapMailbox:
    return ImapMailbox(ImapAccess(row.host, row.port, Security(row.security), row.login, row.secret))


PLACE = place_of(open_source=open_imap)


@pytest.fixture
def connection(dovecot: Dovecot, mailboxes: dict[str, Mailbox]) -> Connection:
    return Connection.objects.create(
        mailbox=mailboxes["bygg"], kind="imap", host="127.0.0.1", port=dovecot.imap, security=Security.NONE, login=BOX,
        secret=PASSWORD, state_since=timezone.now(),
    )  # fmt: skip


def read(connection: Connection, *, opened: Callable[[Connection], object] = open_imap) -> int:
    hold = syncing.take_hold(connection_id=connection.pk, holder="prov", now=timezone.now())
    assert hold is not None
    connection.refresh_from_db()
    source = opened(connection)
    house = attending.House(
        listeners=(), chain="intake:sync", clock=timezone.now, open=opened,  # type: ignore[arg-type]
        is_stopping=lambda: False, taken=lambda _number: None, rest=lambda: None,
    )  # fmt: skip
    try:
        return attending.read_once(connection=connection, hold=hold, source=source, house=house)  # type: ignore[arg-type]
    finally:
        source.close()  # type: ignore[attr-defined]


def subjects(dovecot: Dovecot, folder: str) -> list[bytes]:
    with dovecot.client(BOX) as client:
        client.select_folder(folder, readonly=True)
        return sorted(one[b"ENVELOPE"].subject for one in client.fetch(client.search(), ["ENVELOPE"]).values())


def lying(message: Message) -> list[Lying]:
    found = PLACE.find(message.pk)
    assert [one.reference for one in found] == [f"remote_mailbox:{Mailbox.objects.get(address=BOX).pk}"]
    return found


def the_secret() -> Message:
    return Message.objects.get(message_id="hemlig@a.example")


def remove(message: Message) -> list[str]:
    there = lying(message)
    PLACE.remove(message.pk, there, timezone.now())
    return PLACE.prove(message.pk, there)


@pytest.mark.server
def test_every_copy_goes_and_nothing_else(dovecot: Dovecot, connection: Connection) -> None:
    for folder in ("INBOX", "Papperskorg", "Ärenden/2026 å", "Utkast", "Skickat"):
        dovecot.put(BOX, b"Received: by " + folder[:2].encode() + b"\r\n" + SECRET_MAIL, folder=folder)
        dovecot.put(BOX, mail(message_id=f"{folder[:2]}@a.example", subject="Annat"), folder=folder)
    with dovecot.client(BOX) as client:
        # What somebody else has marked in the folder is theirs: EXPUNGE without a number would take it.
        client.select_folder("INBOX")
        client.add_flags(client.search(["HEADER", "Message-ID", "IN@a.example"]), [rb"\Deleted"])
    read(connection)
    assert remove(the_secret()) == []
    for folder in ("INBOX", "Papperskorg", "Ärenden/2026 å", "Utkast", "Skickat"):
        assert subjects(dovecot, folder) == [b"Annat"]
    finds = RemoteFind.objects.all()
    assert {one.folder for one in finds} == {"INBOX", "Papperskorg", "Ärenden/2026 å", "Utkast", "Skickat"}
    assert all(one.removed_at for one in finds)
    told = Event.objects.filter(verb="mailflow:message:remove_remote")
    assert told.count() == 5
    assert "Ärenden" not in str(list(told.values_list("details", flat=True)))


@pytest.mark.server
def test_the_reading_goes_on_and_finds_no_fault(dovecot: Dovecot, connection: Connection) -> None:
    for raw in (mail(message_id="f@a.example"), SECRET_MAIL, mail(message_id="e@a.example")):
        dovecot.deliver(raw, BOX)
    assert read(connection) == 3
    assert remove(the_secret()) == []
    dovecot.deliver(mail(message_id="ny@a.example"), BOX)
    assert read(connection) == 1
    Connection.objects.filter(pk=connection.pk).update(counted_at=None)
    assert read(connection) == 0
    connection.refresh_from_db()
    assert (connection.state, connection.trouble, connection.found_late) == (ConnectionState.LIVE, "", 0)
    assert connection.folders.get(role="inbox").counted == 3
    # Read anew from the first mail, as after a restored mailbox: what is gone does not come again.
    dovecot.stop()
    dovecot.forget_uids(BOX)
    dovecot.start()
    assert read(connection) == 0
    assert Delivery.objects.count() == 4


@pytest.mark.server
def test_another_mail_under_the_same_name_is_left_to_a_person(dovecot: Dovecot, connection: Connection) -> None:
    dovecot.deliver(SECRET_MAIL, BOX)
    read(connection)
    dovecot.put(BOX, mail(message_id="hemlig@a.example", subject="Snarlikt"), folder="Arkiv")
    message = the_secret()
    with pytest.raises(NeedsHand, match="looks_alike") as handed:
        PLACE.remove(message.pk, lying(message), timezone.now())
    assert [one.shows for one in handed.value.lying] == [BOX]
    assert subjects(dovecot, "INBOX") == []
    assert subjects(dovecot, "Arkiv") == [b"Snarlikt"]


@pytest.mark.server
def test_a_mail_without_a_name_goes_by_its_bytes(dovecot: Dovecot, connection: Connection) -> None:
    dovecot.put(BOX, mail(message_id="", body="Hemligt"))
    dovecot.put(BOX, mail(message_id="", body="Hemlogt"))
    assert read(connection) == 2
    (one, _other) = Message.objects.order_by("pk")
    assert remove(one) == []
    assert len(subjects(dovecot, "INBOX")) == 1


@pytest.mark.server
def test_a_server_that_cannot_remove_one_alone_is_left_to_a_person(
    dovecot: Dovecot, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(SECRET_MAIL, BOX)
    read(connection)
    message = the_secret()
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda _client, name: name != "UIDPLUS")
    with pytest.raises(NeedsHand, match="no_expunge"):
        PLACE.remove(message.pk, lying(message), timezone.now())
    assert dovecot.flags(BOX) != []
    assert b"\\Deleted" not in dovecot.flags(BOX)[0]


@pytest.mark.server
def test_a_number_of_another_generation_removes_nothing(dovecot: Dovecot, connection: Connection) -> None:
    dovecot.deliver(mail(message_id="annan@a.example"), BOX)
    source = open_imap(connection)
    source.remove_copy(Copy("INBOX", "4711", "1"))
    assert source.read_copy(Copy("INBOX", "4711", "1")) is None
    source.close()
    assert len(dovecot.flags(BOX)) == 1


@pytest.mark.server
def test_no_copy_is_put_in_sent_of_what_is_being_removed(
    dovecot: Dovecot, connection: Connection, mailboxes: dict[str, Mailbox]
) -> None:
    read(connection)
    now, to = timezone.now(), "anna@a.example"
    raw = mail(message_id="hemlig@a.example", sender=BOX, to=to)
    outbox.queue_mail(
        mailbox_id=mailboxes["bygg"].pk, raw=raw, recipients=[to], not_before=now, by="system:prov", now=now
    )
    (claim,) = outbox.claim_due(worker="prov", limit=1, now=now)
    outbox.record_answers(claim=claim, answers={to: Answer(250)}, listeners=(), now=timezone.now())
    assert remove(the_secret()) == []
    read(connection)
    assert dovecot.flags(BOX, "Skickat") == []
    assert not SentCopy.objects.exists()


@pytest.mark.server
def test_a_server_that_is_away_is_tried_again(dovecot: Dovecot, connection: Connection) -> None:
    dovecot.deliver(SECRET_MAIL, BOX)
    read(connection)
    message = the_secret()
    there = lying(message)
    dovecot.stop()
    for act in (lambda: PLACE.remove(message.pk, there, timezone.now()), lambda: PLACE.prove(message.pk, there)):
        with pytest.raises(PlaceFailed, match="unreachable") as failed:
            act()
        assert not isinstance(failed.value, NeedsHand)
    Connection.objects.update(state=ConnectionState.PAUSED)
    with pytest.raises(NeedsHand, match="not_connected"):
        PLACE.prove(message.pk, there)
    assert [one.reference for one in PLACE.find(message.pk)] == [f"mailbox:{connection.mailbox_id}"]


@pytest.mark.server
@pytest.mark.slow
def test_killed_at_every_point_it_goes_on(dovecot: Dovecot, connection: Connection) -> None:
    """kill -9 around every word to the server and every row of ours, until nothing is left to die at."""
    for folder in ("INBOX", "Papperskorg"):
        dovecot.put(BOX, SECRET_MAIL, folder=folder)
    dovecot.put(BOX, mail(message_id="annan@a.example", subject="Annat"))
    read(connection)
    there = lying(the_secret())
    deaths = 0
    while _dies(the_secret().pk, there, after=deaths + 1):
        deaths += 1
        # Of what is gone on the server, everything is known: it was written down before.
        finds = RemoteFind.objects.count()
        assert finds >= 2 - len(subjects(dovecot, "Papperskorg")) - (len(subjects(dovecot, "INBOX")) - 1)
        assert deaths < 60
    assert deaths > 5
    assert PLACE.prove(the_secret().pk, there) == []
    assert subjects(dovecot, "INBOX") == [b"Annat"]
    assert not RemoteFind.objects.filter(removed_at__isnull=True).exists()
    assert RemoteRemoval.objects.count() == 1


def _dies(message_id: int, there: list[Lying], *, after: int) -> bool:
    """Remove in a process that kills itself after so many steps that change something; whether it came so far."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            _count_down(after)
            PLACE.remove(message_id, there, timezone.now())
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _count_down(after: int) -> None:
    steps = [0]

    def deadly(act: Callable[..., object]) -> Callable[..., object]:
        def done(*arguments: object, **more: object) -> object:
            found = act(*arguments, **more)
            steps[0] += 1
            if steps[0] == after:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        return done

    for name in ("add_flags", "uid_expunge", "search", "fetch"):
        setattr(IMAPClient, name, deadly(getattr(IMAPClient, name)))
    for model in (RemoteFind, RemoteRemoval):
        model.save_base = deadly(model.save_base)  # type: ignore[method-assign]
    for alias in connections:
        connections[alias]._commit = deadly(connections[alias]._commit)  # type: ignore[method-assign]


@pytest.fixture
def exchange(graph_double: GraphDouble, mailboxes: dict[str, Mailbox], settings: Settings) -> Connection:
    settings.GRAPH_URL, settings.GRAPH_SIGN_IN = f"{graph_double.url}/v1.0", graph_double.url
    return Connection.objects.create(
        mailbox=mailboxes["bygg"], kind="graph", tenant="kommunen", login="program", secret=seal(SECRET),
        state_since=timezone.now(),
    )  # fmt: skip


def test_exchange_purges_every_copy_and_nothing_else(graph_double: GraphDouble, exchange: Connection) -> None:
    for folder in ("f-in", "f-sent", RECOVERABLE):
        graph_double.put(SECRET_MAIL, folder=folder)
    kept = graph_double.put(mail(message_id="annan@a.example"))
    read(exchange, opened=open_source)
    place = place_of(open_source=open_source)
    message = the_secret()
    there = place.find(message.pk)
    assert place.prove(message.pk, there) == [one.reference for one in there]
    place.remove(message.pk, there, timezone.now())
    assert place.prove(message.pk, there) == []
    assert list(graph_double.mails) == [kept]
    assert graph_double.purged == [SECRET_MAIL] * 3
    assert set(RemoteFind.objects.values_list("folder", flat=True)) == {"Inkorgen", "Skickat", RECOVERABLE}
    assert RemoteRemoval.objects.get().kind == "graph"
    Connection.objects.filter(pk=exchange.pk).update(counted_at=None)
    assert read(exchange, opened=open_source) == 0


def test_an_application_that_may_only_read_leaves_it_to_a_person(
    graph_double: GraphDouble, exchange: Connection
) -> None:
    graph_double.put(SECRET_MAIL)
    read(exchange, opened=open_source)
    graph_double.read_only = True
    place = place_of(open_source=open_source)
    with pytest.raises(NeedsHand, match="sign_in_refused"):
        place.remove(the_secret().pk, place.find(the_secret().pk), timezone.now())
    assert len(graph_double.mails) == 1
    assert RemoteFind.objects.get().removed_at is None
