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
            holders = [one for one in accounts if role in one.roles] or [one for one in accounts if _holds(one, role)]
            if holders:
                found.append((str(ROLE_TEXTS[role].name), f"{holders[0].name}, {holders[0].title}"))
    return found


def _holds(account: AccountRow, role: Role) -> bool:
    return any(word.partition(":")[0] == role for word in account.roles)
