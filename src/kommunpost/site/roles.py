"""Roles in words, for the screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from kommunpost.apps.directory import queries
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


def demo_accounts() -> list[DemoAccount]:
    """Every account of the example municipality, those with the rarer roles first."""
    rows = [
        DemoAccount(
            id=row.id, name=row.name, title=row.title, roles=[ROLE_TEXTS[role].name for role in _roles(row.roles)]
        )
        for row in queries.list_accounts()
    ]
    crowd = [str(name) for row in rows for name in row.roles]
    return sorted(rows, key=lambda row: (min((crowd.count(str(name)) for name in row.roles), default=0), row.name))


def _roles(words: Sequence[str]) -> list[Role]:
    """``registrar:social`` is a role held in one unit."""
    return list(dict.fromkeys(Role(word.partition(":")[0]) for word in words))
