"""Reading a mailbox over Microsoft Graph, against a double of our own that behaves as Microsoft documents."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.graph_double import SECRET, GraphDouble

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.actions import outbox, syncing
from kommunpost.apps.mailflow.models import Connection, Delivery, Route, SentCopy, SyncedMail
from kommunpost.apps.mailflow.rules.outbox import Answer
from kommunpost.apps.mailflow.sync import attending
from kommunpost.apps.mailflow.sync.contract import SourceError
from kommunpost.apps.mailflow.sync.graph import GraphMailbox
from kommunpost.site.sealing import seal
from kommunpost.site.serving.sources import open_source

from .conftest import mail

pytestmark = pytest.mark.django_db
BOX = "bygg@kommun.example"


@pytest.fixture
def connection(graph_double: GraphDouble, mailboxes: dict[str, Mailbox], settings: Settings) -> Connection:
    settings.GRAPH_URL, settings.GRAPH_SIGN_IN = f"{graph_double.url}/v1.0", graph_double.url
    return Connection.objects.create(
        mailbox=mailboxes["bygg"], kind="graph", tenant="kommunen", login="program", secret=seal(SECRET),
        state_since=timezone.now(), began_at=timezone.now() - timedelta(days=3650),
    )  # fmt: skip


def house() -> attending.House:
    return attending.House(
        listeners=(), chain="intake:sync", clock=timezone.now, open=open_source, is_stopping=lambda: False,
        taken=lambda _number: None, rest=lambda: None,
    )  # fmt: skip


def read(connection: Connection) -> int:
    hold = syncing.take_hold(connection_id=connection.pk, holder="prov", now=timezone.now())
    assert hold is not None
    connection.refresh_from_db()
    source = open_source(connection)
    return attending.read_once(connection=connection, hold=hold, source=source, house=house())


def fill(double: GraphDouble, count: int) -> list[str]:
    return [double.put(mail(message_id=f"{number}@a.example")) for number in range(count)]


def fetched(double: GraphDouble) -> int:
    return sum(path.endswith("/$value") for _method, path in double.asked)


def test_new_mail_comes_by_the_delta_link_and_only_once(graph_double: GraphDouble, connection: Connection) -> None:
    fill(graph_double, 120)
    graph_double.put(mail(message_id="svar@k.example", sender=BOX, to="anna@a.example"), folder="f-sent")
    graph_double.put(mail(message_id="utkast@k.example", sender=BOX), folder="f-draft", is_draft=True)
    assert read(connection) == 121
    assert (Delivery.objects.filter(direction="out").count(), Delivery.objects.count()) == (1, 121)
    assert set(Delivery.objects.values_list("route", flat=True)) == {Route.GRAPH}
    graph_double.asked.clear()
    assert read(connection) == 0
    assert fetched(graph_double) == 0
    graph_double.put(mail(message_id="ny@a.example"))
    assert read(connection) == 1
    assert fetched(graph_double) == 1


def test_a_delta_link_that_has_run_out_begins_anew_without_fetching_again(
    graph_double: GraphDouble, connection: Connection
) -> None:
    fill(graph_double, 60)
    assert read(connection) == 60
    graph_double.forget_links()
    graph_double.put(mail(message_id="under@a.example"))
    graph_double.asked.clear()
    assert read(connection) == 1
    assert fetched(graph_double) == 1
    assert Delivery.objects.count() == 61


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(graph_double: GraphDouble, connection: Connection) -> None:
    fill(graph_double, 3)
    graph_double.busy = 1
    hold = syncing.take_hold(connection_id=connection.pk, holder="prov", now=timezone.now())
    assert hold is not None
    before = timezone.now()
    attending.attend(hold=hold, house=house())
    connection.refresh_from_db()
    assert (connection.state, connection.trouble) == ("trouble", "busy")
    assert connection.try_at is not None
    assert connection.try_at >= before + timedelta(seconds=7)
    Connection.objects.filter(pk=connection.pk).update(try_at=None)
    assert read(connection) == 3


def test_an_id_lasts_when_the_mail_is_moved(graph_double: GraphDouble, connection: Connection) -> None:
    graph_double.folders["f-more"] = "Ärenden"
    first, *_rest = fill(graph_double, 2)
    assert read(connection) == 2
    graph_double.move(first, "f-more")
    graph_double.asked.clear()
    assert read(connection) == 0
    assert fetched(graph_double) == 0
    Connection.objects.filter(pk=connection.pk).update(counted_at=None)
    assert read(connection) == 0
    assert fetched(graph_double) == 0
    assert SyncedMail.objects.get(remote_id=first).folder.name == "Ärenden"


def test_a_mail_that_the_delta_query_never_tells_of_is_found_at_night(
    graph_double: GraphDouble, connection: Connection
) -> None:
    assert read(connection) == 0
    forgotten = graph_double.put(mail())
    graph_double.mails[forgotten].changed = 0
    assert read(connection) == 0
    Connection.objects.filter(pk=connection.pk).update(counted_at=timezone.now() - timedelta(days=2))
    assert read(connection) == 1


def test_a_token_that_runs_out_is_renewed(graph_double: GraphDouble, connection: Connection) -> None:
    source = open_source(connection)
    graph_double.expire_tokens()
    assert {one.name for one in source.folders()} == {"Inkorgen", "Skickat", "Utkast"}
    assert graph_double.issued == 2


def test_mail_is_moved_when_it_is_taken_in(graph_double: GraphDouble, connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(move_to="Inläst")
    fill(graph_double, 3)
    assert read(connection) == 3
    assert {one.folder for one in graph_double.mails.values()} == {"f-new"}
    assert read(connection) == 0


def test_a_secret_that_is_refused_and_a_mailbox_that_is_not_there(
    graph_double: GraphDouble, connection: Connection
) -> None:
    graph_double.mailbox = "nagon.annan@kommun.example"
    with pytest.raises(SourceError, match="gone"):
        open_source(connection).folders()
    connection.secret = seal("fel")
    with pytest.raises(SourceError, match="sign_in_refused"):
        open_source(connection)


def send(connection: Connection, raw: bytes) -> None:
    now, to = timezone.now(), "anna@a.example"
    outbox.queue_mail(
        mailbox_id=connection.mailbox_id, raw=raw, recipients=[to], not_before=now, by="system:prov", now=now
    )
    (claim,) = outbox.claim_due(worker="prov", limit=1, now=now)
    outbox.record_answers(claim=claim, answers={to: Answer(250)}, listeners=(), now=timezone.now())


def answer(size: int = 10) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = BOX, "Anna <anna@a.example>", "Sv: Bygglov på Åsgatan"
    made["Message-ID"], made["Date"] = "<svar@k.example>", "Thu, 12 Mar 2026 08:40:00 +0100"
    made.set_content("Hej Anna!\n")
    made.add_attachment(b"x" * size, maintype="application", subtype="pdf", filename="beslut å.pdf")
    return made.as_bytes()


def test_what_is_sent_lies_in_sent_once(graph_double: GraphDouble, connection: Connection) -> None:
    read(connection)
    send(connection, answer())
    assert read(connection) == 0
    (copy,) = graph_double.mails.values()
    assert (copy.folder, copy.is_draft) == ("f-sent", False)
    told = message_from_bytes(copy.raw, policy=default)
    assert (told["Message-ID"], told["Subject"]) == ("<svar@k.example>", "Sv: Bygglov på Åsgatan")
    assert [one.get_filename() for one in told.iter_attachments()] == ["beslut å.pdf"]
    assert SentCopy.objects.get().was_there is False
    # We died between the copy and the note of it; and it is never taken for another mail.
    SentCopy.objects.all().delete()
    Connection.objects.filter(pk=connection.pk).update(counted_at=None)
    assert [read(connection), read(connection)] == [0, 0]
    assert len(graph_double.mails) == 1
    assert SentCopy.objects.get().was_there is True
    assert Delivery.objects.get().direction == "out"


def test_a_mail_too_large_for_one_request_is_told_of_and_holds_up_nobody(
    graph_double: GraphDouble, connection: Connection
) -> None:
    read(connection)
    send(connection, answer(size=4_000_000))
    assert [read(connection), read(connection)] == [0, 0]
    assert graph_double.mails == {}
    assert SentCopy.objects.get().trouble == "too_large"


def test_where_we_may_only_read_there_is_no_copy_and_the_reading_goes_on(
    graph_double: GraphDouble, connection: Connection
) -> None:
    read(connection)
    send(connection, answer())
    graph_double.read_only = True
    graph_double.put(mail(message_id="ny@a.example"))
    assert read(connection) == 1
    assert not SentCopy.objects.exists()
    connection.refresh_from_db()
    assert connection.state == "live"


def test_our_key_goes_to_nobody_else(graph_double: GraphDouble, connection: Connection) -> None:
    source = open_source(connection)
    assert isinstance(source, GraphMailbox)
    with pytest.raises(SourceError, match="not_understood"):
        source._ask("http://127.0.0.1:1/v1.0/users/x")
