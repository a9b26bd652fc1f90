"""Send a conversation on to another authority: first exactly what goes where, then the deed, then the answer."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.inbox.actions.answering import begin_answer
from kommunpost.apps.inbox.actions.sending_on import send_on
from kommunpost.apps.inbox.forms import SendOnForm
from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.inbox.queries.sending_on import Plan, plan_for, told_text
from kommunpost.apps.inbox.views.doors import attempt, conversation_or_404
from kommunpost.apps.inbox.wording import REFUSAL_TEXTS
from kommunpost.core.law import NoSuchEntry


@require_http_methods(["GET", "HEAD", "POST"])
def send_conversation_on(request: AuthenticatedRequest, conversation_id: int, authority_id: str) -> HttpResponse:
    """Show what would go, or why it may not; a press sends it and opens the answer to whoever wrote."""
    found = conversation_or_404(request, conversation_id)
    if found.mailbox_id not in request.actor.mailbox_ids:
        raise Http404
    form = SendOnForm(request.POST if request.method == "POST" else None, initial={"seen": found.last_event})
    try:
        if form.is_valid() and _sent(request, found, authority_id, seen=form.cleaned_data["seen"]):
            return redirect(reverse("conversation", args=[found.pk]) + "#skriv")
        return _page(request, found, plan_for(found, authority_id), status=422 if form.is_bound else 200)
    except NoSuchEntry as absent:
        raise Http404 from absent


def _sent(request: AuthenticatedRequest, found: Conversation, authority_id: str, *, seen: int) -> bool:
    gone: list[Plan] = []
    done = attempt(
        request,
        lambda: gone.append(
            send_on(
                actor=request.actor, conversation_id=found.pk, authority_id=authority_id, seen=seen, now=request.now
            )
        ),
        done=_("Mejlet är på väg till den andra myndigheten. Säg nu till den som skrev: svaret är påbörjat här."),
    )
    if not done:
        return False
    told = told_text(gone[0].authority, gone[0].address)
    attempt(
        request,
        lambda: begin_answer(actor=request.actor, conversation_id=found.pk, body=told, now=request.now),
        done="",
    )
    return True


def _page(request: AuthenticatedRequest, found: Conversation, plan: Plan, *, status: int) -> HttpResponse:
    # What is shown is what goes: the number of the last event is of this very look.
    form = SendOnForm(initial={"seen": found.last_event})
    context = {
        "form": form,
        "found": found,
        "plan": plan,
        "told": told_text(plan.authority, plan.address),
        "why_not": str(REFUSAL_TEXTS[plan.why_not]) if plan.why_not else "",
        "back": reverse("conversation", args=[found.pk]),
        "title": _("Skicka vidare till %(name)s") % {"name": plan.authority.name},
    }
    return render(request, "inbox/send_on.html", context, status=status)
