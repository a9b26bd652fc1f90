"""How often one may try: passwords, one-time codes and recovery codes are counted before they are looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from kommunpost.site.models import SignInTry

WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 5
TRIES_PER_CLIENT = 20


class TooManyTriesError(Exception):
    """``throttled``: wait until the oldest try is a quarter of an hour old."""

    code = "throttled"


@dataclass(frozen=True, slots=True)
class Try:
    """The rows that count one try against what it was aimed at and against its client."""

    target_key: str
    ids: tuple[int, int]


def count_try(*, kind: str, target: str, client: str, now: datetime) -> Try:
    """Count a try of ``kind`` (``address``, ``second-step``) at ``target`` by ``client``. Raises TooManyTriesError."""
    keys = _key(kind, target), _key("client", client)
    SignInTry.objects.filter(at__lt=now - WINDOW).delete()
    # Each row is committed before anybody counts: of many tries at once no more than the limit find room.
    rows = [SignInTry.objects.create(key=key, at=now).pk for key in keys]
    if not _is_over_limit(keys):
        return Try(target_key=keys[0], ids=(rows[0], rows[1]))
    # A refused try does not lengthen the wait: nobody is locked out for good by somebody else's hammering.
    SignInTry.objects.filter(pk__in=rows).delete()
    raise TooManyTriesError


def forget(counted: Try) -> None:
    """What was right clears its target, but of the client only this try: one own account pays for no guesses."""
    SignInTry.objects.filter(key=counted.target_key).delete()
    SignInTry.objects.filter(pk__in=counted.ids).delete()


def _is_over_limit(keys: tuple[str, str]) -> bool:
    limits = zip(keys, (TRIES_PER_ADDRESS, TRIES_PER_CLIENT), strict=True)
    return any(SignInTry.objects.filter(key=key).count() > limit for key, limit in limits)


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"kommunpost.sign-in.{kind}", value, algorithm="sha256").hexdigest()
