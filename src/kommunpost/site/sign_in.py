"""The rules of the front door: who may try to sign in, how often, and where they land afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from kommunpost.apps.audit import actions as audit
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.models import Account
from kommunpost.site.tries import TooManyTriesError, count_try, forget
from kommunpost.site.verbs import DoorVerb


class SignInRefusedError(Exception):
    """``wrong``: no such address, wrong password or closed account, never told apart. ``throttled``: too many tries."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_password(*, request: HttpRequest, address: str, password: str, client: str, now: datetime) -> Account:
    """The account that ``address`` and ``password`` open.

    The try is counted before the password is looked at, so that many tries at once cannot slip past the limit.
    Raises SignInRefusedError. An unknown address costs as much time as a known one (Django's ModelBackend sees to it).
    """
    address = address.strip().lower()
    try:
        counted = count_try(kind="address", target=address, client=client, now=now)
    except TooManyTriesError as error:
        raise SignInRefusedError(error.code) from error
    account = authenticate(request, username=address, password=password)
    if not isinstance(account, Account):
        _note_refusal(address, now=now)
        raise SignInRefusedError("wrong")
    forget(counted)
    return account


def client_address(meta: Mapping[str, str], *, trusted: Sequence[str]) -> str:
    """The nearest address that is no proxy of ours. What a stranger writes in X-Forwarded-For is not believed."""
    nearest = meta.get("REMOTE_ADDR", "")
    if nearest not in trusted:
        return nearest
    forwarded = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return next((address for address in reversed(forwarded) if address not in trusted), nearest)


def _note_refusal(address: str, *, now: datetime) -> None:
    """Known address or not, the same work: the time it takes tells nobody who has an account."""
    known = Account.objects.filter(address=address).values_list("pk", flat=True).first()
    subject = f"account:{known}" if known else ""
    with transaction.atomic():
        details: dict[str, JSON] = {"step": 1, "why": "wrong"}
        audit.record(actor="system:door", verb=DoorVerb.SIGN_IN_REFUSED, subject=subject, details=details, at=now)
