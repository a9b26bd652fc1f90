"""Every address of the API, asked with whatever its own schema allows and with what it does not.

Never a fault of the server, never an answer that the schema does not tell, never a way past the token.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from tests.suite import SLOW_IS_NO_FAULT

from kommunpost.site.api import door, schemas
from kommunpost.site.api.clients import make_client
from kommunpost.site.api.limits import Limiter

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = datetime(2026, 9, 9, 8, tzinfo=UTC)
MANY = settings(max_examples=20, deadline=None, database=None, suppress_health_check=SLOW_IS_NO_FAULT)
SCHEMA: dict[str, Any] = door.api.get_openapi_schema()
DOORS = sorted(SCHEMA["paths"])
ANSWERS = {
    "/api/v1/advice": schemas.AdviceOut,
    "/api/v1/advice/outcome": schemas.OutcomeOut,
    "/api/v1/judgement": schemas.JudgementOut,
    "/api/v1/outlook/on-send": schemas.SendingOut,
}
WORDS = st.sampled_from(
    ["Hej Anna!", "Kan du svara på fredag?", "\x00", "å\ud7ffÄ", "<b>", "1980-01-01-1234", "😀", "> Från: x", "\r\n"]
)
TEXT = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.lists(WORDS).map(" ".join))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "object": st.dictionaries(TEXT, TEXT, max_size=5),
    "integer": st.integers(0, 10**12),
    "boolean": st.booleans(),
    "null": st.none(),
}


def _allowed(schema: dict[str, Any]) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one line a kind
    """What a part of the schema allows."""
    if "$ref" in schema:
        return _allowed(SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of([_allowed(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    if "properties" in schema:
        return _object(schema)
    if schema.get("type") == "array":
        return st.lists(_allowed(schema["items"]), max_size=5)
    return (
        TEXT.map(lambda text: text[: schema.get("maxLength")])
        if schema.get("type") == "string"
        else PLAIN[schema["type"]]
    )


def _object(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    required = set(schema.get("required", ()))
    parts = {name: _allowed(part) for name, part in schema["properties"].items()}
    return st.fixed_dictionaries(
        {name: part for name, part in parts.items() if name in required},
        optional={name: part for name, part in parts.items() if name not in required},
    )


def _asked_for(path: str) -> dict[str, Any]:
    content: dict[str, Any] = SCHEMA["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return content


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(door, "limiter", Limiter(a_minute=10**9, burst=10**9))
    return make_client(name="Prov", scopes=["advice", "judgement"], by="system:cli", now=NOW)


def _ask(path: str, body: object, token: str = "") -> Any:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client(raise_request_exception=False).post(path, sent, content_type="application/json", headers=headers)


def test_every_door_is_known_here() -> None:
    assert set(DOORS) == set(ANSWERS)


@pytest.mark.parametrize("path", DOORS)
def test_what_the_schema_allows_is_answered_as_it_says(path: str, token: str) -> None:
    answers = TypeAdapter(ANSWERS[path])

    @MANY
    @given(_allowed(_asked_for(path)))
    def ask(body: Any) -> None:
        answer = _ask(path, body, token)
        assert answer.status_code == 200, answer.content
        said = json.loads(answer.content)
        answers.validate_python(said)
        assert set(said) == set(ANSWERS[path].model_fields)

    ask()


@pytest.mark.parametrize("path", DOORS)
def test_whatever_is_sent_is_refused_as_the_schema_says(path: str, token: str) -> None:
    told = {int(code) for code in SCHEMA["paths"][path]["post"]["responses"]}

    @MANY
    @given(ANYTHING.map(json.dumps).map(str.encode) | st.binary(max_size=200))
    def ask(body: bytes) -> None:
        answer = _ask(path, body, token)
        assert answer.status_code in told | {400}
        if answer.status_code != 200:
            assert set(json.loads(answer.content)) == {"code", "says"}

    ask()


@pytest.mark.parametrize("path", DOORS)
def test_no_token_but_a_right_one_opens(path: str, token: str) -> None:
    @MANY
    @given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80) | st.just(token[:-1]))
    def ask(wrong: str) -> None:
        if wrong != token:
            assert _ask(path, {"from": "a@b.example", "body": "x"}, wrong).status_code == 401

    ask()


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_no_other_method_opens(path: str, method: str, token: str) -> None:
    answer = getattr(Client(), method)(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 405
