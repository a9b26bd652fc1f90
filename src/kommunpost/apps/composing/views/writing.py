"""Write: begin a mail, the composer, its buttons, sending and undoing."""

from collections.abc import Callable, Mapping
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.composing import actions, advising
from kommunpost.apps.composing.editor import Editor, open_editor
from kommunpost.apps.composing.models import DismissReason, DraftAttachment, DraftState
from kommunpost.apps.composing.posting import remember_shown, safe_back, save_posted, send_posted
from kommunpost.apps.composing.presses import press
from kommunpost.apps.composing.queries.directory import suggest
from kommunpost.apps.composing.queries.drafts import get_outbox_row
from kommunpost.apps.composing.refusals import ComposingRefused, refusal_text
from kommunpost.apps.composing.views.doors import ask, draft_or_404
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.handing_out import download
from kommunpost.apps.mailflow.queries import NotVisible

WAYS: Mapping[str, Callable[..., int]] = {
    "svara": actions.start_reply,
    "svara-alla": partial(actions.start_reply, to_all=True),
    "vidarebefordra": actions.start_forward,
}


@require_POST
def begin(request: AuthenticatedRequest) -> HttpResponse:
    """A new mail from one of the writer's mailboxes."""
    ask(request, Permission.OUTBOX_WRITE)
    asked = request.POST.get("mailbox", "")
    try:
        draft_id = actions.start_new(
            actor=request.actor, mailbox_id=int(asked) if asked.isdecimal() else 0, now=request.now
        )
    except NotVisible as absent:
        raise Http404 from absent
    return redirect("compose", draft_id)


@require_POST
def answer(request: AuthenticatedRequest, mailbox_id: int, delivery_id: int) -> HttpResponse:
    """An answer, an answer to all, or a forward of a mail that lies in the mailbox."""
    ask(request, Permission.OUTBOX_WRITE)
    about = {"actor": request.actor, "delivery_id": delivery_id, "mailbox_id": mailbox_id, "now": request.now}
    try:
        draft_id = WAYS.get(request.POST.get("hur", ""), actions.start_reply)(**about)
    except NotVisible as absent:
        raise Http404 from absent
    except ComposingRefused as refusal:
        messages.warning(request, refusal_text(refusal.code))
        return redirect("message", mailbox_id, delivery_id)
    return redirect("compose", draft_id)


@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: AuthenticatedRequest, draft_id: int) -> HttpResponse:
    """The composer; a post saves what is in it, does what the pressed button says, and shows the page again."""
    draft = draft_or_404(request, draft_id)
    here = draft.place or reverse("compose", args=[draft_id])
    if request.method == "POST":
        return _pressed(request, draft_id, back=safe_back(request, otherwise=here))
    if draft.state == DraftState.QUEUED:
        return redirect("compose-sent", draft_id)
    if draft.state == DraftState.DISCARDED:
        return redirect("compose-discarded")
    if draft.place:
        return redirect(draft.place)
    return _page(request, _own_editor(request, draft_id))


@require_POST
def send(request: AuthenticatedRequest, draft_id: int) -> HttpResponse:
    """Send, or show what stands in the way. What belongs to another office's page is sent from there."""
    draft = draft_or_404(request, draft_id)
    if draft.place:
        messages.warning(request, refusal_text("sent_elsewhere"))
        return redirect(draft.place)
    try:
        outcome = send_posted(request, draft_id, back=_here(draft_id), send_url=_send_url(draft_id))
    except ComposingRefused as refusal:
        messages.warning(request, refusal_text(refusal.code))
        return redirect("drafts")
    if isinstance(outcome, Editor):
        return _page(request, outcome, status=422)
    return redirect("compose-sent", draft_id)


@require_POST
def autosave(request: AuthenticatedRequest, draft_id: int) -> JsonResponse:
    """For the script: saves, and answers with the advice as it now stands. Says nothing that a page would not."""
    draft_or_404(request, draft_id)
    try:
        saved = save_posted(request, draft_id)
    except ComposingRefused as refusal:
        return JsonResponse({"refused": refusal.code, "says": refusal_text(refusal.code)}, status=409)
    advised = advising.advise(saved.draft, now=request.now)
    remember_shown(saved.draft, advised)
    context = {"editor": {"advised": advised, "reasons": DismissReason.choices, "draft_id": draft_id}}
    return JsonResponse(
        {
            "revision": saved.draft.revision,
            "seen": advised.keys,
            "says": _("Sparat %(time)s") % {"time": f"{timezone.localtime(request.now):%H.%M}"},
            "advice": render_to_string("composing/advice.html", context, request=request),
        }
    )


@require_POST
def recipients(request: AuthenticatedRequest) -> HttpResponse:
    """For the script: suggestions of recipients. The words come in a post, so that they stand in no address."""
    ask(request, Permission.OUTBOX_WRITE)
    found = suggest(request.POST.get("text", "")[:100])
    return render(request, "composing/suggestions.html", {"suggestions": found})


@require_safe
def file(request: AuthenticatedRequest, draft_id: int, attachment_id: int) -> HttpResponse:
    """A file of the draft, to save: so that one sees what one sends."""
    draft = draft_or_404(request, draft_id)
    found = DraftAttachment.objects.filter(draft_id=draft.pk, pk=attachment_id).first()
    if found is None:
        raise Http404
    try:
        return download(store().get(found.blob_id), found.name)
    except BlobError as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: AuthenticatedRequest, draft_id: int) -> HttpResponse:
    """What became of a sent mail, with the way to take it back for as long as there is one."""
    ask(request, Permission.OUTBOX_READ)
    if request.method == "POST":
        return take_back(request, draft_id)
    row = get_outbox_row(request.actor, draft_id, now=request.now)
    if row is None:
        raise Http404
    return render(request, "composing/sent.html", {"row": row})


def take_back(request: AuthenticatedRequest, draft_id: int) -> HttpResponse:
    """Undo. The mail is a draft again, its writer's."""
    ask(request, Permission.OUTBOX_WRITE)
    row = get_outbox_row(request.actor, draft_id, now=request.now)
    try:
        actions.take_back(actor=request.actor, draft_id=draft_id, now=request.now)
    except NotVisible as absent:
        raise Http404 from absent
    except ComposingRefused as refusal:
        messages.warning(request, refusal_text(refusal.code))
        return redirect("compose-sent", draft_id)
    messages.success(request, _("Mejlet är inte skickat. Det är ett utkast igen."))
    if row is None or not row.is_own:
        return redirect("outbox")
    return redirect(row.place or reverse("compose", args=[draft_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthenticatedRequest, draft_id: int) -> HttpResponse:
    """Throw a draft away, without a question: it lies a week among the thrown away."""
    draft = draft_or_404(request, draft_id)
    if request.method != "POST":
        return redirect("compose", draft_id)
    take_up = draft.state == DraftState.DISCARDED
    try:
        (actions.take_up if take_up else actions.discard)(actor=request.actor, draft_id=draft_id, now=request.now)
    except ComposingRefused as refusal:
        messages.warning(request, refusal_text(refusal.code))
        return redirect("drafts")
    if take_up:
        return redirect("compose", draft_id)
    messages.success(request, _("Utkastet är kastat. Det ligger kvar en vecka under Kastat."))
    return redirect("drafts")


def _pressed(request: AuthenticatedRequest, draft_id: int, *, back: str) -> HttpResponse:
    value = request.POST.get("press", "")
    try:
        saved = save_posted(request, draft_id)
        if saved.form.errors and not value:
            return _page(request, _own_editor(request, draft_id, saved=saved.form))
        if value == "find":
            return _found(request, draft_id)
        if value == "canned":
            value = f"canned:{request.POST.get('canned', '')}"
        done = press(actor=request.actor, draft_id=draft_id, value=value, now=request.now)
    except ComposingRefused as refusal:
        messages.warning(request, refusal_text(refusal.code))
        return redirect(back)
    if done or value == "save":
        messages.success(request, done or _("Utkastet är sparat."))
    return redirect(f"{back}#skriv")


def _found(request: AuthenticatedRequest, draft_id: int) -> HttpResponse:
    """Without script: the same page with suggestions to choose from."""
    words = request.POST.get("find_text", "")[:100]
    editor = open_editor(
        request.actor, draft_id, back=_here(draft_id), send_url=_send_url(draft_id), now=request.now,
        searched=words, suggestions=tuple(suggest(words)),
    )  # fmt: skip
    return _page(request, editor)


def _own_editor(request: AuthenticatedRequest, draft_id: int, *, saved: object = None) -> Editor:
    return open_editor(
        request.actor, draft_id, back=_here(draft_id), send_url=_send_url(draft_id), now=request.now,
        form=saved,  # type: ignore[arg-type]
    )  # fmt: skip


def _page(request: AuthenticatedRequest, editor: Editor, *, status: int = 200) -> HttpResponse:
    return render(request, "composing/compose.html", {"editor": editor}, status=status)


def _here(draft_id: int) -> str:
    return reverse("compose", args=[draft_id])


def _send_url(draft_id: int) -> str:
    return reverse("compose-send", args=[draft_id])
