"""Registration: numbers, threads, files, and what may not be.

Clauses ``register-always``, ``exempt-small-importance``, ``mail-is-public-record``, ``not-record-…``.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.rules import NotAllowed
from kommunpost.apps.mailflow.models import Delivery
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.actions import (
    NewCase,
    add_collection,
    close_case,
    correct_entry,
    decide_not_record,
    exempt,
    keep_in_order,
    register,
    reopen,
    set_diary,
    settle_older,
    void_entry,
)
from kommunpost.apps.register.models import (
    CaseFile,
    DiaryNumber,
    DiarySeries,
    EntryRevision,
    Record,
    RecordDecision,
    RegisterEntry,
)
from kommunpost.apps.register.rules.states import RegisterRefused

from .world import DOMAIN, NOW, World, entry_for, letter, make_world, registered, take_in

LATER = NOW + timedelta(minutes=5)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def refused(code: str) -> "pytest.RaisesExc[RegisterRefused]":
    return pytest.raises(RegisterRefused, match=f"^{code}$")


def test_mail_is_public_record_at_each_authority_by_itself(world: World) -> None:
    records = take_in(letter(), to=(f"bygglov@{DOMAIN}", f"skola@{DOMAIN}"))
    assert {(record.committee_id, record.state, record.origin) for record in records} == {
        (world.sbn.pk, "open", "received"), (world.un.pk, "open", "received"),
    }  # fmt: skip
    assert {f"{record.due_on}" for record in records} == {"2026-11-19"}


def test_a_mail_that_no_mailbox_answers_for_is_a_record_of_nobodys_yet(world: World) -> None:
    (record,) = take_in(letter(), to=(f"okand@{DOMAIN}",))
    assert (record.committee_id, record.state) == (None, "open")
    done = register(actor=world.registrar, committee_id=world.sbn.pk, entries=[entry_for(record)], now=LATER)
    record.refresh_from_db()
    assert (record.committee_id, record.state) == (world.sbn.pk, "registered")
    assert done[0].designation == "SBN/2026:00001"


def test_registration_in_one_step_gives_number_files_and_trail(world: World) -> None:
    (record,) = take_in(letter(files=("ritning.pdf", "plan.pdf")))
    done = registered(world, record)
    entry = RegisterEntry.objects.get(pk=done.entry_id)
    assert done.designation == entry.designation == "SBN/2026:00001"
    files = list(entry.files.order_by("place"))
    assert [file.name for file in files] == [f"mejl-{record.message_id}.eml", "ritning.pdf", "plan.pdf"]
    assert files[0].digest == record.message.blob_id
    assert len({file.digest for file in files}) == 3
    assert Event.objects.filter(verb="register:record:register", subject=f"record:{record.pk}").count() == 1
    assert set(RecordDecision.objects.values_list("question", "chosen")) == {
        ("registration", "register"), ("secrecy", "none"),
    }  # fmt: skip


def test_a_whole_thread_goes_into_one_case_in_and_out(world: World) -> None:
    (first,) = take_in(letter(number=1))
    answer = letter(
        "SV: Ansökan", number=2, answers="1", sender=f"bygglov@{DOMAIN}", to="projekt@nybygge.example", files=()
    )
    (second,) = take_in(
        answer, to=("projekt@nybygge.example",), sender=f"bygglov@{DOMAIN}", trusted=True, at=NOW + timedelta(hours=1)
    )
    assert second.origin == "dispatched"
    done = register(
        actor=world.registrar,
        committee_id=world.sbn.pk,
        entries=[entry_for(first), entry_for(second, direction="out")],
        new_case=NewCase(title="Bygglov Kaprifolen 12"),
        now=NOW + timedelta(hours=2),
    )
    assert [one.designation for one in done] == ["SBN/2026:00001-1", "SBN/2026:00001-2"]
    more = take_in(letter("Komplettering", number=3, answers="1"), at=NOW + timedelta(hours=3))
    last = register(
        actor=world.registrar, committee_id=world.sbn.pk, entries=[entry_for(*more)], case_id=done[0].case_id,
        now=NOW + timedelta(hours=4),
    )  # fmt: skip
    assert last[0].designation == "SBN/2026:00001-3"


def test_numbers_are_by_committee_and_year_and_a_refusal_gives_its_number_back(world: World) -> None:
    sbn = take_in(letter(number=1), letter(number=2))
    un = take_in(letter(number=3, to=f"skola@{DOMAIN}"), to=(f"skola@{DOMAIN}",))
    assert registered(world, sbn[0]).designation == "SBN/2026:00001"
    with refused("not_from_this_state"):
        register(
            actor=world.registrar, committee_id=world.sbn.pk, entries=[entry_for(sbn[1]), entry_for(sbn[0])], now=LATER
        )
    assert registered(world, sbn[1]).designation == "SBN/2026:00002"
    assert registered(world, un[0]).designation == "UN/2026:00001"
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    (last,) = take_in(letter(number=4), at=new_year)
    assert registered(world, last, now=new_year).designation == "SBN/2027:00001"


def test_the_format_is_the_committees_own_and_old_numbers_stay(world: World) -> None:
    records = take_in(letter(number=1), letter(number=2))
    assert registered(world, records[0]).designation == "SBN/2026:00001"
    set_diary(actor=world.registrar, committee_id=world.sbn.pk, number_format="{nämnd} {år}-{nr}", is_public=False,
              now=NOW)  # fmt: skip
    assert registered(world, records[1]).designation == "SBN 2026-2"
    with refused("format_lacks_year"):
        set_diary(actor=world.registrar, committee_id=world.sbn.pk, number_format="{nämnd}-{nr}", is_public=False,
                  now=NOW)  # fmt: skip


def test_a_mail_is_registered_once_and_only_where_it_belongs(world: World) -> None:
    (record,) = take_in(letter())
    registered(world, record)
    with refused("not_from_this_state"):
        registered(world, record)
    (other,) = take_in(letter(number=2))
    with refused("wrong_committee"):
        register(actor=world.registrar, committee_id=world.un.pk, entries=[entry_for(other)], now=LATER)


def test_somebody_elses_mail_is_refused_as_if_it_were_not_there(world: World) -> None:
    (record,) = take_in(letter())
    for actor, record_id in ((world.karin, record.pk), (world.sara, record.pk + 1000)):
        with pytest.raises(NotVisible):
            exempt(actor=actor, record_id=record_id, exemption="small_importance", now=LATER)
    exempt(actor=world.sara, record_id=record.pk, exemption="small_importance", now=LATER)
    record.refresh_from_db()
    assert record.state == "exempt"


def test_exempt_small_importance_needs_a_ground_is_counted_and_is_taken_back(world: World) -> None:
    (record,) = take_in(letter())
    with refused("exemption_unknown"):
        exempt(actor=world.sara, record_id=record.pk, exemption="", now=LATER)
    with refused("reference_missing"):
        exempt(actor=world.sara, record_id=record.pk, exemption="personal_file", now=LATER)
    exempt(actor=world.sara, record_id=record.pk, exemption="small_importance", now=LATER)
    assert RecordDecision.objects.get(record=record).provision == "OSL 5:1"
    reopen(actor=world.sara, record_id=record.pk, reason="Fel", now=NOW + timedelta(days=2))
    record.refresh_from_db()
    assert (record.state, record.exemption, f"{record.due_on}") == ("open", "", "2026-11-23")


def test_what_is_kept_in_order_holds_no_secret_record(world: World) -> None:
    (record,) = take_in(letter())
    collection_id = add_collection(
        actor=world.registrar, committee_id=world.sbn.pk, name="Remisser", sorted_by="Datum",
        responsible_id=world.sara.person_id, now=NOW,
    )  # fmt: skip
    Record.objects.filter(pk=record.pk).update(secrecy="check")
    with refused("order_holds_no_secret"):
        keep_in_order(actor=world.sara, record_id=record.pk, collection_id=collection_id, now=LATER)
    Record.objects.filter(pk=record.pk).update(secrecy="none")
    keep_in_order(actor=world.sara, record_id=record.pk, collection_id=collection_id, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=record.pk).update(secrecy="check")


def test_not_record_private_is_a_persons_decision(world: World) -> None:
    (record,) = take_in(letter("Middag på lördag?"))
    decide_not_record(actor=world.sara, record_id=record.pk, ground="private", now=LATER)
    decision = RecordDecision.objects.get(record=record)
    assert (decision.by_id, decision.provision, decision.chosen) == (world.sara.account_id, "TF 2:8", "private")


def test_not_record_union_political(world: World) -> None:
    (record,) = take_in(letter("Kallelse till klubbmöte"))
    decide_not_record(actor=world.sara, record_id=record.pk, ground="union_political", now=LATER)
    record.refresh_from_db()
    assert (record.state, record.ground) == ("not_record", "union_political")


def internal(number: int = 1) -> Record:
    raw = letter(
        "Utkast till svar", number=number, sender=f"bygglov@{DOMAIN}", to=f"bygglov@{DOMAIN}, okand@{DOMAIN}", files=()
    )
    (record,) = take_in(raw, sender=f"bygglov@{DOMAIN}", trusted=True)
    return record


def test_not_record_working_material_never_for_what_came_from_outside(world: World) -> None:
    (outside,) = take_in(letter("Utkast", number=9))
    with refused("is_a_record_by_law"):
        decide_not_record(actor=world.registrar, record_id=outside.pk, ground="working_material", now=LATER)
    (unseen,) = take_in(letter("Utkast", number=10), look=False)
    with refused("not_looked_at_yet"):
        decide_not_record(actor=world.registrar, record_id=unseen.pk, ground="working_material", now=LATER)
    inside = internal()
    assert inside.origin == "internal"
    decide_not_record(actor=world.sara, record_id=inside.pk, ground="working_material", now=LATER)
    assert RecordDecision.objects.get(record=inside).provision == "TF 2:11"


def test_working_material_that_is_sent_to_another_committee_becomes_a_record_by_itself(world: World) -> None:
    record = internal()
    decide_not_record(actor=world.sara, record_id=record.pk, ground="working_material", now=LATER)
    raw = letter(
        "Utkast till svar", number=1, sender=f"bygglov@{DOMAIN}", to=f"bygglov@{DOMAIN}, okand@{DOMAIN}", files=()
    )
    take_in(raw, to=(f"skola@{DOMAIN}",), sender=f"bygglov@{DOMAIN}", trusted=True, at=NOW + timedelta(days=2))
    record.refresh_from_db()
    assert (record.state, record.ground, record.origin) == ("open", "", "dispatched")
    assert f"{record.due_on}" == "2026-11-23"
    assert RecordDecision.objects.filter(record=record, by__isnull=True).get().provision == "TF 2:10"
    event = Event.objects.get(verb="register:record:become_public")
    assert (event.actor, event.details["why"]) == ("system:register", "dispatched")
    theirs = Record.objects.get(message=record.message, committee=world.un)
    assert theirs.origin == "other_committee"


def test_private_mail_stays_private_when_it_is_sent(world: World) -> None:
    record = internal()
    decide_not_record(actor=world.sara, record_id=record.pk, ground="private", now=LATER)
    Record.objects.filter(pk=record.pk).update(looked_at=None)
    raw = letter(
        "Utkast till svar", number=1, sender=f"bygglov@{DOMAIN}", to=f"bygglov@{DOMAIN}, okand@{DOMAIN}", files=()
    )
    take_in(raw, to=(f"skola@{DOMAIN}",), sender=f"bygglov@{DOMAIN}", trusted=True)
    record.refresh_from_db()
    assert record.state == "not_record"


def test_a_correction_leaves_its_trace_and_nobody_writes_over_what_they_have_not_seen(world: World) -> None:
    (record,) = take_in(letter())
    done = registered(world, record)
    facts = entry_for(record, title="Ansökan om rivningslov").facts
    with refused("reason_missing"):
        correct_entry(actor=world.registrar, entry_id=done.entry_id, seen_version=1, facts=facts, provisions=(),
                      reason="", now=LATER)  # fmt: skip
    correct_entry(actor=world.registrar, entry_id=done.entry_id, seen_version=1, facts=facts, provisions=(),
                  reason="Fel ärendemening", now=LATER)  # fmt: skip
    revision = EntryRevision.objects.get(entry_id=done.entry_id)
    assert (revision.before["title"], revision.reason) == ("Ansökan om bygglov", "Fel ärendemening")
    with refused("changed_meanwhile"):
        correct_entry(actor=world.registrar, entry_id=done.entry_id, seen_version=1,
                      facts=entry_for(record, title="Annat").facts, provisions=(), reason="Fel", now=LATER)  # fmt: skip


def test_an_entry_is_voided_never_removed_and_its_mail_waits_anew(world: World) -> None:
    (record,) = take_in(letter())
    done = registered(world, record)
    void_entry(actor=world.registrar, entry_id=done.entry_id, seen_version=1, reason="Skräppost", now=LATER)
    record.refresh_from_db()
    assert record.state == "open"
    assert registered(world, record, now=NOW + timedelta(hours=1)).designation == "SBN/2026:00002"
    for table in (RegisterEntry, DiaryNumber):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.filter(designation=done.designation)._raw_delete("default")


def test_the_database_itself_keeps_the_numbers(world: World) -> None:
    (record,) = take_in(letter())
    registered(world, record)
    with pytest.raises(DatabaseError), transaction.atomic():
        DiaryNumber.objects.update(number=7)
    with pytest.raises(DatabaseError), transaction.atomic():
        DiarySeries.objects.update(latest=7)
    EntryRevision.objects.create(entry=RegisterEntry.objects.get(), version=1, before={}, reason="x", at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        EntryRevision.objects.update(reason="y")


def test_two_rounds_of_the_worker_change_nothing(world: World) -> None:
    (record,) = take_in(letter())
    before = Record.objects.filter(pk=record.pk).values().get()
    take_in()
    assert Record.objects.filter(pk=record.pk).values().get() == before
    assert Delivery.objects.count() == 1
    assert CaseFile.objects.count() == 0


def test_what_came_before_is_settled_in_one_go_by_a_registrar_alone(world: World) -> None:
    old, new = take_in(letter(number=1), at=NOW - timedelta(days=90))[0], take_in(letter(number=2))[0]
    before = NOW - timedelta(days=30)
    with pytest.raises(NotAllowed):
        settle_older(actor=world.sara, before=before, reference="Lex", now=LATER)
    assert settle_older(actor=world.registrar, before=before, reference="Lex", now=LATER) == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.exemption, old.reference, new.state) == ("exempt", "already_registered", "Lex", "open")


def test_a_strong_case_is_not_closed_before_its_titles_have_been_looked_at(world: World) -> None:
    [record] = take_in(letter())
    done = register(
        actor=world.registrar, committee_id=world.sbn.pk, now=NOW,
        entries=[entry_for(record, secrecy="strong", provisions=("OSL 26:1",), public_title="")],
        new_case=NewCase(title="Skrivelse", secrecy="strong"),
    )  # fmt: skip
    case_id = done[0].case_id or 0
    with pytest.raises(RegisterRefused, match="titles_unseen"):
        close_case(actor=world.registrar, case_id=case_id, notes={}, material={}, now=NOW)
    close_case(actor=world.registrar, case_id=case_id, notes={}, material={}, titles_looked_at=True, now=NOW)
    assert CaseFile.objects.get(pk=case_id).state == "closed"
