"""Passwords of one's own: changed with the old one, or set by a link that an administrator handed out."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode

from kommunpost.apps.audit import actions as audit
from kommunpost.apps.directory.models import Account
from kommunpost.site.tries import TooManyTriesError, count_try, forget
from kommunpost.site.verbs import DoorVerb


class PasswordRefusedError(Exception):
    """``wrong``: not the present password. ``throttled``. ``weak``: ``why`` says what is the matter, in words."""

    def __init__(self, code: str, why: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.why = why or []


def change_password(*, account_id: int, present: str, new: str, client: str, now: datetime) -> Account:
    """A new password for whoever knows the present one; every other sign-in of the account ends with it.

    Raises PasswordRefusedError.
    """
    account = Account.objects.get(pk=account_id)
    try:
        counted = count_try(kind="address", target=account.address, client=client, now=now)
    except TooManyTriesError as error:
        raise PasswordRefusedError(error.code) from error
    if not account.check_password(present):
        raise PasswordRefusedError("wrong")
    forget(counted)
    _set(account, new, verb=DoorVerb.PASSWORD_CHANGED, now=now)
    return account


def account_of_link(uidb64: str, token: str) -> Account | None:
    """Whom a link was made for, if it still holds: not used, not too old, nobody signed in since, account open."""
    try:
        pk = int(force_str(urlsafe_base64_decode(uidb64)))
    except (ValueError, OverflowError):
        return None
    account = Account.objects.select_related("person").filter(pk=pk, is_active=True, person__is_active=True).first()
    return account if account is not None and default_token_generator.check_token(account, token) else None


def set_password_by_link(*, account: Account, new: str, now: datetime) -> None:
    """The password of whoever holds a link that holds (``account_of_link``). Raises PasswordRefusedError ``weak``."""
    _set(account, new, verb=DoorVerb.PASSWORD_SET_BY_LINK, now=now)


def _set(account: Account, new: str, *, verb: DoorVerb, now: datetime) -> None:
    try:
        validate_password(new, account)
    except ValidationError as error:
        raise PasswordRefusedError("weak", list(error.messages)) from error
    with transaction.atomic():
        account.set_password(new)
        account.save(update_fields=["password"])
        reference = f"account:{account.pk}"
        audit.record(actor=reference, verb=verb, subject=reference, at=now)
