"""Who is who among the recipients, and where a text names them."""

import re
from dataclasses import dataclass

from kommunpost.core.advice.model import Context, Draft
from kommunpost.core.mail.model import Address

NAME_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Recipient:
    """``first`` is the first name as people write it, empty for an address without a person's name."""

    address: str
    name: str
    first: str


def recipient(one: Address, context: Context) -> Recipient:
    """By the directory, else by the display name, else by ``fornamn.efternamn@``."""
    person = context.people.get(one.address.lower())
    name = (person.name if person else "") or one.name
    local = one.address.partition("@")[0]
    if not name and re.fullmatch(r"[a-zåäö-]+\.[a-zåäö.-]+", local):
        name = " ".join(part.title() for part in local.split("."))
    words = NAME_WORD.findall(name)
    is_person = bool(person) or (len(words) > 1 and one.address.lower() not in context.mailboxes)
    return Recipient(one.address, name, words[0] if words and is_person else "")


def to_and_cc(draft: Draft, context: Context) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...]]:
    return tuple(recipient(one, context) for one in draft.to), tuple(recipient(one, context) for one in draft.cc)
