"""Packages for the archive: asked for, made, fetched, removed; and brought back as the same register."""

import hashlib
import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests import factories

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor, NotAllowed, Role
from kommunpost.apps.mailflow.models import Message
from kommunpost.apps.mailflow.places import PlaceFailed
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register import actions
from kommunpost.apps.register.actions.packaging import KEPT, SILENT, make_next, path_of, remove_old, write_package
from kommunpost.apps.register.files import file_bytes
from kommunpost.apps.register.kinds import NoteState, PackageStandard, PackageState
from kommunpost.apps.register.models import ArchivePackage, CaseFile, DiarySeries, Record, RegisterEntry
from kommunpost.apps.register.packages.gathering import gather_case
from kommunpost.apps.register.packages.places import PACKAGES
from kommunpost.apps.register.packages.renditions import rendition
from kommunpost.apps.register.queries.packages import list_packages, packages_holding
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.core.mail import parse
from kommunpost.core.packages import ZipContainer, open_package
from kommunpost.site.cli import main
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

from .world import NOW, World, entry_for, letter, make_world, registered, take_in

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def package_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.PACKAGE_FOLDER = str(tmp_path / "packages")
    return tmp_path / "packages"


def clock() -> datetime:
    return LATER


def whole_case(world: World) -> int:
    """A closed case with everything that a case may have."""
    first, second, third = take_in(
        letter(number=1, files=("ritning.pdf", "../../etc/passwd")),
        letter("Yttrande\u0001 \u202e\U0001f600", number=2),
        letter("Fel ärende", number=3),
    )
    case_id = registered(world, first, case=True).case_id or 0
    entries = [
        entry_for(second, title="Yttrande", secrecy="strong", provisions=("OSL 21:1",), public_title=""),
        entry_for(third),
    ]
    done = actions.register(
        actor=world.registrar, committee_id=world.sbn.pk, entries=entries, case_id=case_id, now=NOW + timedelta(hours=1)
    )
    actions.void_entry(actor=world.registrar, entry_id=done[1].entry_id, seen_version=1, reason="Fel ärende", now=LATER)
    facts = entry_for(second, title="Yttrande från grannen", secrecy="strong").facts
    actions.correct_entry(
        actor=world.registrar, entry_id=done[0].entry_id, seen_version=1, facts=facts, provisions=("OSL 21:1",),
        reason="Tydligare", now=LATER,
    )  # fmt: skip
    actions.add_party(actor=world.registrar, case_id=case_id, name="Ada Berg", role="applicant", now=LATER)
    gone = actions.add_party(actor=world.registrar, case_id=case_id, name="Bo Ek", role="opponent", now=LATER)
    actions.remove_party(actor=world.registrar, case_id=case_id, party_id=gone, now=LATER)
    actions.add_note(actor=world.registrar, case_id=case_id, kind="official", text="Ringde.", now=LATER)
    memo = actions.add_note(actor=world.registrar, case_id=case_id, kind="memo", text="Minns", now=LATER)
    actions.close_case(actor=world.registrar, case_id=case_id, notes={memo: NoteState.CLEARED}, material={}, now=LATER)
    return case_id


def made(world: World, *case_ids: int, standard: str = PackageStandard.FGS2) -> int:
    package_id = actions.ask_package(actor=world.registrar, case_ids=case_ids, standard=standard, now=LATER)
    assert make_next(clock=clock) == 1
    return package_id


@pytest.mark.parametrize("standard", PackageStandard.values)
def test_a_register_comes_back_the_same(world: World, tmp_path: Path, standard: str) -> None:
    away = tmp_path / "away.zip"
    with transaction.atomic():
        case_id = whole_case(world)
        told = gather_case(case_id)
        contents = {
            (entry.designation, one.digest): file_bytes(one.message, one.place)
            for entry in RegisterEntry.objects.filter(voided_at=None)
            for one in entry.files.all()
        }
        path_of(made(world, case_id, standard=standard)).rename(away)
        transaction.set_rollback(True)
    assert not CaseFile.objects.exists()
    assert not Message.objects.exists()

    done = actions.import_package(actor=world.registrar, path=away, listeners=DELIVERY_LISTENERS, now=LATER)
    assert (done.cases, done.entries, done.mails, done.absent) == (1, 3, 2, 0)
    case = CaseFile.objects.get()
    assert gather_case(case.pk) == told
    assert len(contents) == 5
    for entry in RegisterEntry.objects.all():
        for one in entry.files.all():
            assert file_bytes(one.message, one.place) == contents.pop((entry.designation, one.digest))
    assert not contents
    assert set(Record.objects.values_list("state", flat=True)) == {"registered"}

    again = actions.import_package(actor=world.registrar, path=away, listeners=DELIVERY_LISTENERS, now=LATER)
    assert (again.cases, again.already_there) == (0, 1)
    assert RegisterEntry.objects.count() == 3


def test_numbers_go_on_after_those_that_came_back(world: World, tmp_path: Path) -> None:
    away = tmp_path / "away.zip"
    with transaction.atomic():
        case_id = whole_case(world)
        path_of(made(world, case_id)).rename(away)
        transaction.set_rollback(True)
    actions.import_package(actor=world.registrar, path=away, listeners=DELIVERY_LISTENERS, now=LATER)
    assert DiarySeries.objects.get().latest == CaseFile.objects.get().diary_number.number
    (new,) = take_in(letter("Nytt", number=9))
    assert registered(world, new).designation == "SBN/2026:00002"


def test_a_number_that_is_taken_is_not_written_over(world: World, tmp_path: Path) -> None:
    away = tmp_path / "away.zip"
    with transaction.atomic():
        case_id = whole_case(world)
        path_of(made(world, case_id)).rename(away)
        transaction.set_rollback(True)
    (other,) = take_in(letter("Annat", number=77))
    registered(world, other)
    with pytest.raises(RegisterRefused, match="designation_taken"):
        actions.import_package(actor=world.registrar, path=away, listeners=DELIVERY_LISTENERS, now=LATER)
    assert not CaseFile.objects.exists()


def test_what_the_package_holds(world: World) -> None:
    package_id = made(world, whole_case(world))
    path = path_of(package_id)
    with open_package(path) as package:
        (found,) = package.cases()
        voided = found.case.entries[2]
        assert (voided.mails, voided.files) == ((), ())
        assert package.check() > 10
    with zipfile.ZipFile(path) as archive:
        pdfs = [name for name in archive.namelist() if "/pdfa/data/" in name]
        assert len(pdfs) == 2
        with archive.open(pdfs[0]) as file, pikepdf.open(file) as pdf, pdf.open_metadata() as meta:
            assert meta["pdfaid:part"] == "2"
        premis = next(name for name in archive.namelist() if name.endswith("premis.xml"))
        assert "register:case:close SBN/2026:00001" in archive.read(premis).decode()
    assert path.stat().st_mode & 0o077 == 0
    row = ArchivePackage.objects.get()
    assert (row.state, row.done, row.size) == (PackageState.READY, 3, path.stat().st_size)


def test_the_same_case_gives_the_same_bytes(world: World) -> None:
    case_id = whole_case(world)

    def written() -> bytes:
        file = io.BytesIO()
        container = ZipContainer(file, made_at=LATER)
        write_package(container, name="SBN", case_ids=[case_id], done=lambda: None, made_at=LATER)
        container.close()
        return file.getvalue()

    assert written() == written()


@pytest.mark.parametrize("who", [Role.CASEWORKER, Role.LAWYER, Role.ADMIN, Role.IT, Role.AUDITOR, Role.MANAGER])
def test_only_a_registrar_takes_out_packages(world: World, who: Role) -> None:
    actor = factories.actor("Någon", who)
    package_id = made(world, whole_case(world))
    for act in (
        lambda: actions.ask_package(actor=actor, case_ids=[1], now=LATER),
        lambda: actions.note_fetched(actor=actor, package_id=package_id, now=LATER),
        lambda: actions.remove_package(actor=actor, package_id=package_id, now=LATER),
        lambda: actions.import_package(actor=actor, path=Path("x"), listeners=(), now=LATER),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert path_of(package_id).exists()


def test_open_cases_and_those_of_two_committees_are_refused(world: World) -> None:
    closed = whole_case(world)
    (record,) = take_in(letter(number=50))
    still_open = registered(world, record, case=True).case_id or 0
    for ids, code in (([still_open], "case_open"), ([], "no_such_case"), ([closed, 10**6], "no_such_case"),
                      (list(range(501)), "too_many_cases")):  # fmt: skip
        with pytest.raises(RegisterRefused, match=code):
            actions.ask_package(actor=world.registrar, case_ids=ids, now=LATER)
    (theirs,) = take_in(letter(number=51, to=world.school.address), to=(world.school.address,))
    other = registered(world, theirs, case=True).case_id or 0
    actions.close_case(actor=world.registrar, case_id=other, notes={}, material={}, now=LATER)
    with pytest.raises(RegisterRefused, match="several_committees"):
        actions.ask_package(actor=world.registrar, case_ids=[closed, other], now=LATER)
    assert not ArchivePackage.objects.exists()


def test_a_package_that_fails_says_so_and_leaves_no_file(
    world: World, package_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.ask_package(actor=world.registrar, case_ids=[whole_case(world)], now=LATER)

    def broken(_digest: str) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr("kommunpost.apps.register.actions.packaging.open_mail", broken)
        with pytest.raises(OSError, match="disk"):
            make_next(clock=clock)
    row = ArchivePackage.objects.get()
    assert row.state == PackageState.FAILED
    assert list(package_folder.iterdir()) == []
    actions.try_again(actor=world.registrar, package_id=row.pk, now=LATER)
    assert make_next(clock=clock) == 1
    assert make_next(clock=clock) == 0


def test_a_maker_that_died_is_followed_by_another(world: World) -> None:
    actions.ask_package(actor=world.registrar, case_ids=[whole_case(world)], now=LATER)
    ArchivePackage.objects.update(state=PackageState.MAKING, beat_at=LATER)
    assert make_next(clock=lambda: LATER + SILENT) == 0
    assert make_next(clock=lambda: LATER + SILENT + timedelta(seconds=1)) == 1


def test_files_are_removed_after_a_while_and_the_line_stays(world: World) -> None:
    package_id = made(world, whole_case(world))
    entry_id = RegisterEntry.objects.values_list("pk", flat=True)[0]
    assert [(one.id, one.is_here) for one in packages_holding(entry_id)] == [(package_id, True)]
    assert remove_old(now=LATER + KEPT) == 0
    assert remove_old(now=LATER + KEPT + timedelta(seconds=1)) == 1
    assert not path_of(package_id).exists()
    with pytest.raises(NotVisible):
        actions.note_fetched(actor=world.registrar, package_id=package_id, now=LATER)
    assert [(one.id, one.is_here) for one in packages_holding(entry_id)] == [(package_id, False)]
    assert [one.state for one in list_packages()[0]] == ["removed"]


def test_everything_is_in_the_trail(world: World) -> None:
    package_id = made(world, whole_case(world))
    actions.note_fetched(actor=world.registrar, package_id=package_id, now=LATER)
    actions.remove_package(actor=world.registrar, package_id=package_id, now=LATER)
    verbs = Event.objects.filter(subject=f"package:{package_id}").order_by("pk").values_list("verb", flat=True)
    assert set(verbs) == {f"register:package:{verb}" for verb in ("ask", "make", "fetch", "remove")}


@pytest.mark.parametrize("damage", [b"", b"PK\x05\x06" + b"\0" * 18, b"x" * 2000])
def test_what_is_no_package_is_refused_in_a_word(world: World, tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(damage)
    with pytest.raises(RegisterRefused, match="package_"):
        actions.import_package(actor=world.registrar, path=path, listeners=DELIVERY_LISTENERS, now=LATER)


def test_a_mail_in_any_script_has_its_document() -> None:
    mail = parse(letter("中文 \U0001f600 \u202e Ärende", text="Hej\n\n" + "x" * 5000 + "\n\u0007 λ\n"))
    document = rendition(mail)
    assert document is not None
    assert document.startswith(b"%PDF")


def client_for(actor: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def test_a_registrar_takes_out_a_case_on_screen(world: World) -> None:
    case_id = whole_case(world)
    client = client_for(world.registrar)
    assert reverse("package-new") in client.get(reverse("case", args=[case_id])).content.decode()
    page = client.get(reverse("package-new"), {"namnd": world.sbn.pk, "arende": case_id})
    assert f'value="{case_id}" id="case-{case_id}" checked' in page.content.decode()
    assert client.post(reverse("package-new"), {}).status_code == 422
    assert client.post(reverse("package-new"), {"case": [case_id]}).status_code == 302
    assert "Ett paket görs" in client.get(reverse("packages")).content.decode()
    assert make_next(clock=clock) == 1
    page = client.get(reverse("packages"))
    assert "Klart att hämta" in page.content.decode()
    (package,) = ArchivePackage.objects.all()
    answer = client.get(reverse("package-file", args=[package.pk]))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{package.name}"'
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == package.digest
    assert client.post(reverse("package-again", args=[package.pk])).status_code == 302
    assert client.post(reverse("package-remove", args=[package.pk])).status_code == 302
    assert client.get(reverse("package-file", args=[package.pk])).status_code == 404


def test_the_standard_is_chosen_on_screen(world: World, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "mets.xsd").write_text("<schema/>")
    settings.SCHEMA_FOLDER = str(tmp_path)
    case_id = whole_case(world)
    client = client_for(world.registrar)
    assert client.post(reverse("package-new"), {"case": [case_id], "standard": "fgs9"}).status_code == 422
    assert client.post(reverse("package-new"), {"case": [case_id], "standard": "fgs1"}).status_code == 302
    assert make_next(clock=clock) == 1
    assert "FGS Ärendehantering 1.0" in client.get(reverse("packages")).content.decode()
    with zipfile.ZipFile(path_of(ArchivePackage.objects.get().pk)) as archive:
        told = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert b"<Leveransobjekt" in next(data for name, data in told.items() if name.startswith("metadata/descriptive"))
    assert told["schemas/mets.xsd"] == b"<schema/>"


def test_others_meet_a_closed_door(world: World) -> None:
    package_id = made(world, whole_case(world))
    client = client_for(world.sara)
    for name, args in (("packages", []), ("package-new", []), ("package-file", [package_id])):
        assert client.get(reverse(name, args=args)).status_code == 403
    for name in ("package-remove", "package-again"):
        assert client.post(reverse(name, args=[package_id])).status_code == 403


@pytest.mark.parametrize(("name", "more"), [("ut.zip", ["--standard", "fgs1"]), ("ut.tar", []), ("ut", [])])
def test_by_command_out_and_back(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, more: list[str]
) -> None:
    who = ["--as", Account.objects.get(pk=world.registrar.account_id).address]
    path = str(tmp_path / name)
    with transaction.atomic():
        case_id = whole_case(world)
        told = gather_case(case_id)
        assert main(["register", "export-package", told.designation, "-o", path, *more, *who]) == 0
        assert json.loads(capsys.readouterr().out)["entries"] == 3
        assert main(["register", "export-package", told.designation, "-o", path, *who]) == 2
        assert make_next(clock=clock) == 0
        assert not packages_holding(RegisterEntry.objects.values_list("pk", flat=True)[0])[0].is_here
        transaction.set_rollback(True)
    capsys.readouterr()
    assert main(["register", "import-package", path, *who]) == 0
    assert json.loads(capsys.readouterr().out)["mails"] == 2
    assert gather_case(CaseFile.objects.get().pk) == told


def test_a_package_is_a_place_where_a_secret_mail_lies(world: World) -> None:
    package_id = made(world, whole_case(world))
    message_id = RegisterEntry.objects.earliest("pk").files.earliest("pk").message_id
    lying = PACKAGES.find(message_id)
    assert [one.reference for one in lying] == [f"archive_package:{package_id}"]
    assert PACKAGES.prove(message_id, lying) == [f"archive_package:{package_id}"]
    ArchivePackage.objects.update(state=PackageState.MAKING)
    with pytest.raises(PlaceFailed, match="in_use"):
        PACKAGES.remove(message_id, lying, LATER)
    ArchivePackage.objects.update(state=PackageState.READY)
    for _twice in range(2):
        PACKAGES.remove(message_id, lying, LATER)
    assert PACKAGES.prove(message_id, lying) == []
    assert not path_of(package_id).exists()
    assert PACKAGES.find(message_id) == []
