"""Accounts and their roles. Four eyes: nobody gives a role to themself, or takes one from themself."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from kommunpost.apps.directory.actions.admins import keep_an_admin
from kommunpost.apps.directory.actions.closing import close_account
from kommunpost.apps.directory.actions.entry import EntryRefused, check_editor, find, tell
from kommunpost.apps.directory.models import Account, Person, RoleAssignment, Unit
from kommunpost.apps.directory.rules import UNIT_ROLES, Actor, NotAllowed, Permission, Role
from kommunpost.apps.directory.verbs import DirectoryVerb


def create_account(*, by: Actor | str, person_id: int, password: str | None, now: datetime) -> int:
    """The id of the new account; without a password it cannot sign in by one.

    Raises ``NotAllowed``, ``EntryRefused`` (``no_such_person``, ``person_inactive``, ``account_exists``,
    ``password_weak``).
    """
    with transaction.atomic():
        check_editor(by)
        person = find(Person, person_id)
        if not person.is_active:
            raise EntryRefused("person_inactive")
        if Account.objects.filter(person=person).exists():
            raise EntryRefused("account_exists")
        account = Account(address=person.address, person=person, created_at=now)
        _take_password(account, password)
        account.save()
        tell(DirectoryVerb.ACCOUNT_ADDED, account, {}, by=by, now=now)
        return account.pk


def set_password(*, by: Actor | str, account_id: int, password: str, now: datetime) -> None:
    """By the account itself, or by who may edit the directory. Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        if not (isinstance(by, Actor) and by.account_id == account_id):
            check_editor(by)
        account = find(Account, account_id)
        _take_password(account, password)
        account.save(update_fields=["password"])
        tell(DirectoryVerb.PASSWORD_SET, account, {}, by=by, now=now)


def make_password_link(*, by: Actor | str, account_id: int, now: datetime) -> Account:
    """The open account that somebody is about to get a link for, to choose a password by; the trail knows of it.

    Raises ``NotAllowed``, ``EntryRefused`` (``own_account``, ``account_closed``).
    """
    with transaction.atomic():
        account = _account_of_another(by, account_id)
        if not (account.is_active and account.person.is_active):
            raise EntryRefused("account_closed")
        tell(DirectoryVerb.PASSWORD_LINK_MADE, account, {}, by=by, now=now)
        return account


def deactivate_account(*, by: Actor | str, account_id: int, now: datetime) -> None:
    """No sign-in, and every open session ends.

    Raises ``NotAllowed``, ``EntryRefused`` (``own_account``, ``last_admin``).
    """
    with transaction.atomic():
        close_account(_account_of_another(by, account_id), by=by, now=now)


def reactivate_account(*, by: Actor | str, account_id: int, now: datetime) -> None:
    """With the roles that it had. Raises ``NotAllowed``, ``EntryRefused`` (``own_account``, ``person_inactive``)."""
    with transaction.atomic():
        account = _account_of_another(by, account_id)
        if not account.person.is_active:
            raise EntryRefused("person_inactive")
        if not account.is_active:
            account.is_active = True
            account.save(update_fields=["is_active"])
            tell(DirectoryVerb.ACCOUNT_CHANGED, account, {"fields": ["is_active"]}, by=by, now=now)


def grant_role(*, by: Actor | str, account_id: int, role: Role, unit_id: int | None, now: datetime) -> None:
    """Granting twice changes nothing. ``unit_id`` ``None`` means everywhere.

    Raises ``NotAllowed`` (``own_role``, ``may_not:…``), ``EntryRefused`` (``role_needs_everywhere``, ``no_such_…``).
    """
    with transaction.atomic():
        _check_other(by, account_id)
        account = find(Account, account_id)
        unit = None if unit_id is None else find(Unit, unit_id)
        if unit is not None and role not in UNIT_ROLES:
            raise EntryRefused("role_needs_everywhere")
        _held, is_new = RoleAssignment.objects.get_or_create(account=account, role=role, unit=unit)
        if is_new:
            tell(DirectoryVerb.ROLE_GRANTED, account, {"role": str(role), "unit": unit_id}, by=by, now=now)


def revoke_role(*, by: Actor | str, account_id: int, role: Role, unit_id: int | None, now: datetime) -> None:
    """Revoking twice changes nothing.

    Raises ``NotAllowed`` (``own_role``, ``may_not:…``), ``EntryRefused`` (``last_admin``, ``no_such_…``).
    """
    with transaction.atomic():
        _check_other(by, account_id)
        account = find(Account, account_id)
        unit = None if unit_id is None else find(Unit, unit_id)
        if role == Role.ADMIN:
            keep_an_admin(without=account_id)
        removed, _by_table = RoleAssignment.objects.filter(account=account, role=role, unit=unit).delete()
        if removed:
            tell(DirectoryVerb.ROLE_REVOKED, account, {"role": str(role), "unit": unit_id}, by=by, now=now)


def _account_of_another(by: Actor | str, account_id: int) -> Account:
    check_editor(by, Permission.ROLE_GRANT)
    if isinstance(by, Actor) and by.account_id == account_id:
        raise EntryRefused("own_account")
    return find(Account, account_id)


def _check_other(by: Actor | str, account_id: int) -> None:
    check_editor(by, Permission.ROLE_GRANT)
    if isinstance(by, Actor) and by.account_id == account_id:
        raise NotAllowed("own_role")


def _take_password(account: Account, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, account)
        except ValidationError as error:
            raise EntryRefused("password_weak") from error
    account.set_password(password)
