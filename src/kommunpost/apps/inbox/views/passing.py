"""Pass a conversation on to another mailbox, or help somebody to another authority."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.inbox.actions.answering import begin_answer
from kommunpost.apps.inbox.actions.knowledge import use_article
from kommunpost.apps.inbox.actions.passing import pass_on
from kommunpost.apps.inbox.forms import PassOnForm
from kommunpost.apps.inbox.queries.knowledge import redirect_text
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.inbox.views.doors import attempt, conversation_or_404
from kommunpost.core.law import NoSuchEntry, authority

MOST_DIGITS = 18


@require_http_methods(["GET", "HEAD", "POST"])
def pass_conversation(request: AuthenticatedRequest, conversation_id: int) -> HttpResponse:
    """Choose the mailbox, and say a word to those who take over."""
    found = conversation_or_404(request, conversation_id)
    if found.mailbox_id not in request.actor.mailbox_ids:
        raise Http404
    others = Mailbox.objects.filter(is_active=True, kind__in=SHARED_KINDS).exclude(pk=found.mailbox_id)
    boxes = [(box.pk, f"{box.name} ({box.address})") for box in others.order_by("name")]
    initial = {"seen": found.last_event}
    form = PassOnForm(request.POST if request.method == "POST" else None, initial=initial, boxes=boxes)
    dispatched: list[bool] = []
    if form.is_valid() and attempt(
        request,
        lambda: dispatched.append(
            pass_on(
                actor=request.actor,
                conversation_id=found.pk,
                to_id=int(form.cleaned_data["to"]),
                seen=form.cleaned_data["seen"],
                word=form.cleaned_data["word"],
                now=request.now,
            )
        ),
        done="",
    ):
        if dispatched[0]:
            messages.success(request, _("Överlämningen är på väg till den andra nämnden som mejl. Den syns i loggen."))
        else:
            messages.success(request, _("Konversationen ligger nu i den andra brevlådan, med sin historik."))
        return redirect("queue", found.mailbox_id)
    context = {"form": form, "conversation_id": found.pk}
    return render(request, "inbox/pass_on.html", context, status=422 if form.is_bound else 200)


@require_POST
def insert_article(request: AuthenticatedRequest, conversation_id: int) -> HttpResponse:
    """Put an article's answer into the draft, and open the composer."""
    conversation_or_404(request, conversation_id)
    number = str(request.POST.get("article", ""))
    article_id = int(number) if number.isascii() and number.isdecimal() and len(number) < MOST_DIGITS else 0
    attempt(
        request,
        lambda: use_article(
            actor=request.actor, conversation_id=conversation_id, article_id=article_id, now=request.now
        ),
        done="",
    )
    return redirect("conversation", conversation_id)


@require_POST
def other_authority(request: AuthenticatedRequest, conversation_id: int) -> HttpResponse:
    """A ready answer that names the right authority with its ways of contact (clause ``right-authority``)."""
    conversation_or_404(request, conversation_id)
    try:
        found = authority(str(request.POST.get("authority", "")))
    except NoSuchEntry as absent:
        raise Http404 from absent
    text = redirect_text(found)
    attempt(
        request,
        lambda: begin_answer(actor=request.actor, conversation_id=conversation_id, body=text, now=request.now),
        done="",
    )
    return redirect("conversation", conversation_id)
