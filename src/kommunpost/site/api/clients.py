"""Make, revoke and recognise API clients. Each change is one transaction with its audit event."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from kommunpost.apps.audit.actions import record
from kommunpost.site.api.models import ApiClient, ApiScope

PREFIX = "kommunpost"
SECRET_BYTES = 32
MAX_NAME = 100


class ApiVerb(StrEnum):
    """What the API writes in the audit trail."""

    CLIENT_MADE = "api:client:make"
    CLIENT_REVOKED = "api:client:revoke"


class ClientRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """``code``: ``name_missing``, ``name_taken``, ``scope_unknown``, ``no_such_client``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Client:
    """A client as the API knows it while it answers."""

    id: int
    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as it is listed."""

    id: int
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    revoked_at: datetime | None


def make_client(*, name: str, scopes: Collection[str], by: str, now: datetime) -> str:
    """A new client; its token, which is told only here. Raises ``ClientRefused``."""
    if not name.strip() or len(name) > MAX_NAME:
        raise ClientRefused("name_missing")
    if not scopes or set(scopes) - set(ApiScope.values):
        raise ClientRefused("scope_unknown")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    try:
        with transaction.atomic():
            client = ApiClient.objects.create(
                name=name.strip(), digest=_digest(secret), scopes=sorted(set(scopes)), made_at=now, made_by=by
            )
            record(
                actor=by,
                verb=ApiVerb.CLIENT_MADE,
                subject=f"api_client:{client.pk}",
                details={"scopes": sorted(set(scopes))},
                at=now,
            )
    except IntegrityError as error:
        raise ClientRefused("name_taken") from error
    return f"{PREFIX}_{client.pk}_{secret}"


def revoke_client(*, client_id: int, by: str, now: datetime) -> None:
    """From now on the token opens nothing; revoking again changes nothing. Raises ``ClientRefused``."""
    with transaction.atomic():
        if not ApiClient.objects.filter(pk=client_id).exists():
            raise ClientRefused("no_such_client")
        if ApiClient.objects.filter(pk=client_id, revoked_at__isnull=True).update(revoked_at=now):
            record(actor=by, verb=ApiVerb.CLIENT_REVOKED, subject=f"api_client:{client_id}", at=now)


def list_clients() -> list[ClientRow]:
    """All clients, the revoked ones too."""
    rows = ApiClient.objects.all()
    return [ClientRow(one.pk, one.name, tuple(one.scopes), one.made_at, one.revoked_at) for one in rows]


def client_of(token: str) -> Client | None:
    """The client that the token belongs to; None for a wrong, malformed or revoked one, after the same work."""
    prefix, _, rest = token.partition("_")
    number, _, secret = rest.partition("_")
    known = None
    if prefix == PREFIX and number.isascii() and number.isdigit() and len(number) < 19:  # noqa: PLR2004 - 64 bits
        known = ApiClient.objects.filter(pk=int(number), revoked_at__isnull=True).first()
    is_right = hmac.compare_digest(known.digest if known else _digest(""), _digest(secret))
    return Client(known.pk, known.name, frozenset(known.scopes)) if known and secret and is_right else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
