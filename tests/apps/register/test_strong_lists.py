"""What is strongly marked has its title for those who may read it, in every list; others see the public title alone."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from tests import factories

from kommunpost.apps.directory.models import Account, Membership
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register import actions
from kommunpost.apps.register.models import CaseFile, Record
from kommunpost.apps.register.queries.cases import get_case, list_cases, suggest_cases
from kommunpost.apps.register.queries.entries import get_entry
from kommunpost.apps.register.queries.lists import list_my_questions
from kommunpost.site.cli import main

from .world import NOW, World, again, entry_for, letter, make_world, registered, take_in

pytestmark = pytest.mark.django_db
TITLE, ENTRY, PARTY, NOTE, WRITER = "kanarieärende81", "kanariepost82", "Kanarie Part83", "kanarienot84", "Kana85"
WORDS = (TITLE, ENTRY, PARTY, NOTE, WRITER)
PUBLIC = "Skrivelse"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case_id(world: World) -> int:
    """A strongly marked case with everything in it, and an entry of its own in another mailbox of the committee."""
    (record,) = take_in(letter("Hej", number=1))
    strong = {"secrecy": "strong", "provisions": ("OSL 26:1",), "public_title": PUBLIC, "public_counterpart": ""}
    new = actions.NewCase(title=f"Ärende {TITLE}", public_title=PUBLIC, secrecy="strong")
    entry = entry_for(record, title=f"Post {ENTRY}", counterpart=WRITER, **strong)
    (done,) = actions.register(actor=world.registrar, committee_id=world.sbn.pk, entries=[entry], new_case=new, now=NOW)
    found = done.case_id or 0
    actions.add_party(actor=world.registrar, case_id=found, name=PARTY, role="applicant", now=NOW)
    actions.add_note(actor=world.registrar, case_id=found, kind="official", text=NOTE, now=NOW)
    return found


@pytest.fixture
def colleague(world: World) -> Actor:
    """Of the same committee, with another mailbox."""
    actor = factories.actor("Olle Granne", Role.CASEWORKER)
    other = factories.mailbox("plan", at=world.building.unit)
    Membership.objects.create(mailbox=other, person_id=actor.person_id)
    return again(actor)


def client_for(actor: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def plain_addresses() -> list[str]:
    """Every address of the site that needs no number."""
    found: set[str] = set()

    def walk(patterns: list[URLPattern | URLResolver]) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                walk(one.url_patterns)
            elif one.name:
                try:
                    found.add(reverse(one.name))
                except NoReverseMatch:
                    continue

    walk(get_resolver().url_patterns)
    return sorted(url for url in found if "logga-ut" not in url)


def read(client: Client, url: str, **asked: str) -> str:
    answer = client.get(url, asked)
    if answer.streaming:
        return b"".join(answer.streaming_content).decode("utf-8", "replace")
    return answer.content.decode("utf-8", "replace")


def test_who_holds_the_mail_sees_it(world: World, case_id: int) -> None:
    sara = again(world.sara)
    client = client_for(sara)
    assert TITLE in read(client, reverse("cases"))
    assert ENTRY in read(client, reverse("diary"))
    page = read(client, reverse("case", args=[case_id]))
    assert all(word in page for word in (TITLE, ENTRY, PARTY, NOTE))
    assert [row.is_inside for row in list_cases(sara, text=TITLE)[0]] == [True]


def test_no_list_of_the_house_tells_a_colleague(world: World, case_id: int, colleague: Actor) -> None:
    client = client_for(colleague)
    addresses = plain_addresses()
    assert {reverse("cases"), reverse("diary"), reverse("register"), reverse("start")} <= set(addresses)
    told = {url: read(client, url) for url in addresses}
    told |= {f"{url} alla": read(client, url, visa="alla") for url in (reverse("cases"), reverse("diary"))}
    told["csv"] = b"".join(client.post(reverse("diary-export")).streaming_content).decode()
    assert {(url, word) for url, page in told.items() for word in WORDS if word in page} == set()
    assert PUBLIC in told[reverse("cases")]
    assert "SBN/2026:00001" in told[reverse("cases")]
    assert client.get(reverse("case", args=[case_id])).status_code == 404


@pytest.mark.parametrize("role", [Role.CONTACT_CENTRE, Role.MANAGER, Role.IT, Role.ADMIN, Role.AUDITOR])
def test_no_list_of_the_house_tells_another_role(world: World, case_id: int, role: Role) -> None:
    client = client_for(factories.actor("Någon Annan", role))
    told = {url: read(client, url) for url in plain_addresses()}
    assert {(url, word) for url, page in told.items() for word in WORDS if word in page} == set()


def test_no_search_finds_it_for_a_colleague(world: World, case_id: int, colleague: Actor) -> None:
    assert list_cases(colleague, text=TITLE)[0] == []
    assert [row.title for row in list_cases(colleague, text=PUBLIC)[0]] == [PUBLIC]
    client = client_for(colleague)
    answer = client.post(reverse("diary"), {"text": ENTRY}, follow=True).content.decode()
    assert "SBN/2026:00001-1" not in answer


def test_a_suggestion_shows_the_public_title(world: World, case_id: int, colleague: Actor) -> None:
    (theirs,) = take_in(letter("Om SBN/2026:00001", number=2, to="plan@kommun.example"))
    record = Record.objects.get(pk=theirs.pk)
    rows = suggest_cases(colleague, record, text="Gäller SBN/2026:00001", thread_message_ids=[])
    assert [(row.title, row.is_inside) for row in rows] == [(PUBLIC, False)]


def test_an_entry_in_it_that_is_open_does_not_show_the_title_of_the_case(
    world: World, case_id: int, colleague: Actor
) -> None:
    (record,) = take_in(letter("Remiss", number=3))
    (done,) = actions.register(
        actor=world.registrar, committee_id=world.sbn.pk, entries=[entry_for(record)], case_id=case_id, now=NOW
    )
    assert get_entry(colleague, done.entry_id, now=NOW).case_title == PUBLIC
    assert TITLE in get_entry(again(world.sara), done.entry_id, now=NOW).case_title


def test_a_colleague_cannot_change_it_and_its_handler_can(world: World, case_id: int, colleague: Actor) -> None:
    with pytest.raises(NotVisible):
        actions.add_note(actor=colleague, case_id=case_id, kind="memo", text="x", now=NOW)
    CaseFile.objects.filter(pk=case_id).update(handler_id=colleague.person_id)
    actions.add_note(actor=colleague, case_id=case_id, kind="memo", text="x", now=NOW)
    assert TITLE in get_case(colleague, case_id, now=NOW).title


def test_one_that_is_empty_is_for_those_who_decide_in_the_committee(world: World, colleague: Actor) -> None:
    new = actions.NewCase(title=TITLE, secrecy="strong")
    made = actions.open_case(actor=colleague, committee_id=world.sbn.pk, new=new, now=NOW)
    assert get_case(colleague, made, now=NOW).title == TITLE
    with pytest.raises(NotVisible):
        get_case(again(world.karin), made, now=NOW)


def test_working_material_that_is_marked_shows_its_subject_to_its_holders(world: World, colleague: Actor) -> None:
    (first, second) = take_in(letter("Öppet", number=5), letter(f"Mejl {ENTRY}", number=6))
    case_id = registered(world, first, case=True).case_id or 0
    Record.objects.filter(pk=second.pk).update(state="not_record", ground="working_material", secrecy="strong",
                                               case_id=case_id)  # fmt: skip
    assert [one.subject for one in get_case(colleague, case_id, now=NOW).material] == [""]
    assert [one.subject for one in get_case(again(world.sara), case_id, now=NOW).material] == [f"Mejl {ENTRY}"]


def test_an_own_question_shows_no_subject_of_a_mail_that_is_out_of_reach(world: World) -> None:
    (record,) = take_in(letter(f"Mejl {ENTRY}", number=7))
    actions.ask(actor=world.sara, record_id=record.pk, text="Ska den registreras?", now=NOW)
    assert [row.subject for row in list_my_questions(again(world.sara))] == [f"Mejl {ENTRY}"]
    Membership.objects.filter(person_id=world.sara.person_id).delete()
    assert [row.subject for row in list_my_questions(again(world.sara))] == [""]


def test_the_command_line_tells_no_more(
    world: World, case_id: int, colleague: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    address = Account.objects.get(pk=colleague.account_id).address
    assert main(["register", "list", "--as", address]) == 0
    assert main(["register", "show", "SBN/2026:00001-1", "--as", address]) == 2
    told = capsys.readouterr()
    assert not any(word in told.out + told.err for word in WORDS)
