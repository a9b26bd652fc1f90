"""Close a reminder by a person's word."""

from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.doors import writable_mailbox_ids
from kommunpost.apps.composing.models import Reminder, ReminderState
from kommunpost.apps.composing.verbs import ComposingVerb
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.queries import NotVisible


def close_reminder(*, actor: Actor, reminder_id: int, now: datetime) -> None:
    """For anybody who answers for the mailbox. Raises ``NotVisible`` for one that is closed too."""
    with transaction.atomic():
        waiting = Reminder.objects.filter(
            pk=reminder_id, state=ReminderState.WAITING, mailbox_id__in=writable_mailbox_ids(actor)
        )
        if not waiting.update(state=ReminderState.CLOSED, closed_at=now):
            raise NotVisible
        record(actor=actor.reference, verb=ComposingVerb.REMINDER_CLOSED, subject=f"reminder:{reminder_id}", at=now)
