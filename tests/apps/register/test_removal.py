"""Something secret was received: printed, registered, removed; only what must stay is left (``secret-received``)."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction
from tests import factories
from tests.apps.register.world import DOMAIN, NOW, World, again, entry_for, make_world, registered, take_in

from kommunpost.apps.audit.models import Event
from kommunpost.apps.composing import actions as composing
from kommunpost.apps.composing.models import CannedText, Draft
from kommunpost.apps.directory.models import Membership
from kommunpost.apps.directory.rules import NotAllowed, Role
from kommunpost.apps.inbox.actions import knowledge, steps
from kommunpost.apps.inbox.actions.taking_in import take_in_pending
from kommunpost.apps.inbox.models import Conversation, Note
from kommunpost.apps.inbox.search_index import index_changed
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import Blob, Delivery, Message, OutgoingMail
from kommunpost.apps.mailflow.places import Lying, Place, PlaceFailed
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.maillog.actions import index_pending
from kommunpost.apps.maillog.queries import LogFilter, search, verify_rows
from kommunpost.apps.register import actions
from kommunpost.apps.register.actions import removing
from kommunpost.apps.register.kinds import RemovalState, StepState
from kommunpost.apps.register.models import (
    EntryFile,
    EntryRevision,
    Judgement,
    Record,
    RegisterEntry,
    Removal,
    RemovalStep,
)
from kommunpost.apps.register.queries.removals import answer_for
from kommunpost.apps.register.rules.removing import REMOVAL_STEPS, STEP_STEPS
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.site.operations.proof import Scope, check_blobs, check_deliveries
from kommunpost.site.places import PLACES
from kommunpost.site.submission.models import SubmissionNote

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "kanariefågel4711"
NAME = "kanariebilaga4712"
FILE = "kanarieinnehåll4713"
FIELD = "kanariehuvud4714"
SUBJECT = "kanarieämne4715"
SECRET = f"Barnet {BODY} bor numera hos sin mormor på den hemliga adressen."
WORDS = (BODY, NAME, FILE, FIELD)
LATER = NOW + timedelta(minutes=10)


def secret_mail(number: int = 1) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Anna Ek <anna.ek@avsandare.example>", f"bygglov@{DOMAIN}"
    mail["Subject"] = f"Angående {SUBJECT} och adressen"
    mail["Message-ID"], mail["Date"] = f"<{number}@brev.example>", "Wed, 18 Nov 2026 10:02:00 +0100"
    mail["Thread-Topic"], mail["X-Note"] = f"{SUBJECT}", FIELD
    mail.set_content(f"Hej!\n\n{SECRET}\n")
    mail.add_alternative(f"<p>Hej!</p><p>{SECRET}</p>", subtype="html")
    mail.add_attachment(FILE.encode(), maintype="application", subtype="octet-stream", filename=f"{NAME}.bin")
    # The same bytes each time: a boundary made by chance would make another mail.
    for number_of_part, part in enumerate(one for one in mail.walk() if one.is_multipart()):
        part.set_boundary(f"=_part_{number_of_part}")
    return mail.as_bytes()


class Clock:
    """Moves a second each time it is asked."""

    def __init__(self, start: datetime = LATER) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def world() -> World:
    with connection.cursor() as cursor:
        # No model of Django's: what another test left in it stays otherwise.
        cursor.execute("DELETE FROM inbox_search")
        cursor.execute("DELETE FROM inbox_word")
    return make_world()


def spread(world: World) -> Record:
    """The mail, and everything that people made of it before somebody saw that it is secret."""
    [record] = take_in(secret_mail())
    take_in_pending(now=NOW)
    index_changed()
    while index_pending():
        pass
    delivery = Delivery.objects.get(message=record.message)
    conversation = Conversation.objects.get()
    sara = again(world.sara)
    steps.write_note(actor=sara, conversation_id=conversation.pk, text=f"Hon skriver: {SECRET}", now=NOW)
    Membership.objects.create(mailbox=world.building, person_id=world.registrar.person_id)
    for start in (composing.start_reply, composing.start_forward):
        draft = start(actor=sara, delivery_id=delivery.pk, mailbox_id=world.building.pk, now=NOW)
        composing.save(actor=sara, draft_id=draft, fields={"body": SECRET}, revision=None, now=NOW)
    loose = composing.start_new(actor=sara, mailbox_id=world.building.pk, now=NOW, fields={"body": SECRET})
    assert loose
    CannedText.objects.create(mailbox=world.building, name="Svar", body=SECRET, changed_at=NOW)
    knowledge.save_article(
        actor=sara, article_id=None, question="Var bor barnet?", answer=SECRET, keywords="", unit_id=None,
        owner_id=sara.person_id, review_on=(NOW + timedelta(days=90)).date(), state="published", seen_version=0,
        now=NOW,
    )  # fmt: skip
    actions.ask(actor=sara, record_id=record.pk, text=f"Vad gör jag med det här? {SECRET}", now=NOW)
    return record


def register_it(world: World, record: Record) -> RegisterEntry:
    """As it was first written, and then corrected: the history has the first wording."""
    done = registered(world, record, title=f"Angående {SUBJECT} och adressen", counterpart="Anna Ek")
    entry = RegisterEntry.objects.get(pk=done.entry_id)
    facts = entry_for(record, title="Skrivelse", counterpart="Anna Ek", public_counterpart="", secrecy="strong").facts
    actions.correct_entry(
        actor=world.registrar, entry_id=entry.pk, seen_version=1, facts=facts, provisions=("OSL 26:1",),
        reason="Rubriken var för tydlig.", now=NOW + timedelta(minutes=6),
    )  # fmt: skip
    return RegisterEntry.objects.get(pk=entry.pk)


def up_to_order(world: World, record: Record) -> int:
    registrar = again(world.registrar)
    removal = removing.begin(actor=registrar, record_id=record.pk, now=NOW)
    removing.note_print(actor=registrar, removal_id=removal, digest="ab" * 32, size=100, now=NOW)
    removing.confirm_printed(actor=registrar, removal_id=removal, now=NOW)
    if record.state != "registered":
        register_it(world, record)
    removing.link_entry(actor=registrar, removal_id=removal, now=NOW + timedelta(minutes=7))
    return removal


def ordered(world: World, record: Record, places: tuple[Place, ...] = PLACES) -> int:
    removal = up_to_order(world, record)
    registrar = again(world.registrar)
    found = removing.find_everywhere(actor=registrar, removal_id=removal, places=places)
    chosen = {lying.reference for one in found for lying in one.lying}
    removing.order(
        actor=registrar, removal_id=removal, decision="KS 2026/12 § 45", chosen=chosen, places=places, now=LATER
    )
    return removal


def settle(world: World, removal: int) -> None:
    for step in RemovalStep.objects.filter(removal_id=removal, state=StepState.BY_HAND):
        removing.settle_by_hand(actor=again(world.registrar), removal_id=removal, step_id=step.pk, now=LATER)


def rows_with(*words: str) -> set[str]:
    """The tables and columns of the database in which any of the words stands, whatever the table."""
    found: set[str] = set()
    tables = connection.introspection.table_names(include_views=False)
    with connection.cursor() as cursor:
        for table in tables:
            try:
                columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
            except Exception:
                continue
            for column in columns:
                cast = f'CAST("{column}" AS TEXT)'
                test = " OR ".join([f"{cast} LIKE %s"] * len(words))
                cursor.execute(f'SELECT 1 FROM "{table}" WHERE {test} LIMIT 1', [f"%{word}%" for word in words])
                if cursor.fetchone():
                    found.add(f"{table}.{column}")
    return found


def raw_files_with(folder: Path, *words: str) -> list[str]:
    """Files on the disk in which the bytes of a word stand: the database with its log, and the store."""
    needles = [word.encode() for word in words]
    return [str(one) for one in folder.rglob("*") if one.is_file() and any(n in one.read_bytes() for n in needles)]


def dump() -> bytes:
    settings = connection.settings_dict
    if connection.vendor == "postgresql":
        url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
        return subprocess.run([shutil.which("pg_dump") or "pg_dump", url], check=True, capture_output=True).stdout
    name = Path(str(settings["NAME"]))
    return b"".join(path.read_bytes() for path in name.parent.glob(f"{name.name}*") if path.is_file())


def test_secret_received_leaves_nothing_but_what_must_be(world: World, blob_folder: Path) -> None:
    record = spread(world)
    assert rows_with(BODY) >= {"mailflow_message.preview", "inbox_conversation.preview", "inbox_note.text"}
    removal = ordered(world, record)
    settle(world, removal)
    assert removing.carry_on(removal_id=removal, places=PLACES, clock=Clock()) == RemovalState.DONE
    index_changed()
    assert rows_with(*WORDS) == set()
    # The log is public line by line, and keeps its subject (RÅ 1998 ref. 44); nothing else has it.
    kept = {name for name in rows_with(SUBJECT) if not name.startswith("maillog_word")}
    assert kept == {"maillog_subject.text"}
    whole = dump()
    assert [word for word in WORDS if word.encode() in whole] == []
    assert raw_files_with(blob_folder, *WORDS) == []
    assert not any(store().exists(digest) for digest in Blob.objects.values_list("pk", flat=True))


def test_the_bytes_themselves_are_gone_from_the_volume(world: World, blob_folder: Path) -> None:
    record = spread(world)
    frames = [store().get_packed(digest)[-40:] for digest in Blob.objects.values_list("pk", flat=True)]
    assert all(any(frame in one.read_bytes() for one in blob_folder.rglob("*") if one.is_file()) for frame in frames)
    removal = ordered(world, record)
    removing.carry_on(removal_id=removal, places=PLACES, clock=Clock())
    assert not any(frame in one.read_bytes() for one in blob_folder.rglob("*") if one.is_file() for frame in frames)


def test_the_proofs_of_the_house_hold_afterwards(world: World) -> None:
    removal = ordered(world, spread(world))
    removing.carry_on(removal_id=removal, places=PLACES, clock=Clock())
    assert [*check_blobs(Scope()), *check_deliveries(Scope()), *verify_rows()] == []


def test_the_log_keeps_its_row_and_does_not_show_the_subject(world: World) -> None:
    record = spread(world)
    assert search(filter=LogFilter(text=SUBJECT)).rows
    removal = ordered(world, record)
    removing.carry_on(removal_id=removal, places=PLACES, clock=Clock())
    assert not search(filter=LogFilter(text=SUBJECT)).rows
    assert not search(filter=LogFilter(subject="adressen")).rows
    [row] = search(filter=LogFilter(text="anna.ek")).rows
    assert SUBJECT not in row.subject
    assert "hemligt" in row.subject


def test_the_entry_stays_with_header_and_digest(world: World) -> None:
    record = spread(world)
    digest = record.message.blob_id
    removal = Removal.objects.get(pk=ordered(world, record))
    removing.carry_on(removal_id=removal.pk, places=PLACES, clock=Clock())
    removal.refresh_from_db()
    assert removal.raw_digest == digest
    assert "Message-ID: <1@brev.example>" in removal.header
    assert "anna.ek@avsandare.example" in removal.header
    assert not any(word in removal.header for word in (SUBJECT, FIELD))
    assert EntryFile.objects.get(entry=removal.entry, place=0).digest == digest
    assert {one.before["title"] for one in EntryRevision.objects.all()} == {"[borttaget]"}
    assert not Judgement.objects.exists()
    with pytest.raises(RegisterRefused, match="entry_stands_for_removed"):
        actions.void_entry(
            actor=world.registrar, entry_id=removal.entry_id or 0, seen_version=2, reason="Fel", now=LATER
        )


def test_what_people_wrote_goes_only_if_somebody_says_so(world: World) -> None:
    record = spread(world)
    removal = up_to_order(world, record)
    removing.order(
        actor=again(world.registrar), removal_id=removal, decision="KS 1", chosen=(), places=PLACES, now=LATER
    )
    removing.carry_on(removal_id=removal, places=PLACES, clock=Clock())
    assert Note.objects.filter(text__contains=BODY).exists()
    assert CannedText.objects.exists()
    # Drafts that answer it or carry its file hang on it, and go; the loose one stays.
    assert Draft.objects.count() == 1
    left = [reference for step in RemovalStep.objects.all() for reference in step.left]
    assert {one.split(":")[0] for one in left} == {"note", "article", "canned_text", "draft"}


class TestNeverBeforeTheEntryIsSafe:
    def test_each_step_asks_for_the_one_before(self, world: World) -> None:
        record = spread(world)
        registrar = again(world.registrar)
        removal = removing.begin(actor=registrar, record_id=record.pk, now=NOW)
        for wrong, code in (
            (lambda: removing.confirm_printed(actor=registrar, removal_id=removal, now=NOW), "not_printed"),
            (lambda: removing.link_entry(actor=registrar, removal_id=removal, now=NOW), "not_registered"),
            (lambda: self._order(registrar, removal), "not_printed"),
        ):
            with pytest.raises(RegisterRefused, match=code):
                wrong()
        assert store().exists(record.message.blob_id)

    @staticmethod
    def _order(registrar: object, removal: int, decision: str = "KS 1") -> None:
        removing.order(
            actor=registrar, removal_id=removal, decision=decision, chosen=(), places=PLACES, now=LATER,  # type: ignore[arg-type]
        )  # fmt: skip

    def test_no_decision_no_removal(self, world: World) -> None:
        removal = up_to_order(world, spread(world))
        with pytest.raises(RegisterRefused, match="decision_missing"):
            self._order(again(world.registrar), removal, decision=" ")

    def test_an_entry_that_does_not_hold_the_mail_stops_it(self, world: World) -> None:
        record = spread(world)
        removal = ordered(world, record)
        EntryFile.objects.filter(place=0).update(digest="0" * 64)
        assert removing.carry_on(removal_id=removal, places=PLACES, clock=Clock()) == RemovalState.REMOVING
        assert Removal.objects.get(pk=removal).trouble == "entry_not_safe"
        assert store().exists(record.message.blob_id)
        assert Draft.objects.count() == 3

    def test_another_authority_must_have_registered_it_too(self, world: World) -> None:
        first, _second = take_in(secret_mail(), to=(f"bygglov@{DOMAIN}", f"skola@{DOMAIN}"))
        removal = up_to_order(world, first)
        with pytest.raises(RegisterRefused, match="other_authority_open"):
            self._order(again(world.registrar), removal)

    def test_an_entry_that_tells_is_not_taken(self, world: World) -> None:
        [record] = take_in(secret_mail())
        registrar = again(world.registrar)
        removal = removing.begin(actor=registrar, record_id=record.pk, now=NOW)
        removing.note_print(actor=registrar, removal_id=removal, digest="ab" * 32, size=1, now=NOW)
        removing.confirm_printed(actor=registrar, removal_id=removal, now=NOW)
        registered(
            world, record, title=f"Angående {SUBJECT} och adressen", public_title="", secrecy="strong",
            provisions=("OSL 26:1",),
        )  # fmt: skip
        with pytest.raises(RegisterRefused, match="entry_shows_subject"):
            removing.link_entry(actor=registrar, removal_id=removal, now=NOW)

    def test_an_unmarked_entry_is_not_taken(self, world: World) -> None:
        [record] = take_in(secret_mail())
        registrar = again(world.registrar)
        removal = removing.begin(actor=registrar, record_id=record.pk, now=NOW)
        removing.note_print(actor=registrar, removal_id=removal, digest="ab" * 32, size=1, now=NOW)
        removing.confirm_printed(actor=registrar, removal_id=removal, now=NOW)
        registered(world, record, title="Skrivelse")
        with pytest.raises(RegisterRefused, match="entry_unmarked"):
            removing.link_entry(actor=registrar, removal_id=removal, now=NOW)

    def test_never_inside_a_transaction(self, world: World) -> None:
        removal = ordered(world, spread(world))
        with transaction.atomic(), pytest.raises(RegisterRefused, match="inside_transaction"):
            removing.carry_on(removal_id=removal, places=PLACES, clock=Clock())

    @pytest.mark.parametrize("state", [RemovalState.REMOVING, RemovalState.DONE])
    def test_the_database_refuses_too(self, world: World, state: RemovalState) -> None:
        [record] = take_in(secret_mail())
        removal = removing.begin(actor=world.registrar, record_id=record.pk, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Removal.objects.filter(pk=removal).update(state=state)


class TestInterrupted:
    def test_a_place_that_fails_is_tried_again_and_holds_up_no_other(self, world: World) -> None:
        def fails(message_id: int, lying: object, now: datetime) -> None:
            raise PlaceFailed("unreachable")

        record = spread(world)
        broken = tuple(replace(one, remove=fails) if one.code == "drafts" else one for one in PLACES)
        removal = ordered(world, record)
        settle(world, removal)
        clock = Clock()
        assert removing.carry_on(removal_id=removal, places=broken, clock=clock) == RemovalState.REMOVING
        row = Removal.objects.get(pk=removal)
        assert (row.trouble, row.tries) == ("unreachable", 1)
        assert row.next_try_at is not None
        assert row.next_try_at > clock.now
        assert not Message.objects.exclude(subject="").exists()
        assert removing.carry_on_due(places=PLACES, clock=clock) == 0
        clock.now = row.next_try_at
        assert removing.carry_on_due(places=PLACES, clock=clock) == 1
        assert Removal.objects.get(pk=removal).state == RemovalState.DONE

    def test_what_is_still_there_is_removed_anew(self, world: World) -> None:
        record = spread(world)
        looks: list[int] = []

        def still_there(message_id: int, lying: object) -> list[str]:
            looks.append(message_id)
            return ["blob:x"] if len(looks) == 1 else []

        doubtful = tuple(replace(one, prove=still_there) if one.code == "bytes" else one for one in PLACES)
        removal = ordered(world, record)
        settle(world, removal)
        removing.carry_on(removal_id=removal, places=doubtful, clock=Clock())
        assert RemovalStep.objects.get(place="bytes").state == StepState.PLANNED
        removing.carry_on(removal_id=removal, places=doubtful, clock=Clock())
        assert Removal.objects.get(pk=removal).state == RemovalState.DONE

    def test_what_a_person_must_do_is_waited_for(self, world: World) -> None:
        removal = ordered(world, spread(world))
        assert removing.carry_on(removal_id=removal, places=PLACES, clock=Clock()) == RemovalState.REMOVING
        row = Removal.objects.get(pk=removal)
        assert (row.trouble, row.next_try_at) == ("", None)
        settle(world, removal)
        assert removing.carry_on_due(places=PLACES, clock=Clock()) == 1
        assert Removal.objects.get(pk=removal).state == RemovalState.DONE

    @pytest.mark.slow
    def test_killed_at_every_point_it_goes_on(self, world: World, blob_folder: Path) -> None:
        """kill -9 before and after each removal and each look, and after each commit."""
        SubmissionNote.objects.create(writer="sara", subject=f"Angående {SUBJECT} och adressen", at=NOW)
        removal = ordered(world, spread(world))
        settle(world, removal)
        for place in PLACES:
            # What lies in mailboxes that we do not reach is only looked at.
            removes = () if place.code == "mailbox" else ("before_remove", "after_remove")
            if place.code in {"packages", "handovers"}:
                continue  # None of them holds this mail, so nobody asks the place; their own tests do.
            for moment in (*removes, "before_prove", "after_prove"):
                assert run_and_die(removal, place.code, moment), (place.code, moment)
                row = Removal.objects.get(pk=removal)
                assert row.state == RemovalState.REMOVING
                assert RegisterEntry.objects.filter(pk=row.entry_id, voided_at__isnull=True).exists()
        assert removing.carry_on(removal_id=removal, places=PLACES, clock=Clock()) == RemovalState.DONE
        index_changed()
        assert rows_with(*WORDS) == set()

    @pytest.mark.slow
    def test_killed_after_every_commit_it_goes_on(self, world: World, blob_folder: Path) -> None:
        removal = ordered(world, spread(world))
        settle(world, removal)
        number = 1
        while run_and_die(removal, "commit", str(number)):
            number += 1
            assert number < 200
        assert number > 5
        assert Removal.objects.get(pk=removal).state == RemovalState.DONE
        index_changed()
        assert rows_with(*WORDS) == set()


def run_and_die(removal: int, place: str, moment: str) -> bool:
    """Carry the removal on in a process of its own that kills itself at one point; whether it came to that point."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            if place == "commit":
                _die_after_commit(int(moment))
            places = tuple(_deadly(one, moment) if one.code == place else one for one in PLACES)
            removing.carry_on(removal_id=removal, places=places, clock=Clock())
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _deadly(place: Place, moment: str) -> Place:
    def remove(message_id: int, lying: Sequence[Lying], now: datetime) -> None:
        if moment == "before_remove":
            _die()
        place.remove(message_id, lying, now)
        if moment == "after_remove":
            _die()

    def prove(message_id: int, lying: Sequence[Lying]) -> list[str]:
        if moment == "before_prove":
            _die()
        left = place.prove(message_id, lying)
        if moment == "after_prove":
            _die()
        return left

    return replace(place, remove=remove, prove=prove)


def _die_after_commit(number: int) -> None:
    commits: list[int] = []
    commit = connection._commit

    def counted() -> None:
        commit()
        commits.append(1)
        if len(commits) == number:
            _die()

    connection._commit = counted  # type: ignore[method-assign]


def test_the_same_mail_that_comes_once_more_goes_the_same_way(world: World) -> None:
    record = spread(world)
    removal = ordered(world, record)
    settle(world, removal)
    clock = Clock()
    removing.carry_on(removal_id=removal, places=PLACES, clock=clock)
    assert removing.look_for_come_again(places=PLACES, now=clock()) == 0
    take_in(b"X-Way: second\r\n" + secret_mail(), at=LATER)
    assert rows_with(FIELD) == set()
    assert any(store().exists(digest) for digest in Blob.objects.values_list("pk", flat=True))
    assert removing.look_for_come_again(places=PLACES, now=clock()) == 1
    assert removing.carry_on_due(places=PLACES, clock=clock) == 1
    assert Removal.objects.get(pk=removal).state == RemovalState.DONE
    assert RemovalStep.objects.filter(removal_id=removal, turn=2).exists()
    assert not any(store().exists(digest) for digest in Blob.objects.values_list("pk", flat=True))


def test_a_mail_that_waits_in_the_outbox_never_leaves(world: World) -> None:
    record = spread(world)
    sara = again(world.sara)
    [draft] = Draft.objects.filter(origin="reply")
    composing.send(actor=sara, draft_id=draft.pk, revision=None, now=NOW)
    held = OutgoingMail.objects.get()
    assert held.state == "held"
    removal = ordered(world, record)
    removing.carry_on(removal_id=removal, places=PLACES, clock=Clock())
    held.refresh_from_db()
    assert held.state == "cancelled"
    assert not store().exists(held.blob_id)


class TestWhoMay:
    def test_only_with_the_permission(self, world: World) -> None:
        [record] = take_in(secret_mail())
        with pytest.raises(NotAllowed):
            removing.begin(actor=again(world.sara), record_id=record.pk, now=NOW)

    def test_a_registrar_of_one_unit_does_not_reach_into_others(self, world: World) -> None:
        [record] = take_in(secret_mail())
        local = factories.actor("Lokal Registrator", Role.REGISTRAR, in_unit=world.school.unit)
        with pytest.raises(NotAllowed):
            removing.begin(actor=local, record_id=record.pk, now=NOW)

    def test_no_such_and_not_yours_answer_alike(self, world: World) -> None:
        with pytest.raises(NotVisible):
            removing.confirm_printed(actor=again(world.registrar), removal_id=4711, now=NOW)

    def test_the_trail_has_each_step_and_no_content(self, world: World) -> None:
        removal = ordered(world, spread(world))
        settle(world, removal)
        removing.carry_on(removal_id=removal, places=PLACES, clock=Clock())
        verbs = set(Event.objects.filter(subject=f"removal:{removal}").values_list("verb", flat=True))
        assert {f"register:removal:{one}" for one in (
            "begin", "make_print", "confirm_print", "link_entry", "order", "settle_by_hand", "prove_place", "finish"
        )} <= verbs  # fmt: skip
        told = " ".join(str(one.details) for one in Event.objects.all())
        assert not any(word in told for word in (*WORDS, SUBJECT))

    def test_broken_off_nothing_is_gone_and_it_can_be_begun_again(self, world: World) -> None:
        [record] = take_in(secret_mail())
        registrar = again(world.registrar)
        first = removing.begin(actor=registrar, record_id=record.pk, now=NOW)
        assert removing.begin(actor=registrar, record_id=record.pk, now=NOW) == first
        removing.break_off(actor=registrar, removal_id=first, now=NOW)
        assert store().exists(record.message.blob_id)
        assert removing.begin(actor=registrar, record_id=record.pk, now=NOW) != first


def test_every_state_has_its_row() -> None:
    assert set(REMOVAL_STEPS) == set(RemovalState)
    assert set(STEP_STEPS) == set(StepState)
    ends = {state for state, following in REMOVAL_STEPS.items() if not following}
    assert ends == {RemovalState.BROKEN_OFF}
    # Once it is being removed there is no way back to what it was.
    assert REMOVAL_STEPS[RemovalState.REMOVING] == {RemovalState.DONE}


def test_the_answer_says_how_and_repeats_nothing(world: World) -> None:
    removal = ordered(world, spread(world))
    text = answer_for(again(world.registrar), removal)
    assert "e-legitimation" in text
    assert not any(word in text for word in (*WORDS, SUBJECT, "mormor"))
