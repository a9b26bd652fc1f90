"""The second step: adding an app, signing in with it, its limits, recovery codes, and losing the telephone."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.site.people import PASSWORD, TownHall, build_town_hall

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory import queries
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import NotAllowed, Role
from kommunpost.site import sealing, second_factor
from kommunpost.site.models import RecoveryCode, SecondFactor
from kommunpost.site.second_factor import RECOVERY_CODES, STEP_SECONDS, SecondFactorRefusedError
from kommunpost.site.tries import TRIES_PER_ADDRESS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
DOOR, STEP, ENROL = "/logga-in/", "/logga-in/kod/", "/konto/kod/"


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def hall(_quick_passwords) -> TownHall:
    return build_town_hall()


def mona(hall: TownHall) -> Account:
    return hall.accounts[Role.CASEWORKER]


def enrolled(account: Account, *, now: datetime) -> tuple[pyotp.TOTP, list[str]]:
    """The account's app, as it were on a telephone, and its recovery codes. The code of ``now`` is spent."""
    app = pyotp.TOTP(second_factor.begin_enrolment(account_id=account.pk, now=now).secret)
    codes = second_factor.confirm_enrolment(account_id=account.pk, code=app.at(now), client="test", now=now)
    return app, codes


def check(account: Account, code: str, *, now: datetime) -> bool:
    return second_factor.check_second_step(account_id=account.pk, code=code, client="test", now=now)


def refusal(account: Account, code: str, *, now: datetime) -> str:
    with pytest.raises(SecondFactorRefusedError) as refused:
        check(account, code, now=now)
    return refused.value.code


def later(steps: int) -> datetime:
    return NOW + timedelta(seconds=STEP_SECONDS * steps)


def verbs() -> list[str]:
    return list(Event.objects.order_by("number").values_list("verb", flat=True))


@pytest.mark.parametrize(("off", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(hall, off: int, opens: bool) -> None:
    account = mona(hall)
    app, _codes = enrolled(account, now=NOW)
    moment = later(10)
    code = app.at(moment, counter_offset=off)
    if opens:
        assert check(account, code, now=moment) is False
    else:
        assert refusal(account, code, now=moment) == "wrong_code"


def test_no_code_opens_twice_and_none_older_than_the_last(hall) -> None:
    account = mona(hall)
    app, _codes = enrolled(account, now=NOW)
    assert refusal(account, app.at(NOW), now=NOW) == "used_code"
    moment = later(10)
    check(account, app.at(moment), now=moment)
    assert refusal(account, app.at(moment), now=moment) == "used_code"
    assert refusal(account, app.at(moment, counter_offset=-1), now=moment) == "used_code"
    check(account, app.at(later(11)), now=later(11))


def test_a_recovery_code_opens_once_however_it_is_typed(hall) -> None:
    account = mona(hall)
    _app, codes = enrolled(account, now=NOW)
    assert len(set(codes)) == RECOVERY_CODES
    assert check(account, f" {codes[0].upper().replace('-', ' ')} ", now=NOW) is True
    assert refusal(account, codes[0], now=NOW) == "wrong_code"
    assert check(account, codes[1].replace("-", ""), now=NOW) is True
    used = Event.objects.filter(verb="directory:second_factor:use_recovery_code").order_by("number")
    assert [event.details["left"] for event in used] == [9, 8]


def test_neither_secret_nor_recovery_code_is_in_the_database_as_it_is(hall) -> None:
    account = mona(hall)
    app, codes = enrolled(account, now=NOW)
    factor = SecondFactor.objects.get(account=account)
    assert app.secret not in factor.sealed_secret
    stored = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert stored.isdisjoint(set(codes) | {code.replace("-", "") for code in codes})
    trail = str(list(Event.objects.values_list("details", flat=True)))
    assert app.secret not in trail
    assert codes[0] not in trail


def test_a_changed_key_opens_what_the_old_one_sealed_as_long_as_it_is_among_the_fallbacks(hall, settings) -> None:
    account = mona(hall)
    app, codes = enrolled(account, now=NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "en-helt-ny-nyckel-som-ingen-har-sett-forut"
    check(account, app.at(later(3)), now=later(3))
    check(account, codes[0], now=later(3))
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealing.SealBrokenError):
        check(account, app.at(later(5)), now=later(5))


def test_after_five_wrong_codes_even_the_right_one_waits(hall) -> None:
    account = mona(hall)
    app, codes = enrolled(account, now=NOW)
    for _ in range(TRIES_PER_ADDRESS):
        assert refusal(account, "abc", now=NOW) == "wrong_code"
    assert refusal(account, app.at(later(1)), now=later(1)) == "throttled"
    assert refusal(account, codes[0], now=later(1)) == "throttled"
    check(account, app.at(later(40)), now=later(40))
    refused = Event.objects.filter(verb="directory:account:sign_in_refused", subject=f"account:{account.pk}")
    assert refused.count() == TRIES_PER_ADDRESS


def test_an_app_that_was_never_confirmed_asks_for_nothing(client, hall) -> None:
    second_factor.begin_enrolment(account_id=mona(hall).pk, now=NOW)
    assert not second_factor.is_enrolled(mona(hall).pk)
    answer = client.post(DOOR, {"address": mona(hall).address, "password": PASSWORD})
    assert answer["Location"] == "/"


def test_the_secret_that_is_shown_stays_until_it_is_confirmed(hall) -> None:
    first = second_factor.begin_enrolment(account_id=mona(hall).pk, now=NOW)
    assert second_factor.begin_enrolment(account_id=mona(hall).pk, now=later(9)) == first
    assert mona(hall).address.replace("@", "%40") in first.uri


def test_a_right_password_alone_opens_nothing(client, hall) -> None:
    enrolled(mona(hall), now=timezone.now() - timedelta(minutes=5))
    answer = client.post(DOOR, {"address": mona(hall).address, "password": PASSWORD, "next": "/logg/"})
    assert answer["Location"] == STEP
    assert client.get("/")["Location"].startswith(DOOR)
    assert "_auth_user_id" not in client.session
    assert "directory:account:sign_in" not in verbs()


def test_password_and_code_open_and_lead_on(client, hall) -> None:
    app, _codes = enrolled(mona(hall), now=timezone.now() - timedelta(minutes=5))
    client.post(DOOR, {"address": mona(hall).address, "password": PASSWORD, "next": "/logg/"})
    before = client.session.session_key
    answer = client.post(STEP, {"code": app.now()})
    assert (answer.status_code, answer["Location"]) == (302, "/logg/")
    assert client.get("/logg/").status_code == 200
    assert client.session.session_key != before
    assert "second_step" not in client.session
    assert verbs()[-1] == "directory:account:sign_in"


def test_a_wrong_code_is_refused_in_words(client, hall) -> None:
    enrolled(mona(hall), now=timezone.now() - timedelta(minutes=5))
    client.post(DOOR, {"address": mona(hall).address, "password": PASSWORD})
    answer = client.post(STEP, {"code": "12 34 56 78"})
    assert answer.status_code == 422
    assert "Koden stämmer inte" in answer.content.decode()
    for _ in range(TRIES_PER_ADDRESS):
        answer = client.post(STEP, {"code": "nej"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("case", ["no password", "too late", "password changed", "closed"])
def test_the_second_step_is_for_those_who_have_just_done_the_first(client, hall, case) -> None:
    account = mona(hall)
    app, _codes = enrolled(account, now=timezone.now() - timedelta(minutes=5))
    if case != "no password":
        client.post(DOOR, {"address": account.address, "password": PASSWORD})
    if case == "too late":
        session = client.session
        session["second_step"] |= {"until": 0}
        session.save()
    if case == "password changed":
        account.set_password("nagot-helt-annat-7")
        account.save()
    if case == "closed":
        Account.objects.filter(pk=account.pk).update(is_active=False)
    assert client.get(STEP)["Location"] == DOOR
    assert client.post(STEP, {"code": app.now()})["Location"] == DOOR
    assert client.get("/").status_code == 302


def test_adding_an_app_on_the_page_ends_other_sign_ins(client, hall) -> None:
    elsewhere = Client()
    for one in (elsewhere, client):
        one.post(DOOR, {"address": mona(hall).address, "password": PASSWORD})
    page = client.get(ENROL).content.decode()
    assert "<svg" in page
    secret = re.search(r'id="hemlighet" value="([A-Z2-7 ]+)"', page)
    assert secret is not None
    app = pyotp.TOTP(secret.group(1).replace(" ", ""))
    assert client.post(ENROL, {"code": "000"}).status_code == 422
    answer = client.post(ENROL, {"code": app.now()})
    assert len(re.findall(r"<code>[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}</code>", answer.content.decode())) == 10
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert client.get(ENROL)["Location"] == "/konto/"


def test_new_recovery_codes_end_the_old_ones(client, hall) -> None:
    client.force_login(mona(hall))
    _app, codes = enrolled(mona(hall), now=timezone.now() - timedelta(minutes=5))
    answer = client.post("/konto/kod/reservkoder/", {"code": codes[0]})
    assert "Dina reservkoder" in answer.content.decode()
    assert second_factor.standing_of(mona(hall).pk).codes_left == RECOVERY_CODES
    assert refusal(mona(hall), codes[1], now=timezone.now()) == "wrong_code"


def test_taking_the_app_away_needs_a_code(client, hall) -> None:
    client.force_login(mona(hall))
    _app, codes = enrolled(mona(hall), now=timezone.now() - timedelta(minutes=5))
    assert client.post("/konto/kod/ta-bort/", {"code": "fel"}).status_code == 422
    assert second_factor.is_enrolled(mona(hall).pk)
    assert client.post("/konto/kod/ta-bort/", {"code": codes[3]})["Location"] == "/konto/"
    assert not second_factor.is_enrolled(mona(hall).pk)
    assert not RecoveryCode.objects.exists()
    assert "directory:second_factor:remove" in verbs()


@pytest.mark.parametrize("role", list(Role))
def test_who_may_take_away_somebody_elses_app(hall, role) -> None:
    target = hall.accounts[Role.LAWYER]
    enrolled(target, now=NOW)
    client = Client()
    client.force_login(hall.accounts[role])
    url = reverse("reset-second-factor", args=[target.pk])
    may = role is Role.ADMIN
    assert client.get(url).status_code == (200 if may else 404)
    assert client.post(f"{url}?next=/konto/").status_code == (302 if may else 404)
    assert second_factor.is_enrolled(target.pk) is not may


def test_a_reset_signs_out_and_is_traced_but_not_of_oneself(hall) -> None:
    admin = hall.accounts[Role.ADMIN]
    actor = queries.actor_for(admin.pk)
    enrolled(admin, now=NOW)
    enrolled(mona(hall), now=NOW)
    client = Client()
    client.post(DOOR, {"address": mona(hall).address, "password": PASSWORD})
    with pytest.raises(SecondFactorRefusedError, match="own_account"):
        second_factor.reset_second_factor(account_id=admin.pk, by=actor, now=NOW)
    with pytest.raises(NotAllowed):
        second_factor.reset_second_factor(account_id=admin.pk, by=queries.actor_for(mona(hall).pk), now=NOW)
    second_factor.reset_second_factor(account_id=mona(hall).pk, by=actor, now=NOW)
    event = Event.objects.get(verb="directory:second_factor:reset")
    assert (event.actor, event.subject) == (actor.reference, f"account:{mona(hall).pk}")
    with pytest.raises(SecondFactorRefusedError, match="not_enrolled"):
        second_factor.reset_second_factor(account_id=mona(hall).pk, by="system:cli", now=NOW)


@pytest.mark.parametrize(
    ("required", "asked"),
    [(["off"], set()), (["all"], set(Role)), (["admin", "it"], {Role.ADMIN, Role.IT})],
)
def test_the_setting_sends_people_to_add_an_app_before_anything_else(hall, settings, required, asked) -> None:
    settings.REQUIRE_TOTP = required
    for role, account in hall.accounts.items():
        client = Client()
        client.force_login(account)
        answer = client.get("/konto/")
        assert (answer.status_code == 302 and answer["Location"] == ENROL) == (role in asked)
        assert client.get(ENROL).status_code == 200
        assert client.get("/tangenter/").status_code == 200


def test_once_an_app_is_added_the_setting_lets_people_through(hall, settings) -> None:
    settings.REQUIRE_TOTP = ["all"]
    enrolled(mona(hall), now=NOW)
    client = Client()
    client.force_login(mona(hall))
    assert client.get("/").status_code == 200
    assert client.get("/konto/").status_code == 200
