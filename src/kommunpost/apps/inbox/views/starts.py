"""Start the clocks of imported mail: choose a day, see what it would do, do it, and undo it."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.inbox.actions import starts as starting
from kommunpost.apps.inbox.forms import StartForm
from kommunpost.apps.inbox.queries.starts import list_starts, preview
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.starts import check_since
from kommunpost.apps.inbox.views.doors import MOST, attempt, managed_or_404
from kommunpost.apps.inbox.wording import refusal_text


@require_http_methods(["GET", "HEAD", "POST"])
def starts(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """The first press shows what the day would do; the second, under the numbers, does it."""
    mailbox = managed_or_404(request, mailbox_id)
    form = StartForm(request.POST if request.method == "POST" else None)
    since = _day(form, today=localdate(request.now))
    if since is None:
        return _show(request, mailbox, form, None)
    if "start" not in request.POST:
        return _show(request, mailbox, form, since)
    attempt(
        request,
        lambda: starting.ask_start(actor=request.actor, mailbox_id=mailbox.pk, since=since, now=request.now),
        done=_("Klockorna startas. Det kan ta en stund om mejlen är många."),
    )
    return redirect("clock-starts", mailbox.pk)


@require_POST
def undo(request: AuthenticatedRequest, mailbox_id: int, start_id: int) -> HttpResponse:
    """Put back what the start set going."""
    mailbox = managed_or_404(request, mailbox_id)
    attempt(
        request,
        lambda: starting.ask_undo(
            actor=request.actor, mailbox_id=mailbox.pk, start_id=min(start_id, MOST), now=request.now
        ),
        done=_("Starten ångras. Konversationer som någon har arbetat med ligger kvar."),
    )
    return redirect("clock-starts", mailbox.pk)


def _day(form: StartForm, *, today: date) -> date | None:
    """The day that was chosen; None, with the reason at the field, for a day that cannot be."""
    if not form.is_valid():
        return None
    since: date = form.cleaned_data["since"]
    try:
        check_since(since, today=today)
    except InboxRefused as refusal:
        form.add_error("since", refusal_text(refusal))
        return None
    return since


def _show(request: AuthenticatedRequest, mailbox: Mailbox, form: StartForm, since: date | None) -> HttpResponse:
    context = {
        "box": mailbox,
        "form": form,
        "since": since,
        "preview": preview(mailbox.pk, since, now=request.now) if since else None,
        "starts": list_starts(mailbox.pk),
    }
    return render(request, "inbox/starts.html", context, status=422 if form.errors else 200)
