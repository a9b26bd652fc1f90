"""Roles in words, for the screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from kommunpost.apps.directory import queries
from kommunpost.apps.directory.queries import AccountRow
from kommunpost.apps.directory.rules import ROLE_TEXTS, Actor, Role, RoleText


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to step into with one click. ``roles`` are the words on screen."""

    id: int
    name: str
    title: str
    roles: Sequence[str | Promise]


def role_list(actor: Actor) -> list[RoleText]:
    """The actor's roles in the order of the table, each once."""
    held = actor.roles | {role for role, _unit in actor.unit_roles}
    return [text for role, text in ROLE_TEXTS.items() if role in held]


def first_holders(accounts: Sequence[AccountRow]) -> list[tuple[Role, AccountRow]]:
    """One account for each role that anybody holds, in the order of the roles.

    Held in the whole municipality rather than in one unit (``registrar:social``): such a one sees more. And with few
    roles besides, so that what a visitor sees is what the role gives.
    """
    found = []
    for role in Role:
        holders = [one for one in accounts if role in one.roles] or [one for one in accounts if role in _roles(one)]
        if holders:
            found.append((role, min(holders, key=lambda one: len(one.roles))))
    return found


def demo_accounts() -> tuple[list[DemoAccount], list[DemoAccount]]:
    """The accounts of the example municipality: one for each role, and then the others in the same order."""
    accounts = queries.list_accounts()
    first = list({row.id: row for _role, row in first_holders(accounts)}.values())
    order = list(Role)
    others = [row for row in accounts if row not in first and row.roles]
    others.sort(key=lambda row: (min(order.index(role) for role in _roles(row)), row.name))
    return [_demo_account(row) for row in first], [_demo_account(row) for row in others]


def _demo_account(row: AccountRow) -> DemoAccount:
    return DemoAccount(id=row.id, name=row.name, title=row.title, roles=[ROLE_TEXTS[role].name for role in _roles(row)])


def _roles(row: AccountRow) -> list[Role]:
    """``registrar:social`` is a role held in one unit."""
    return list(dict.fromkeys(Role(word.partition(":")[0]) for word in row.roles))
