"""The directory's lists, fifty rows at a time, and the roles with their holders. All that comes out is frozen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from kommunpost.apps.directory.models import AddressGroup, Mailbox, Person, RoleAssignment, Unit
from kommunpost.apps.directory.rules import Role

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of any of the lists; ``place`` is the unit, the committee, or who answers."""

    id: int
    name: str
    address: str
    about: str
    place: str
    phone: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """``after`` is the id to ask for the next rows by, or None at the end. No name stands in it."""

    rows: tuple[ListRow, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a role: everywhere, or in the unit named."""

    role: Role
    person_id: int
    name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class _Kind:
    model: type[Model]
    order: str
    searched: tuple[str, ...]
    related: tuple[str, ...]
    row: Callable[[Any], ListRow]


def _name(row: Any) -> str:
    return row.name if row is not None else ""


KINDS: Mapping[str, _Kind] = {
    "unit": _Kind(
        Unit, "name", ("name", "handles"), ("committee", "manager", "parent"),
        lambda one: ListRow(
            one.pk, one.name, "", _name(one.manager), one.committee.name, one.phone, one.is_active
        ),
    ),
    "person": _Kind(
        Person, "name", ("name", "address", "title"), ("unit", "committee"),
        lambda one: ListRow(
            one.pk, one.name, one.address, one.title, _name(one.unit) or _name(one.committee), one.phone, one.is_active
        ),
    ),
    "mailbox": _Kind(
        Mailbox, "address", ("address", "name", "aliases__address"), ("unit", "owner"),
        lambda one: ListRow(
            one.pk, one.name, one.address, str(one.get_kind_display()), _name(one.owner), _name(one.unit), one.is_active
        ),
    ),
    "group": _Kind(
        AddressGroup, "address", ("address", "name"), (),
        lambda one: ListRow(one.pk, one.name, one.address, "", "", "", one.is_active),
    ),
}  # fmt: skip


def page_of(kind: str, *, text: str = "", after: int | None = None, limit: int = PAGE) -> ListPage:
    """Rows of ``kind`` (a key of ``KINDS``) in order, after the row ``after``; each word of ``text`` must be found.

    Two queries at most, however many rows there are. A row that is gone begins the list anew.
    """
    asked = KINDS[kind]
    chosen = _matching(asked, text).select_related(*asked.related)
    if after is not None:
        chosen = _beyond(asked, chosen, after)
    found = list(chosen.order_by(asked.order, "pk")[: limit + 1])
    rows = tuple(map(asked.row, found[:limit]))
    return ListPage(rows=rows, after=rows[-1].id if len(found) > limit else None)


def counts(text: str = "") -> dict[str, int]:
    """How many rows each list has that hold ``text``: one query a kind."""
    return {kind: _matching(asked, text).count() for kind, asked in KINDS.items()}


def role_holders() -> list[Holder]:
    """Who holds which role, of those who can sign in; in order of name. One query."""
    held = RoleAssignment.objects.filter(account__is_active=True, account__person__is_active=True)
    rows = held.select_related("account__person", "unit").order_by("account__person__name", "pk")
    return [Holder(Role(one.role), one.account.person_id, one.account.person.name, _name(one.unit)) for one in rows]


def _matching(asked: _Kind, text: str) -> QuerySet[Any]:
    chosen: QuerySet[Any] = asked.model._default_manager.all()  # noqa: SLF001 - documented API of Django
    for word in text.split():
        chosen = chosen.filter(pk__in=_with_word(asked, word))
    return chosen


def _with_word(asked: _Kind, word: str) -> QuerySet[Any]:
    # SQLite folds the case of A to Z alone: å is looked for as Å too.
    forms = {word, word.lower(), word.upper(), word.capitalize()}
    found = Q()
    for field in asked.searched:
        for form in forms:
            found |= Q(**{f"{field}__icontains": form})
    return asked.model._default_manager.filter(found).values("pk")  # noqa: SLF001 - documented API of Django


def _beyond(asked: _Kind, chosen: QuerySet[Any], after: int) -> QuerySet[Any]:
    last = asked.model._default_manager.filter(pk=after).values_list(asked.order, flat=True).first()  # noqa: SLF001
    if last is None:
        return chosen
    return chosen.filter(Q(**{f"{asked.order}__gt": last}) | Q(**{asked.order: last, "pk__gt": after}))
