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
    what = "ett personnummer" if secret.is_number else f"”{secret.words}” tillsammans med någon som går att känna igen"
    channels = anatomy.context.profile.secrecy.safe_channels
    listed = f"{', '.join(channels[:-1])} eller {channels[-1]}" if len(channels) > 1 else channels[0]
    return f"Mejlet innehåller {what}. Ta bort det, eller använd {listed}."
