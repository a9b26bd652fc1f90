"""The public diary never shows more than the public texts: not in rows, not by a hit, not by an id or an order."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kommunpost.apps.register.actions import set_diary, void_entry
from kommunpost.apps.register.kinds import Audience
from kommunpost.apps.register.models import EntryWord
from kommunpost.apps.register.queries.entries import DiaryFilter
from kommunpost.apps.register.queries.public import public_page

from .world import NOW, World, letter, make_world, registered, take_in

pytestmark = pytest.mark.django_db
SECRETS = ("Hemligsson", "missbruk", "19800101", "Vårdgivaren", "26:1", "Sara", "Tova")
NAMES = ("public-diary", "public-postlist", "public-postlist-json", "public-postlist-rss")


@pytest.fixture
def world() -> World:
    cache.clear()
    made = make_world()
    secret, plain, other = take_in(
        *(
            letter(f"Ansökan {number}", number=number, sender="Ellen Hemligsson <ellen@mejl.example>")
            for number in range(3)
        )
    )
    now = NOW + timedelta(minutes=5)
    registered(
        made, secret, now=now, secrecy="strong", provisions=("OSL 26:1",), title="Orosanmälan om missbruk",
        counterpart="Ellen Hemligsson", public_title="Anmälan", public_counterpart="", case=True,
    )  # fmt: skip
    registered(
        made, plain, now=now, title="Fråga från Ellen Hemligsson", counterpart="Vårdgivaren Ellen", public_title="",
        public_counterpart="",
    )  # fmt: skip
    registered(made, other, now=now, title="Ansökan om rivningslov", public_title="Ansökan om rivningslov")
    return made


def open_diary(world: World, *, is_public: bool = True) -> None:
    set_diary(
        actor=world.registrar, committee_id=world.sbn.pk, number_format="{nämnd}/{år}:{nr:5}", is_public=is_public,
        now=NOW,
    )  # fmt: skip


def test_it_is_off_until_a_committee_opens_it(world: World) -> None:
    for name in NAMES:
        assert Client().get(reverse(name)).status_code == 404
    open_diary(world)
    for name in NAMES:
        assert Client().get(reverse(name)).status_code == 200
    open_diary(world, is_public=False)
    assert Client().get(reverse("public-diary")).status_code == 404


def test_no_answer_holds_anything_internal(world: World) -> None:
    open_diary(world)
    pages = [Client().get(reverse("public-diary")).content.decode()]
    pages += [Client().get(reverse("public-case", args=["SBN/2026:00001"])).content.decode()]
    pages += [repr(public_page(wanted=DiaryFilter()))]
    for page in pages:
        assert "SBN/2026:00001" in page
        for secret in SECRETS:
            assert secret not in page
    assert pages[0].count("Uppgiften utelämnad") >= 3


@pytest.mark.parametrize("words", ["Hemligsson", "missbruk", "orosanmälan", "vårdgivaren", "ellen", "26:1", "Sara"])
def test_no_secret_is_found_by_a_hit(world: World, words: str) -> None:
    open_diary(world)
    page = Client().post(reverse("public-diary"), {"text": words}).content.decode()
    assert "SBN/2026" not in page
    assert public_page(wanted=DiaryFilter(text=words)).rows == ()


def test_what_is_public_is_found(world: World) -> None:
    open_diary(world)
    found = public_page(wanted=DiaryFilter(text="rivning")).rows
    assert [row.title for row in found] == ["Ansökan om rivningslov"]
    assert [row.title for row in public_page(wanted=DiaryFilter(text="anmälan")).rows] == ["Anmälan"]


def test_public_words_come_from_public_fields_alone(world: World) -> None:
    words = set(EntryWord.objects.filter(audience=Audience.PUBLIC).values_list("word", flat=True))
    assert not words & {"hemligsson", "missbruk", "orosanmälan", "vårdgivaren", "ellen", "fråga"}
    assert {"anmälan", "rivningslov", "sbn"} <= words


def test_order_says_nothing_but_day_and_number(world: World) -> None:
    open_diary(world)
    rows = public_page(wanted=DiaryFilter()).rows
    assert [row.designation for row in rows] == sorted((row.designation for row in rows), reverse=True)


def test_a_closed_committees_entries_and_cases_are_not_there(world: World) -> None:
    (theirs,) = take_in(letter("Skolskjuts", number=9, to="skola@kommun.example"), to=("skola@kommun.example",))
    done = registered(world, theirs, case=True, title="Skolskjuts", public_title="Skolskjuts")
    open_diary(world)
    assert "Skolskjuts" not in Client().get(reverse("public-diary")).content.decode()
    assert Client().get(reverse("public-case", args=["UN/2026:00001"])).status_code == 404
    assert Client().get(reverse("public-case", args=["UN/2026:99999"])).status_code == 404
    asked = Client().post(reverse("public-diary"), {"committee": str(world.un.pk)})
    assert done.designation not in asked.content.decode()


def test_a_voided_entry_stays_and_says_so(world: World) -> None:
    open_diary(world)
    (record,) = take_in(letter("Fel", number=12))
    done = registered(world, record, title="Fel", public_title="Fel")
    void_entry(
        actor=world.registrar, entry_id=done.entry_id, seen_version=1, reason="Fel", now=NOW + timedelta(hours=1)
    )
    row = next(one for one in public_page(wanted=DiaryFilter()).rows if one.designation == done.designation)
    assert row.is_voided


def test_whoever_asks_too_often_waits(world: World) -> None:
    open_diary(world)
    client = Client()
    codes = [client.get(reverse("public-postlist-json")).status_code for _number in range(62)]
    assert codes[:59] == [200] * 59
    assert 429 in codes


def test_json_and_rss_hold_the_same_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    open_diary(world)
    monkeypatch.setattr("kommunpost.site.views.public_diary._today", lambda _request: NOW.date())
    rows = json.loads(Client().get(reverse("public-postlist-json")).content)["entries"]
    assert {row["designation"] for row in rows} == {"SBN/2026:00001-1", "SBN/2026:00002", "SBN/2026:00003"}
    feed = Client().get(reverse("public-postlist-rss")).content.decode()
    assert "<rss" in feed
    for row in rows:
        assert row["designation"] in feed
    for secret in SECRETS:
        assert secret not in feed
        assert secret not in json.dumps(rows, ensure_ascii=False)
