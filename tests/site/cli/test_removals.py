"""``kommunpost removals``: what stands where, nothing of what the mail said, and going on."""

import json

import pytest
from tests.apps.register.test_removal import SUBJECT, WORDS, again, ordered, secret_mail, settle
from tests.apps.register.world import NOW, World, make_world, take_in

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.register.actions import removing
from kommunpost.apps.register.models import Removal
from kommunpost.site.cli import main

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def who(actor: Actor) -> list[str]:
    return ["--as", Account.objects.get(pk=actor.account_id).address]


def test_list_show_and_resume(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    [record] = take_in(secret_mail())
    removal = str(ordered(world, record))
    assert main(["removals", "resume", removal, *who(world.registrar)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "removing"
    assert [(one["state"], one["what"]) for one in told["left"]] == [("by_hand", [world.building.address])]
    settle(world, int(removal))
    assert main(["removals", "resume", removal, *who(world.registrar)]) == 0
    assert main(["removals", "resume", removal, *who(world.registrar)]) == 2
    assert "removal_not_from_here" in capsys.readouterr().err
    assert main(["removals", "list", *who(world.registrar)]) == 0
    assert main(["removals", "show", removal, *who(world.registrar)]) == 0
    out = capsys.readouterr().out
    listed, shown = map(json.loads, out.splitlines())
    assert (listed["id"], listed["state"]) == (int(removal), "done")
    assert shown["raw_digest"] == Removal.objects.get().raw_digest
    assert all(one["proven_at"] for one in shown["places"])
    assert not any(word in out for word in (*WORDS, SUBJECT, "Anna"))
    assert Event.objects.filter(verb="register:removal:resume").count() == 2


def test_what_is_not_ordered_is_not_begun(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    [record] = take_in(secret_mail())
    removal = removing.begin(actor=again(world.registrar), record_id=record.pk, now=NOW)
    assert main(["removals", "resume", str(removal), *who(world.registrar)]) == 2
    assert main(["removals", "show", "4711", *who(world.registrar)]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("verb", ["list", "show", "resume"])
def test_only_with_the_permission(world: World, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    [record] = take_in(secret_mail())
    removal = ordered(world, record)
    number = [] if verb == "list" else [str(removal)]
    assert main(["removals", verb, *number, *who(world.sara)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "refused" in told.err
    assert Removal.objects.get().state == "removing"
