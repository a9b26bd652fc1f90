"""Lists of mail: by day, sent mail by recipient, the start page by last day; and what narrows the log."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.site.people import TownHall, build_town_hall
from tests.site.post import deliver, letter

from kommunpost.apps.directory.rules import Role
from kommunpost.apps.inbox.actions.taking_in import take_in_pending
from kommunpost.apps.mailflow.actions.receive import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.models import Direction, Route
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.apps.maillog.views import BEGUN
from kommunpost.apps.register.actions import look_at_new
from kommunpost.site.agenda import TaskKind
from kommunpost.site.subscriptions import DELIVERY_LISTENERS
from kommunpost.site.templatetags.kommunpost import figures
from kommunpost.site.templatetags.lists import by_day

STREET = "gatapark@botkyrka.example"
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def hall(db: None, settings: Any, tmp_path: Any) -> TownHall:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BLOB_STORE = str(tmp_path / "blobs")
    return build_town_hall()


def client_of(hall: TownHall, role: Role) -> Client:
    client = Client()
    client.force_login(hall.accounts[role])
    return client


def send(*numbers: int) -> None:
    """Mail out of the street office's mailbox, to two people each."""
    now = timezone.now()
    raws = [
        letter(number, to=f"mottagare{number}@post.example", subject=f"Svar {number}").replace(
            b"From: Berit Malmkvist <berit.malmkvist@post.example>", b"Cc: kopia@post.example\nFrom: " + STREET.encode()
        )
        for number in numbers
    ]
    arrivals = [
        Arrived(
            raw=raw,
            route=Route.IMPORT,
            at=now - timedelta(minutes=number),
            sender=STREET,
            recipients=(f"mottagare{number}@post.example",),
            direction=Direction.OUT,
        )
        for number, raw in zip(numbers, raws, strict=True)
    ]
    receive_group(arrivals=arrivals, listeners=DELIVERY_LISTENERS, now=now)


@pytest.mark.parametrize(
    ("ago", "label", "note"),
    [
        (timedelta(0), "I dag", "tisdag 24 november"),
        (timedelta(hours=10, minutes=1), "I går", "måndag 23 november"),  # 23.59 in Stockholm
        (timedelta(days=2), "Förra veckan", ""),
        (timedelta(days=8), "Förra veckan", ""),
        (timedelta(days=9), "November 2026", ""),
        (timedelta(days=60), "September 2026", ""),
        (timedelta(days=-1), "Daterat längre fram", ""),
    ],
)
def test_mail_stands_under_its_day(ago: timedelta, label: str, note: str) -> None:
    (group,) = by_day([SimpleNamespace(at=TUESDAY - ago)], TUESDAY)  # type: ignore[list-item]
    assert (group.label, group.note) == (label, note)


def test_days_of_this_week_before_yesterday_have_a_group() -> None:
    friday = TUESDAY + timedelta(days=3)
    rows = [SimpleNamespace(at=friday - timedelta(days=days)) for days in range(6)]
    groups = list(by_day(rows, friday))  # type: ignore[arg-type]
    assert [(one.label, len(one.rows)) for one in groups] == [
        ("I dag", 1), ("I går", 1), ("Tidigare i veckan", 3), ("Förra veckan", 1),
    ]  # fmt: skip


def test_sent_mail_is_listed_by_its_recipients(hall: TownHall) -> None:
    send(1)
    page = client_of(hall, Role.CASEWORKER).get(f"/inkorg/{hall.street.pk}/?visa=ut").content.decode()
    assert "<bdi>till mottagare1@post.example, kopia@post.example</bdi>" in page


def test_a_longer_list_of_sent_mail_costs_no_more_queries(hall: TownHall) -> None:
    client = client_of(hall, Role.CASEWORKER)
    address = f"/inkorg/{hall.street.pk}/?visa=ut"
    send(1, 2)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    send(*range(3, 40))
    with CaptureQueriesContext(connection) as many:
        page = client.get(address).content.decode()
    assert page.count("<bdi>till mottagare") == 39
    assert len(many) == len(few)


def waits(*numbers: int, to: str = STREET, at: datetime | None = None) -> None:
    """Mail that came by the whole way: read, judged, and with a clock that runs."""
    now = timezone.now()
    deliver(*(letter(number, to=to, subject=f"Fråga {number}") for number in numbers), to=to, at=at or now)
    read_new_messages(now=now)
    while take_in_pending(now=now) or look_at_new(now=now):
        pass


def test_the_start_page_has_what_to_answer_and_to_register_by_the_last_day(hall: TownHall) -> None:
    waits(1, at=timezone.now() - timedelta(days=20))
    waits(2)
    page = client_of(hall, Role.CASEWORKER).get("/")
    numbers, groups = page.context["numbers"], page.context["groups"]
    assert numbers.kinds == {TaskKind.ANSWER: 2, TaskKind.REGISTER: 2}
    assert (numbers.total, numbers.late) == (4, 2)
    assert [task.subject for task in groups[0].tasks] == ["Fråga 1", "Fråga 1"]
    assert {task.kind for task in groups[0].tasks} == set(TaskKind)
    assert groups[0].note == "2"
    text = page.content.decode()
    assert "4 uppgifter i tidsordning." in text
    assert "sista dag " in text
    assert text.count('<span class="kp-count">2<') == 2  # on the rail


@pytest.mark.parametrize("kind", list(TaskKind))
def test_a_tab_of_the_start_page_has_one_kind(hall: TownHall, kind: TaskKind) -> None:
    waits(1)
    groups = client_of(hall, Role.CASEWORKER).get("/", {"visa": str(kind)}).context["groups"]
    assert {task.kind for group in groups for task in group.tasks} == {kind}


def test_a_nonsense_tab_shows_all_and_more_tasks_cost_no_more_queries(hall: TownHall) -> None:
    waits(1)
    client = client_of(hall, Role.CASEWORKER)
    assert client.get("/", {"visa": "x"}).context["chosen"] is None
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    waits(*range(2, 40))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/")
    assert len(many) == len(few)
    assert page.context["numbers"].total == 78
    assert sum(len(group.tasks) for group in page.context["groups"]) == 50
    assert "Allt att registrera" in page.content.decode()


def test_what_others_must_do_is_not_on_ones_start_page(hall: TownHall) -> None:
    waits(2, to="vardomsorg@botkyrka.example")
    page = client_of(hall, Role.CASEWORKER).get("/")
    assert page.context["numbers"].total == 0
    assert "Inget väntar på dig" in page.content.decode()
    assert "kp-count" not in page.content.decode()


def test_a_row_of_the_log_narrows_by_sender_mailbox_and_day(hall: TownHall) -> None:
    deliver(letter(1, to=STREET), to=STREET, at=timezone.now())
    client = client_of(hall, Role.REGISTRAR)
    page = client.get("/logg/").content.decode()
    assert 'form="smalna" name="text" value="berit.malmkvist@post.example"' in page
    assert f'form="smalna" name="mailbox" value="{hall.street.pk}"' in page
    today = timezone.localdate()
    assert f'form="smalna" name="period" value="{today}/{today}"' in page
    kept = {"mailbox": ["", str(hall.street.pk)], "direction": "in", "text": "Berit", "first": "2026-01-01", "last": ""}
    landed = client.post("/logg/", kept, follow=True)
    form = landed.context["form"]
    assert form["mailbox"].value() == str(hall.street.pk)  # the pressed button stands after the hidden field
    assert form["text"].value() == "Berit"


@pytest.mark.parametrize(
    ("mark", "is_set"), [("1764000000000", True), ("", False), ("1; x=y", False), ("9" * 17, False)]
)
def test_the_answer_with_a_file_bears_the_mark_that_the_page_waits_for(hall: TownHall, mark: str, is_set: bool) -> None:
    deliver(letter(1, to=STREET), to=STREET, at=timezone.now())
    answer = client_of(hall, Role.REGISTRAR).post("/logg/utdrag/", {"format": "csv", "begun": mark})
    assert answer.status_code == 200
    assert (BEGUN in answer.cookies) is is_set
    if is_set:
        assert answer.cookies[BEGUN].value == mark


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (3818, "3818"), (12345, "12\u00a0345"), (1234567, "1\u00a0234\u00a0567")]
)
def test_figures_stand_in_threes_from_five_on(number: int, shown: str) -> None:
    assert figures(number) == shown
