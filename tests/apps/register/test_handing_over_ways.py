"""The folder and the mail as ways to a case system, against a real folder and a real SMTP sink; and secrecy in both."""

import json
import os
import zipfile
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tests.apps.mailflow.test_outbox import FakeRelay, relay  # noqa: F401 - a fixture
from tests.apps.register.world import DOMAIN, NOW, World, letter, make_world, registered, take_in

from kommunpost.apps.mailflow.actions import outbox
from kommunpost.apps.mailflow.models import OutboxState, OutgoingMail
from kommunpost.apps.mailflow.tasks import send_due
from kommunpost.apps.register.actions.handing_over import answers, carrying, settling
from kommunpost.apps.register.connectors.folder import folder_of, package_path
from kommunpost.apps.register.kinds import HandoverState, SystemKind
from kommunpost.apps.register.models import CaseSystem, Handover, Record
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.site.case_systems import open_connector
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

pytestmark = pytest.mark.django_db

LEX = "registrering@lex.example"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.HANDOVER_FOLDER = str(tmp_path / "overlamningar")
    return folder_of("SBN", root=Path(settings.HANDOVER_FOLDER))


def an_entry(world: World, *, number: int = 1, **more: Any) -> Handover:
    [record] = take_in(letter(number=number))
    return Handover.objects.get(entry_id=registered(world, record, **more).entry_id)


def work(at: datetime = NOW + timedelta(hours=1)) -> int:
    return carrying.hand_over_due(worker="test:1", open_connector=open_connector, clock=lambda: at)


def look(at: datetime = NOW + timedelta(hours=2)) -> int:
    return answers.look_for_receipts(open_connector=open_connector, now=at)


# --- the folder ---


@pytest.fixture
def by_folder(world: World) -> CaseSystem:
    return CaseSystem.objects.create(committee=world.sbn, kind=SystemKind.FOLDER, name="Lex")


def receipt_path(folder: Path, handover: Handover) -> Path:
    return folder / f"{handover.key}.receipt.json"


def test_a_package_lies_in_the_folder_whole_and_alone(world: World, by_folder: CaseSystem, folder: Path) -> None:
    handover = an_entry(world, case=True)
    assert work() == 1
    handover.refresh_from_db()
    assert handover.state == HandoverState.SENT
    path = package_path(folder, str(handover.key))
    assert [one.name for one in folder.iterdir()] == [path.name]
    assert folder.stat().st_mode & 0o007 == 0
    names = zipfile.ZipFile(path).namelist()
    assert any(name.endswith("/METS.xml") for name in names)
    assert sum("representations/original/data" in name for name in names) == 2


def test_an_entry_outside_any_case_makes_a_package_too(world: World, by_folder: CaseSystem, folder: Path) -> None:
    handover = an_entry(world)
    work()
    content = zipfile.ZipFile(package_path(folder, str(handover.key)))
    [erms] = [name for name in content.namelist() if "metadata/descriptive" in name]
    assert handover.entry.designation in content.read(erms).decode()


@pytest.mark.parametrize(
    ("receipt", "state", "number"),
    [
        ({"state": "accepted", "number": "LEX 2026/4"}, HandoverState.RECEIVED, "LEX 2026/4"),
        ({"state": "refused", "reason": "Anna Ek"}, HandoverState.REFUSED, ""),
    ],
)
def test_a_receipt_beside_it_settles_and_both_go(
    world: World, by_folder: CaseSystem, folder: Path, receipt: dict[str, str], state: str, number: str
) -> None:
    handover = an_entry(world)
    work()
    receipt_path(folder, handover).write_text(json.dumps(receipt))
    assert look() == 1
    handover.refresh_from_db()
    assert (handover.state, handover.number) == (state, number)
    assert list(folder.iterdir()) == []
    assert look() == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"state": "accepted"}', '{"number": "1"}', "[" * 9000])
def test_half_a_receipt_is_left_until_it_is_whole(world: World, by_folder: CaseSystem, folder: Path, text: str) -> None:
    handover = an_entry(world)
    work()
    receipt_path(folder, handover).write_text(text)
    assert look() == 0
    handover.refresh_from_db()
    assert handover.state == HandoverState.SENT
    assert receipt_path(folder, handover).exists()


def test_a_receipt_that_is_a_link_or_a_strangers_is_not_read(
    world: World, by_folder: CaseSystem, folder: Path, tmp_path: Path
) -> None:
    handover = an_entry(world)
    work()
    elsewhere = tmp_path / "annat.json"
    elsewhere.write_text('{"state": "accepted", "number": "LEX 1"}')
    receipt_path(folder, handover).symlink_to(elsewhere)
    (folder / "inte-en-nyckel.receipt.json").write_text('{"state": "accepted", "number": "LEX 1"}')
    os.mkfifo(folder / "00000000-0000-4000-8000-000000000000.receipt.json")
    assert look() == 0
    handover.refresh_from_db()
    assert handover.state == HandoverState.SENT


def test_a_worker_that_died_after_the_rename_finds_its_package(
    world: World, by_folder: CaseSystem, folder: Path
) -> None:
    handover = an_entry(world)
    at = NOW + timedelta(hours=1)
    claim = carrying.claim_next(worker="dead:1", now=at)
    assert claim is not None
    open_connector(claim.handover.system).hand_over(carrying.gather(claim.handover))
    before = package_path(folder, str(handover.key)).stat()
    assert work(at + timedelta(minutes=11)) == 1
    handover.refresh_from_db()
    assert handover.state == HandoverState.SENT
    assert package_path(folder, str(handover.key)).stat().st_ino == before.st_ino


def test_answered_and_taken_before_the_worker_came_back(world: World, by_folder: CaseSystem, folder: Path) -> None:
    handover = an_entry(world)
    folder.mkdir(parents=True)
    receipt_path(folder, handover).write_text('{"state": "accepted", "number": "LEX 5"}')
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.number) == (HandoverState.RECEIVED, "LEX 5")


def test_a_folder_that_cannot_be_written_in_is_told(world: World, by_folder: CaseSystem, folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("en fil i vägen")
    handover = an_entry(world)
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.WAITING, "folder_unwritable")


# --- mail ---


@pytest.fixture
def smtp(relay: FakeRelay) -> FakeRelay:  # noqa: F811
    return relay


@pytest.fixture
def by_mail(world: World) -> CaseSystem:
    return CaseSystem.objects.create(
        committee=world.sbn, kind=SystemKind.MAIL, name="Lex", address=LEX, mailbox=world.building
    )


def send(at: datetime = datetime(2027, 1, 1, tzinfo=UTC)) -> int:
    """Whatever the clock of the connector says by now, it is due."""
    return send_due(worker="test:1", listeners=DELIVERY_LISTENERS, clock=lambda: at)


def sent_mail(smtp: FakeRelay) -> EmailMessage:
    [raw] = smtp.mails
    mail = message_from_bytes(raw.removesuffix(b".\r\n"), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_the_registration_mail_can_be_read_by_people_and_machines(
    world: World, by_mail: CaseSystem, smtp: FakeRelay
) -> None:
    handover = an_entry(world)
    work()
    assert send() == 1
    mail = sent_mail(smtp)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"].addresses[0].addr_spec == LEX
    assert handover.entry.title not in mail["Subject"]
    assert handover.entry.designation in mail["Subject"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"Vårt nummer: {handover.entry.designation}" in body.get_content()
    assert "Vad handlingen gäller: Ansökan om bygglov" in body.get_content()
    files = {one.get_filename(): one.get_content() for one in mail.iter_attachments()}
    told = json.loads(files["registrering.json"])
    assert (told["key"], told["designation"]) == (str(handover.key), handover.entry.designation)
    original = files["handling-1.eml"]
    assert b"ritning.pdf" in (original if isinstance(original, bytes) else original.encode())
    handover.refresh_from_db()
    assert handover.state == HandoverState.SENT


def answered(smtp: FakeRelay, *, text: str, sender: str = LEX, to: str = "") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, f"bygglov@{DOMAIN}", "Re: registrerat"
    mail["Message-ID"] = f"<svar-{abs(hash((text, sender, to)))}@lex.example>"
    mail["Date"] = "Wed, 18 Nov 2026 12:02:00 +0100"
    mail["In-Reply-To"] = mail["References"] = to or sent_mail(smtp)["Message-ID"]
    mail.set_content(text)
    take_in(mail.as_bytes(), sender=sender, at=NOW + timedelta(hours=2))


def test_an_answer_to_it_brings_the_number(world: World, by_mail: CaseSystem, smtp: FakeRelay) -> None:
    handover = an_entry(world)
    work()
    send()
    take_in()
    answered(smtp, text="Hej!\n\nDiarienummer: LEX 2026/77\n\n> Diarienummer: \n")
    assert look() == 1
    handover.refresh_from_db()
    assert (handover.state, handover.number) == (HandoverState.RECEIVED, "LEX 2026/77")
    assert not Record.objects.filter(state="open").exists(), "neither our mail nor the answer waits to be registered"
    assert look() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": "nagon@annan.example"},
        {"to": "<kp-overlamning.00000000-0000-4000-8000-000000000000@kommun.example>"},
        {"text": "Tack, vi återkommer.\n\n> Diarienummer: LEX 1\n"},
    ],
)
def test_other_mail_brings_no_number(world: World, by_mail: CaseSystem, smtp: FakeRelay, wrong: dict[str, str]) -> None:
    handover = an_entry(world)
    work()
    send()
    take_in()
    answered(smtp, **({"text": "Diarienummer: LEX 2026/77"} | wrong))
    look()
    handover.refresh_from_db()
    assert (handover.state, handover.number) == (HandoverState.SENT, "")


def test_a_worker_that_died_puts_no_second_mail_in_the_outbox(
    world: World, by_mail: CaseSystem, smtp: FakeRelay
) -> None:
    an_entry(world)
    at = NOW + timedelta(hours=1)
    claim = carrying.claim_next(worker="dead:1", now=at)
    assert claim is not None
    open_connector(claim.handover.system).hand_over(carrying.gather(claim.handover))
    assert work(at + timedelta(minutes=11)) == 1
    assert OutgoingMail.objects.count() == 1
    send()
    assert len(smtp.mails) == 1


def test_mail_of_unknown_fate_is_never_sent_again_by_itself(world: World, by_mail: CaseSystem, smtp: FakeRelay) -> None:
    handover = an_entry(world)
    work()
    OutgoingMail.objects.update(state=OutboxState.UNKNOWN)
    look()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.UNKNOWN, "mail_unknown")
    assert work(NOW + timedelta(days=30)) == 0
    with pytest.raises(RegisterRefused, match="handover_not_from_here"):
        settling.retry(actor=world.registrar, handover_id=handover.pk, now=NOW)
    outbox.resolve_unknown(
        outgoing_id=OutgoingMail.objects.get().pk, was_sent=True, listeners=DELIVERY_LISTENERS, by="account:1", now=NOW
    )
    look()
    handover.refresh_from_db()
    assert handover.state == HandoverState.SENT


def test_mail_that_bounced_is_a_persons_matter(world: World, by_mail: CaseSystem) -> None:
    handover = an_entry(world)
    work()
    OutgoingMail.objects.update(state=OutboxState.BOUNCED)
    look()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.REFUSED, "bounced")


@pytest.mark.parametrize("secrecy", [{"secrecy": "check"}, {"secrecy": "strong", "provisions": ("OSL 26:1",)}])
def test_what_is_marked_with_secrecy_never_goes_by_mail(
    world: World, by_mail: CaseSystem, secrecy: dict[str, Any]
) -> None:
    handover = an_entry(world, **secrecy)
    assert (handover.state, handover.trouble) == (HandoverState.DEAD, "secret_by_mail")
    assert work() == 0
    with pytest.raises(RegisterRefused, match="secret_by_mail"):
        settling.retry(actor=world.registrar, handover_id=handover.pk, now=NOW)
    assert not OutgoingMail.objects.exists()


def test_marked_after_it_was_queued_it_does_not_go_either(world: World, by_mail: CaseSystem) -> None:
    handover = an_entry(world)
    type(handover.entry).objects.filter(pk=handover.entry_id).update(secrecy="check")
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.DEAD, "secret_by_mail")
    assert not OutgoingMail.objects.exists()


def test_in_a_marked_case_nothing_goes_by_mail(world: World, by_mail: CaseSystem) -> None:
    handover = an_entry(world, case=True)
    case = handover.entry.case
    assert case is not None
    type(case).objects.filter(pk=case.pk).update(secrecy="strong")
    work()
    handover.refresh_from_db()
    assert handover.trouble == "secret_by_mail"


def test_within_a_protected_network_it_may_go(world: World, by_mail: CaseSystem) -> None:
    CaseSystem.objects.update(is_protected=True)
    an_entry(world, secrecy="check")
    work()
    assert OutgoingMail.objects.count() == 1


def test_two_committees_have_each_their_own(world: World, by_mail: CaseSystem) -> None:
    [record] = take_in(letter(to=f"skola@{DOMAIN}"), to=(f"skola@{DOMAIN}",))
    registered(world, record)
    assert not Handover.objects.exists()
