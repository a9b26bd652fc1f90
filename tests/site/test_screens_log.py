"""The log's search: what is asked for stays out of addresses, and the Back button works."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate
from tests.site.people import build_town_hall
from tests.site.post import deliver, letter

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory import searches
from kommunpost.apps.directory.rules import Role
from kommunpost.apps.maillog.chart import Column, columns_of, draw
from kommunpost.apps.maillog.views import first_shown

WEEKDAYS = dict(enumerate(("må", "ti", "on", "to", "fr", "lö", "sö")))
MONTHS = {number: f"m{number}" for number in range(1, 13)}
STREET = "gatapark@botkyrka.example"


@pytest.fixture
def hall(db, settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BLOB_STORE = str(tmp_path / "blobs")
    hall = build_town_hall()
    now = timezone.now()
    deliver(letter(1, to=STREET, subject="Snövall framför infarten"), to=STREET, at=now)
    deliver(letter(2, to=STREET, subject="Träd som skymmer"), to=STREET, at=now - timedelta(seconds=5))
    return hall


@pytest.fixture
def sven(hall) -> Client:
    client = Client()
    client.force_login(hall.accounts[Role.REGISTRAR])
    return client


def ask(client: Client, **terms: str):
    return client.post("/logg/", terms)


def test_words_are_found_and_never_stand_in_the_address(sven) -> None:
    answer = ask(sven, text="Snövall")
    assert answer.status_code == 302
    assert "Sn" not in answer["Location"]
    page = sven.get(answer["Location"]).content.decode()
    assert "1 träff" in page
    assert "framför infarten</bdi>" in page
    assert "<mark>" in page
    assert "Träd som skymmer" not in page
    assert 'value="Snövall"' in page


def test_the_top_bar_searches_the_whole_log(sven) -> None:
    page = sven.get(sven.get("/").wsgi_request.path).content.decode()
    assert '<form role="search" action="/logg/" method="post">' in page
    assert "Träd som <mark>skymmer</mark>" in sven.get(ask(sven, text="skymmer")["Location"]).content.decode()


def test_each_search_keeps_its_own_address_so_that_back_works(sven) -> None:
    first, second = ask(sven, text="Snövall")["Location"], ask(sven, text="Träd")["Location"]
    assert first != second
    assert "framför" in sven.get(first).content.decode()
    assert ask(sven, text="Snövall")["Location"] == first


def test_another_persons_search_is_nobody_elses(hall, sven) -> None:
    address = ask(sven, text="Snövall")["Location"]
    other = Client()
    other.force_login(hall.accounts[Role.LAWYER])
    answer = other.get(address, follow=True)
    assert answer.redirect_chain == [("/logg/", 302)]
    assert "Sökningen finns inte kvar" in answer.content.decode()


def test_only_so_many_searches_are_kept() -> None:
    session: dict[str, object] = {}
    keys = [searches.keep(session, {"text": str(number)}, room="log") for number in range(searches.MOST_KEPT + 5)]  # type: ignore[arg-type]
    assert searches.recall(session, keys[0], room="log") is None  # type: ignore[arg-type]
    kept = searches.recall(session, keys[-1], room="log")  # type: ignore[arg-type]
    assert kept == {"text": str(searches.MOST_KEPT + 4)}


def test_the_key_of_one_room_opens_nothing_in_another() -> None:
    session: dict[str, object] = {}
    key = searches.keep(session, {"text": "Anna"}, room="log")  # type: ignore[arg-type]
    assert searches.recall(session, key, room="audit") is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"first": "23/11"}, "Skriv datumet som åååå-mm-dd"),
        ({"first": "2026-02-30"}, "Skriv datumet som åååå-mm-dd"),
        ({"first": "0001-01-01"}, "Välj ett datum mellan 1990 och 2099"),
        ({"last": "9999-12-31"}, "Välj ett datum mellan 1990 och 2099"),
        ({"first": "2026-11-23", "last": "2026-11-01"}, "Till-datum ligger före från-datum"),
        ({"mailbox": "999"}, "999"),
        ({"direction": "upp"}, "upp"),
    ],
)
def test_what_cannot_be_asked_is_said_over_the_form(sven, terms, says) -> None:
    answer = ask(sven, **terms)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Det här behöver rättas" in page
    assert says in page


def test_an_empty_period_says_so_and_what_to_do(sven) -> None:
    page = sven.get(ask(sven, first="2001-01-01", last="2001-01-31")["Location"]).content.decode()
    assert "Inga rader mellan 2001-01-01 och 2001-01-31. Ändra datum eller brevlåda." in page


@pytest.mark.parametrize("period", [("1990-01-01", "2099-12-31"), ("", ""), ("2020-01-01", ""), ("", "2099-12-31")])
def test_a_wide_period_still_draws_a_small_page(sven, period) -> None:
    answer = sven.get(ask(sven, first=period[0], last=period[1])["Location"])
    assert answer.status_code == 200
    assert len(answer.content) < 100_000


def test_a_mailbox_that_is_not_ones_own_cannot_be_chosen(hall) -> None:
    client = Client()
    client.force_login(hall.accounts[Role.CASEWORKER])
    assert ask(client, mailbox=str(hall.care.pk)).status_code == 422
    assert ask(client, mailbox=str(hall.street.pk)).status_code == 302


def test_pages_of_fifty_lead_on_and_back(sven) -> None:
    at = timezone.now() - timedelta(minutes=5)
    deliver(*(letter(100 + number, to=STREET, subject=f"Nr {number}") for number in range(60)), to=STREET, at=at)
    first = sven.get("/logg/")
    second = sven.get(first.context["older_url"])
    assert len(first.content) < 100_000
    assert [len(one.context["rows"]) for one in (first, second)] == [50, 12]
    assert sven.get(second.context["newer_url"]).context["rows"] == first.context["rows"]


@pytest.mark.parametrize("kind", ["csv", "json", "pdf"])
def test_what_is_shown_can_be_taken_out_as_a_file_and_is_noted(sven, kind) -> None:
    answer = sven.post("/logg/utdrag/", {"text": "Snövall", "format": kind})
    content = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="e-postlogg-')
    assert "no-store" in answer["Cache-Control"]
    assert content
    if kind != "pdf":
        assert "framför infarten" in content.decode()
        assert "Träd som skymmer" not in content.decode()
    assert Event.objects.filter(verb="log:extract:exported").count() == 1


def test_an_extract_holds_no_more_than_one_may_see(hall) -> None:
    client = Client()
    client.force_login(hall.accounts[Role.CONTACT_CENTRE])
    answer = client.post("/logg/utdrag/", {"format": "csv"})
    assert "Snövall" not in b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 403), (Role.AUDITOR, 403), (Role.LAWYER, 200)])
def test_who_may_take_out_an_extract(hall, role, status) -> None:
    client = Client()
    client.force_login(hall.accounts[role])
    answer = client.post("/logg/utdrag/", {"format": "csv"})
    assert answer.status_code == status
    answer.close()


def test_an_unknown_format_or_a_bad_date_gives_no_file(sven) -> None:
    assert sven.post("/logg/utdrag/", {"format": "exe"}).status_code == 422
    assert sven.post("/logg/utdrag/", {"format": "csv", "first": "x"}).status_code == 422
    assert sven.get("/logg/utdrag/").status_code == 405


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        ("2027-01-01T00:30:00+01:00", "2026-12-01", "2027-01-31"),
        ("2026-11-07T12:00:00+01:00", "2026-10-01", "2026-11-30"),
        ("2026-11-08T00:00:00+01:00", "2026-11-01", "2026-11-30"),
        ("2028-02-29T23:59:00+01:00", "2028-02-01", "2028-02-29"),
        ("2028-03-01T00:01:00+01:00", "2028-02-01", "2028-03-31"),
        ("2026-10-25T02:30:00+01:00", "2026-10-01", "2026-10-31"),
    ],
)
def test_the_log_opens_on_days_that_have_something_in_them(now: str, first: str, last: str) -> None:
    assert first_shown(localdate(datetime.fromisoformat(now))) == {"first": first, "last": last}


def test_the_chart_fills_days_without_mail() -> None:
    columns = columns_of([Column(date(2026, 10, 3), 4, 2)], first=date(2026, 10, 1), last=date(2026, 10, 31))
    assert len(columns) == 31
    chart = draw(columns, weekdays=WEEKDAYS, months=MONTHS)
    assert [(bar.kind, bar.height) for bar in chart.bars] == [("in", "40.0"), ("out", "19.0")]
    assert [mark.text for mark in chart.scale] == ["4", "2"]
    assert [mark.text for mark in chart.days] == ["to 1", "må 5", "må 12", "må 19", "må 26"]


def test_a_long_period_is_drawn_by_month() -> None:
    counts = [Column(date(2026, 1, 31), 1, 0), Column(date(2026, 2, 1), 0, 1), Column(date(2026, 2, 28), 2, 2)]
    columns = columns_of(counts, first=date(2026, 1, 1), last=date(2026, 12, 31))
    chart = draw(columns, weekdays=WEEKDAYS, months=MONTHS)
    assert chart.by_month
    assert [(column.incoming, column.outgoing) for column in columns[:2]] == [(1, 0), (2, 3)]
    assert chart.days[0].text == "m1 2026"


@pytest.mark.parametrize(
    ("largest", "lines"),
    [
        (0, [1]),
        (1, [1]),
        (2, [2, 1]),
        (3, [2, 1]),
        (5, [4, 2]),
        (11, [10, 5]),
        (45, [40, 20]),
        (55, [50, 25]),
        (104, [100, 50]),
        (424, [400, 200]),
        (1999, [1000, 500]),
    ],
)
def test_the_scale_has_even_lines_that_the_tallest_bar_reaches(largest: int, lines: list[int]) -> None:
    columns = columns_of([Column(date(2026, 1, 1), largest, 0)], first=date(2026, 1, 1), last=date(2026, 1, 1))
    chart = draw(columns, weekdays=WEEKDAYS, months=MONTHS)
    assert [mark.text for mark in chart.scale] == [str(line) for line in lines]
    assert [bar.height for bar in chart.bars] == (["60.0"] if largest else [])
