"""The facts of the common signature, out of the directory and the municipality's profile."""

from functools import lru_cache

from django.conf import settings

from kommunpost.apps.composing.rules.signature import SignatureFacts, build_signature
from kommunpost.apps.directory.models import Mailbox, MailboxKind, Person
from kommunpost.core.guidelines import Profile, load_profile


def signature_facts(*, person_id: int, mailbox_id: int) -> SignatureFacts:
    """What the signature of a person is built from when they write from a mailbox. Two queries."""
    person = Person.objects.select_related("unit", "committee").get(pk=person_id)
    mailbox = Mailbox.objects.select_related("unit").get(pk=mailbox_id)
    shared = mailbox.kind != MailboxKind.PERSONAL
    unit = (mailbox.unit if shared else None) or person.unit
    belongs_to = unit.name if unit else person.committee.name if person.committee else ""
    town = profile().municipality
    phone = unit.phone if shared and unit and unit.phone else person.phone or (unit.phone if unit else "")
    return SignatureFacts(
        name=person.name,
        title=person.title,
        unit=belongs_to,
        municipality=town.name,
        phone=phone or town.switchboard,
        phone_hours=unit.phone_hours if shared and unit and unit.phone else "",
        address=mailbox.address,
        web=town.web.removeprefix("https://").rstrip("/"),
    )


def signature_of(*, person_id: int, mailbox_id: int) -> str:
    """The common signature as it is put under every mail."""
    return build_signature(signature_facts(person_id=person_id, mailbox_id=mailbox_id))


def profile() -> Profile:
    """The municipality's settings."""
    return _profile(settings.PROFILE)


@lru_cache(maxsize=4)
def _profile(name: str) -> Profile:
    return load_profile(name)
