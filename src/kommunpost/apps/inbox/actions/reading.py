"""Reading in a mailbox that one does not answer for leaves a trace."""

from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import READ_CHAIN
from kommunpost.apps.directory.rules import Actor


def trace_reading(*, actor: Actor, conversation_id: int, now: datetime) -> None:
    """``actor`` has read the conversation without answering for its mailbox."""
    with transaction.atomic():
        record(
            actor=actor.reference,
            verb="inbox:conversation:read",
            subject=f"conversation:{conversation_id}",
            at=now,
            chain=READ_CHAIN,
        )
