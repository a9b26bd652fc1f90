"""Answering from a conversation's page, with composing's editor embedded in it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kommunpost.apps.composing.editor import Editor, open_editor
from kommunpost.apps.composing.posting import send_posted
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.refusals import refusal_text as composing_text
from kommunpost.apps.directory.models import Person
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.inbox.actions.answering import Sending, acknowledge, begin_answer, own_draft_of
from kommunpost.apps.inbox.calendar import work_calendar
from kommunpost.apps.inbox.forms import AcknowledgeForm
from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.inbox.queries.page import members_of
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.views.doors import attempt, conversation_or_404
from kommunpost.apps.inbox.wording import acknowledgement_text, refusal_text
from kommunpost.apps.mailflow.queries import NotVisible

PROMISE = 5
"""Working days that the form proposes for a matter that takes longer."""
MOST_DIGITS = 9


@require_POST
def begin(request: AuthenticatedRequest, conversation_id: int) -> HttpResponse:
    """Open the composer under the conversation; the draft is on the server from the first letter."""
    conversation_or_404(request, conversation_id)
    to_all = request.POST.get("to_all") == "1"
    attempt(
        request,
        lambda: begin_answer(actor=request.actor, conversation_id=conversation_id, to_all=to_all, now=request.now),
        done="",
    )
    # The fragment gives the field focus: the first letters are text, not the page's keys.
    return redirect(reverse("conversation", args=[conversation_id]) + "#skriv_body")


@require_POST
def send(request: AuthenticatedRequest, conversation_id: int, draft_id: int) -> HttpResponse:
    """Send, if nothing has happened since the page was shown; else show what has, with the draft kept."""
    conversation_or_404(request, conversation_id)
    if own_draft_of(request.actor, conversation_id) != draft_id and not _was_sent(request, conversation_id):
        raise Http404
    seen = request.GET.get("sett", "")
    sending = Sending(
        actor=request.actor,
        conversation_id=conversation_id,
        seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < MOST_DIGITS else 0,
        now=request.now,
        may_repeat="may_repeat" in request.POST,
    )
    here = reverse("conversation", args=[conversation_id])
    try:
        result = send_posted(
            request, draft_id, back=here, send_url=f"{request.path}?sett={sending.seen}",
            message_id=sending.message_id(), check=sending.check, then=sending.then,
        )  # fmt: skip
    except InboxRefused as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect(f"{here}#nyheter")
    except (NotVisible, ComposingRefused) as refusal:
        raise Http404 from refusal
    if isinstance(result, Editor):
        return _show_again(request, conversation_id, result)
    messages.success(request, _("Svaret är på väg. Det går att ångra en kort stund."))
    return redirect(here)


def _was_sent(request: AuthenticatedRequest, conversation_id: int) -> bool:
    """A second press of the same button: composing gives the first press's answer."""
    return request.POST.get("back", "") == reverse("conversation", args=[conversation_id])


def _show_again(request: AuthenticatedRequest, conversation_id: int, editor: Editor) -> HttpResponse:
    from kommunpost.apps.inbox.views.conversation import page_context  # noqa: PLC0415 - the page shows the editor, too

    found = conversation_or_404(request, conversation_id)
    return render(request, "inbox/conversation.html", {**page_context(request, found), "editor": editor}, status=422)


def editor_for(request: AuthenticatedRequest, conversation: Conversation) -> Editor | None:
    """The composer with the reader's own draft of this conversation, if one is being written."""
    draft_id = own_draft_of(request.actor, conversation.pk)
    if draft_id is None:
        return None
    send_url = reverse("conversation-send", args=[conversation.pk, draft_id]) + f"?sett={conversation.last_event}"
    back = reverse("conversation", args=[conversation.pk])
    try:
        return open_editor(request.actor, draft_id, back=back, send_url=send_url, now=request.now)
    except (NotVisible, ComposingRefused):
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: AuthenticatedRequest, conversation_id: int) -> HttpResponse:
    """Confirm a complex matter: who answers, and when. One mail, and the clock runs to the promised day."""
    found = conversation_or_404(request, conversation_id)
    if found.mailbox_id not in request.actor.mailbox_ids:
        raise Http404
    day = work_calendar().add(localdate(request.now), PROMISE)
    initial = {"contact": request.actor.person_id, "promised": day, "seen": found.last_event}
    form = AcknowledgeForm(
        request.POST if request.method == "POST" else None, initial=initial, members=members_of(found.mailbox_id)
    )
    if form.is_valid() and _confirmed(request, found, form):
        return redirect("conversation", found.pk)
    status = 422 if form.is_bound else 200
    return render(request, "inbox/acknowledge.html", {"form": form, "conversation_id": found.pk}, status=status)


def _confirmed(request: AuthenticatedRequest, found: Conversation, form: AcknowledgeForm) -> bool:
    asked = form.cleaned_data

    def text(contact: Person) -> str:
        return acknowledgement_text(contact, promised=asked["promised"], added=asked["text"])

    try:
        acknowledge(
            actor=request.actor, conversation_id=found.pk, seen=asked["seen"], contact_id=int(asked["contact"]),
            promised=asked["promised"], text=text, now=request.now,
        )  # fmt: skip
    except InboxRefused as refusal:
        form.add_error(None, refusal_text(refusal))
        return False
    except ComposingRefused as refusal:
        form.add_error(None, str(composing_text(refusal.code)))
        return False
    messages.success(request, _("Bekräftelsen är på väg. Klockan går nu till den dag du har lovat."))
    return True
