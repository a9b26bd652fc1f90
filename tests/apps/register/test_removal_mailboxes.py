"""Something secret was received: it goes out of the mailboxes that we read, and a person sees to the others."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.apps.register.test_removal import WORDS, Clock, again, ordered, rows_with, secret_mail, settle
from tests.apps.register.world import World, make_world, take_in
from tests.dovecot import PASSWORD, Dovecot

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Account
from kommunpost.apps.mailflow.models import Connection, RemoteFind, RemoteRemoval, Security
from kommunpost.apps.register.actions import removing
from kommunpost.apps.register.kinds import RemovalState, StepState
from kommunpost.apps.register.models import RemovalStep
from kommunpost.apps.register.papers.protocol import mail_system, make_protocol
from kommunpost.apps.register.queries.removals import RemovalPage, removal_page
from kommunpost.site.places import PLACES
from kommunpost.site.sealing import seal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    with connection.cursor() as cursor:
        # No model of Django's: what another test left in it stays otherwise.
        cursor.execute("DELETE FROM inbox_search")
        cursor.execute("DELETE FROM inbox_word")
    return make_world()


def connect(world: World, port: int) -> Connection:
    return Connection.objects.create(
        mailbox=world.building, kind="imap", host="127.0.0.1", port=port, security=Security.NONE,
        login=world.building.address, secret=seal(PASSWORD), state_since=timezone.now(),
    )  # fmt: skip


def page_of(world: World, removal: int) -> RemovalPage:
    return removal_page(again(world.registrar), removal, places=PLACES, now=timezone.now())


@pytest.mark.server
def test_it_goes_out_of_the_mailbox_and_the_protocol_says_from_where(world: World, dovecot: Dovecot) -> None:
    connect(world, dovecot.imap)
    box = world.building.address
    for folder in ("INBOX", "Papperskorg"):
        dovecot.put(box, secret_mail(), folder=folder)
    [record] = take_in(secret_mail())
    removal = ordered(world, record)
    assert removing.carry_on(removal_id=removal, places=PLACES, clock=Clock()) == RemovalState.DONE
    assert dovecot.flags(box) == dovecot.flags(box, "Papperskorg") == []
    page = page_of(world, removal)
    (step,) = [one for one in page.steps if "Brevlådan" in str(one.title)]
    assert step.what == (f"{box} (INBOX 1, Papperskorg 1)",)
    assert step.proven_at is not None
    assert page.in_exchange == ()
    assert "säkerhetskopior" in " ".join(mail_system(page))
    assert make_protocol(page=page, actor=world.registrar, now=timezone.now()).startswith(b"%PDF")
    assert rows_with(*WORDS) == set()


def test_a_mailbox_that_lets_nobody_in_becomes_a_persons_step(world: World, dovecot: Dovecot) -> None:
    row = connect(world, dovecot.imap)
    [record] = take_in(secret_mail())
    removal = ordered(world, record)
    Connection.objects.filter(pk=row.pk).update(secret=seal("fel"))
    assert removing.carry_on(removal_id=removal, places=PLACES, clock=Clock()) == RemovalState.REMOVING
    by_hand = RemovalStep.objects.get(removal_id=removal, state=StepState.BY_HAND)
    assert [one["shows"] for one in by_hand.found] == [world.building.address]
    assert by_hand.trouble == "sign_in_refused"
    # All the rest has gone, and what was left of the step is proven.
    assert not RemovalStep.objects.exclude(pk=by_hand.pk).exclude(state=StepState.PROVEN).exists()
    assert Event.objects.filter(subject=f"removal:{removal}", verb="register:removal:hand_over").count() == 1
    client = Client()
    client.force_login(Account.objects.get(pk=world.registrar.account_id))
    page = client.get(reverse("removal", args=[removal])).content.decode()
    assert "Vi släpptes inte in i brevlådan" in page
    settle(world, removal)
    assert removing.carry_on(removal_id=removal, places=PLACES, clock=Clock()) == RemovalState.DONE


def test_what_exchange_keeps_is_told(world: World) -> None:
    [record] = take_in(secret_mail())
    removal = ordered(world, record)
    settle(world, removal)
    removing.carry_on(removal_id=removal, places=PLACES, clock=Clock())
    assert "Purges" not in " ".join(mail_system(page_of(world, removal)))
    at = datetime.now().astimezone()
    row = RemoteRemoval.objects.create(message=record.message, mailbox=world.building, kind="graph", began_at=at)
    RemoteFind.objects.create(
        removal=row, folder="Inkorgen", remote_id="x", digest="0" * 64, found_at=at, removed_at=at
    )
    told = " ".join(mail_system(page_of(world, removal)))
    assert "Purges" in told
    assert world.building.address in told
    client = Client()
    client.force_login(Account.objects.get(pk=world.registrar.account_id))
    assert "Exchange behåller mejlet en tid" in client.get(reverse("removal", args=[removal])).content.decode()
