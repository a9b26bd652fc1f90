"""The municipality that judges: its domains, units, people, the other authorities it knows, its knowledge base.

Everything here is data that the caller has; nothing about a unit or a question is fixed in code. ADR 0022.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from kommunpost.core import law


class WorldError(ValueError):
    """A directory or knowledge file cannot be read. The message says where and what to write."""

    code = "world_unreadable"


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit: ``handles`` says in words what it does; ``mailboxes`` are its function addresses, in lower case."""

    id: str
    name: str
    handles: str
    mailboxes: tuple[str, ...] = ()
    secrecy_by_default: bool = False
    first_contact: bool = False


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Somebody with an address: ``unit`` is None for those who work for none. ``elected``: holds a political office."""

    address: str
    name: str
    title: str = ""
    unit: str | None = None
    elected: bool = False


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """Another authority: what it handles, and the domains it writes from."""

    id: str
    name: str
    handles: str
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """An article of the knowledge base: a recurring question, its answer, the unit that owns it, words people use."""

    slug: str
    question: str
    answer: str
    unit: str | None = None
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class World:
    """What the judgement knows of the municipality. Build one and keep it: look-ups are worked out once for each.

    ``domains`` in lower case. ``staff_lists``: addresses that reach many. ``machines``: addresses that only machines
    write from, such as the voice mail.
    """

    domains: frozenset[str]
    units: tuple[UnitFacts, ...]
    people: tuple[PersonFacts, ...] = ()
    authorities: tuple[AuthorityFacts, ...] = ()
    questions: tuple[Question, ...] = ()
    staff_lists: frozenset[str] = frozenset()
    machines: frozenset[str] = frozenset()

    @cached_property
    def unit_by_id(self) -> Mapping[str, UnitFacts]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def unit_by_mailbox(self) -> Mapping[str, UnitFacts]:
        return {box: unit for unit in self.units for box in unit.mailboxes}

    @cached_property
    def authority_by_id(self) -> Mapping[str, AuthorityFacts]:
        return {one.id: one for one in self.authorities}

    @cached_property
    def person_by_address(self) -> Mapping[str, PersonFacts]:
        return {person.address: person for person in self.people}

    @cached_property
    def authority_by_domain(self) -> Mapping[str, AuthorityFacts]:
        return {domain: one for one in self.authorities for domain in one.domains}

    def unit_of(self, address: str) -> UnitFacts | None:
        """The unit that a function address or a person belongs to."""
        box = self.unit_by_mailbox.get(address)
        if box is not None:
            return box
        person = self.person_by_address.get(address)
        return self.unit_by_id.get(person.unit) if person is not None and person.unit else None


def world_from(directory: Mapping[str, Any], knowledge: Iterable[Mapping[str, Any]]) -> World:
    """The parsed directory file (JSON, as ``data/example_directory.json``) and knowledge articles -> the world.

    Raises ``WorldError`` naming what is missing.
    """
    try:
        return World(
            domains=frozenset(_domains(directory)),
            units=tuple(_unit(row, first=number == 0) for number, row in enumerate(directory["units"])),
            people=tuple(_people(directory)),
            authorities=tuple(_authority(row) for row in directory.get("authorities", ())),
            questions=tuple(_question(row) for row in knowledge),
            staff_lists=frozenset(map(str.lower, directory.get("staff_lists", ()))),
            machines=frozenset(map(str.lower, directory.get("system_mailboxes", ()))),
        )
    except KeyError as error:
        raise WorldError(f"{error.args[0]} is missing") from error
    except (TypeError, AttributeError) as error:
        raise WorldError(f"something is not of the kind it should be: {error}") from error


def world_from_directory_file(data: Mapping[str, Any], knowledge: Iterable[Mapping[str, Any]]) -> World:
    """The parsed file that ``kommunpost directory export`` writes (TOML) -> the world. Authorities are those of
    ``core.law``. Raises ``WorldError``.
    """
    try:
        boxes = data.get("mailboxes", ())
        people = [
            PersonFacts(
                _low(row["address"]),
                row["name"],
                row.get("title", ""),
                row.get("unit") or None,
                elected=bool(row.get("committee")) and not row.get("unit"),
            )
            for row in data.get("people", ())
        ]
        return World(
            domains=frozenset(_low(row["address"]).partition("@")[2] for row in boxes),
            units=tuple(_unit_of_file(row, boxes) for row in data["units"]),
            people=tuple(people),
            authorities=known_authorities(),
            questions=tuple(_question(row) for row in knowledge),
            staff_lists=frozenset(_low(row["address"]) for row in data.get("groups", ())),
            machines=frozenset(_low(row["address"]) for row in boxes if row["kind"] == "system"),
        )
    except KeyError as error:
        raise WorldError(f"{error.args[0]} is missing") from error
    except (TypeError, AttributeError) as error:
        raise WorldError(f"something is not of the kind it should be: {error}") from error


def known_authorities() -> tuple[AuthorityFacts, ...]:
    """The authorities of ``core.law`` that answer for themselves."""
    return tuple(
        AuthorityFacts(one.id, one.name, ", ".join(one.handles)) for one in law.authorities() if not one.part_of
    )


def _unit_of_file(row: Mapping[str, Any], boxes: Iterable[Mapping[str, Any]]) -> UnitFacts:
    own = [box for box in boxes if box.get("unit") == row["slug"] and box["kind"] not in {"personal", "system"}]
    addresses = [_low(address) for box in own for address in (box["address"], *box.get("aliases", ()))]
    return UnitFacts(
        id=row["slug"],
        name=row["name"],
        handles=row.get("handles", ""),
        mailboxes=tuple(addresses),
        secrecy_by_default=bool(row.get("secrecy_by_default", False)),
        first_contact=any(box["kind"] == "contact_centre" for box in own),
    )


def _low(address: str) -> str:
    return address.strip().lower()


@cache
def example_world() -> World:
    """The invented municipality that ships with the package."""
    folder = files("kommunpost.core.judgement") / "data"
    directory = json.loads((folder / "example_directory.json").read_text(encoding="utf-8"))
    lines = (folder / "example_knowledge.jsonl").read_text(encoding="utf-8").splitlines()
    return world_from(directory, [json.loads(line) for line in lines if line.strip()])


def _domains(directory: Mapping[str, Any]) -> list[str]:
    several = directory.get("domains") or [directory["domain"]]
    return [str(domain).lower() for domain in several]


def _unit(row: Mapping[str, Any], *, first: bool) -> UnitFacts:
    boxes = [row.get("mailbox"), *row.get("other_mailboxes", ()), *row.get("mailboxes", ())]
    return UnitFacts(
        id=row["id"],
        name=row["name"],
        handles=row.get("handles", ""),
        mailboxes=tuple(box.lower() for box in boxes if box),
        secrecy_by_default=bool(row.get("secrecy_by_default", False)),
        first_contact=bool(row.get("first_contact", first)),
    )


def _people(directory: Mapping[str, Any]) -> Iterable[PersonFacts]:
    for row in directory.get("employees", ()):
        yield PersonFacts(row["address"].lower(), row["name"], row.get("title", ""), row.get("unit"))
    for row in directory.get("elected", ()):
        yield PersonFacts(row["address"].lower(), row["name"], row.get("title", ""), None, elected=True)


def _authority(row: Mapping[str, Any]) -> AuthorityFacts:
    email = row.get("email") or ""
    domains = [*row.get("domains", ()), email.partition("@")[2]]
    return AuthorityFacts(
        id=row["id"],
        name=row["name"],
        handles=row.get("handles", ""),
        domains=tuple(sorted({domain.lower() for domain in domains if domain})),
    )


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        slug=row["id"],
        question=row["question"],
        answer=row.get("answer", ""),
        unit=row.get("unit"),
        keywords=tuple(row.get("keywords", ())),
    )
