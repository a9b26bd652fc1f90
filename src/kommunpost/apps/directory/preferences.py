"""What people choose for their own account, and the trace of their coming and going."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from kommunpost.apps.audit import actions as audit
from kommunpost.apps.directory.models import Account

COLOUR_SCHEMES = ("auto", "light", "dark")


class PreferenceRefusedError(Exception):
    """``unknown_language`` or ``unknown_colour_scheme``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def save_preferences(*, account_id: int, language: str, colour_scheme: str, single_keys: bool, now: datetime) -> None:
    """Language (a code of ``LANGUAGES``), colours and keys of the pages for one account.

    ``single_keys``: whether letters alone do things (WCAG 2.1.4). Raises PreferenceRefusedError.
    """
    if language not in dict(settings.LANGUAGES):
        raise PreferenceRefusedError("unknown_language")
    if colour_scheme not in COLOUR_SCHEMES:
        raise PreferenceRefusedError("unknown_colour_scheme")
    with transaction.atomic():
        Account.objects.filter(pk=account_id).update(
            language=language, colour_scheme=colour_scheme, single_keys=single_keys
        )
        _trace(account_id, "directory:preferences:save", now=now)


def note_sign_in(*, account_id: int, now: datetime) -> None:
    """The trail knows who was in the house, and when."""
    with transaction.atomic():
        _trace(account_id, "directory:account:sign_in", now=now)


def note_sign_out(*, account_id: int, now: datetime) -> None:
    with transaction.atomic():
        _trace(account_id, "directory:account:sign_out", now=now)


def _trace(account_id: int, verb: str, *, now: datetime) -> None:
    reference = f"account:{account_id}"
    audit.record(actor=reference, verb=verb, subject=reference, at=now)
