"""The one door to a draft, to a mail on its way, to a mailbox to write from. Not yours and no such answer alike."""

from django.db.models import F

from kommunpost.apps.composing.models import Draft, DraftState
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.mailflow.queries import NotVisible


def own_draft(actor: Actor, draft_id: int, *, lock: bool = False) -> Draft:
    """The actor's own draft, in whatever state, from a mailbox that they still answer for. Raises ``NotVisible``.

    ``lock``: nobody else changes it before our transaction ends, and what we read is the newest.
    """
    if lock:
        # An update that changes nothing locks on both databases, where SELECT FOR UPDATE does on one.
        Draft.objects.filter(pk=draft_id, author_id=actor.account_id).update(state=F("state"))
    found = Draft.objects.select_related("mailbox__unit", "answers", "outgoing", "author").filter(
        pk=draft_id, author_id=actor.account_id, mailbox_id__in=writable_mailbox_ids(actor)
    )
    return _one(found.first())


def queued_mail(actor: Actor, draft_id: int, *, to_change: bool = False) -> Draft:
    """A mail in the outbox of a mailbox that the actor answers for, whoever wrote it. Raises ``NotVisible``."""
    boxes = writable_mailbox_ids(actor) if to_change else outbox_mailbox_ids(actor)
    found = Draft.objects.select_related("mailbox", "outgoing", "author__person").filter(
        pk=draft_id, state=DraftState.QUEUED, mailbox_id__in=boxes
    )
    return _one(found.first())


def writable_mailbox(actor: Actor, mailbox_id: int) -> Mailbox:
    """An open mailbox that the actor may send from. Raises ``NotVisible``."""
    if mailbox_id not in writable_mailbox_ids(actor):
        raise NotVisible
    mailbox = Mailbox.objects.filter(pk=mailbox_id, is_active=True).first()
    if mailbox is None:
        raise NotVisible
    return mailbox


def writable_mailbox_ids(actor: Actor) -> frozenset[int]:
    """Mailboxes that the actor answers for, if some role lets them send at all."""
    return actor.mailbox_ids if actor.may(Permission.OUTBOX_WRITE) else frozenset()


def outbox_mailbox_ids(actor: Actor) -> frozenset[int]:
    """Mailboxes whose outbox the actor sees."""
    return actor.mailbox_ids if actor.may(Permission.OUTBOX_READ) else frozenset()


def _one(draft: Draft | None) -> Draft:
    if draft is None:
        raise NotVisible
    return draft
