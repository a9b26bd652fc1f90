"""What a mail names outright: a thing that a unit or an authority says it handles, an address or a person of ours."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kommunpost.core import law
from kommunpost.core.judgement.facts import MailFacts
from kommunpost.core.judgement.world import PersonFacts, World
from kommunpost.core.swedish.search_words import normalise, stem

SHORTEST = 4
"""Letters of a word that names a matter by itself."""
MAX_CHARACTERS = 4_000
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,190}\w")
# Words in a list of matters that say too little by themselves.
_VAGUE = frozenset(
    "allmän första kontakt frågor vägledning ärenden område kommun tillstånd skola barn unga avgift sociala "
    "anmälan hälsa statliga yrken kommuner annan stockholm register buss brott växlar utan böter skuld dom "
    "skatt hot brand tillsyn säkerhet mark juridik val kommunikation ekonomi livsmedel pension personnummer "
    "journal nyckel pass felanmälan gator parker träd vatten budget akut annars försenat biljett remiss rusta "
    "matcha flyttat inskrivning symtom sjukhus hållplats stiftelse skadegörelse fakturor arvoden polisanmälan "
    "stöld inbrott psykiatri vapen busskort förvaltare kommunstyrelse upphandling buller avlopp beroende "
    "alkohol park parkering fastighetsregister auktion jakt ukraina vaccination dödsfall sjukvård hälso "
    "kollektivtrafik skatteverket försäkringskassan arbetsförmedlingen polismyndigheten lantmäteriet "
    "trafikverket migrationsverket länsstyrelsen kronofogden pensionsmyndigheten transportstyrelsen".split()
)


@dataclass(frozen=True, slots=True)
class Named:
    """``kind``: ``unit`` or ``authority``; ``id`` of it; the words of the mail that named it."""

    kind: str
    id: str
    words: tuple[str, ...]


def matters_named(mail: MailFacts, world: World) -> tuple[Named, ...]:
    """Units and authorities whose own words for what they handle stand in the mail."""
    index = _index(world)
    text = normalise(mail.read_text[:MAX_CHARACTERS])
    found: dict[tuple[str, str], list[str]] = {}
    for word in dict.fromkeys(_WORD.findall(text)):
        for owner in index.get(stem(word), ()):
            found.setdefault(owner, []).append(word)
    return tuple(Named(kind, id_, tuple(words[:3])) for (kind, id_), words in found.items())


def ours_named(mail: MailFacts, world: World) -> tuple[Named, ...]:
    """Units whose address, or one of whose people, stands in the mail's own words."""
    return tuple(dict.fromkeys((*_addresses_named(mail, world), *_people_named(mail, world))))


def _addresses_named(mail: MailFacts, world: World) -> Iterator[Named]:
    for address in _ADDRESS.findall(mail.own_text[:MAX_CHARACTERS].lower()):
        unit = world.unit_of(address)
        if unit is not None:
            yield Named("unit", unit.id, (address,))


def _people_named(mail: MailFacts, world: World) -> Iterator[Named]:
    """First and last name side by side; the last may have a genitive s."""
    surnames = _surnames(world)
    words = _WORD.findall(normalise(f"{mail.subject}\n{mail.own_text}"[:MAX_CHARACTERS]))
    for first, last in pairwise(words):
        for person in (*surnames.get(last, ()), *surnames.get(last.removesuffix("s"), ())):
            if person.unit and normalise(person.name).startswith(f"{first} "):
                yield Named("unit", person.unit, (f"{first} {last}",))


@lru_cache(maxsize=8)
def _surnames(world: World) -> Mapping[str, tuple[PersonFacts, ...]]:
    index: dict[str, tuple[PersonFacts, ...]] = {}
    for person in world.people:
        last = normalise(person.name).rpartition(" ")[2]
        index[last] = (*index.get(last, ()), person)
    return index


@lru_cache(maxsize=8)
def _index(world: World) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Stem -> who handles it, for words that only one says of itself."""
    owners: dict[str, set[tuple[str, str]]] = {}
    for unit in world.units:
        _enter(owners, ("unit", unit.id), [unit.handles])
    for one in world.authorities:
        by_law = [text for other in law.authorities() if one.id in {other.id, other.part_of} for text in other.handles]
        _enter(owners, ("authority", one.id), [one.name, one.handles, *by_law])
    return {word: tuple(several) for word, several in owners.items() if len(several) == 1}


def _enter(owners: dict[str, set[tuple[str, str]]], owner: tuple[str, str], texts: Iterable[str]) -> None:
    """Single words only: what takes two words to say ("enskilda avlopp") is left to the model."""
    for text in texts:
        for phrase in re.split(r"[,.;:]| och ", normalise(text)):
            words = _WORD.findall(phrase)
            if len(words) == 1 and len(words[0]) >= SHORTEST and words[0] not in _VAGUE:
                owners.setdefault(stem(words[0]), set()).add(owner)
