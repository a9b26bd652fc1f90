"""How every change to a conversation is written: a guarded step of its row, a line in its history, an audit event,
and a notice to whoever follows it.

The guard is ``last_event``: a change is worked out from a row as it was read, and is written only if nothing has
happened since. Two who act at once, on either database, are told apart by that one UPDATE (ADR 0035).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ParamSpec, TypeVar

from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON, MAIN_CHAIN
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.actions.following import TOLD, tell_followers
from kommunpost.apps.inbox.models import Conversation, Event
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.verbs import InboxVerb

WORKER = "system:inbox"
WORKER_CHAIN = "inbox:worker"
TRIES = 5

P = ParamSpec("P")
R = TypeVar("R")


def write(
    conversation: Conversation,
    verb: InboxVerb,
    *,
    by: Actor | None,
    now: datetime,
    changes: Mapping[str, object] | None = None,
    details: Mapping[str, JSON] | None = None,
) -> int:
    """Write ``changes`` and the event; the number of the event. Call inside a transaction.

    ``conversation`` is the row as it was read; it carries the new number and the changes afterwards. ``by`` None: the
    worker. Raises ``InboxRefused("stale")`` when somebody else was first.
    """
    number, mailbox_id = conversation.last_event + 1, conversation.mailbox_id
    unchanged = Conversation.objects.filter(pk=conversation.pk, last_event=conversation.last_event)
    if not unchanged.update(last_event=number, **(changes or {})):
        raise InboxRefused("stale")
    for name, value in (changes or {}).items():
        setattr(conversation, name, value)
    conversation.last_event = number
    Event.objects.create(
        conversation_id=conversation.pk,
        number=number,
        kind=verb.kind,
        person_id=by.person_id if by else None,
        at=now,
        details=dict(details or {}),
    )
    record(
        actor=by.reference if by else WORKER,
        verb=verb,
        subject=f"conversation:{conversation.pk}",
        details=details,
        at=now,
        chain=MAIN_CHAIN if by else WORKER_CHAIN,
    )
    if verb in TOLD:
        tell_followers(conversation, TOLD[verb], number=number, mailbox_id=mailbox_id, by=by, now=now)
    return number


def again_when_stale(step: Callable[P, R]) -> Callable[P, R]:
    """For steps that hold whatever happened meanwhile (a mail came, a note): work it out anew from the row as it is."""

    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    return step(*args, **kwargs)
            except InboxRefused as refusal:
                if refusal.code != "stale" or not left:
                    raise
        raise AssertionError

    return tried
