"""Who comes in, and which draft is meant."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from kommunpost.apps.composing.doors import own_draft
from kommunpost.apps.composing.models import Draft
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow.queries import NotVisible

MOST = 1 << 62


def ask(request: AuthenticatedRequest, permission: Permission) -> None:
    """Answer 403 unless whoever asks may."""
    if not request.actor.may(permission):
        raise PermissionDenied


def draft_or_404(request: AuthenticatedRequest, draft_id: int) -> Draft:
    """The reader's own draft; 404 for what is somebody else's or is not there."""
    ask(request, Permission.OUTBOX_WRITE)
    if draft_id >= MOST:
        raise Http404
    try:
        return own_draft(request.actor, draft_id)
    except NotVisible as absent:
        raise Http404 from absent
