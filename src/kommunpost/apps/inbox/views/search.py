"""Search conversations. What is searched for is posted and kept, never in an address (ADR 0008)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kommunpost.apps.directory import searches
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.inbox.queries.queue import PAGE, rows_of
from kommunpost.apps.inbox.search_index import find_ids
from kommunpost.apps.inbox.search_index.lookup import FAR
from kommunpost.apps.inbox.views.queue import shown_row
from kommunpost.apps.mailflow.queries import readable_mailbox_ids

LONGEST = 200
MOST_DIGITS = 18


@require_POST
def ask(request: AuthenticatedRequest) -> HttpResponse:
    """Keep the words, and lead to the page that shows what they find."""
    _check(request)
    text = str(request.POST.get("text", ""))[:LONGEST].strip()
    if not text:
        return redirect("inbox")
    return redirect("inbox-search", key=searches.keep(request.session, {"text": text}, room="inbox"))


@require_safe
def found(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """Conversations that have all the words, newest first. Three queries."""
    _check(request)
    terms = searches.recall(request.session, key, room="inbox")
    if terms is None:
        return redirect("inbox")
    asked = request.GET.get("fore", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < MOST_DIGITS else FAR
    visible = readable_mailbox_ids(request.actor)
    ids = find_ids(terms["text"], mailbox_ids=visible, before=before, limit=PAGE + 1)
    rows = Conversation.objects.filter(pk__in=ids[:PAGE]).select_related("owner", "mailbox").order_by("-pk")
    if visible is not None:
        # The index may lag behind a conversation that has just been passed on.
        rows = rows.filter(mailbox_id__in=visible)
    here = reverse("inbox-search", args=[key])
    context = {
        "text": terms["text"],
        "rows": [shown_row(row, "") for row in rows_of(rows, now=request.now)],
        "next_url": f"{here}?fore={ids[PAGE - 1]}" if len(ids) > PAGE else "",
        "first_url": here if before != FAR else "",
    }
    return render(request, "inbox/found.html", context)


def _check(request: AuthenticatedRequest) -> None:
    if not request.actor.may(Permission.MESSAGE_READ):
        raise PermissionDenied
