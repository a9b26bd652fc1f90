"""The second step of signing in: one-time codes by an app (TOTP, RFC 6238) and recovery codes on paper. ADR 0013."""

import hmac
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pyotp
from django.db import transaction

from kommunpost.apps.audit import actions as audit
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor, Permission, check_may, reference_of
from kommunpost.site import sealing
from kommunpost.site.models import RecoveryCode, SecondFactor
from kommunpost.site.tries import TooManyTriesError, count_try, forget
from kommunpost.site.verbs import DoorVerb

STEP_SECONDS = 30
STEPS_OFF = (0, -1, 1)
"""Clocks may differ by a step, and one is slow at typing (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
# Without i, l, o, u, 0 and 1: nobody should have to guess what is written on the paper. 12 of 30 signs: 58 bits.
RECOVERY_SIGNS = "abcdefghjkmnpqrstvwxyz23456789"
RECOVERY_LENGTH, RECOVERY_PART = 12, 4
ISSUER = "Kommunpost"
_RECOVERY_SALT = "kommunpost.recovery-code"


class SecondFactorRefusedError(Exception):
    """``wrong_code``, ``used_code``, ``throttled``, ``not_enrolled``, ``already_enrolled``, ``own_account``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the person's app must learn. ``secret`` is base32; ``uri`` is the ``otpauth://`` of the square code."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands. ``codes_left``: unused recovery codes."""

    enrolled_at: datetime | None
    codes_left: int


def standing_of(account_id: int) -> Standing:
    """Whether and when the account's app was confirmed, and how many recovery codes remain. Two queries."""
    factor = SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).first()
    left = RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True).count()
    return Standing(enrolled_at=factor.confirmed_at if factor else None, codes_left=left if factor else 0)


def is_enrolled(account_id: int) -> bool:
    """Whether signing in takes a second step. One query."""
    return SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists()


def is_required(actor: Actor, *, required: Collection[str]) -> bool:
    """Whether the setting asks for a second step of somebody with these roles. ``required``: roles, or ``all``."""
    held = {str(role) for role in actor.roles} | {str(role) for role, _unit in actor.unit_roles}
    return "all" in required or not held.isdisjoint(required)


def begin_enrolment(*, account_id: int, now: datetime) -> Enrolment:
    """A new secret to show, or the one that is shown already. It asks for nothing until a code has confirmed it.

    Raises SecondFactorRefusedError ``already_enrolled``.
    """
    account = Account.objects.get(pk=account_id)
    factor, _is_new = SecondFactor.objects.get_or_create(
        account_id=account_id, defaults={"sealed_secret": sealing.seal(pyotp.random_base32()), "created_at": now}
    )
    if factor.confirmed_at is not None:
        raise SecondFactorRefusedError("already_enrolled")
    secret = sealing.unseal(factor.sealed_secret)
    return Enrolment(secret=secret, uri=pyotp.TOTP(secret).provisioning_uri(name=account.address, issuer_name=ISSUER))


def confirm_enrolment(*, account_id: int, code: str, client: str, now: datetime) -> list[str]:
    """From now on signing in takes two steps. Returns ten recovery codes, which are never seen again.

    Raises SecondFactorRefusedError.
    """
    factor = SecondFactor.objects.filter(account_id=account_id).first()
    if factor is None:
        raise SecondFactorRefusedError("not_enrolled")
    if factor.confirmed_at is not None:
        raise SecondFactorRefusedError("already_enrolled")
    with _counted(account_id, client=client, now=now), transaction.atomic():
        _spend_code(factor, code, now=now)
        SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=now)
        _record(account_id, DoorVerb.SECOND_FACTOR_ENROLLED, now=now)
        return _new_recovery_codes(account_id, now=now)


def check_second_step(*, account_id: int, code: str, client: str, now: datetime) -> bool:
    """Spend the app's present code, or a recovery code; ``True`` when it was a recovery code.

    A refusal is traced, but for those that are merely too many. Raises SecondFactorRefusedError.
    """
    try:
        with _counted(account_id, client=client, now=now), transaction.atomic():
            return _spend_any(account_id, code, now=now)
    except SecondFactorRefusedError as refusal:
        if refusal.code != "throttled":
            _note_refusal(account_id, refusal.code, now=now)
        raise


def renew_recovery_codes(*, account_id: int, code: str, client: str, now: datetime) -> list[str]:
    """Ten new recovery codes instead of those that were. Raises SecondFactorRefusedError."""
    with _counted(account_id, client=client, now=now), transaction.atomic():
        _spend_any(account_id, code, now=now)
        return _new_recovery_codes(account_id, now=now)


def remove_second_factor(*, account_id: int, code: str, client: str, now: datetime) -> None:
    """Back to one step, for whoever still has the app or a recovery code. Raises SecondFactorRefusedError."""
    with _counted(account_id, client=client, now=now), transaction.atomic():
        _spend_any(account_id, code, now=now)
        _forget_all(account_id)
        _record(account_id, DoorVerb.SECOND_FACTOR_REMOVED, now=now)


def reset_second_factor(*, account_id: int, by: Actor | str, now: datetime) -> None:
    """Take away a lost app and its recovery codes, so that their owner can sign in with the password and begin anew.

    Every sign-in of the account ends: the telephone may be in the wrong hands.
    ``by``: somebody who may grant roles, and not for the own account; or ``system:…`` from the command line.
    Raises ``NotAllowed``, and SecondFactorRefusedError ``own_account`` or ``not_enrolled``.
    """
    if isinstance(by, Actor):
        check_may(by, Permission.ROLE_GRANT)
        if by.account_id == account_id:
            raise SecondFactorRefusedError("own_account")
    with transaction.atomic():
        if not _forget_all(account_id):
            raise SecondFactorRefusedError("not_enrolled")
        audit.record(actor=reference_of(by), verb=DoorVerb.SECOND_FACTOR_RESET, subject=f"account:{account_id}", at=now)


@contextmanager
def _counted(account_id: int, *, client: str, now: datetime) -> Iterator[None]:
    """Counts the try before the code is looked at, and forgets it when it was right."""
    try:
        counted = count_try(kind="second-step", target=str(account_id), client=client, now=now)
    except TooManyTriesError as error:
        raise SecondFactorRefusedError(error.code) from error
    yield
    forget(counted)


def _spend_any(account_id: int, code: str, *, now: datetime) -> bool:
    factor = SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).first()
    if factor is None:
        raise SecondFactorRefusedError("not_enrolled")
    if _plain(code).isdecimal():
        _spend_code(factor, code, now=now)
        return False
    _spend_recovery_code(account_id, code, now=now)
    return True


def _spend_code(factor: SecondFactor, code: str, *, now: datetime) -> None:
    step = _step_of(sealing.unseal(factor.sealed_secret), _plain(code), now=now)
    if step is None:
        raise SecondFactorRefusedError("wrong_code")
    # One statement: of two that bring the same code at once, one finds the step taken.
    if not SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step):
        raise SecondFactorRefusedError("used_code")


def _step_of(secret: str, code: str, *, now: datetime) -> int | None:
    present = int(now.timestamp()) // STEP_SECONDS
    maker = pyotp.TOTP(secret, interval=STEP_SECONDS)
    fitting = [
        present + off
        for off in STEPS_OFF
        if hmac.compare_digest(maker.generate_otp(present + off).encode(), code.encode(errors="replace"))
    ]
    return fitting[0] if fitting else None


def _spend_recovery_code(account_id: int, code: str, *, now: datetime) -> None:
    fitting = RecoveryCode.objects.filter(
        account_id=account_id, used_at__isnull=True, digest__in=sealing.digests(_plain(code), salt=_RECOVERY_SALT)
    )
    if not fitting.update(used_at=now):
        raise SecondFactorRefusedError("wrong_code")
    left = RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True).count()
    _record(account_id, DoorVerb.RECOVERY_CODE_USED, details={"left": left}, now=now)


def _new_recovery_codes(account_id: int, *, now: datetime) -> list[str]:
    codes = ["".join(secrets.choice(RECOVERY_SIGNS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(account_id=account_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account_id=account_id, digest=sealing.digests(code, salt=_RECOVERY_SALT)[0]) for code in codes
    )
    _record(account_id, DoorVerb.RECOVERY_CODES_MADE, now=now)
    return [_in_parts(code) for code in codes]


def _forget_all(account_id: int) -> bool:
    RecoveryCode.objects.filter(account_id=account_id).delete()
    return SecondFactor.objects.filter(account_id=account_id).delete()[0] > 0


def _note_refusal(account_id: int, why: str, *, now: datetime) -> None:
    with transaction.atomic():
        details: dict[str, JSON] = {"step": 2, "why": why}
        audit.record(
            actor="system:door",
            verb=DoorVerb.SIGN_IN_REFUSED,
            subject=f"account:{account_id}",
            details=details,
            at=now,
        )


def _record(account_id: int, verb: DoorVerb, *, now: datetime, details: Mapping[str, JSON] | None = None) -> None:
    reference = f"account:{account_id}"
    audit.record(actor=reference, verb=verb, subject=reference, details=details, at=now)


def _in_parts(code: str) -> str:
    return "-".join(code[at : at + RECOVERY_PART] for at in range(0, len(code), RECOVERY_PART))


def _plain(code: str) -> str:
    """What was typed, without the blanks and dashes that make it readable."""
    return "".join(sign for sign in code.lower() if sign.isalnum())
