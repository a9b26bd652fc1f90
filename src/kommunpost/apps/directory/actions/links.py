"""Who belongs to what: the aliases and members of a mailbox, the members of an address group."""

from datetime import datetime

from django.db import transaction

from kommunpost.apps.directory.actions.entry import EntryRefused, check_editor, find, free_address, tell
from kommunpost.apps.directory.models import AddressGroup, Mailbox, MailboxAlias, Membership, Person
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.directory.verbs import DirectoryVerb


def add_alias(*, by: Actor | str, mailbox_id: int, address: str, now: datetime) -> int:
    """The id of the new alias.

    Raises ``NotAllowed``, ``EntryRefused`` (``address_malformed``, ``address_taken``, ``domain_unknown``).
    """
    with transaction.atomic():
        check_editor(by)
        mailbox = find(Mailbox, mailbox_id)
        alias = MailboxAlias.objects.create(mailbox=mailbox, address=free_address(address))
        tell(DirectoryVerb.ALIAS_ADDED, mailbox, {"alias": alias.pk}, by=by, now=now)
        return alias.pk


def remove_alias(*, by: Actor | str, alias_id: int, now: datetime) -> None:
    """Raises ``NotAllowed``, ``EntryRefused("no_such_mailboxalias")``."""
    with transaction.atomic():
        check_editor(by)
        alias = find(MailboxAlias, alias_id)
        tell(DirectoryVerb.ALIAS_REMOVED, alias.mailbox, {"alias": alias_id}, by=by, now=now)
        alias.delete()


def add_member(*, by: Actor | str, mailbox_id: int, person_id: int, now: datetime) -> None:
    """Adding twice changes nothing. Raises ``NotAllowed``, ``EntryRefused`` (``person_inactive``, ``no_such_…``)."""
    with transaction.atomic():
        check_editor(by)
        mailbox, person = find(Mailbox, mailbox_id), _active_person(person_id)
        _made, is_new = Membership.objects.get_or_create(mailbox=mailbox, person=person)
        if is_new:
            tell(DirectoryVerb.MEMBER_ADDED, mailbox, {"person": person_id}, by=by, now=now)


def remove_member(*, by: Actor | str, mailbox_id: int, person_id: int, now: datetime) -> None:
    """Removing twice changes nothing. Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        mailbox = find(Mailbox, mailbox_id)
        removed, _by_table = Membership.objects.filter(mailbox=mailbox, person_id=person_id).delete()
        if removed:
            tell(DirectoryVerb.MEMBER_REMOVED, mailbox, {"person": person_id}, by=by, now=now)


def add_group_member(*, by: Actor | str, group_id: int, person_id: int, now: datetime) -> None:
    """Adding twice changes nothing. Raises ``NotAllowed``, ``EntryRefused`` (``person_inactive``, ``no_such_…``)."""
    with transaction.atomic():
        check_editor(by)
        group, person = find(AddressGroup, group_id), _active_person(person_id)
        if not group.members.filter(pk=person.pk).exists():
            group.members.add(person)
            tell(DirectoryVerb.GROUP_MEMBER_ADDED, group, {"person": person_id}, by=by, now=now)


def remove_group_member(*, by: Actor | str, group_id: int, person_id: int, now: datetime) -> None:
    """Removing twice changes nothing. Raises ``NotAllowed``, ``EntryRefused``."""
    with transaction.atomic():
        check_editor(by)
        group = find(AddressGroup, group_id)
        if group.members.filter(pk=person_id).exists():
            group.members.remove(person_id)
            tell(DirectoryVerb.GROUP_MEMBER_REMOVED, group, {"person": person_id}, by=by, now=now)


def _active_person(person_id: int) -> Person:
    person = find(Person, person_id)
    if not person.is_active:
        raise EntryRefused("person_inactive")
    return person
