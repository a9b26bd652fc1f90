"""The HTTP API: who is let in, what is refused and how, and that the answer is that of the library."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from kommunpost.apps.audit.models import Event
from kommunpost.apps.directory.models import AddressGroup
from kommunpost.site.api import door
from kommunpost.site.api.clients import ClientRefused, client_of, list_clients, make_client, revoke_client
from kommunpost.site.api.limits import MAX_BODY_BYTES, Limiter
from kommunpost.site.api.models import ApiClient
from kommunpost.site.cli import main

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 9, 8, tzinfo=UTC)
DRAFT: dict[str, Any] = {
    "from": "Ola Brännström <ola.brannstrom@botkyrka.example>",
    "to": ["Mona Isaksson <mona.isaksson@botkyrka.example>"],
    "subject": "Hej",
    "body": "Hej Mona!\n\nKan du titta på skylten?\n",
    "attachments": [{"name": "karta.pdf", "type": "application/pdf", "size": 9}],
}


@pytest.fixture
def token() -> str:
    return make_client(name="Outlook", scopes=["advice"], by="system:cli", now=NOW)


def _ask(token: str, draft: object = DRAFT, **headers: str) -> HttpResponse:
    body = draft if isinstance(draft, str) else json.dumps(draft)
    return Client().post(  # type: ignore[return-value]
        "/api/v1/advice", body, content_type="application/json", headers={"Authorization": f"Bearer {token}", **headers}
    )


def test_advice_comes_ranked_with_places_and_fixes(token: str) -> None:
    answer = _ask(token)
    assert answer.status_code == 200
    said = json.loads(answer.content)
    clauses = [finding["clause"] for finding in said["findings"]]
    assert {"no-internal-attachment", "reply-by-date", "subject-states-action", "common-signature"} == set(clauses)
    assert len(said["first"]) == 3
    assert said["stop"] is False
    subject = next(one for one in said["findings"] if one["clause"] == "subject-states-action")
    assert subject["fix"]["edits"] == [
        {"edit": "replace", "field": "subject", "start": 0, "words": "Hej", "text": "För svar: Hej"}
    ]
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_the_directory_is_asked(token: str) -> None:
    AddressGroup.objects.create(address="nyhetsbrev@botkyrka.example", name="Nyhetsbrev")
    draft = {**DRAFT, "to": ["alla@botkyrka.example"]}
    assert "no-mass-mail" in _ask(token, draft).content.decode()


@pytest.mark.parametrize(
    "token_sent",
    ["", "x", "kommunpost_1_", "kommunpost_1_x", "kommunpost_9999999999999999999_x", "kommunpost_²_x"],
)
def test_without_a_right_token_nothing_opens(token: str, token_sent: str) -> None:
    answer = _ask(token_sent)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "token_wrong")


def test_a_revoked_client_and_one_of_other_scope_are_refused(token: str) -> None:
    other = make_client(name="Annat", scopes=["advice"], by="system:cli", now=NOW)
    ApiClient.objects.filter(name="Annat").update(scopes=["something"])
    assert _ask(other).status_code == 403
    revoke_client(client_id=ApiClient.objects.get(name="Outlook").pk, by="system:cli", now=NOW)
    assert _ask(token).status_code == 401
    assert client_of(token) is None


@pytest.mark.parametrize(
    "draft", ["", "{", "[]", {}, {**DRAFT, "to": "x"}, {**DRAFT, "body": 3}, {**DRAFT, "subject": "x" * 2001}]
)
def test_what_is_malformed_is_told_without_being_repeated(token: str, draft: object) -> None:
    answer = _ask(token, draft)
    assert answer.status_code in {400, 422}
    assert json.loads(answer.content) == {"code": "malformed", "says": door.SAYS[422][1]}


def test_too_much_is_refused_before_it_is_read(token: str) -> None:
    answer = _ask(token, json.dumps({**DRAFT, "body": "x" * MAX_BODY_BYTES}))
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "too_large")


def test_a_client_that_runs_wild_is_slowed_and_others_are_not(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "limiter", Limiter(a_minute=60, burst=2))
    other = make_client(name="Annat", scopes=["advice"], by="system:cli", now=NOW)
    assert [_ask(token).status_code for _ in range(3)] == [200, 200, 429]
    assert _ask(other).status_code == 200


def test_the_bucket_fills_with_time() -> None:
    limiter = Limiter(a_minute=60, burst=1)
    assert [limiter.take(1, at=at) for at in (0.0, 0.5, 1.0, 1.5, 2.5)] == [True, False, True, False, True]


def test_the_schema_tells_every_answer_and_needs_no_token() -> None:
    answer = Client().get("/api/v1/openapi.json")
    schema = json.loads(answer.content)
    assert set(schema["paths"]["/api/v1/advice"]["post"]["responses"]) == {"200", "401", "403", "413", "422", "429"}


def test_the_token_is_nowhere_but_with_its_client(token: str) -> None:
    made = ApiClient.objects.get()
    secret = token.rpartition("_")[2] if token.count("_") == 2 else token.split("_", 2)[2]
    assert secret not in made.digest
    assert len(made.digest) == 64
    assert [one.verb for one in Event.objects.all() if one.verb.startswith("api:")] == ["api:client:make"]
    assert secret not in str(list(Event.objects.values()))


def test_the_command_makes_lists_and_revokes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["api-client", "make", "Outlook", "--scope", "advice"]) == 0
    token = capsys.readouterr().out.strip()
    client = client_of(token)
    assert client is not None
    assert main(["api-client", "list"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "Outlook"
    assert main(["api-client", "revoke", str(client.id)]) == 0
    assert client_of(token) is None
    assert list_clients()[0].revoked_at is not None


@pytest.mark.parametrize(
    ("name", "scopes", "code"),
    [
        ("", ["advice"], "name_missing"),
        ("Ny", [], "scope_unknown"),
        ("Ny", ["allt"], "scope_unknown"),
        ("Outlook", ["advice"], "name_taken"),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(token: str, name: str, scopes: list[str], code: str) -> None:
    with pytest.raises(ClientRefused) as refused:
        make_client(name=name, scopes=scopes, by="system:cli", now=NOW)
    assert refused.value.code == code
    with pytest.raises(ClientRefused):
        revoke_client(client_id=999, by="system:cli", now=NOW)
