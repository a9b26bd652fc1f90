"""docs/reference/roles.md: who may what, out of the tables in ``apps/directory/rules.py``."""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.reference.markdown import code, page, section, table
from kommunpost.apps.directory.rules import (
    BEYOND_A_UNIT,
    PERMISSION_TEXTS,
    ROLE_PERMISSIONS,
    ROLE_TEXTS,
    UNIT_ROLES,
    Permission,
    Role,
)

_INTRO = """
A role is held everywhere or, for some, in one unit alone. Permissions are written `office:object:verb`; `…_all` means
every mailbox, without it those that the person owns, is a member of, or (role held in a unit) that belong to the
unit. Each signed-in person sees their own on *Konto*. Below, names and texts are those on screen.
"""


@dataclass(frozen=True, slots=True)
class Permitted:
    """A permission, its text on screen, the roles that give it, and whether one held in a unit alone does not."""

    permission: str
    text: str
    roles: frozenset[Role]
    only_everywhere: bool


def collect() -> list[Permitted]:
    return [
        Permitted(
            permission=str(permission),
            text=str(PERMISSION_TEXTS[permission]),
            roles=frozenset(role for role in Role if permission in ROLE_PERMISSIONS[role]),
            only_everywhere=permission in BEYOND_A_UNIT,
        )
        for permission in Permission
    ]


def render(permitted: Iterable[Permitted]) -> str:
    return page("Roles and permissions", _INTRO, _roles(), _permissions(permitted))


def _roles() -> str:
    rows = [
        (
            code(str(role)),
            str(ROLE_TEXTS[role].name),
            str(ROLE_TEXTS[role].does),
            "everywhere, or in one unit" if role in UNIT_ROLES else "everywhere",
        )
        for role in Role
    ]
    return section("Roles", table(("role", "on screen", "what it is for", "held"), rows))


def _permissions(permitted: Iterable[Permitted]) -> str:
    headings = ("permission", "on screen", *(str(ROLE_TEXTS[role].name) for role in Role))
    rows = [
        (
            code(one.permission) + (" *" if one.only_everywhere else ""),
            one.text,
            *("×" if role in one.roles else "" for role in Role),
        )
        for one in permitted
    ]
    note = "\\* Not given by a role that is held in one unit alone."
    return section("Permissions", table(headings, rows), note)
