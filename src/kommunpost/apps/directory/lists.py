"""The directory's lists, fifty rows at a time, and the roles with their holders. All that comes out is frozen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from kommunpost.apps.directory.models import AddressGroup, Committee, Mailbox, Person, RoleAssignment, Unit
from kommunpost.apps.directory.rules import Role

PAGE = 50
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of any of the lists; ``cells`` stand under the headings of its kind, ``more`` only in the file."""

    id: int
    name: str
    cells: tuple[str, ...]
    is_active: bool
    more: tuple[str, ...] = ()


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
    """``related`` is fetched with the rows, ``gathered`` in one query more each."""

    model: type[Model]
    order: str
    searched: tuple[str, ...]
    row: Callable[[Any], ListRow]
    related: tuple[str, ...] = ()
    gathered: tuple[str, ...] = ()


def _name(row: Any) -> str:
    return row.name if row is not None else ""


def _unit(one: Unit) -> ListRow:
    cells = (_name(one.manager), one.committee.name, one.phone)
    return ListRow(one.pk, one.name, cells, one.is_active, (one.phone_hours, _name(one.parent)))


def _person(one: Person) -> ListRow:
    place = _name(one.unit) or _name(one.committee)
    return ListRow(one.pk, one.name, (one.address, one.title, place, one.phone), one.is_active)


def _mailbox(one: Mailbox) -> ListRow:
    cells = (one.address, str(one.get_kind_display()), _name(one.owner), _name(one.unit))
    aliases = ", ".join(sorted(alias.address for alias in one.aliases.all()))
    return ListRow(one.pk, one.name, cells, one.is_active, (aliases,))


def _group(one: AddressGroup) -> ListRow:
    return ListRow(one.pk, one.name, (one.address, str(len(one.members.all()))), one.is_active)


def _committee(one: Committee) -> ListRow:
    number = sum(unit.is_active for unit in one.units.all())
    return ListRow(one.pk, one.name, (one.code, str(number)), one.is_active)


KINDS: Mapping[str, _Kind] = {
    "unit": _Kind(Unit, "name", ("name", "handles"), _unit, ("committee", "manager", "parent")),
    "person": _Kind(Person, "name", ("name", "address", "title"), _person, ("unit", "committee")),
    "mailbox": _Kind(
        Mailbox, "address", ("address", "name", "aliases__address"), _mailbox, ("unit", "owner"), ("aliases",)
    ),
    "group": _Kind(AddressGroup, "address", ("address", "name"), _group, gathered=("members",)),
    "committee": _Kind(Committee, "name", ("name", "code"), _committee, gathered=("units",)),
}


def page_of(kind: str, *, text: str = "", after: int | None = None, limit: int = PAGE) -> ListPage:
    """Rows of ``kind`` (a key of ``KINDS``) in order, after the row ``after``; each word of ``text`` must be found.

    Three queries at most, however many rows there are. A row that is gone begins the list anew.
    """
    asked = KINDS[kind]
    chosen = _rows(asked, text)
    if after is not None:
        chosen = _beyond(asked, chosen, after)
    found = list(chosen.order_by(asked.order, "pk")[: limit + 1])
    rows = tuple(map(asked.row, found[:limit]))
    return ListPage(rows=rows, after=rows[-1].id if len(found) > limit else None)


def all_of(kind: str, *, text: str = "") -> Iterator[ListRow]:
    """Every row of ``kind`` that holds ``text``, in order, for a file: a query or two for each thousand rows."""
    asked = KINDS[kind]
    yield from map(asked.row, _rows(asked, text).order_by(asked.order, "pk").iterator(chunk_size=_AT_ONCE))


def counts(text: str = "") -> dict[str, int]:
    """How many rows each list has that hold ``text``: one query a kind."""
    return {kind: _matching(asked, text).count() for kind, asked in KINDS.items()}


def role_holders() -> list[Holder]:
    """Who holds which role, of those who can sign in; in order of name. One query."""
    held = RoleAssignment.objects.filter(account__is_active=True, account__person__is_active=True)
    rows = held.select_related("account__person", "unit").order_by("account__person__name", "pk")
    return [Holder(Role(one.role), one.account.person_id, one.account.person.name, _name(one.unit)) for one in rows]


def _rows(asked: _Kind, text: str) -> QuerySet[Any]:
    return _matching(asked, text).select_related(*asked.related).prefetch_related(*asked.gathered)


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
