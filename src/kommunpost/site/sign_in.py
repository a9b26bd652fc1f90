"""The rules of the front door: who may try to sign in, how often, and where they land afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from kommunpost.apps.directory.models import Account
from kommunpost.site.models import SignInTry

WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 5
TRIES_PER_CLIENT = 20


class SignInRefusedError(Exception):
    """``wrong``: no such address, wrong password or closed account, never told apart. ``throttled``: too many tries."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Try:
    """The rows that count one try against its address and against its client."""

    address_key: str
    client_key: str
    ids: tuple[int, int]


def check_password(*, request: HttpRequest, address: str, password: str, client: str, now: datetime) -> Account:
    """The account that ``address`` and ``password`` open.

    The try is counted before the password is looked at, so that many tries at once cannot slip past the limit.
    Raises SignInRefusedError. An unknown address costs as much time as a known one (Django's ModelBackend sees to it).
    """
    counted = _count_try(address=address, client=client, now=now)
    account = authenticate(request, username=address.strip().lower(), password=password)
    if not isinstance(account, Account):
        raise SignInRefusedError("wrong")
    _forget(counted)
    return account


def client_address(meta: Mapping[str, str], *, trusted: Sequence[str]) -> str:
    """The nearest address that is no proxy of ours. What a stranger writes in X-Forwarded-For is not believed."""
    nearest = meta.get("REMOTE_ADDR", "")
    if nearest not in trusted:
        return nearest
    forwarded = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return next((address for address in reversed(forwarded) if address not in trusted), nearest)


def _count_try(*, address: str, client: str, now: datetime) -> Try:
    keys = _key("address", address.strip().lower()), _key("client", client)
    SignInTry.objects.filter(at__lt=now - WINDOW).delete()
    # Each row is committed before anybody counts: of many tries at once no more than the limit find room.
    rows = [SignInTry.objects.create(key=key, at=now).pk for key in keys]
    if not _is_over_limit(keys):
        return Try(address_key=keys[0], client_key=keys[1], ids=(rows[0], rows[1]))
    # A refused try does not lengthen the wait: nobody is locked out for good by somebody else's hammering.
    SignInTry.objects.filter(pk__in=rows).delete()
    raise SignInRefusedError("throttled")


def _is_over_limit(keys: tuple[str, str]) -> bool:
    limits = zip(keys, (TRIES_PER_ADDRESS, TRIES_PER_CLIENT), strict=True)
    return any(SignInTry.objects.filter(key=key).count() > limit for key, limit in limits)


def _forget(counted: Try) -> None:
    """A right password clears the address, but of the client only this try: one own account pays for no guesses."""
    SignInTry.objects.filter(key=counted.address_key).delete()
    SignInTry.objects.filter(pk__in=counted.ids).delete()


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"kommunpost.sign-in.{kind}", value, algorithm="sha256").hexdigest()
