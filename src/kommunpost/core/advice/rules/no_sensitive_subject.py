"""``no-sensitive-subject``: sensitive or secret data in the subject, which the public log shows."""

from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Field, Finding, Place
from kommunpost.core.advice.rules.finding import finding


def check(anatomy: Anatomy) -> Iterator[Finding]:
    for secret in anatomy.subject_secrets[:1]:
        says = (
            "Ämnesraden syns i e-postloggen, som är offentlig. Skriv ett neutralt ämne, till exempel ”Komplettering i "
            "ärendet”."
        )
        yield finding("no-sensitive-subject", says, Place(Field.SUBJECT, secret.start, secret.end), words=secret.words)
