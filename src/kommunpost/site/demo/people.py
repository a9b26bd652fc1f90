"""Whom a visitor of the demo may be."""

from django.utils import translation

from kommunpost.apps.directory.queries import list_accounts
from kommunpost.apps.directory.rules import ROLE_TEXTS
from kommunpost.site.roles import first_holders


def one_for_each_role() -> list[tuple[str, str]]:
    """(role in Swedish, name and title) of the first account with each role, in the order of the roles."""
    with translation.override("sv"):
        return [
            (str(ROLE_TEXTS[role].name), f"{one.name}, {one.title}") for role, one in first_holders(list_accounts())
        ]
