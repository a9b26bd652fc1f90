"""What the API has beside ``/advice``: sending in Outlook, what became of advice, and the judgement of a mail."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.factories import mailbox, unit

from kommunpost.apps.audit.models import Event
from kommunpost.apps.composing.models import AdviceOutcome
from kommunpost.site.api.clients import make_client

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 9, 8, tzinfo=UTC)
SENDER = "ola.brannstrom@botkyrka.example"
DRAFT: dict[str, Any] = {
    "from": f"Ola Brännström <{SENDER}>",
    "to": ["Mona Isaksson <mona.isaksson@botkyrka.example>"],
    "subject": "Hej",
    "body": "Hej Mona!\n\nKan du titta på skylten?\n\nOla Brännström\n",
}


@pytest.fixture
def token() -> str:
    return make_client(name="Outlook", scopes=["advice", "judgement"], by="system:cli", now=NOW)


@pytest.fixture
def streets() -> int:
    ours = unit("Gata och park")
    box = mailbox("ola.brannstrom")
    box.address, box.unit = SENDER, ours
    box.save()
    return int(ours.pk)


def _ask(token: str, path: str, record: object, method: str = "post") -> HttpResponse:
    ask = getattr(Client(), method)
    headers = {"Authorization": f"Bearer {token}"}
    return ask(f"/api/v1/{path}", json.dumps(record), content_type="application/json", headers=headers)  # type: ignore[no-any-return]


def _said(answer: HttpResponse) -> Any:
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def _counts() -> Counter[tuple[str, str, str]]:
    rows = AdviceOutcome.objects.values_list("clause", "fate", "reason", "number")
    return Counter({(clause, fate, reason): number for clause, fate, reason, number in rows})


def test_outlook_asks_once_and_a_mail_is_counted_once(token: str, streets: int) -> None:
    first = _said(_ask(token, "outlook/on-send", {**DRAFT, "language": "sv-SE"}))
    assert (first["active"], first["allow"], first["stop"]) == (True, False, False)
    assert first["message"].startswith("Innan du skickar:\n• ")
    assert len(first["message"]) <= 500
    assert {"reply-by-date", "subject-states-action"} <= set(first["shown"])
    better = {**DRAFT, "subject": "För svar: skylten", "shown": first["shown"]}
    _said(_ask(token, "outlook/on-send", better))
    counts = _counts()
    assert counts["", "sent", ""] == 1
    assert counts["reply-by-date", "shown", ""] == 1
    assert counts["subject-states-action", "fixed", ""] == 1
    assert set(AdviceOutcome.objects.values_list("unit_id", flat=True)) == {streets}


def test_a_good_mail_goes_and_is_counted(token: str, streets: int) -> None:
    good = {**DRAFT, "subject": "För kännedom: skylten på Storgatan", "body": "Hej Mona!\n\nSkylten är uppe nu.\n"}
    good["body"] += "\nOla Brännström\nIngenjör\nGata och park\n\nBotkyrka kommun\nTelefon: 08-530 610 00\n"
    said = _said(_ask(token, "outlook/on-send", good))
    assert (said["allow"], said["message"], said["shown"]) == (True, "", [])
    assert _counts() == {("", "sent", ""): 1}


def test_the_lead_is_english_where_outlook_is(token: str) -> None:
    said = _said(_ask(token, "outlook/on-send", {**DRAFT, "language": "en-GB"}))
    assert said["message"].startswith("Before you send:\n")


def test_the_switch_lets_everything_through_and_says_so(token: str, settings: Any, streets: int) -> None:
    settings.OUTLOOK_ADVICE = False
    said = _said(_ask(token, "outlook/on-send", DRAFT))
    assert said == {"active": False, "allow": True, "stop": False, "message": "", "shown": []}
    assert _counts() == {}
    assert _ask("wrong", "outlook/on-send", DRAFT).status_code == 401


def test_only_the_add_ins_own_address_may_ask_from_a_browser(token: str) -> None:
    preflight = Client().options("/api/v1/outlook/on-send", headers={"Origin": "https://evil.example"})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://testserver"
    assert preflight.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert "Access-Control-Allow-Origin" not in _ask(token, "advice", DRAFT).headers


def test_what_became_of_advice_is_counted_for_the_unit_and_nobody(token: str, streets: int) -> None:
    told = {
        "from": DRAFT["from"],
        "shown": ["tone", "tone", "reply-by-date"],
        "fixed": ["reply-by-date"],
        "dismissed": [{"clause": "tone", "reason": "wrong"}],
    }
    assert _said(_ask(token, "advice/outcome", told)) == {"counted": True}
    assert _said(_ask(token, "advice/outcome", {"from": "nobody@elsewhere.example"})) == {"counted": False}
    assert _counts() == {
        ("", "sent", ""): 1,
        ("tone", "shown", ""): 1,
        ("tone", "dismissed", "wrong"): 1,
        ("reply-by-date", "shown", ""): 1,
        ("reply-by-date", "fixed", ""): 1,
    }
    assert SENDER not in str(list(AdviceOutcome.objects.values())) + str(list(Event.objects.values()))


@pytest.mark.parametrize(
    "wrong", [{"shown": ["no-such"]}, {"dismissed": [{"clause": "tone", "reason": "Ola är arg"}]}, {"fixed": "tone"}]
)
def test_what_cannot_be_counted_is_refused(token: str, streets: int, wrong: dict[str, Any]) -> None:
    assert _ask(token, "advice/outcome", {"from": SENDER, **wrong}).status_code == 422
    assert _counts() == {}


def test_a_mail_is_judged_in_the_municipalitys_world(token: str, streets: int) -> None:
    mail = {
        "from": "Anna Ek <anna.ek@mejl.example>",
        "to": ["registrator@kommun.example"],
        "subject": "Begäran om handling",
        "body": "Hej! Jag begär att få ut beslutet om bygglov för Storgatan 3 enligt offentlighetsprincipen.",
    }
    said = _said(_ask(token, "judgement", mail))
    assert (said["record"], said["disclosure_request"]) == ("public_record", True)
    assert all(set(one) == {"rule_id", "says"} for one in said["reasons"])


def test_each_door_wants_its_scope() -> None:
    only_advice = make_client(name="Bara råd", scopes=["advice"], by="system:cli", now=NOW)
    only_judgement = make_client(name="Bara bedömning", scopes=["judgement"], by="system:cli", now=NOW)
    assert _ask(only_advice, "judgement", {"body": "x"}).status_code == 403
    for path in ("advice", "advice/outcome", "outlook/on-send"):
        assert _ask(only_judgement, path, {"from": SENDER}).status_code == 403


@pytest.mark.parametrize("wrong", [{}, {"body": "x", "kind": "neither"}, {"body": "x", "to": "nobody"}, [], "x"])
def test_a_mail_that_cannot_be_judged_is_refused(token: str, wrong: object) -> None:
    assert _ask(token, "judgement", wrong).status_code == 422
