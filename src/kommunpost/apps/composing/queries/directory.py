"""Suggestions of recipients out of the directory, and how to reach somebody."""

from dataclasses import dataclass

from django.db.models import Count, Q

from kommunpost.apps.composing.rules.recipients import write_typed
from kommunpost.apps.directory.models import AddressGroup, Mailbox, Person
from kommunpost.core.mail import Address

MOST = 8
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody to write to. ``typed``: as it stands in a field. ``reaches``: people behind a list address, else 0."""

    name: str
    address: str
    what: str
    reaches: int = 0

    @property
    def typed(self) -> str:
        return write_typed([Address(self.name, self.address)])


def suggest(text: str) -> list[Suggestion]:
    """People, shared mailboxes and lists with ``text`` in name or address, at most eight. Three queries."""
    wanted = " ".join(text.split())
    if len(wanted) < SHORTEST:
        return []
    words = Q()
    for word in wanted.split():
        words &= Q(name__icontains=word) | Q(address__icontains=word)
    people = Person.objects.filter(words, is_active=True).select_related("unit").order_by("name")[:MOST]
    boxes = Mailbox.objects.filter(words, is_active=True).exclude(kind__in=("personal", "system"))[:MOST]
    lists = AddressGroup.objects.filter(words, is_active=True).annotate(number=Count("members"))[:MOST]
    found = [Suggestion(one.name, one.address, _title(one)) for one in people]
    found += [Suggestion(one.name, one.address, one.get_kind_display()) for one in boxes]
    found += [Suggestion(one.name, one.address, "", reaches=one.number) for one in lists]
    return found[:MOST]


def _title(person: Person) -> str:
    return ", ".join(filter(None, [person.title, person.unit.name if person.unit else ""]))


@dataclass(frozen=True, slots=True)
class ListReach:
    """A list address among the recipients and how many people it reaches."""

    address: str
    name: str
    number: int


def lists_among(addresses: list[str]) -> list[ListReach]:
    """The list addresses among ``addresses``. One query."""
    groups = AddressGroup.objects.filter(address__in=addresses, is_active=True).annotate(number=Count("members"))
    return [ListReach(one.address, one.name, one.number) for one in groups.order_by("address")]
