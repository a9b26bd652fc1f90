"""The directory file: what it may hold, and what is wrong with one. Pure. ADR 0012 says why it is TOML.

``read`` looks at everything before anything is written, and names every fault with its place and its remedy.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from kommunpost.apps.directory.addresses import MAX_ADDRESS, is_address, normalise
from kommunpost.apps.directory.models import MailboxKind
from kommunpost.apps.directory.rules import UNIT_ROLES, Role

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FORMAT_VERSION = 1
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class CommitteeEntry:
    code: str = field(metadata={"max": 12})
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class UnitEntry:
    slug: str = field(metadata={"max": 60})
    name: str
    committee: str
    phone: str = field(default="", metadata={"max": 40})
    phone_hours: str = ""
    handles: str = field(default="", metadata={"max": 5000})
    secrecy_by_default: bool = False
    manager: str = field(default="", metadata={"address": True})
    parent: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """``roles`` are ``registrar``, or ``registrar:social`` for one unit. With ``sign_in`` the person has an account."""

    address: str = field(metadata={"address": True})
    name: str
    title: str = ""
    phone: str = field(default="", metadata={"max": 40})
    unit: str = ""
    committee: str = ""
    sign_in: bool = False
    roles: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class MailboxEntry:
    address: str = field(metadata={"address": True})
    name: str
    kind: str
    unit: str = ""
    owner: str = field(default="", metadata={"address": True})
    members: tuple[str, ...] = field(default=(), metadata={"address": True})
    aliases: tuple[str, ...] = field(default=(), metadata={"address": True})
    active: bool = True


@dataclass(frozen=True, slots=True)
class GroupEntry:
    address: str = field(metadata={"address": True})
    name: str
    members: tuple[str, ...] = field(default=(), metadata={"address": True})
    active: bool = True


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """A whole directory, checked. Addresses are in lower case."""

    committees: tuple[CommitteeEntry, ...] = ()
    units: tuple[UnitEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    mailboxes: tuple[MailboxEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault: ``place`` as ``people[3].unit``, and what is wrong and how to mend it."""

    place: str
    says: str

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


class DirectoryFileRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """The file is not taken. ``problems`` has every fault; nothing was written."""

    code = "directory_file_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


_E = TypeVar("_E", bound="DataclassInstance")
_SECTIONS: Mapping[str, type[Any]] = {
    "committees": CommitteeEntry,
    "units": UnitEntry,
    "people": PersonEntry,
    "mailboxes": MailboxEntry,
    "groups": GroupEntry,
}


def read(data: Mapping[str, Any]) -> DirectoryFile:
    """The checked directory in ``data`` (a parsed TOML file). Raises ``DirectoryFileRefused`` with all faults."""
    problems: list[Problem] = []
    if data.get("version") != FORMAT_VERSION:
        problems.append(Problem("version", f"write version = {FORMAT_VERSION} at the top of the file."))
    problems += _unknown(data, {"version", *_SECTIONS}, place="")
    sections = {name: tuple(_entries(data, name, kind, problems)) for name, kind in _SECTIONS.items()}
    if problems:
        raise DirectoryFileRefused(problems)
    directory = DirectoryFile(**sections)
    problems = list(check(directory))
    if problems:
        raise DirectoryFileRefused(problems)
    return directory


def to_data(directory: DirectoryFile) -> dict[str, Any]:
    """The other way: a dict that ``read`` takes back, without what is as it would be anyway."""
    data: dict[str, Any] = {"version": FORMAT_VERSION}
    for name in _SECTIONS:
        entries = getattr(directory, name)
        if entries:
            data[name] = [_plain(entry) for entry in entries]
    return data


def check(directory: DirectoryFile) -> Iterator[Problem]:
    """Faults between entries: twice the same, and names that lead nowhere."""
    yield from _repeated("committees", "code", directory.committees)
    yield from _repeated("units", "slug", directory.units)
    yield from _repeated("people", "address", directory.people)
    yield from _shared_addresses(directory)
    yield from _dangling(directory)
    yield from _misplaced(directory)
    for place, person in enumerate(directory.people):
        yield from _role_problems(person, place=f"people[{place}].roles", units={unit.slug for unit in directory.units})
    for place, mailbox in enumerate(directory.mailboxes):
        if mailbox.kind not in MailboxKind.values:
            known = ", ".join(MailboxKind.values)
            yield Problem(f"mailboxes[{place}].kind", f"{mailbox.kind!r} is no kind of mailbox. Choose among {known}.")


def split_role(word: str) -> tuple[str, str]:
    """``registrar:social`` -> (``registrar``, ``social``); no unit is an empty string."""
    role, _colon, unit = word.partition(":")
    return role, unit


def _entries(data: Mapping[str, Any], name: str, kind: type[_E], problems: list[Problem]) -> Iterator[_E]:
    tables = data.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        problems.append(Problem(name, f"write each entry under its own [[{name}]]."))
        return
    for number, table in enumerate(tables):
        place = f"{name}[{number}]"
        found = _unknown(table, {one.name for one in fields(kind)}, place=f"{place}.")
        values = {one.name: _value(one, table, f"{place}.{one.name}", found) for one in fields(kind)}
        problems += found
        if not found:
            yield kind(**values)


def _unknown(table: Mapping[str, Any], known: set[str], *, place: str) -> list[Problem]:
    says = f"is not known here. Remove it, or choose among {', '.join(sorted(known))}."
    return [Problem(f"{place}{key}", says) for key in table if key not in known]


def _value(one: "Field[Any]", table: Mapping[str, Any], place: str, problems: list[Problem]) -> object:
    if one.name not in table:
        if one.default is MISSING:
            problems.append(Problem(place, "is missing. Write it."))
        return one.default
    value = table[one.name]
    faults = list(_faults(one, value))
    problems += [Problem(place, fault) for fault in faults]
    if faults:
        return None
    return _tidied(value, is_address_field="address" in one.metadata)


def _faults(one: "Field[Any]", value: object) -> Iterator[str]:
    if one.type is bool:
        if not isinstance(value, bool):
            yield "write true or false."
        return
    if one.type is str:
        words: list[object] = [value]
    elif isinstance(value, list | tuple):
        words = list(value)
    else:
        yield 'write a list, as in ["one", "two"].'
        return
    for word in words:
        yield from _word_faults(one, word)


def _word_faults(one: "Field[Any]", word: object) -> Iterator[str]:
    limit = one.metadata.get("max", MAX_ADDRESS if "address" in one.metadata else MAX_NAME)
    if not isinstance(word, str):
        yield f"{word!r} is no text. Put it between quotes."
    elif not word.strip():
        if one.default is MISSING or one.type is not str:
            yield "is empty. Write it, or leave the entry out."
    elif len(word) > limit or any(character < " " for character in word):
        yield f"is longer than {limit} characters, or holds a line break. Shorten it to one line."
    elif "address" in one.metadata and not is_address(normalise(word)):
        yield f"{word!r} is no address. Write it as name@domain.example."


def _tidied(value: Any, *, is_address_field: bool) -> object:
    tidy: Callable[[str], str] = normalise if is_address_field else str.strip
    if isinstance(value, str):
        return tidy(value)
    return tuple(map(tidy, value)) if isinstance(value, list | tuple) else value


def _repeated(section: str, key: str, entries: Sequence[object]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries):
        name = getattr(entry, key)
        if name in seen:
            yield Problem(
                f"{section}[{number}].{key}", f"{name!r} already stands at {section}[{seen[name]}]. Keep one."
            )
        seen.setdefault(name, number)


def _shared_addresses(directory: DirectoryFile) -> Iterator[Problem]:
    boxes = ((f"mailboxes[{n}].address", box.address) for n, box in enumerate(directory.mailboxes))
    aliases = ((f"mailboxes[{n}].aliases", alias) for n, box in enumerate(directory.mailboxes) for alias in box.aliases)
    groups = ((f"groups[{n}].address", group.address) for n, group in enumerate(directory.groups))
    seen: dict[str, str] = {}
    for place, address in chain(boxes, aliases, groups):
        if address in seen:
            yield Problem(place, f"{address!r} already leads somewhere at {seen[address]}. An address has one owner.")
        seen.setdefault(address, place)


def _dangling(directory: DirectoryFile) -> Iterator[Problem]:
    known = {
        "committees": {one.code for one in directory.committees},
        "units": {one.slug for one in directory.units},
        "people": {one.address for one in directory.people},
    }
    for place, section, name in _references(directory):
        if name and name not in known[section]:
            yield Problem(place, f"{name!r} is not among {section}. Add it there, or correct the spelling.")


def _misplaced(directory: DirectoryFile) -> Iterator[Problem]:
    units = {unit.slug: unit for unit in directory.units}
    for n, unit in enumerate(directory.units):
        above = units.get(unit.parent)
        if above is not None and above.committee != unit.committee:
            yield Problem(
                f"units[{n}].parent", f"{unit.parent!r} is under another committee. Choose one under the same."
            )
        seen = {unit.slug}
        while above is not None and above.slug not in seen:
            seen.add(above.slug)
            above = units.get(above.parent)
        if above is not None and above.slug == unit.slug:
            yield Problem(f"units[{n}].parent", "the unit is a part of itself, round about. Remove one parent.")


def _references(directory: DirectoryFile) -> Iterator[tuple[str, str, str]]:
    for n, unit in enumerate(directory.units):
        yield f"units[{n}].committee", "committees", unit.committee
        yield f"units[{n}].manager", "people", unit.manager
        yield f"units[{n}].parent", "units", unit.parent
    for n, person in enumerate(directory.people):
        yield f"people[{n}].unit", "units", person.unit
        yield f"people[{n}].committee", "committees", person.committee
    for n, box in enumerate(directory.mailboxes):
        yield f"mailboxes[{n}].unit", "units", box.unit
        yield f"mailboxes[{n}].owner", "people", box.owner
        yield from ((f"mailboxes[{n}].members", "people", member) for member in box.members)
    for n, group in enumerate(directory.groups):
        yield from ((f"groups[{n}].members", "people", member) for member in group.members)


def _role_problems(person: PersonEntry, *, place: str, units: set[str]) -> Iterator[Problem]:
    if person.roles and not person.sign_in:
        yield Problem(place, "roles need an account. Write sign_in = true, or remove the roles.")
    for word in person.roles:
        role, unit = split_role(word)
        if role not in set(Role):
            yield Problem(place, f"{role!r} is no role. Choose among {', '.join(Role)}.")
        elif unit and unit not in units:
            yield Problem(place, f"{unit!r} is not among units. Add it there, or correct the spelling.")
        elif unit and role not in UNIT_ROLES:
            yield Problem(place, f"{role!r} cannot be held in one unit alone. Write it without the unit.")
    if person.sign_in and not person.active:
        yield Problem(place, "somebody who is not active cannot sign in. Remove sign_in and roles, or active = false.")
    if len(set(person.roles)) < len(person.roles):
        yield Problem(place, "the same role stands twice. Keep one.")


def _plain(entry: "DataclassInstance") -> dict[str, object]:
    values: Iterable[tuple[str, object, object]] = ((f.name, getattr(entry, f.name), f.default) for f in fields(entry))
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value, default in values if value != default
    }
