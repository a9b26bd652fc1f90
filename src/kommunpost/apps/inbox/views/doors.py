"""What every screen of the inbox begins with: the door to a queue or a conversation, and how a refusal is told."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.queries import MailboxRow
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import NotAllowed
from kommunpost.apps.inbox.actions.settings import managed_mailbox
from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.inbox.queries.queue import check_queue
from kommunpost.apps.inbox.queries.visibility import get_visible
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.wording import refusal_text

MOST = 1 << 62


def queue_or_404(request: AuthenticatedRequest, mailbox_id: int) -> MailboxRow:
    """The shared mailbox, or 404 for what there is not and for what is not for the reader, alike."""
    if mailbox_id >= MOST:
        raise Http404
    try:
        return check_queue(request.actor, mailbox_id)
    except InboxRefused as absent:
        raise Http404 from absent


def conversation_or_404(request: AuthenticatedRequest, conversation_id: int) -> Conversation:
    """The same for a conversation."""
    if conversation_id >= MOST:
        raise Http404
    try:
        return get_visible(request.actor, conversation_id)
    except InboxRefused as absent:
        raise Http404 from absent


def managed_or_404(request: AuthenticatedRequest, mailbox_id: int) -> Mailbox:
    """A shared mailbox whose settings the reader may change; 403 for who reads it and may not, 404 for all else."""
    if mailbox_id >= MOST:
        raise Http404
    try:
        return managed_mailbox(request.actor, mailbox_id)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except InboxRefused as refusal:
        if refusal.code == "not_visible":
            raise Http404 from refusal
        raise PermissionDenied from refusal


def attempt(request: AuthenticatedRequest, deed: Callable[[], object], *, done: str) -> bool:
    """Do it and say that it is done, or say why not. 404 for what is not visible, 403 for who may not."""
    try:
        deed()
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except InboxRefused as refusal:
        if refusal.code == "not_visible":
            raise Http404 from refusal
        messages.error(request, refusal_text(refusal))
        return False
    if done:
        messages.success(request, done)
    return True
