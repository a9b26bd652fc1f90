"""Who comes in, and which entry is meant: what every screen of the directory begins with."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from kommunpost.apps.directory import entries
from kommunpost.apps.directory.kinds import KINDS
from kommunpost.apps.directory.queries import NoSuchEntry
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission

MOST = 1 << 62


def check(request: AuthenticatedRequest, permission: Permission) -> None:
    """Answer 403 unless whoever asks may."""
    if not request.actor.may(permission):
        raise PermissionDenied


def entry_or_404(kind: str, entry_id: int) -> entries.Entry:
    """The page of the entry; 404 for a kind or an entry that there is not."""
    if kind not in KINDS or entry_id >= MOST:
        raise Http404
    try:
        return entries.get_entry(KINDS[kind].key, entry_id)
    except NoSuchEntry as error:
        raise Http404 from error
