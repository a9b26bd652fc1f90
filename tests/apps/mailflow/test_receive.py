"""The one transaction: identity, repeats, pen, id reuse, all or nothing."""

from collections.abc import Sequence

import pytest
from pytest_django import DjangoAssertNumQueries

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import AddressGroup, Mailbox, MailboxKind, Person
from kommunpost.apps.mailflow.actions import BlobInUse, Receipt, erase_blob, receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.blobs import BlobMissing, store
from kommunpost.apps.mailflow.events import DeliveryRecorded
from kommunpost.apps.mailflow.models import Arrival, Blob, Delivery, Message, Route

from .conftest import NOW, arrived, mail

pytestmark = pytest.mark.django_db


def receive(*arrivals: Arrived, told: list[DeliveryRecorded] | None = None) -> list[Receipt]:
    heard: list[DeliveryRecorded] = [] if told is None else told
    return receive_group(arrivals=arrivals, listeners=[heard.extend], now=NOW)


def test_a_mail_becomes_a_message_a_delivery_and_a_blob(mailboxes: dict[str, Mailbox]) -> None:
    told: list[DeliveryRecorded] = []
    raw = mail()
    (receipt,) = receive(arrived(raw), told=told)
    assert receipt.new
    message = Message.objects.get()
    assert (message.subject, message.sender_address) == ("Bygglov", "anna@avsandare.example")
    assert store().get(message.blob_id) == raw
    delivery = Delivery.objects.get()
    assert (delivery.mailbox, delivery.direction, delivery.at) == (mailboxes["bygg"], "in", NOW)
    assert [(one.delivery_id, one.subject, one.recipients) for one in told] == [
        (delivery.pk, "Bygglov", ("bygg@kommun.example",))
    ]
    event = Event.objects.get(chain="intake:main")
    assert event.verb == "mailflow:delivery:receive"
    assert event.details["ids"] == [delivery.pk]


def test_the_same_mail_to_two_mailboxes_by_two_ways_is_one_message(mailboxes: dict[str, Mailbox]) -> None:
    first, second = mail(top="Received: from a\r\n"), mail(top="Received: from b\r\nReceived: from c\r\n")
    receive(arrived(first, "bygg@kommun.example"))
    told: list[DeliveryRecorded] = []
    (receipt,) = receive(arrived(second, "bygglov@kommun.example", "skola@kommun.example"), told=told)
    assert not receipt.new
    assert Message.objects.count() == 1
    assert Delivery.objects.count() == 2
    assert [one.mailbox_id for one in told] == [mailboxes["skola"].pk]
    assert Arrival.objects.get().blob_id != Message.objects.get().blob_id


@pytest.mark.parametrize(("route", "arrivals"), [(Route.SMTP, 1), (Route.LMTP, 1), (Route.IMPORT, 0)])
def test_the_same_bytes_again(mailboxes: dict[str, Mailbox], route: Route, arrivals: int) -> None:
    receive(arrived(mail(), route=route))
    told: list[DeliveryRecorded] = []
    receive(arrived(mail(), route=route), told=told)
    assert (Message.objects.count(), Delivery.objects.count(), told) == (1, 1, [])
    assert Arrival.objects.count() == arrivals


def test_an_import_of_other_bytes_of_the_same_mail_is_kept_once(mailboxes: dict[str, Mailbox]) -> None:
    receive(arrived(mail()))
    for _time in range(2):
        receive(arrived(mail(top="Received: from b\r\n"), route=Route.IMPORT))
    assert (Message.objects.count(), Arrival.objects.count()) == (1, 1)


def test_twice_in_one_group_is_once(mailboxes: dict[str, Mailbox]) -> None:
    first, second = receive(arrived(mail()), arrived(mail()))
    assert (first.new, second.new) == (True, False)
    assert first.delivery_ids == second.delivery_ids
    assert (first.new_delivery_ids, second.new_delivery_ids) == (first.delivery_ids, ())
    assert (Message.objects.count(), Delivery.objects.count(), Arrival.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("together", [True, False])
def test_one_message_id_with_two_contents_is_two_messages_both_flagged(
    mailboxes: dict[str, Mailbox], together: bool
) -> None:
    arrivals: Sequence[Arrived] = [arrived(mail(body="Ja")), arrived(mail(body="Nej"))]
    groups = [arrivals] if together else [[one] for one in arrivals]
    for group in groups:
        receive(*group)
    assert list(Message.objects.values_list("id_reused", flat=True)) == [True, True]


def test_without_message_id_only_the_same_bytes_are_the_same_mail(mailboxes: dict[str, Mailbox]) -> None:
    receive(arrived(mail(message_id="", top="Received: from a\r\n")))
    receive(
        arrived(mail(message_id="", top="Received: from a\r\n")), arrived(mail(message_id="", top="Received: b\r\n"))
    )
    assert Message.objects.count() == 2
    assert not Message.objects.filter(id_reused=True).exists()


def test_nobody_answers_for_it(mailboxes: dict[str, Mailbox]) -> None:
    for _time in range(2):
        receive(arrived(mail(), "okand@kommun.example"))
    delivery = Delivery.objects.get()
    assert (delivery.mailbox_id, delivery.address) == (None, "okand@kommun.example")


@pytest.fixture
def everybody(mailboxes: dict[str, Mailbox]) -> AddressGroup:
    """alla@ reaches two people with a mailbox of their own, one whose mailbox is closed, and one without."""
    group = AddressGroup.objects.create(address="alla@kommun.example", name="Alla")
    for name, kind, is_active in [
        ("ek", MailboxKind.PERSONAL, True),
        ("al", MailboxKind.PERSONAL, True),
        ("ask", MailboxKind.PERSONAL, False),
        ("lind", MailboxKind.FUNCTION, True),
    ]:
        address = f"{name}@kommun.example"
        person = Person.objects.create(name=name, address=address)
        Mailbox.objects.create(address=address, name=name, kind=kind, owner=person, is_active=is_active)
        group.members.add(person)
    return group


@pytest.mark.parametrize(
    ("recipients", "reached"),
    [
        (["alla@kommun.example"], ["al", "ek"]),
        (["Alla@Kommun.example"], ["al", "ek"]),
        (["ek@kommun.example", "alla@kommun.example", "bygg@kommun.example"], ["al", "bygg", "ek"]),
    ],
)
def test_a_list_reaches_the_mailboxes_of_its_members(
    everybody: AddressGroup, recipients: list[str], reached: list[str]
) -> None:
    told: list[DeliveryRecorded] = []
    receive(arrived(mail(to="alla@kommun.example"), *recipients), told=told)
    deliveries = Delivery.objects.order_by("address")
    assert [(one.mailbox and one.mailbox.name, one.address) for one in deliveries] == [
        (name, f"{name}@kommun.example") for name in reached
    ]
    assert all("alla@kommun.example" in one.recipients for one in told)


def test_mail_to_a_list_of_nobody_goes_to_the_pen(mailboxes: dict[str, Mailbox]) -> None:
    AddressGroup.objects.create(address="tom@kommun.example", name="Tom")
    receive(arrived(mail(), "tom@kommun.example"))
    delivery = Delivery.objects.get()
    assert (delivery.mailbox_id, delivery.address) == (None, "tom@kommun.example")


def test_a_listener_that_fails_refuses_the_group_whole(mailboxes: dict[str, Mailbox]) -> None:
    def fail(events: Sequence[DeliveryRecorded]) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        receive_group(arrivals=[arrived(mail())], listeners=[fail], now=NOW)
    assert (Blob.objects.count(), Message.objects.count(), Delivery.objects.count()) == (0, 0, 0)
    assert not Event.objects.filter(chain="intake:main").exists()


JOURNAL = b"""From: journal@kommun.example\r
To: arkiv@kommun.example\r
Subject: Journal\r
X-MS-Journal-Report:\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
Sender: bygg@kommun.example\r
Subject: Bygglov\r
Message-Id: <ett@avsandare.example>\r
To: anna@avsandare.example\r
Bcc: skola@kommun.example\r
\r
--b\r
Content-Type: message/rfc822\r
\r
%s\r
--b--\r
"""


@pytest.mark.parametrize("trusted", [True, False])
def test_a_journal_report_is_opened_only_from_those_we_trust(mailboxes: dict[str, Mailbox], trusted: bool) -> None:
    original = mail(sender="bygg@kommun.example", to="anna@avsandare.example")
    report = arrived(JOURNAL % original, "arkiv@kommun.example", trusted=trusted)
    receive(report)
    deliveries = {(one.address, one.direction, one.route) for one in Delivery.objects.all()}
    if trusted:
        assert deliveries == {("bygg@kommun.example", "out", "journal"), ("skola@kommun.example", "in", "journal")}
        assert Message.objects.get().subject == "Bygglov"
    else:
        assert deliveries == {("arkiv@kommun.example", "in", "smtp")}


def test_hostile_headers_are_stored_on_both_databases(mailboxes: dict[str, Mailbox]) -> None:
    raw = (
        b"From: \x00\xff <a\x00@b>\r\nSubject: =?utf-8?q?=00=ED=A0=80?= \x00\r\nMessage-ID: <"
        + b"x" * 3000
        + b">\r\n\r\n\x00"
    )
    (receipt,) = receive(arrived(raw))
    assert store().get(Message.objects.get(pk=receipt.message_id).blob_id) == raw


def test_queries_do_not_grow_with_the_group(
    mailboxes: dict[str, Mailbox], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    receive(arrived(mail(message_id="0@a.example")))
    group = [arrived(mail(message_id=f"{number}@a.example", body=str(number))) for number in range(50)]
    with django_assert_max_num_queries(20):
        receive(*group)
    assert Message.objects.count() == 51


def test_bytes_in_use_are_not_erased(mailboxes: dict[str, Mailbox]) -> None:
    receive(arrived(mail()))
    with pytest.raises(BlobInUse):
        erase_blob(digest=Blob.objects.get().digest, by="system:disposal", now=NOW)


def test_erased_bytes_that_come_again_are_put_back(mailboxes: dict[str, Mailbox]) -> None:
    receive(arrived(mail()))
    digest = Blob.objects.get().digest
    Delivery.objects.all().delete()
    Message.objects.all().delete()
    assert erase_blob(digest=digest, by="system:disposal", now=NOW)
    assert not erase_blob(digest=digest, by="system:disposal", now=NOW)
    with pytest.raises(BlobMissing):
        store().get(digest)
    receive(arrived(mail()))
    assert Blob.objects.get().erased_at is None
    assert store().get(digest) == mail()
