"""Canned texts of a mailbox: written and removed by those who answer for it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.doors import writable_mailbox, writable_mailbox_ids
from kommunpost.apps.composing.models import CannedText
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.verbs import ComposingVerb
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.queries import NotVisible


def save_canned(
    *, actor: Actor, mailbox_id: int, name: str, subject: str, body: str, now: datetime, canned_id: int | None = None
) -> int:
    """Add a text, or change ``canned_id``; its id. Raises ``NotAllowed``, ``NotVisible``, ``name_taken``."""
    check_may(actor, Permission.OUTBOX_WRITE)
    writable_mailbox(actor, mailbox_id)
    text = get_canned(actor, canned_id) if canned_id is not None else CannedText(mailbox_id=mailbox_id)
    text.name, text.subject, text.body, text.changed_at = name, subject, body, now
    try:
        with transaction.atomic():
            text.save()
            _audit(ComposingVerb.CANNED_SAVED, text, actor=actor, now=now)
    except IntegrityError as error:
        raise ComposingRefused("name_taken", field="name") from error
    return text.pk


def remove_canned(*, actor: Actor, canned_id: int, now: datetime) -> None:
    """Remove a text. Raises ``NotAllowed``, ``NotVisible``."""
    check_may(actor, Permission.OUTBOX_WRITE)
    text = get_canned(actor, canned_id)
    with transaction.atomic():
        _audit(ComposingVerb.CANNED_REMOVED, text, actor=actor, now=now)
        text.delete()


def get_canned(actor: Actor, canned_id: int) -> CannedText:
    """The door to a text. Raises ``NotVisible``."""
    found = CannedText.objects.filter(pk=canned_id, mailbox_id__in=writable_mailbox_ids(actor)).first()
    if found is None:
        raise NotVisible
    return found


def _audit(verb: ComposingVerb, text: CannedText, *, actor: Actor, now: datetime) -> None:
    record(
        actor=actor.reference, verb=verb, subject=f"canned_text:{text.pk}", details={"mailbox": text.mailbox_id}, at=now
    )
