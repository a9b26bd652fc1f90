"""Who is who from a file, for commands that work without a database.

Two forms: the directory file of ``kommunpost directory`` (TOML: units, people, mailboxes, groups), and JSON with
``units``, ``employees`` and ``staff_lists``, as other systems hand over.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kommunpost.core.advice import Person
from kommunpost.site.cli.errors import CommandError

EVERYBODY = 1_000_000
"""What a staff list reaches when the file does not say: more than any limit."""


@dataclass(frozen=True, slots=True)
class Known:
    """Keys are addresses in lower case. ``groups``: how many people each list reaches."""

    people: Mapping[str, Person]
    mailboxes: frozenset[str]
    groups: Mapping[str, int]


NOBODY = Known(MappingProxyType({}), frozenset(), MappingProxyType({}))


def read_known(file: Path) -> Known:
    """Raises ``CommandError`` for a file that is in neither form."""
    try:
        text = file.read_text(encoding="utf-8")
        data = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
        return _from_json(data) if file.suffix == ".json" else _from_toml(data)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or error}") from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: is neither a directory file (TOML) nor JSON ({error}).") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{file}: is not in the form of a directory ({error!r}).") from error


def _from_toml(data: Mapping[str, Any]) -> Known:
    units = {unit["slug"]: unit["name"] for unit in data.get("units", ())}
    people = (_person(one, units) for one in data.get("people", ()))
    mailboxes = (one["address"] for one in data.get("mailboxes", ()) if one.get("kind") != "personal")
    groups = {one["address"].lower(): len(one.get("members", ())) or EVERYBODY for one in data.get("groups", ())}
    return Known({one.address: one for one in people}, _lower(mailboxes), groups)


def _from_json(data: Mapping[str, Any]) -> Known:
    units = {unit["id"]: unit["name"] for unit in data.get("units", ())}
    people = (_person(one, units) for one in (*data.get("employees", ()), *data.get("elected", ())))
    mailboxes = [unit["mailbox"] for unit in data.get("units", ()) if unit.get("mailbox")]
    mailboxes += [address for unit in data.get("units", ()) for address in unit.get("other_mailboxes", ())]
    groups = {address.lower(): EVERYBODY for address in data.get("staff_lists", ())}
    return Known({one.address: one for one in people}, _lower(mailboxes), groups)


def _person(one: Mapping[str, Any], units: Mapping[str, str]) -> Person:
    unit = units.get(one.get("unit") or "", "")
    return Person(one["address"].lower(), one["name"], one.get("title") or "", unit, one.get("phone") or "")


def _lower(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(address.lower() for address in addresses)
