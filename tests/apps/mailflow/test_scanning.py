"""Attachments are looked at by a real clamd: what it says, what happens while it is away, and what nobody may take."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from pytest_django import Settings
from tests import factories
from tests.clamav import EICAR, Clamav, clamav

from kommunpost.apps.audit.models import Event
from kommunpost.apps.composing.actions import start_forward
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import NotAllowed
from kommunpost.apps.mailflow import clamd
from kommunpost.apps.mailflow.actions import receive_group
from kommunpost.apps.mailflow.actions.scanning import note_older, scan_due, take_out
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.checks import check
from kommunpost.apps.mailflow.models import Delivery, FileScan, Message, ScanState
from kommunpost.apps.mailflow.queries.scans import infection_of, verdicts_of
from kommunpost.apps.mailflow.rules.scanning import TRANSITIONS, TRIES, WAIT, may_become
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.site.cli import main

from .conftest import NOW, arrived

__all__ = ["clamav"]

DEAD = "tcp://127.0.0.1:9"


def mail_with(*files: bytes, number: int = 1) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Anna <anna@avsandare.example>", "bygg@kommun.example"
    mail["Subject"], mail["Message-ID"] = "Ritning", f"<{number}@avsandare.example>"
    mail.set_content("Hej! Här kommer den.\n")
    for place, content in enumerate(files):
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"fil-{place}.bin")
    return mail.as_bytes()


def take_in(raw: bytes) -> int:
    receipt = receive_group(arrivals=[arrived(raw)], listeners=[], now=NOW)[0]
    read_new_messages(now=NOW)
    return receipt.message_id


def states(message_id: int) -> list[str]:
    return list(FileScan.objects.filter(message_id=message_id).order_by("number").values_list("state", flat=True))


class OneAnswer:
    """Somebody who says ``answer`` to each who connects: what a real clamd seldom says."""

    def __init__(self, answer: bytes) -> None:
        self._line = socket.create_server(("127.0.0.1", 0))
        self._answer = answer
        self.url = f"tcp://127.0.0.1:{self._line.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _who = self._line.accept()
            except OSError:
                return
            with line:
                told = b""
                while not told.endswith((bytes(4), b"VERSION\0")) and (more := line.recv(65536)):
                    told += more
                line.sendall(self._answer)

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def confused() -> Iterator[OneAnswer]:
    server = OneAnswer(b"stream: Can't allocate memory ERROR\0")
    yield server
    server.close()


# The client.


@pytest.mark.parametrize("by", ["url", "socket_url"])
def test_clamd_finds_the_test_virus_by_both_ways(clamav: Clamav, by: str) -> None:
    where = clamd.Clamd.at(getattr(clamav, by))
    assert clamd.scan(where, EICAR).startswith("Test.Eicar")
    assert clamd.scan(where, b"En text.") == ""
    assert clamd.scan(where, b"") == ""
    assert clamd.version(where).startswith("ClamAV")


def test_what_is_larger_than_clamd_takes(clamav: Clamav) -> None:
    with pytest.raises(clamd.TooLarge):
        clamd.scan(clamd.Clamd.at(clamav.url), bytes(3 << 20))


@pytest.mark.parametrize("url", ["", "tcp://", "unix://", "unix://vard/fil", "http://127.0.0.1", "tcp://a:b", "/run/c"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(clamd.ClamdUnset):
        clamd.Clamd.at(url)


@pytest.mark.parametrize("url", [DEAD, "unix:///finns/inte.ctl"])
def test_nobody_there(url: str) -> None:
    with pytest.raises(clamd.ClamdUnreachable):
        clamd.scan(clamd.Clamd.at(url), b"text")
    with pytest.raises(clamd.ClamdUnreachable):
        clamd.version(clamd.Clamd.at(url))


def test_silence_is_no_verdict() -> None:
    server = OneAnswer(b"")
    try:
        with pytest.raises(clamd.ClamdUnreachable):
            clamd.scan(clamd.Clamd.at(server.url), b"text")
    finally:
        server.close()


# The worker.


@pytest.mark.django_db
def test_each_file_gets_its_verdict(mailboxes: dict[str, Mailbox], clamav: Clamav, settings: Settings) -> None:
    settings.CLAMD_URL = clamav.url
    message = take_in(mail_with(b"snall", EICAR, bytes(3 << 20)))
    assert states(message) == [ScanState.UNSCANNED] * 3
    assert scan_due(now=NOW) == 1
    assert states(message) == [ScanState.CLEAN, ScanState.INFECTED, ScanState.TOO_LARGE]
    assert infection_of(message).startswith("Test.Eicar")
    assert infection_of(message, number=0) == ""
    assert infection_of(message, number=1).startswith("Test.Eicar")
    event = Event.objects.get(verb="mailflow:message:scan")
    assert event.subject == f"message:{message}"
    assert event.details == {"files": {"0": "clean", "1": "infected", "2": "too_large"}}
    assert scan_due(now=NOW + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_a_virus_in_a_mail_in_the_mail(mailboxes: dict[str, Mailbox], clamav: Clamav, settings: Settings) -> None:
    settings.CLAMD_URL = clamav.url
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "anna@avsandare.example", "bygg@kommun.example", "VB"
    outer.set_content("Se här.\n")
    inner = EmailMessage()
    inner.set_content("Hej\n")
    inner.add_attachment(EICAR, maintype="application", subtype="octet-stream", filename="x.bin")
    outer.add_attachment(inner)
    message = take_in(outer.as_bytes())
    scan_due(now=NOW)
    assert ScanState.INFECTED in states(message)


@pytest.mark.django_db
def test_without_a_clamd_nothing_waits_and_nothing_is_asked(
    mailboxes: dict[str, Mailbox], settings: Settings, django_assert_num_queries
) -> None:
    settings.CLAMD_URL = ""
    message = take_in(mail_with(b"fil"))
    assert states(message) == []
    with django_assert_num_queries(0):
        assert scan_due(now=NOW) == 0
    assert verdicts_of([message]) == {message: {}}


@pytest.mark.django_db
def test_while_clamd_is_away_mail_comes_all_the_same_and_is_scanned_later(
    mailboxes: dict[str, Mailbox], clamav: Clamav, settings: Settings
) -> None:
    clamav.stop()
    settings.CLAMD_URL = clamav.url
    messages = [take_in(mail_with(EICAR, number=number)) for number in (1, 2)]
    assert Message.objects.filter(read_at__isnull=False).count() == 2
    # However long it is away, no file is given up.
    for minute in range(20):
        scan_due(now=NOW + timedelta(minutes=minute))
    assert [states(one) for one in messages] == [[ScanState.UNSCANNED]] * 2
    assert not Event.objects.filter(verb="mailflow:message:scan").exists()
    clamav.start()
    assert scan_due(now=NOW + timedelta(minutes=19)) == 0
    assert scan_due(now=NOW + timedelta(minutes=21)) == 2
    assert [states(one) for one in messages] == [[ScanState.INFECTED]] * 2


@pytest.mark.django_db
def test_a_clamd_that_answers_nonsense_is_asked_three_times(
    mailboxes: dict[str, Mailbox], confused: OneAnswer, settings: Settings
) -> None:
    settings.CLAMD_URL = confused.url
    message = take_in(mail_with(b"fil"))
    for number in range(TRIES):
        assert states(message) == [ScanState.UNSCANNED]
        assert scan_due(now=NOW + number * WAIT) == 1
    assert states(message) == [ScanState.FAILED]


@pytest.mark.django_db
def test_a_mail_whose_bytes_are_gone(mailboxes: dict[str, Mailbox], confused: OneAnswer, settings: Settings) -> None:
    settings.CLAMD_URL = confused.url
    message = take_in(mail_with(b"fil"))
    store().erase(Message.objects.get(pk=message).blob_id)
    assert scan_due(now=NOW) == 1
    assert states(message) == [ScanState.FAILED]


def test_the_table_of_states() -> None:
    assert set(TRANSITIONS) == set(ScanState)
    assert may_become("unscanned", ScanState.INFECTED)
    assert not may_become("infected", ScanState.CLEAN)


# Who may.


@pytest.mark.django_db
def test_registrar_and_it_may_take_it_out_and_it_is_traced() -> None:
    for who in (factories.registrar(), factories.it_person()):
        take_out(actor=who, message_id=7, number=1, now=NOW)
    events = Event.objects.filter(verb="mailflow:file:take_out_infected")
    assert {(one.subject, one.details["number"]) for one in events} == {("message:7", 1)}
    assert events.count() == 2
    for who in (factories.caseworker(), factories.contact_centre(), factories.manager(), factories.lawyer()):
        with pytest.raises(NotAllowed):
            take_out(actor=who, message_id=7, number=1, now=NOW)
    assert events.count() == 2


@pytest.mark.django_db
def test_a_mail_with_a_virus_is_not_forwarded(mailboxes: dict[str, Mailbox], settings: Settings) -> None:
    settings.CLAMD_URL = DEAD
    sara = factories.person("Sara Nyqvist")
    mailboxes["bygg"].memberships.create(person=sara)
    who = factories.caseworker()
    message = take_in(mail_with(b"fil"))
    told = {"actor": who, "delivery_id": Delivery.objects.get(message_id=message).pk, "now": NOW}
    told["mailbox_id"] = mailboxes["bygg"].pk
    assert start_forward(**told)
    FileScan.objects.update(state=ScanState.INFECTED, signature="Test.Eicar", due_at=None)
    with pytest.raises(ComposingRefused, match="infected"):
        start_forward(**told)


# The doctor.


def codes() -> dict[str, str]:
    return {one.code.removeprefix("mailflow."): one.level for one in check(now=NOW) if "clamd" in one.code}


@pytest.mark.django_db
def test_the_doctor_asks_clamd(clamav: Clamav, settings: Settings) -> None:
    settings.CLAMD_URL = ""
    assert codes() == {}
    settings.CLAMD_URL = clamav.url
    assert codes() == {"clamd_answers": "ok"}
    clamav.stop()
    assert codes() == {"clamd_unreachable": "wrong"}


@pytest.mark.django_db
def test_the_doctor_sees_that_clamd_does_not_keep_up(
    mailboxes: dict[str, Mailbox], confused: OneAnswer, settings: Settings
) -> None:
    settings.CLAMD_URL = confused.url
    take_in(mail_with(b"fil"))
    FileScan.objects.update(at=NOW - timedelta(hours=2))
    assert codes() == {"clamd_late": "wrong"}


@pytest.mark.django_db
def test_mail_from_before_there_was_a_clamd_can_wait_for_it_too(
    mailboxes: dict[str, Mailbox], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CLAMD_URL = ""
    older = take_in(mail_with(b"ritning", b"skiss"))
    take_in(mail_with(number=2))
    settings.CLAMD_URL = DEAD
    scanned = take_in(mail_with(b"annat", number=3))
    FileScan.objects.filter(message_id=scanned).update(state=ScanState.CLEAN, due_at=None)
    assert note_older(since=NOW + timedelta(seconds=1), by="system:cli", now=NOW) == (0, 0)
    assert note_older(since=NOW - timedelta(days=1), by="system:cli", now=NOW) == (1, 2)
    assert states(older) == ["unscanned", "unscanned"]
    assert states(scanned) == ["clean"]
    assert note_older(since=NOW - timedelta(days=1), by="system:cli", now=NOW) == (0, 0)
    assert Event.objects.filter(verb="mailflow:scan:ask").count() == 1
    FileScan.objects.all().delete()
    assert main(["scan", "--since", "2020-01-01"]) == 0
    assert json.loads(capsys.readouterr().out) == {"mails": 2, "files": 3}
    settings.CLAMD_URL = ""
    assert main(["scan", "--since", "2020-01-01"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.django_db
def test_what_comes_in_does_not_wait_for_older_mail(
    mailboxes: dict[str, Mailbox], confused: OneAnswer, settings: Settings
) -> None:
    settings.CLAMD_URL = ""
    older = take_in(mail_with(b"ritning"))
    settings.CLAMD_URL = confused.url
    newer = take_in(mail_with(b"annat", number=2))
    FileScan.objects.filter(message_id=newer).update(due_at=NOW + timedelta(minutes=1))
    note_older(since=NOW - timedelta(days=1), by="system:cli", now=NOW)
    later = NOW + timedelta(minutes=2)
    scan_due(now=later, limit=1)
    tries = dict(FileScan.objects.values_list("message_id", "tries"))
    assert (tries[newer], tries[older]) == (1, 0)
