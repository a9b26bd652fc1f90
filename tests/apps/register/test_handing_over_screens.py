"""Handovers on screen: what needs a person, numbers both ways, hostile text, and the IT unit's choice of system."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.apps.register.world import DOMAIN, NOW, World, letter, make_world, registered, take_in

from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.register.actions import set_diary
from kommunpost.apps.register.checks import check_handovers
from kommunpost.apps.register.handover_wording import TROUBLE_TEXTS
from kommunpost.apps.register.kinds import HandoverState, SystemKind
from kommunpost.apps.register.models import CaseSystem, Handover, RegisterEntry
from kommunpost.apps.register.queries.handovers import handover_states
from kommunpost.site.cli import main
from kommunpost.site.sealing import unseal

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>"
LONG_KEY = "k" * 40


@pytest.fixture
def world() -> World:
    return make_world()


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def an_entry(world: World, *, nr: int = 1, **fields: object) -> Handover:
    CaseSystem.objects.get_or_create(
        committee=world.sbn, defaults={"kind": SystemKind.FOLDER, "name": f"Lex {HOSTILE}"[:60]}
    )
    [record] = take_in(letter(number=nr))
    handover = Handover.objects.get(entry_id=registered(world, record, title=f"Hemlig rubrik {HOSTILE}").entry_id)
    Handover.objects.filter(pk=handover.pk).update(next_try_at=None, **fields)
    handover.refresh_from_db()
    return handover


def numbered(number: str) -> dict[str, object]:
    return {"state": HandoverState.RECEIVED, "number": number, "numbered_at": NOW}


@pytest.mark.parametrize("trouble", list(TROUBLE_TEXTS))
def test_every_trouble_is_told_in_words(world: World, trouble: str) -> None:
    an_entry(world, state=HandoverState.DEAD, trouble=trouble)
    page = client_of(world.registrar).get(reverse("handovers")).content.decode()
    assert str(TROUBLE_TEXTS[trouble]) in page


def test_lists_show_no_word_of_the_entry_and_nothing_hostile(world: World) -> None:
    handover = an_entry(world, state=HandoverState.REFUSED, trouble="refused", answer_code=422)
    for client in (client_of(world.registrar), client_of(factories.actor("Ivar It", Role.IT))):
        for url in (reverse("handovers"), reverse("handover", args=[handover.pk])):
            page = client.get(url).content.decode()
            assert handover.entry.designation in page
            assert "HTTP 422" in page
            assert "Hemlig rubrik" not in page
            assert HOSTILE not in page


def test_start_tells_whoever_may_mend_it_and_nobody_else(world: World) -> None:
    handover = an_entry(world, state=HandoverState.DEAD, trouble="unreachable")
    reading = client_of(factories.actor("Hanna Handläggare", Role.CASEWORKER))
    told = f'href="{reverse("handovers")}"'
    assert told in client_of(world.registrar).get(reverse("start")).content.decode()
    assert told not in reading.get(reverse("start")).content.decode()
    Handover.objects.filter(pk=handover.pk).update(state=HandoverState.WAITING, trouble="")
    assert told not in client_of(world.registrar).get(reverse("start")).content.decode()


def test_a_person_tries_again_hands_over_by_hand_and_withdraws(world: World) -> None:
    client = client_of(world.registrar)
    first = an_entry(world, state=HandoverState.DEAD, trouble="unreachable")
    client.post(reverse("handover-retry", args=[first.pk]))
    first.refresh_from_db()
    assert first.state == HandoverState.WAITING
    client.post(reverse("handover-withdraw", args=[first.pk]))
    first.refresh_from_db()
    assert first.state == HandoverState.WITHDRAWN
    assert client.post(reverse("handover", args=[first.pk]), {"number": HOSTILE}).status_code == 422
    assert client.post(reverse("handover", args=[first.pk]), {"number": "LEX 2026/1"}).status_code == 302
    first.refresh_from_db()
    assert (first.state, first.number) == (HandoverState.RECEIVED, "LEX 2026/1")
    assert world.registrar.name in client.get(reverse("handover", args=[first.pk])).content.decode()


def test_all_are_tried_again_but_those_that_cannot(world: World) -> None:
    client = client_of(world.registrar)
    dead = [an_entry(world, nr=one, state=HandoverState.DEAD, trouble="unreachable") for one in range(2)]
    voided = an_entry(world, nr=3, state=HandoverState.DEAD, trouble="entry_voided")
    RegisterEntry.objects.filter(pk=voided.entry_id).update(voided_at=NOW)
    page = client.post(reverse("handovers-retry"), follow=True).content.decode()
    assert "2 överlämningar försöker igen." in page
    assert "Några kan inte försöka igen" in page
    assert {Handover.objects.get(pk=one.pk).state for one in dead} == {HandoverState.WAITING}


def test_two_numbers_need_a_person(world: World) -> None:
    handover = an_entry(world, **numbered("LEX 1"), other_number="LEX 2")
    client = client_of(world.registrar)
    assert handover.entry.designation in client.get(reverse("handovers")).content.decode()
    client.post(reverse("handover", args=[handover.pk]), {"number": "LEX 2"})
    handover.refresh_from_db()
    assert (handover.number, handover.other_number) == ("LEX 2", "")
    assert handover.entry.designation not in client.get(reverse("handovers")).content.decode()


def test_a_correction_after_the_handover_is_told(world: World) -> None:
    handover = an_entry(world, **numbered("LEX 1"))
    page = reverse("handover", args=[handover.pk])
    assert "rättad här" not in client_of(world.registrar).get(page).content.decode()
    RegisterEntry.objects.filter(pk=handover.entry_id).update(version=2)
    assert "rättad här" in client_of(world.registrar).get(page).content.decode()


@pytest.mark.parametrize("asked", ["ours", "LEX 2026/7", "lex 2026/7", "LEX 2026"])
def test_both_numbers_find_the_entry(world: World, asked: str) -> None:
    handover = an_entry(world, **numbered("LEX 2026/7"))
    wanted = handover.entry.designation if asked == "ours" else asked
    answer = client_of(world.sara).post(reverse("whereabouts"), {"number": wanted}, follow=True)
    assert wanted not in answer.redirect_chain[-1][0]
    page = answer.content.decode()
    assert reverse("diary-entry", args=[handover.entry_id]) in page
    assert "LEX 2026/7" in page


def test_another_committees_entries_are_not_found(world: World) -> None:
    handover = an_entry(world, **numbered("LEX 2026/7"))
    for wanted in ("LEX 2026/7", handover.entry.designation):
        page = client_of(world.karin).post(reverse("whereabouts"), {"number": wanted}, follow=True).content.decode()
        assert reverse("diary-entry", args=[handover.entry_id]) not in page


def test_the_number_stands_on_entry_diary_and_case_but_not_in_the_open_diary(world: World) -> None:
    handover = an_entry(world, **numbered("LEX 2026/7"))
    client = client_of(world.sara)
    for url in (reverse("diary-entry", args=[handover.entry_id]), reverse("diary")):
        assert "LEX 2026/7" in client.get(url).content.decode()
    set_diary(
        actor=world.registrar, committee_id=world.sbn.pk, number_format="{nämnd}/{år}:{nr:5}", is_public=True, now=NOW
    )
    page = Client().get(reverse("public-diary")).content.decode()
    assert handover.entry.designation in page
    assert "LEX 2026/7" not in page
    assert "LEX 2026/7" not in client_of(world.karin).get(reverse("diary")).content.decode()


def test_whereabouts_says_where_each_committees_records_lie(world: World) -> None:
    an_entry(world, **numbered("LEX 1"))
    page = client_of(world.sara).get(reverse("whereabouts")).content.decode()
    assert "Samhällsbyggnadsnämnden" in page
    assert "I diariet här, och lämnas över till" in page
    assert HOSTILE not in page


@pytest.mark.parametrize("role", list(Role))
def test_only_the_it_unit_chooses_the_system(world: World, role: Role) -> None:
    client = client_of(factories.actor("Någon Annan", role))
    wanted = 200 if role is Role.IT else 403
    for url in (reverse("case-systems"), reverse("case-system", args=[world.sbn.pk])):
        assert client.get(url).status_code == wanted
    posted = client.post(reverse("case-system", args=[world.sbn.pk]), {"kind": "folder", "name": "Lex"})
    assert posted.status_code == (302 if role is Role.IT else 403)
    assert CaseSystem.objects.exists() == (role is Role.IT)


def test_the_key_is_sealed_kept_and_never_shown(world: World) -> None:
    client = client_of(factories.actor("Ivar It", Role.IT))
    url = reverse("case-system", args=[world.sbn.pk])
    asked = {"kind": "webhook", "name": "Lex", "url": "https://lex.example/", "secret": "kort"}
    assert "minst 32 tecken" in client.post(url, asked).content.decode()
    assert client.post(url, asked | {"secret": LONG_KEY}).status_code == 302
    assert unseal(CaseSystem.objects.get().secret) == LONG_KEY
    page = client.get(url).content.decode()
    assert LONG_KEY not in page
    assert CaseSystem.objects.get().secret not in page
    assert client.post(url, asked | {"secret": "", "name": "Lex 2"}).status_code == 302
    assert unseal(CaseSystem.objects.get().secret) == LONG_KEY
    for wrong in ({"url": "http://lex.example/"}, {"kind": "mail", "address": "x"}, {"kind": "annat"}, {"name": ""}):
        assert client.post(url, asked | {"secret": ""} | wrong).status_code == 422
    mail = {"kind": "mail", "name": "Lex", "address": f"lex@{DOMAIN}", "mailbox": world.building.pk}
    assert client.post(url, mail).status_code == 302
    assert CaseSystem.objects.get().secret == ""
    assert "efterbildning" in client.get(reverse("case-systems")).content.decode()


def test_doctor_and_numbers_tell_of_what_is_stuck(world: World) -> None:
    assert list(check_handovers(NOW)) == []
    an_entry(world, state=HandoverState.DEAD, trouble="unreachable")
    an_entry(world, nr=2, state=HandoverState.SENT, sent_at=NOW)
    codes = [(one.code, one.level) for one in check_handovers(NOW + timedelta(days=3))]
    assert codes == [("register.handovers_stuck", "wrong"), ("register.handovers_wait", "note")]
    assert handover_states() == {str(one): 0 for one in HandoverState} | {"dead": 1, "sent": 1}
    page = Client().get("/metrics").content.decode()
    assert 'kommunpost_handovers{state="dead"} 1.0' in page


def test_command_line_lists_and_tries_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    handover = an_entry(world, state=HandoverState.DEAD, trouble="unreachable")
    who = Account.objects.get(pk=world.registrar.account_id).address
    assert main(["register", "handovers", "--as", who]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["designation"], told["trouble"]) == (handover.entry.designation, "unreachable")
    assert "Hemlig" not in json.dumps(told)
    assert main(["register", "retry-handover", "--all", "--as", who]) == 0
    assert json.loads(capsys.readouterr().out) == {"retried": 1, "of": 1}
    assert main(["register", "retry-handover", str(handover.pk), "--as", who]) == 2
    assert "handover_not_from_here" in capsys.readouterr().err
    stranger = Account.objects.get(pk=world.karin.account_id).address
    assert main(["register", "handovers", "--as", stranger]) == 2
