"""What is secret is not handed over, and what waits for a case system goes with the mail (ADR 0053)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.apps.mailflow.test_outbox import FakeRelay, relay  # noqa: F401 - a fixture
from tests.apps.register.world import NOW, World, letter, make_world, registered, take_in

from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Message, OutboxState, OutgoingMail
from kommunpost.apps.mailflow.places import How, PlaceFailed
from kommunpost.apps.mailflow.tasks import send_due
from kommunpost.apps.register.actions import removing
from kommunpost.apps.register.actions.handing_over import carrying, settling
from kommunpost.apps.register.connectors.folder import folder_of, package_path
from kommunpost.apps.register.connectors.places import HANDOVERS
from kommunpost.apps.register.kinds import HandoverState, SystemKind
from kommunpost.apps.register.models import CaseSystem, Handover
from kommunpost.site.case_systems import open_connector
from kommunpost.site.places import PLACES
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.HANDOVER_FOLDER = str(tmp_path / "overlamningar")
    return folder_of("SBN", root=Path(settings.HANDOVER_FOLDER))


def an_entry(world: World, kind: SystemKind) -> tuple[int, Handover]:
    CaseSystem.objects.create(
        committee=world.sbn, kind=kind, name="Lex", url="https://lex.example/", secret="x",
        address="lex@lex.example", mailbox=world.building,
    )  # fmt: skip
    [record] = take_in(letter())
    return record.message_id, Handover.objects.get(entry_id=registered(world, record).entry_id)


def work() -> None:
    carrying.hand_over_due(worker="test:1", open_connector=open_connector, clock=lambda: NOW + timedelta(hours=1))


def test_every_place_stands_in_the_table_before_the_bytes() -> None:
    codes = [one.code for one in PLACES]
    assert codes.index("handovers") < codes.index("bytes")


def test_what_waits_is_stopped_and_its_data_emptied(world: World) -> None:
    message_id, handover = an_entry(world, SystemKind.WEBHOOK)
    lying = HANDOVERS.find(message_id)
    assert [one.reference for one in lying] == [f"handover:{handover.pk}"]
    assert HANDOVERS.prove(message_id, lying) == [f"handover:{handover.pk}"]
    for _ in range(2):
        HANDOVERS.remove(message_id, lying, LATER)
    handover.refresh_from_db()
    assert (handover.state, handover.trouble, handover.data) == (HandoverState.DEAD, "removal_begun", {})
    assert HANDOVERS.prove(message_id, lying) == []


def test_what_is_being_sent_just_now_is_waited_for(world: World) -> None:
    message_id, _handover = an_entry(world, SystemKind.WEBHOOK)
    lying = HANDOVERS.find(message_id)
    carrying.claim_next(worker="test:1", now=NOW + timedelta(hours=1))
    with pytest.raises(PlaceFailed, match="in_use"):
        HANDOVERS.remove(message_id, lying, LATER)


def test_a_package_in_the_folder_goes_and_the_case_system_is_named(world: World, folder: Path) -> None:
    message_id, handover = an_entry(world, SystemKind.FOLDER)
    work()
    lying = HANDOVERS.find(message_id)
    by_hand = [one for one in lying if one.how is How.BY_HAND]
    assert [one.shows for one in by_hand] == ["Lex"]
    ours = [one for one in lying if one.how is How.ALWAYS]
    assert f"handover_copy:{handover.pk}" in HANDOVERS.prove(message_id, ours)
    HANDOVERS.remove(message_id, ours, LATER)
    assert list(folder.iterdir()) == []
    assert HANDOVERS.prove(message_id, ours) == []
    assert not package_path(folder, str(handover.key)).exists()


def test_a_mail_in_the_outbox_never_leaves(world: World) -> None:
    message_id, _handover = an_entry(world, SystemKind.MAIL)
    work()
    ours = [one for one in HANDOVERS.find(message_id) if one.how is How.ALWAYS]
    mail = OutgoingMail.objects.get()
    assert store().exists(mail.blob_id)
    for _ in range(2):
        HANDOVERS.remove(message_id, ours, LATER)
    mail.refresh_from_db()
    assert mail.state == OutboxState.CANCELLED
    assert not store().exists(mail.blob_id)
    assert HANDOVERS.prove(message_id, ours) == []


def test_a_mail_that_left_is_emptied_here(world: World, relay: FakeRelay) -> None:  # noqa: F811
    message_id, _handover = an_entry(world, SystemKind.MAIL)
    work()
    send_due(worker="w", listeners=DELIVERY_LISTENERS, clock=lambda: LATER + timedelta(days=60))
    mail = OutgoingMail.objects.get()
    ours = [one for one in HANDOVERS.find(message_id) if one.how is How.ALWAYS]
    HANDOVERS.remove(message_id, ours, LATER)
    assert not store().exists(mail.blob_id)
    assert Message.objects.get(pk=mail.sent_message_id).subject == ""
    assert HANDOVERS.prove(message_id, ours) == []


def test_mail_of_unknown_fate_must_be_told_of_first(world: World) -> None:
    message_id, _handover = an_entry(world, SystemKind.MAIL)
    work()
    OutgoingMail.objects.update(state=OutboxState.UNKNOWN)
    ours = [one for one in HANDOVERS.find(message_id) if one.how is How.ALWAYS]
    with pytest.raises(PlaceFailed, match="in_use"):
        HANDOVERS.remove(message_id, ours, LATER)


def test_a_mail_under_removal_is_not_handed_over(world: World) -> None:
    CaseSystem.objects.create(committee=world.sbn, kind=SystemKind.FOLDER, name="Lex")
    [record] = take_in(letter())
    removing.begin(actor=world.registrar, record_id=record.pk, now=NOW)
    handover = Handover.objects.get(entry_id=registered(world, record).entry_id)
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.DEAD, "removal_begun")


def test_once_its_bytes_are_gone_a_person_hands_over_the_paper(world: World) -> None:
    message_id, handover = an_entry(world, SystemKind.FOLDER)
    store().erase(Message.objects.get(pk=message_id).blob_id)
    work()
    handover.refresh_from_db()
    assert (handover.state, handover.trouble) == (HandoverState.DEAD, "content_gone")
    settling.settle_by_hand(actor=world.registrar, handover_id=handover.pk, number="LEX 1", now=LATER)
    handover.refresh_from_db()
    assert handover.state == HandoverState.RECEIVED
