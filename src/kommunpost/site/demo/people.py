"""Whom a visitor of the demo may be."""

from django.utils import translation

from kommunpost.apps.directory.queries import AccountRow, list_accounts
from kommunpost.apps.directory.rules import ROLE_TEXTS, Role


def one_for_each_role() -> list[tuple[str, str]]:
    """(role in Swedish, name and title) of the first account with each role, in the order of the roles."""
    accounts = list_accounts()
    found = []
    with translation.override("sv"):
        for role in Role:
            # Held in the whole municipality rather than in one unit (``registrar:social``): such a one sees more.
            # And with few roles besides, so that what a visitor sees is what the role gives.
            holders = [one for one in accounts if role in one.roles] or [one for one in accounts if _holds(one, role)]
            if holders:
                holder = min(holders, key=lambda one: len(one.roles))
                found.append((str(ROLE_TEXTS[role].name), f"{holder.name}, {holder.title}"))
    return found


def _holds(account: AccountRow, role: Role) -> bool:
    return any(word.partition(":")[0] == role for word in account.roles)
