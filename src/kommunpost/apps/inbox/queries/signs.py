"""What the judgement and the register say of a conversation's mails, for the page that answers them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kommunpost.apps.inbox.models import Conversation, Entry
from kommunpost.apps.register.kinds import Secrecy
from kommunpost.apps.register.models import Judgement, Record


@dataclass(frozen=True, slots=True)
class Signs:
    """``secrecy``: the strongest marking or suspicion. ``language``: of the newest mail judged, "" when unknown.

    ``is_judged``: the machine has looked at every one of the mails.
    """

    secrecy: str
    angry: bool
    language: str
    is_judged: bool


_RANK = {Secrecy.NONE: 0, Secrecy.CHECK: 1, Secrecy.STRONG: 2}


def signs_of(conversation: Conversation) -> Signs:
    """Two queries, and one for the mails."""
    ids = Entry.objects.filter(conversation=conversation).order_by("-at").values_list("message_id", flat=True)
    return signs_of_mails(list(ids[:50]))


def signs_of_mails(ids: Sequence[int]) -> Signs:
    """The same for messages, newest first. Two queries."""
    judged = {one.message_id: one.values for one in Judgement.objects.filter(message_id__in=ids)}
    newest: dict[str, object] = next((judged[pk] for pk in ids if pk in judged), {})
    marks = [*Record.objects.filter(message_id__in=ids).values_list("secrecy", flat=True)]
    marks += [str(values.get("secrecy", "none")) for values in judged.values()]
    strongest = max(
        (Secrecy(mark) for mark in marks if mark in Secrecy.values), key=_RANK.__getitem__, default=Secrecy.NONE
    )
    is_judged = bool(ids) and all(pk in judged for pk in ids)
    return Signs(str(strongest), bool(newest.get("angry")), str(newest.get("language") or ""), is_judged)


def is_secret(conversation: Conversation) -> bool:
    """Whether the content is secret: then it does not go by mail to anybody else."""
    return signs_of(conversation).secrecy == Secrecy.STRONG
