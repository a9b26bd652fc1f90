"""What people meet on the register's screens: the morning's work, corrections, questions, cases."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import kommunpost.apps.register as office
from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.register.actions import NewCase, close_case, decide_not_record, open_case, register
from kommunpost.apps.register.models import CaseFile, CaseNote, Guidance, Question, Record, RegisterEntry
from kommunpost.apps.register.queries.entries import DiaryFilter, search_entries
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.wording import REFUSAL_TEXTS

from .test_registering import internal
from .world import DOMAIN, NOW, World, entry_for, letter, make_world, registered, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def client_for(actor: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def filled(client: Client, address: str) -> dict[str, object]:
    """The form as the page offers it."""
    form = client.get(address).context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in values.items() if value is not None}


def test_register_always_in_one_press_and_the_next_one_is_shown(world: World) -> None:
    first, second = take_in(letter("Ansökan om bygglov", number=1), letter("Klagomål på buller", number=2))
    client = client_for(world.sara)
    address = reverse("register-record", args=[first.pk])
    answer = client.post(address, filled(client, address))
    assert answer.headers["Location"] == reverse("register-record", args=[second.pk])
    entry = RegisterEntry.objects.get()
    assert (entry.title, entry.designation) == ("Ansökan om bygglov", "SBN/2026:00001-1")
    assert "Diarienummer SBN/2026:00001-1" in client.get(answer.headers["Location"]).content.decode()


def test_the_case_is_suggested_by_thread_and_by_number(world: World) -> None:
    (first,) = take_in(letter("Ansökan om bygglov", number=1))
    done = registered(world, first, case=True)
    by_thread, by_number = take_in(
        letter("SV: Ansökan", number=2, answers="1"), letter("Komplettering SBN/2026:00001", number=3)
    )
    client = client_for(world.sara)
    for record in (by_thread, by_number):
        cases = client.get(reverse("register-record", args=[record.pk])).context["page"].cases
        assert [case.id for case in cases] == [done.case_id]


def test_another_committees_case_is_neither_suggested_nor_taken(world: World) -> None:
    (theirs,) = take_in(letter("Skolskjuts", number=1, to=f"skola@{DOMAIN}"), to=(f"skola@{DOMAIN}",))
    registered(world, theirs, case=True)
    (mine,) = take_in(letter("Om UN/2026:00001", number=2))
    client = client_for(world.sara)
    address = reverse("register-record", args=[mine.pk])
    assert client.get(address).context["page"].cases == []
    answer = client.post(address, filled(client, address) | {"case": "other", "case_number": "UN/2026:00001"})
    assert answer.status_code == 422
    assert "Det finns inget sådant ärende hos nämnden." in answer.content.decode()


def test_what_is_wrong_is_said_and_nothing_is_written(world: World) -> None:
    (record,) = take_in(letter())
    client = client_for(world.sara)
    address = reverse("register-record", args=[record.pk])
    answer = client.post(address, filled(client, address) | {"public_title": "Barn 801212-9812", "counterpart": ""})
    assert answer.status_code == 422
    assert RegisterEntry.objects.count() == 0


def test_the_queue_costs_the_same_for_one_and_for_many(world: World) -> None:
    client = client_for(world.sara)
    counts = []
    for size in (1, 30):
        take_in(*(letter(f"Brev {number}", number=100 * size + number, files=()) for number in range(size)))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("register")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_queue_pages_by_key_and_loses_nothing(world: World) -> None:
    take_in(*(letter(f"Brev {number}", number=number, files=()) for number in range(60)))
    client = client_for(world.registrar)
    page = client.get(reverse("register")).context["queue"]
    seen = [row.id for group in page.groups for row in group.rows]
    later = client.get(reverse("register"), {"efter": page.after}).context["queue"]
    seen += [row.id for group in later.groups for row in group.rows]
    assert sorted(seen) == sorted(Record.objects.values_list("pk", flat=True))
    assert client.get(reverse("register"), {"efter": "nonsens"}).status_code == 200


def test_nothing_is_late_unnoticed(world: World) -> None:
    take_in(letter("Glömt brev"), at=NOW - timedelta(days=400))
    assert "Glömt brev" in client_for(world.sara).get(reverse("start")).content.decode()
    assert "Glömt brev" in client_for(world.registrar).get(reverse("start")).content.decode()
    assert "Glömt brev" not in client_for(world.karin).get(reverse("start")).content.decode()


def test_the_page_of_a_mail_has_its_status_and_the_way_to_register(world: World) -> None:
    (record,) = take_in(letter())
    delivery = record.message.deliveries.get()
    page = client_for(world.sara).get(reverse("message", args=[world.building.pk, delivery.pk])).content.decode()
    assert reverse("register-record", args=[record.pk]) in page
    assert "TF 2:9" in page


def test_ask_registrar_and_the_answer_becomes_guidance(world: World) -> None:
    (record,) = take_in(letter("Faktura för provtagning"))
    sara, registrar = client_for(world.sara), client_for(world.registrar)
    sara.post(reverse("register-ask", args=[record.pk]), {"text": "Ska fakturor registreras?"})
    question = Question.objects.get()
    assert "1 fråga väntar på ditt svar" in registrar.get(reverse("start")).content.decode()
    registrar.post(
        reverse("register-question", args=[question.pk]),
        {"text": "Nej, i ekonomisystemet.", "guidance_title": "Fakturor", "guidance_text": "Registreras inte."},
    )  # fmt: skip
    assert "1 svar från registratorn" in sara.get(reverse("start")).content.decode()
    assert "ekonomisystemet" in sara.get(reverse("register-my-questions")).content.decode()
    assert "svar från registratorn" not in sara.get(reverse("start")).content.decode()
    (alike,) = take_in(letter("Faktura för provtagning i maj", number=7))
    page = sara.get(reverse("register-record", args=[alike.pk])).context["page"]
    assert [one.title for one in page.guidance] == ["Fakturor"]
    assert Guidance.objects.get().from_question == question


def test_reading_what_is_marked_leaves_an_event(world: World) -> None:
    plain, marked = take_in(letter(number=1), letter(number=2))
    done = [
        registered(world, plain),
        registered(world, marked, secrecy="strong", provisions=("OSL 26:1",), public_title="Anmälan"),
    ]
    client = client_for(world.registrar)
    for one in done:
        page = client.get(reverse("diary-entry", args=[one.entry_id])).content.decode()
    assert "OSL 26:1" in page
    assert "Samhällsbyggnadsnämnden, 2026-11-18" in page
    reads = Event.objects.filter(verb="register:entry:read")
    assert [event.subject for event in reads] == [f"entry:{done[1].entry_id}"]


def test_a_colleague_elsewhere_finds_the_public_side_alone(world: World) -> None:
    (record,) = take_in(letter())
    registered(world, record, title="Tvist med grannen", counterpart="Berit", public_title="Skrivelse",
               public_counterpart="")  # fmt: skip
    assert search_entries(world.karin, wanted=DiaryFilter(text="grannen")).rows == ()
    (row,) = search_entries(world.karin, wanted=DiaryFilter(text="skrivelse")).rows
    assert (row.title, row.counterpart, row.is_inside) == ("Skrivelse", "", False)
    (row,) = search_entries(world.sara, wanted=DiaryFilter(text="gran")).rows
    assert row.title == "Tvist med grannen"
    taken_out = client_for(world.karin).post(reverse("diary-export")).streaming_content  # type: ignore[attr-defined]
    assert "grannen" not in b"".join(taken_out).decode()


def test_a_search_stays_out_of_the_address(world: World) -> None:
    answer = client_for(world.sara).post(reverse("diary"), {"text": "Berit Malmkvist"})
    assert answer.status_code == 302
    assert "berit" not in answer.headers["Location"].lower()


def test_a_correction_shows_what_stood_before(world: World) -> None:
    (record,) = take_in(letter())
    done = registered(world, record)
    client = client_for(world.registrar)
    address = reverse("diary-correct", args=[done.entry_id])
    client.post(address, filled(client, address) | {"title": "Ansökan om rivningslov", "reason": "Fel rubrik"})
    page = client.get(reverse("diary-entry", args=[done.entry_id])).content.decode()
    assert "Ansökan om rivningslov" in page
    assert "Fel rubrik" in page
    assert "Ansökan om bygglov" in page


def test_closing_a_case_settles_every_note_and_archiving_makes_it_public(world: World) -> None:
    (record,) = take_in(letter(number=50))
    case_id = registered(world, record, case=True).case_id
    client = client_for(world.sara)
    for kind, text in (("official", "Ringde sökanden."), ("memo", "Kolla taket."), ("draft", "Hej igen")):
        client.post(reverse("case-note", args=[case_id]), {"kind": kind, "text": text})
    material = internal(number=51)
    decide_not_record(actor=world.sara, record_id=material.pk, ground="working_material", case_id=case_id, now=NOW)
    close = reverse("case-close", args=[case_id])
    assert client.post(close, {}).status_code == 422
    memo, draft = CaseNote.objects.exclude(kind="official").order_by("pk")
    answers = {f"note-{memo.pk}": "cleared", f"note-{draft.pk}": "archived", f"mail-{material.pk}": "archived"}
    assert client.post(close, answers).status_code == 302
    assert CaseFile.objects.get(pk=case_id).state == "closed"
    assert set(CaseNote.objects.values_list("kind", "state", "text")) == {
        ("official", "archived", "Ringde sökanden."), ("memo", "cleared", ""), ("draft", "archived", "Hej igen"),
    }  # fmt: skip
    material.refresh_from_db()
    assert (material.state, material.case_id) == ("open", None)
    (late,) = take_in(letter(number=52))
    with pytest.raises(RegisterRefused, match="case_closed"):
        register(actor=world.sara, committee_id=world.sbn.pk, entries=[entry_for(late)], case_id=case_id, now=NOW)


def test_working_material_is_put_in_its_case_on_screen(world: World) -> None:
    (record, theirs) = take_in(letter(number=60), letter(number=61))
    case = CaseFile.objects.get(pk=registered(world, record, case=True).case_id)
    material = internal(number=62)
    client = client_for(world.sara)
    here = reverse("register-not", args=[material.pk])
    chosen = {"why": "not_record:working_material"}
    assert client.post(here, chosen | {"reference": "SBN/2026:99999"}).status_code == 422
    assert client.post(here, chosen | {"reference": case.designation.lower()}).status_code == 302
    material.refresh_from_db()
    assert (material.state, material.case_id) == ("not_record", case.pk)
    assert client.post(reverse("case-close", args=[case.pk]), {}).status_code == 422
    # What is private is nobody's material, whatever number is written.
    client.post(reverse("register-not", args=[theirs.pk]), {"why": "not_record:private", "reference": case.designation})
    theirs.refresh_from_db()
    assert (theirs.state, theirs.case_id) == ("not_record", None)


def test_working_material_goes_into_no_closed_case_nor_one_of_others(world: World) -> None:
    (record,) = take_in(letter(number=63))
    closed = registered(world, record, case=True).case_id or 0
    close_case(actor=world.sara, case_id=closed, notes={}, material={}, now=NOW)
    others = open_case(actor=world.registrar, committee_id=world.un.pk, new=NewCase(title="Skola"), now=NOW)
    material = internal(number=64)
    for case_id, code in ((closed, "case_closed"), (others, "no_such_case"), (0, "no_such_case")):
        for actor in (world.sara, world.registrar):
            with pytest.raises(RegisterRefused, match=code):
                decide_not_record(
                    actor=actor, record_id=material.pk, ground="working_material", case_id=case_id, now=NOW
                )
    material.refresh_from_db()
    assert material.state == "open"


def test_every_refusal_has_its_words() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(office.__file__).parent.rglob("*.py"))
    codes = set(re.findall(r'RegisterRefused\("(\w+)"\)', source)) - {"outside_transaction", "inside_transaction"}
    assert codes <= set(REFUSAL_TEXTS)
