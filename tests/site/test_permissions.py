"""Every address of the whole site stands in a table of who is let in; here the tables of what no office has a table of.

An address that is new fails here until somebody has said who may read it and who may post to it.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings
from tests import factories
from tests.apps.inbox.test_permissions import NAMES as OF_INBOX
from tests.apps.register.test_permissions import TABLE as OF_REGISTER
from tests.apps.register.world import letter as application
from tests.apps.register.world import take_in
from tests.permissions import (
    ALL,
    INSIDE,
    MAIL,
    MEMBERS,
    NOBODY,
    OUTSIDE,
    READERS,
    Audience,
    Row,
    Who,
    accounts,
    client_of,
    faults,
    having,
    names_in,
)
from tests.site.post import deliver, letter
from tests.site.test_screens_operations import failed_task

from kommunpost.apps.composing import actions as composing
from kommunpost.apps.composing.actions.files import attach
from kommunpost.apps.composing.models import CannedText, Reminder
from kommunpost.apps.directory.models import Account, Mailbox
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.mailflow.actions.outbox import queue_mail
from kommunpost.apps.mailflow.models import Connection, OutboxState, OutgoingMail
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.apps.register.actions import removing
from kommunpost.site.api.clients import make_client
from kommunpost.site.api.models import ApiClient

pytestmark = pytest.mark.django_db

IT, ADMIN, AUDITOR, REGISTRAR = (having(role) for role in (Role.IT, Role.ADMIN, Role.AUDITOR, Role.REGISTRAR))
LOG = MAIL
PEN_READERS = having(Role.REGISTRAR, Role.IT)
DIRECTORY = ALL
KEEPERS = IT | ADMIN
WRITER: Audience = frozenset({INSIDE[Role.CASEWORKER]})

# The way in, what watches the machine, what is open to the public, the add-in's files, and the answers of case systems
# (sealed by their own key): no sign-in, and no role.
OPEN = {
    "sign-in", "sign-in-as", "sign-out", "second-step", "set-password", "health-alive", "health-ready",
    "health-metrics", "outlook-manifest", "outlook-pane", "outlook-file", "outlook-allowed", "public-diary",
    "public-postlist", "public-postlist-json", "public-postlist-rss", "public-case",
}  # fmt: skip
# Programs come with a token of their own; whoever is signed in as a person is a stranger here.
OF_PROGRAMS = {"api-1:advice", "api-1:outcome", "api-1:judgement", "api-1:on_send"}
# A case system signs what it says: tests/apps/register/test_handing_over.py.
OF_CASE_SYSTEMS = {"case-answer"}
API_TEXTS = {"api-1:openapi-json", "api-1:api-root"}


@pytest.fixture
def street(db: None, settings: Settings, tmp_path: Path) -> Mailbox:
    settings.BLOB_STORE, settings.DATA_FOLDER, settings.RELAY_URL = str(tmp_path / "blobs"), tmp_path, ""
    return factories.mailbox("gatapark", at=factories.unit("gata"))


@pytest.fixture
def people(street: Mailbox) -> dict[Who, Account]:
    return accounts(street)


@pytest.fixture
def rows(street: Mailbox, people: dict[Who, Account]) -> Mapping[str, Row]:
    table = [*of_everybody(), *of_the_house(street), *of_mail(street), *of_writing(street, people),
             *of_the_directory(street, people), *of_removals()]  # fmt: skip
    return {row.name: row for row in table}


def of_everybody() -> list[Row]:
    return [
        Row("start", get=ALL),
        Row("account", get=ALL, post=ALL, data={"language": "sv"}, changes=False),
        Row("change-password", get=ALL, post=ALL, changes=False),
        Row("enrol", get=ALL, post=ALL, changes=False),
        Row("recovery-codes", get=ALL, post=ALL, changes=False),
        Row("remove-second-factor", get=ALL, post=ALL, changes=False),
        Row("sign-out-everywhere", post=ALL, changes=False),
        Row("keys", get=ALL),
        Row("handbook", get=ALL, post=ALL, data={"words": "mejl"}, changes=False),
        Row("handbook-choices", get=ALL),
        Row("handbook-clause", ("no-mass-mail",), get=ALL),
    ]


def of_the_house(street: Mailbox) -> list[Row]:
    now = timezone.now()
    connection = Connection.objects.create(
        mailbox=street, kind="imap", host="imap.kommun.example", port=993, login="x", state_since=now
    )
    other = factories.mailbox("info")
    committee = factories.committee("KS")
    make_client(name="Lex", scopes=["advice"], by="system:test", now=now)
    mail = queue_mail(
        mailbox_id=street.pk, raw=letter(9, to="anna.ek@post.example"), recipients=["anna.ek@post.example"],
        not_before=now, by="system:test", now=now,
    )  # fmt: skip
    OutgoingMail.objects.filter(pk=mail).update(state=OutboxState.UNKNOWN)
    filled = {"mailbox": str(other.pk), "host": "imap.kommun.example", "port": "993", "security": "tls",
              "login": "bygg", "secret": "mycket hemligt", "move_to": ""}  # fmt: skip
    one = (connection.pk,)
    return [
        Row("audit", get=AUDITOR, post=AUDITOR, changes=False),
        Row("audit-export", post=AUDITOR, data={"format": "csv"}, changes=False),
        Row("audit-verify", post=AUDITOR, changes=False),
        Row("audit-search", ("abcdef",), get=AUDITOR),
        Row("operations", get=KEEPERS),
        Row("operations-doctor", post=KEEPERS, changes=False),
        Row("operations-verify", post=KEEPERS, changes=False),
        Row("operations-task", (failed_task(),), post=KEEPERS, data={"deed": "again"}, changes=False),
        Row("operations-mail", (mail,), post=KEEPERS, data={"sent": "yes"}),
        Row("programs", get=KEEPERS, post=KEEPERS, changes=False),
        Row("program-revoke", (ApiClient.objects.get().pk,), get=KEEPERS, post=KEEPERS),
        Row("mailbox-connections", get=IT),
        Row("mailbox-connect", ("imap",), get=IT, post=IT, data=filled),
        Row("mailbox-connection", one, get=IT),
        Row("mailbox-connection-change", one, get=IT, post=IT, data=filled),
        Row("mailbox-connection-try", one, post=IT, changes=False),
        Row("mailbox-connection-do", (*one, "pausa"), post=IT),
        Row("mailbox-connection-remove", one, get=IT, post=IT),
        Row("case-systems", get=IT),
        Row("case-system", (committee.pk,), get=IT, post=IT, data={"kind": "folder", "name": "Lex"}),
    ]


def of_mail(street: Mailbox) -> list[Row]:
    [came] = deliver(letter(1, to=street.address, html="<p>Hej</p>"), to=street.address, at=timezone.now())
    [lost] = deliver(
        letter(2, to="ingen@kommun.example", html="<p>Hej</p>"), to="ingen@kommun.example", at=timezone.now()
    )
    while read_new_messages(now=timezone.now()):
        pass
    mail, stray = (street.pk, came.pk), (lost.pk,)
    return [
        Row("mailbox", (street.pk,), get=READERS),
        Row("message", mail, get=READERS),
        Row("message-body", mail, get=READERS),
        Row("message-attachment", (*mail, 0), get=READERS, post=READERS, changes=False),
        Row("message-source", mail, get=READERS, post=READERS, changes=False),
        Row("pen", get=PEN_READERS),
        Row("pen-message", stray, get=PEN_READERS),
        Row("pen-message-body", stray, get=PEN_READERS),
        Row("pen-message-attachment", (*stray, 0), get=PEN_READERS, post=PEN_READERS, changes=False),
        Row("pen-message-source", stray, get=PEN_READERS, post=PEN_READERS, changes=False),
        Row("log", get=LOG, post=LOG, changes=False),
        Row("log-extract", post=LOG, data={"format": "csv"}, changes=False),
        Row("log-search", ("abcdef",), get=LOG),
    ]


def of_writing(street: Mailbox, people: dict[Who, Account]) -> list[Row]:
    now = timezone.now()
    writer = actor_for(people[INSIDE[Role.CASEWORKER]].pk)
    [came] = deliver(letter(3, to=street.address), to=street.address, at=now)
    draft, gone = (
        composing.start_new(
            actor=writer, mailbox_id=street.pk, now=now,
            fields={"to": "berit.malmkvist@post.example", "subject": subject, "body": f"{subject}: vi plogar."},
        )
        for subject in ("Snö", "Is")
    )  # fmt: skip
    file = attach(actor=writer, draft_id=draft, name="karta.txt", content=b"hej", now=now)
    sent = composing.send(actor=writer, draft_id=gone, now=now, revision=None)
    OutgoingMail.objects.filter(pk=sent.outgoing_id).update(state=OutboxState.UNKNOWN)
    canned = CannedText.objects.create(mailbox=street, name="Svar", body="Hej", changed_at=now)
    reminder = Reminder.objects.create(mailbox=street, draft_id=gone, due_at=now - timedelta(days=1))
    text = {"name": "Nytt", "body": "Hej!"}
    return [
        Row("drafts", get=MAIL),
        Row("outbox", get=MAIL),
        Row("compose-discarded", get=MAIL),
        Row("reminders", get=MAIL),
        Row("reminder-close", (reminder.pk,), post=MEMBERS),
        Row("signature", get=MAIL),
        Row("canned", get=MAIL),
        Row("canned-add", (street.pk,), get=MEMBERS, post=MEMBERS, data=text),
        Row("canned-change", (canned.pk,), get=MEMBERS, post=MEMBERS, data=text),
        Row("canned-remove", (canned.pk,), get=MEMBERS, post=MEMBERS),
        Row("compose-new", post=MEMBERS, data={"mailbox": str(street.pk)}),
        Row("compose-recipients", post=MAIL, changes=False),
        Row("compose-answer", (street.pk, came.pk), post=MEMBERS, data={"hur": "svara"}),
        Row("compose", (draft,), get=WRITER, post=WRITER, changes=False),
        Row("compose-autosave", (draft,), post=WRITER, changes=False),
        Row("compose-send", (draft,), post=WRITER, changes=False),
        Row("compose-sent", (gone,), get=MEMBERS, post=MEMBERS, changes=False),
        Row("compose-discard", (draft,), get=WRITER, post=WRITER),
        Row("compose-file", (draft, file), get=WRITER),
        Row("compose-intranet", (draft,), get=WRITER),
        Row("outbox-resolve", (gone,), post=MEMBERS, data={"was_sent": "1"}),
    ]


def of_the_directory(street: Mailbox, people: dict[Who, Account]) -> list[Row]:
    person = factories.person("Någon Annan")
    whose = people[OUTSIDE[Role.CASEWORKER]].person_id
    return [
        Row("directory", get=DIRECTORY),
        Row("directory-people", get=DIRECTORY),
        Row("directory-mailboxes", get=DIRECTORY),
        Row("directory-groups", get=DIRECTORY),
        Row("directory-committees", get=DIRECTORY),
        Row("directory-roles", get=DIRECTORY),
        Row("directory-search", post=DIRECTORY, data={"text": "gata"}, changes=False),
        Row("directory-found", ("abcdef", "personer"), get=DIRECTORY),
        Row("directory-list-file", ("personer",), post=DIRECTORY, data={"format": "csv"}, changes=False),
        Row("directory-add", ("namnder",), get=ADMIN, post=ADMIN, data={"code": "XN", "name": "Extranämnden"}),
        Row("directory-change", ("brevlador", street.pk), get=ADMIN, post=ADMIN, changes=False),
        Row("directory-member", ("brevlador", street.pk), post=ADMIN, data={"person": person.address, "deed": "add"}),
        Row("directory-entry", ("brevlador", street.pk), get=DIRECTORY),
        Row("directory-account", (whose,), post=ADMIN, data={"deed": "close"}),
        Row("directory-password-link", (whose,), post=ADMIN, changes=False),
        Row("directory-close", ("personer", person.pk), get=ADMIN, post=ADMIN),
        Row("directory-reopen", ("personer", person.pk), get=ADMIN, post=ADMIN, changes=False),
        Row("reset-second-factor", (people[OUTSIDE[Role.LAWYER]].pk,), get=ADMIN, post=ADMIN, changes=False),
    ]


def of_removals() -> list[Row]:
    factories.mailbox("bygglov", at=factories.unit("bygglov", under="SBN"))
    waiting, begun = take_in(*(application(f"Ansökan {number}", number=number) for number in range(2)))
    removal = removing.begin(actor=factories.registrar(), record_id=begun.pk, now=timezone.now())
    return [
        Row("removals", get=REGISTRAR),
        Row("removal-begin", (waiting.pk,), get=REGISTRAR, post=REGISTRAR),
        Row("removal", (removal,), get=REGISTRAR, post=REGISTRAR, changes=False),
        Row("removal-print", (removal,), get=REGISTRAR),
        Row("removal-file", (removal, 0), get=REGISTRAR),
        # There is none before the removal is done; tests/apps/register/test_removal_screens.py opens one that is.
        Row("removal-protocol", (removal,), get=NOBODY),
        Row("removal-by-hand", (removal, 1), post=REGISTRAR, changes=False),
        Row("removal-break-off", (removal,), get=REGISTRAR, post=REGISTRAR),
        Row("removal-answer", (removal,), post=REGISTRAR, changes=False),
    ]


@pytest.fixture
def addresses(rows: Mapping[str, Row]) -> dict[str, str]:
    return {title: reverse(row.name, args=row.args) for title, row in rows.items()}


def test_every_address_of_the_site_stands_in_one_table(rows: Mapping[str, Row]) -> None:
    without_people = [OPEN, OF_PROGRAMS, OF_CASE_SYSTEMS, API_TEXTS]
    tables = [*without_people, OF_INBOX, set(OF_REGISTER), {row.name for row in rows.values()}]
    assert names_in(get_resolver().url_patterns) - set().union(*tables) == set()
    assert sum(map(len, tables)) == len(set().union(*tables))


@pytest.mark.parametrize("who", sorted(ALL), ids=lambda who: f"{who[0]}-{'member' if who[1] else 'stranger'}")
def test_who_is_let_in(
    rows: Mapping[str, Row], addresses: dict[str, str], people: dict[Who, Account], who: Who
) -> None:
    assert faults(rows, addresses, who, people[who]) == {}


def test_whoever_is_not_signed_in_meets_the_door(rows: Mapping[str, Row], addresses: dict[str, str]) -> None:
    for title, url in addresses.items():
        assert Client().get(url).headers.get("Location", "").startswith("/logga-in/"), title
        answer = Client().post(url, rows[title].data)
        assert answer.status_code == 401 or answer.headers["Location"].startswith("/logga-in/"), title


def test_programs_come_with_a_token_and_people_do_not_come_in_there(people: dict[Who, Account]) -> None:
    signed_in = client_of(people[INSIDE[Role.IT]])
    for name in sorted(OF_PROGRAMS):
        for client in (Client(), signed_in):
            assert client.post(reverse(name), {}, content_type="application/json").status_code == 401, name
    assert ApiClient.objects.count() == 0
