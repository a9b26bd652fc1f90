"""Close an entry and open it again. Nothing is deleted: mail, log and trail point at it.

Nobody is closed while others rely on them: the refusal says what must be handed over first, and to what end.
"""

from datetime import datetime

from django.db import transaction

from kommunpost.apps.directory.actions.admins import keep_an_admin
from kommunpost.apps.directory.actions.entry import EntryRefused, check_editor, find, tell
from kommunpost.apps.directory.models import Account, AddressGroup, Committee, Mailbox, Person, Unit
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.directory.verbs import DirectoryVerb, change_verb

Closable = Committee | Unit | Person | Mailbox | AddressGroup


def deactivate_committee(*, by: Actor | str, committee_id: int, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused`` (``committee_has_units``, ``committee_has_people``)."""
    with transaction.atomic():
        check_editor(by)
        committee = find(Committee, committee_id)
        _refuse_if_any("committee_has_units", committee.units.filter(is_active=True).count())
        _refuse_if_any("committee_has_people", committee.elected.filter(is_active=True).count())
        _switch(committee, on=False, by=by, now=now)


def reactivate_committee(*, by: Actor | str, committee_id: int, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        _switch(find(Committee, committee_id), on=True, by=by, now=now)


def deactivate_unit(*, by: Actor | str, unit_id: int, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused`` (``unit_has_parts``, ``unit_has_people``, ``unit_has_mailboxes``)."""
    with transaction.atomic():
        check_editor(by)
        unit = find(Unit, unit_id)
        _refuse_if_any("unit_has_parts", unit.parts.filter(is_active=True).count())
        _refuse_if_any("unit_has_people", unit.people.filter(is_active=True).count())
        _refuse_if_any("unit_has_mailboxes", unit.mailboxes.filter(is_active=True).count())
        _switch(unit, on=False, by=by, now=now)


def reactivate_unit(*, by: Actor | str, unit_id: int, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused`` (``committee_inactive``, ``parent_inactive``)."""
    with transaction.atomic():
        check_editor(by)
        unit = find(Unit, unit_id)
        if not unit.committee.is_active:
            raise EntryRefused("committee_inactive")
        if unit.parent is not None and not unit.parent.is_active:
            raise EntryRefused("parent_inactive", name=unit.parent.name)
        _switch(unit, on=True, by=by, now=now)


def deactivate_person(*, by: Actor | str, person_id: int, now: datetime) -> None:
    """The person and their account are closed, every open session with it; what they did stays.

    Raises ``NotAllowed`` (``own_account``), ``EntryRefused`` (``person_owns_mailboxes``, ``person_manages_units``,
    ``last_admin``).
    """
    with transaction.atomic():
        check_editor(by)
        person = find(Person, person_id)
        if isinstance(by, Actor) and by.person_id == person_id:
            raise EntryRefused("own_account")
        owned = list(person.owned_mailboxes.filter(is_active=True).values_list("address", flat=True))
        _refuse_if_any("person_owns_mailboxes", len(owned), names=", ".join(owned))
        managed = list(person.manages.filter(is_active=True).values_list("name", flat=True))
        _refuse_if_any("person_manages_units", len(managed), names=", ".join(managed))
        close_account(Account.objects.filter(person=person).first(), by=by, now=now)
        _switch(person, on=False, by=by, now=now)


def reactivate_person(*, by: Actor | str, person_id: int, now: datetime) -> None:
    """The account stays closed until somebody opens it. Raises ``NotAllowed``, ``EntryRefused("unit_inactive")``."""
    with transaction.atomic():
        check_editor(by)
        person = find(Person, person_id)
        _check_unit(person.unit)
        _switch(person, on=True, by=by, now=now)


def deactivate_mailbox(*, by: Actor | str, mailbox_id: int, now: datetime) -> None:
    """Mail to it goes to the holding pen; its mail and log rows stay.

    Raises ``NotAllowed``, ``EntryRefused("mailbox_has_members")`` while people other than its owner read it.
    """
    with transaction.atomic():
        check_editor(by)
        mailbox = find(Mailbox, mailbox_id)
        readers = mailbox.members.filter(is_active=True).exclude(pk=mailbox.owner_id or 0)
        _refuse_if_any("mailbox_has_members", readers.count())
        _switch(mailbox, on=False, by=by, now=now)


def reactivate_mailbox(*, by: Actor | str, mailbox_id: int, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused`` (``owner_inactive``, ``unit_inactive``)."""
    with transaction.atomic():
        check_editor(by)
        mailbox = find(Mailbox, mailbox_id)
        if mailbox.owner is not None and not mailbox.owner.is_active:
            raise EntryRefused("owner_inactive")
        _check_unit(mailbox.unit)
        _switch(mailbox, on=True, by=by, now=now)


def deactivate_group(*, by: Actor | str, group_id: int, now: datetime) -> None:
    """The members stay written, for when it opens again. Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        _switch(find(AddressGroup, group_id), on=False, by=by, now=now)


def reactivate_group(*, by: Actor | str, group_id: int, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        _switch(find(AddressGroup, group_id), on=True, by=by, now=now)


def close_account(account: Account | None, *, by: Actor | str, now: datetime) -> None:
    """No sign-in any more, and none that is open goes on. Raises ``EntryRefused("last_admin")``. Own transaction."""
    if account is None or not account.is_active:
        return
    keep_an_admin(without=account.pk)
    account.is_active = False
    account.session_epoch += 1
    account.save(update_fields=["is_active", "session_epoch"])
    tell(DirectoryVerb.ACCOUNT_CHANGED, account, {"fields": ["is_active"]}, by=by, now=now)


def _refuse_if_any(code: str, number: int, **values: object) -> None:
    if number:
        raise EntryRefused(code, number=number, **values)


def _check_unit(unit: Unit | None) -> None:
    if unit is not None and not unit.is_active:
        raise EntryRefused("unit_inactive", name=unit.name)


def _switch(row: Closable, *, on: bool, by: Actor | str, now: datetime) -> None:
    if row.is_active is not on:
        row.is_active = on
        row.save(update_fields=["is_active"])
        tell(change_verb(row), row, {"fields": ["is_active"]}, by=by, now=now)
