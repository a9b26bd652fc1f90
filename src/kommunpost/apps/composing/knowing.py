"""What advice may know of the people in a draft, wherever it is written: out of the directory, in four queries."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q

from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.directory.models import AddressGroup, Mailbox, MailboxKind, Person
from kommunpost.core import advice
from kommunpost.core.swedish.spelling import Speller


def context_of(
    draft: advice.Draft,
    *,
    now: datetime,
    signature: str = "",
    answered: str = "",
    speller: Speller | None = None,
) -> advice.Context:
    """The context of a draft: sender and recipients, and of nobody else is anything known.

    ``signature`` and ``answered`` (the text of the mail answered) are known where the draft is written here. Spelling
    is for the composer alone: other programs have a speller of their own.
    """
    asked = _addresses(draft)
    groups = AddressGroup.objects.filter(address__in=asked, is_active=True).annotate(number=Count("members"))
    boxes = Mailbox.objects.filter(Q(address__in=asked) | Q(aliases__address__in=asked), is_active=True)
    return advice.Context(
        now=now,
        profile=profile(),
        people={one.address: _known(one) for one in _people(asked)},
        mailboxes=frozenset(boxes.exclude(kind=MailboxKind.PERSONAL).values_list("address", flat=True)),
        groups=dict(groups.values_list("address", "number")),
        signature=signature,
        answered=answered,
        speller=speller,
    )


def _addresses(draft: advice.Draft) -> list[str]:
    everybody = (draft.sender, *draft.recipients)
    return sorted({one.address.lower() for one in everybody if one.address})


def _people(addresses: Iterable[str]) -> Iterable[Person]:
    return Person.objects.filter(address__in=addresses, is_active=True).select_related("unit")


def _known(person: Person) -> advice.Person:
    unit = person.unit
    phone = person.phone or (unit.phone if unit else "")
    return advice.Person(person.address, person.name, person.title, unit.name if unit else "", phone)
