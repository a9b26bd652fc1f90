"""What advice may know of the people in a draft that comes from outside: out of the directory, in four queries."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import Count, Q

from kommunpost.apps.directory.models import AddressGroup, Mailbox, Person
from kommunpost.core.advice import Context
from kommunpost.core.advice import Person as KnownPerson
from kommunpost.core.guidelines import Profile, load_profile


def context_for(addresses: Iterable[str], *, now: datetime) -> Context:
    """The context of a draft between these addresses. Of nobody else is anything known."""
    asked = sorted({one.lower() for one in addresses if one})
    people = Person.objects.filter(address__in=asked, is_active=True).select_related("unit")
    groups = AddressGroup.objects.filter(address__in=asked, is_active=True).annotate(number=Count("members"))
    boxes = Mailbox.objects.filter(Q(address__in=asked) | Q(aliases__address__in=asked), is_active=True)
    return Context(
        now=now,
        profile=_profile(settings.PROFILE),
        people={one.address: _known(one) for one in people},
        mailboxes=frozenset(boxes.exclude(kind="personal").values_list("address", flat=True)),
        groups=dict(groups.values_list("address", "number")),
    )


def _known(person: Person) -> KnownPerson:
    unit = person.unit
    phone = person.phone or (unit.phone if unit else "")
    return KnownPerson(person.address, person.name, person.title, unit.name if unit else "", phone)


@lru_cache(maxsize=2)
def _profile(name: str) -> Profile:
    """Read once: the file changes with a restart."""
    return load_profile(name)
