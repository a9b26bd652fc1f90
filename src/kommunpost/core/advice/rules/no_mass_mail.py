"""``no-mass-mail``: a list that reaches many, a list for everybody, or very many addresses."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind
from kommunpost.core.advice.model import Field, Finding, Place
from kommunpost.core.advice.rules.finding import finding
from kommunpost.core.mail.model import Address

EVERYBODY = re.compile(
    r"(?:.*[-._])?(?:alla|samtliga|allpersonal|everyone|all-?staff|medarbetare|chefer|enhetschefer|rektorer|larare"
    r"|ledamoter)(?:[-._].*)?|(?:personal|sandlista|lista|distlista|dl|grupp)[-._].+"
)
"""The local part of lists for everybody, when the directory does not know how many they reach."""
EVERYBODY_COUNTED = 1_000_000
LISTED_SHARE = 0.4
"""People put down one by one count for more than members of a list: somebody has collected their addresses."""


def check(anatomy: Anatomy) -> Iterator[Finding]:
    draft, context = anatomy.draft, anatomy.context
    limit = context.profile.advice.mass_mail_recipients
    for field, addresses in ((Field.TO, draft.to), (Field.CC, draft.cc), (Field.BCC, draft.bcc)):
        for index, one in enumerate(addresses):
            reached = context.groups.get(one.address.lower(), 0)
            if reached >= limit or _is_for_everybody(anatomy, one):
                yield _found(anatomy, Place(field, index, index + 1), one.address, reached)
                return
    total = sum(context.groups.get(one.address.lower(), 1) for one in draft.recipients)
    if total >= limit or len(draft.recipients) >= LISTED_SHARE * limit:
        yield _found(anatomy, Place(Field.TO, 0, len(draft.to)), "", total)


def _is_for_everybody(anatomy: Anatomy, one: Address) -> bool:
    local = one.address.partition("@")[0].lower()
    known_as_person = one.address.lower() in anatomy.context.people or one.address.lower() in anatomy.context.mailboxes
    return anatomy.context.is_ours(one.address) and bool(EVERYBODY.fullmatch(local)) and not known_as_person


def _found(anatomy: Anatomy, place: Place, words: str, reached: int) -> Finding:
    many = f"når {reached} personer" if 1 < reached < EVERYBODY_COUNTED else "är en sändlista för många"
    subject = f"{words} {many}." if words else f"Mejlet {many}."
    says = f"{subject} Lägg texten på intranätet i stället, eller skicka bara till dem det gäller."
    link = anatomy.context.profile.municipality.intranet_link
    return finding("no-mass-mail", says, place, words=words, fix=Fix(FixKind.PUBLISH, "Lägg på intranätet", value=link))
