"""Somebody must always be able to hand out roles: the last administrator can be neither closed nor stripped."""

from kommunpost.apps.directory.actions.entry import EntryRefused
from kommunpost.apps.directory.models import RoleAssignment
from kommunpost.apps.directory.rules import Role


def keep_an_admin(*, without: int) -> None:
    """Raise ``EntryRefused("last_admin")`` when the account ``without`` is the only administrator who can sign in.

    Locks the administrators' rows, so that two of them cannot strip each other at the same moment.
    """
    holders = RoleAssignment.objects.select_for_update(of=("self",)).filter(
        role=Role.ADMIN, unit__isnull=True, account__is_active=True, account__person__is_active=True
    )
    held_by = set(holders.values_list("account_id", flat=True))
    if held_by == {without}:
        raise EntryRefused("last_admin")
