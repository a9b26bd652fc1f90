"""``no-secrecy-in-mail``: secret or sensitive personal data about somebody who can be recognised (OSL 26, 25, 23 kap.).

The only rule that can stop a mail, where the municipality has chosen so (``secrecy.outgoing = "block"``).
"""

from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.model import Field, Finding, Place, Severity
from kommunpost.core.advice.rules.finding import finding, in_body
from kommunpost.core.advice.sensitive import Secret
from kommunpost.core.guidelines.profile import SecrecyPolicy

CLAUSE = "no-secrecy-in-mail"


def check(anatomy: Anatomy) -> Iterator[Finding]:
    found = anatomy.body_secrets or anatomy.subject_secrets
    if not found:
        return
    place = in_body(found[0].start, found[0].end)
    if not anatomy.body_secrets:
        place = Place(Field.SUBJECT, found[0].start, found[0].end)
    policy = anatomy.context.profile.secrecy.outgoing
    severity = Severity.STOP if policy == SecrecyPolicy.BLOCK else Severity.ADVICE
    yield finding(CLAUSE, _says(anatomy, found[0]), place, words=found[0].words, severity=severity)


def _says(anatomy: Anatomy, secret: Secret) -> str:
    what = "ett personnummer" if secret.is_number else f"”{secret.words}” om någon som går att känna igen"
    return f"Mejlet nämner {what}. Ta bort det, eller använd {_listed(anatomy.context.profile.secrecy.safe_channels)}."


def _listed(channels: tuple[str, ...]) -> str:
    *others, last = channels
    if not others:
        return last
    # "telefon eller möte" is two ways under one name.
    return f"{', '.join(others)}{',' if ' eller ' in last else ' eller'} {last}"
