"""What the judgement and the register say of a conversation's mails, for the page that answers them."""

from dataclasses import dataclass

from kommunpost.apps.inbox.models import Conversation, Entry
from kommunpost.apps.register.kinds import Secrecy
from kommunpost.apps.register.models import Judgement, Record


@dataclass(frozen=True, slots=True)
class Signs:
    """``secrecy``: the strongest marking or suspicion. ``language``: of the newest mail judged, "" when unknown."""

    secrecy: str
    angry: bool
    language: str


_RANK = {Secrecy.NONE: 0, Secrecy.CHECK: 1, Secrecy.STRONG: 2}


def signs_of(conversation: Conversation) -> Signs:
    """Two queries."""
    ids = list(
        Entry.objects.filter(conversation=conversation).order_by("-at").values_list("message_id", flat=True)[:50]
    )
    judged = {one.message_id: one.values for one in Judgement.objects.filter(message_id__in=ids)}
    newest: dict[str, object] = next((judged[pk] for pk in ids if pk in judged), {})
    marks = [*Record.objects.filter(message_id__in=ids).values_list("secrecy", flat=True)]
    marks += [str(values.get("secrecy", "none")) for values in judged.values()]
    strongest = max(
        (Secrecy(mark) for mark in marks if mark in Secrecy.values), key=_RANK.__getitem__, default=Secrecy.NONE
    )
    return Signs(str(strongest), bool(newest.get("angry")), str(newest.get("language") or ""))


def is_secret(conversation: Conversation, *, also_check: bool) -> bool:
    """Whether the content is, or with ``also_check`` may be, secret: then it does not go by mail to anybody else."""
    secrecy = signs_of(conversation).secrecy
    return secrecy == Secrecy.STRONG or (also_check and secrecy == Secrecy.CHECK)
