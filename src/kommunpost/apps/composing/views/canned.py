"""Canned texts on screen: a mailbox's texts, written by its members."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.composing.actions.canned import get_canned, remove_canned, save_canned
from kommunpost.apps.composing.doors import writable_mailbox_ids
from kommunpost.apps.composing.forms import CannedTextForm
from kommunpost.apps.composing.models import CannedText
from kommunpost.apps.composing.queries.drafts import sender_choices
from kommunpost.apps.composing.refusals import ComposingRefused, refusal_text
from kommunpost.apps.composing.views.doors import ask
from kommunpost.apps.composing.views.lists import tabs
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow.queries import NotVisible


@require_safe
def canned(request: AuthenticatedRequest) -> HttpResponse:
    """The texts of the reader's mailboxes."""
    ask(request, Permission.OUTBOX_WRITE)
    texts = CannedText.objects.filter(mailbox_id__in=writable_mailbox_ids(request.actor)).order_by("name")
    rows = list(texts.values("id", "mailbox_id", "name", "subject", "body"))
    groups = [
        {"id": mailbox_id, "label": label, "rows": [row for row in rows if row["mailbox_id"] == mailbox_id]}
        for mailbox_id, label in sender_choices(request.actor)
    ]
    return render(request, "composing/canned.html", {"groups": groups, "tabs": tabs(request, "canned")})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """A new text for a mailbox."""
    ask(request, Permission.OUTBOX_WRITE)
    if mailbox_id not in writable_mailbox_ids(request.actor):
        raise Http404
    return _edit(request, mailbox_id=mailbox_id, text=None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedRequest, canned_id: int) -> HttpResponse:
    """Change a text."""
    ask(request, Permission.OUTBOX_WRITE)
    text = _text_or_404(request, canned_id)
    return _edit(request, mailbox_id=text.mailbox_id, text=text)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, canned_id: int) -> HttpResponse:
    """Ask, then remove a text."""
    ask(request, Permission.OUTBOX_WRITE)
    text = _text_or_404(request, canned_id)
    if request.method == "POST":
        remove_canned(actor=request.actor, canned_id=canned_id, now=request.now)
        messages.success(request, _("Texten är borttagen."))
        return redirect("canned")
    context = {
        "title": _("Ta bort standardtext"),
        "question": _("Vill du ta bort texten ”%(name)s”?") % {"name": text.name},
        "consequences": [_("Alla som svarar för brevlådan blir av med den."), _("Skickade mejl ändras inte.")],
        "action": _("Ta bort"),
        "cancel": reverse("canned"),
        "danger": True,
    }
    return render(request, "confirm.html", context)


def _edit(request: AuthenticatedRequest, *, mailbox_id: int, text: CannedText | None) -> HttpResponse:
    form = CannedTextForm(request.POST or None, instance=text)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("name", "subject", "body")}
        try:
            save_canned(
                actor=request.actor,
                mailbox_id=mailbox_id,
                canned_id=text.pk if text else None,
                now=request.now,
                **words,
            )
        except ComposingRefused as refusal:
            form.add_error("name", refusal_text(refusal.code))
        else:
            messages.success(request, _("Texten är sparad."))
            return redirect("canned")
    context = {"form": form, "canned": {"id": text.pk} if text else None}
    return render(request, "composing/canned_form.html", context)


def _text_or_404(request: AuthenticatedRequest, canned_id: int) -> CannedText:
    try:
        return get_canned(request.actor, canned_id)
    except NotVisible as absent:
        raise Http404 from absent
