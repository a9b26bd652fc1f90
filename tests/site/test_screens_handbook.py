"""The handbook: all clauses for everybody, found by words that stay out of addresses, honest about what is there."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.site.people import build_town_hall

from kommunpost.apps.composing.models import AdviceFate, AdviceOutcome
from kommunpost.apps.directory.rules import Role
from kommunpost.core.guidelines import CLAUSES, Clause, load_profile
from kommunpost.site.views.handbook import PART_NAMES, choices_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    hall = build_town_hall()

    def signed_in(role: Role) -> Client:
        client = Client()
        client.force_login(hall.accounts[role])
        return client

    return signed_in


@pytest.mark.parametrize("role", list(Role))
def test_everybody_signed_in_reads_it(client_of, role: Role) -> None:
    page = client_of(role).get("/handbok/").content.decode()
    assert all(f"/handbok/{slug}/" in page for slug in CLAUSES)


@pytest.mark.parametrize("path", ["/handbok/", "/handbok/tone/", "/handbok/kommunens-val/"])
def test_nobody_else_does(path: str) -> None:
    assert Client().get(path).status_code == 302


def test_every_clause_has_its_page_with_what_is_built_and_what_is_not(client_of) -> None:
    client = client_of(Role.CASEWORKER)
    for clause in CLAUSES.values():
        page = client.get(f"/handbok/{clause.slug}/").content.decode()
        assert page.count("Finns i dag") == len(clause.enforced_in)
        assert page.count("Hjälper inte till med punkten än") == len(clause.planned_in)
        assert clause.title in page


def test_a_slug_that_is_none_is_not_found(client_of) -> None:
    assert client_of(Role.CASEWORKER).get("/handbok/finns-inte/").status_code == 404


def test_a_search_narrows_and_says_how_many(client_of) -> None:
    page = client_of(Role.CASEWORKER).post("/handbok/", {"words": "LÄSKVITTO"}).content.decode()
    assert "1 punkt innehåller det du sökte." in page
    assert [slug for slug in CLAUSES if f"/handbok/{slug}/" in page] == ["no-read-receipt"]


def test_a_search_that_finds_nothing_says_what_to_do(client_of) -> None:
    page = client_of(Role.CASEWORKER).post("/handbok/", {"words": "gurksallad"}).content.decode()
    assert "Sök på färre ord." in page


def test_the_municipalitys_choices_are_those_of_its_profile(client_of) -> None:
    page = client_of(Role.CASEWORKER).get("/handbok/kommunens-val/").content.decode()
    profile = load_profile("botkyrka")
    assert f"{profile.advice.mass_mail_recipients} mottagare" in page
    assert f"{profile.answer_times.answer} arbetsdagar" in page
    assert "07.30–16.00" in page


def test_choices_belong_to_clauses_and_parts_have_names() -> None:
    def parts(clause: Clause) -> set[str]:
        return {*clause.enforced_in, *clause.planned_in}

    assert set(choices_of(load_profile("botkyrka"))) <= set(CLAUSES)
    assert {part for clause in CLAUSES.values() for part in parts(clause)} <= set(PART_NAMES)


def test_a_clause_about_writing_tells_how_it_goes(client_of) -> None:
    month = timezone.localdate().replace(day=1)
    AdviceOutcome.objects.create(month=month, fate=AdviceFate.SENT, number=1200)
    AdviceOutcome.objects.create(month=month, clause="tone", fate=AdviceFate.SHOWN, number=300)
    client = client_of(Role.CASEWORKER)
    page = client.get("/handbok/tone/").content.decode()
    assert "följs punkten i 75 procent" in page
    assert 'class="kp-chart"' in page
    assert "mäts inte än" in client.get("/handbok/mask-partly-secret/").content.decode()


def test_too_few_mails_are_not_told_of(client_of) -> None:
    month = timezone.localdate().replace(day=1)
    AdviceOutcome.objects.create(month=month, fate=AdviceFate.SENT, number=3)
    page = client_of(Role.CASEWORKER).get("/handbok/tone/").content.decode()
    assert "för få skickade mejl" in page
    assert "procent av" not in page
