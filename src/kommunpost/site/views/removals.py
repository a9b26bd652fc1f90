"""Something secret was received: printed, registered, removed. Here, for the table of places stands in this floor."""

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.composing import actions as composing
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import NotAllowed, Permission
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.models import Delivery, Direction
from kommunpost.apps.mailflow.places import How
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.actions import NewEntry, register, removing
from kommunpost.apps.register.actions.removing.ordering import Found, get_removal
from kommunpost.apps.register.files import file_bytes
from kommunpost.apps.register.forms import OrderForm, PrintedForm, SecretEntryForm
from kommunpost.apps.register.kinds import RecordState, RemovalState
from kommunpost.apps.register.models import CaseFile, Removal
from kommunpost.apps.register.papers.documents import TooLarge
from kommunpost.apps.register.papers.printout import make_printout
from kommunpost.apps.register.papers.protocol import make_protocol
from kommunpost.apps.register.queries.removals import (
    RemovalPage,
    answer_for,
    last_decision,
    list_removals,
    removal_page,
)
from kommunpost.apps.register.rules.entries import EntryFacts
from kommunpost.apps.register.rules.prefill import NEUTRAL
from kommunpost.apps.register.rules.removing import ANSWER_SUBJECT
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.views.doors import check, found_or_404, told_in
from kommunpost.apps.register.wording import refusal_words
from kommunpost.site.places import PLACES

FILE_POLICY = "default-src 'none'; sandbox"


@require_safe
def removals(request: AuthenticatedRequest) -> HttpResponse:
    """All removals, newest first."""
    check(request, Permission.REGISTER_REMOVE)
    return render(request, "register/removals.html", {"rows": list_removals(request.actor)})


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """Begin with a record, after a question."""
    check(request, Permission.REGISTER_REMOVE)
    if request.method == "POST":
        try:
            with found_or_404():
                removal_id = removing.begin(actor=request.actor, record_id=record_id, now=request.now)
        except RegisterRefused as refusal:
            messages.error(request, refusal_words(refusal.code))
            return redirect("register-record", record_id)
        return redirect("removal", removal_id)
    context = {
        "title": _("Mejlet innehåller något hemligt"),
        "question": _("Ska mejlet skrivas ut, registreras och tas bort ur systemet?"),
        "action": _("Börja"),
        "consequences": [
            _("Du går igenom tre steg: skriva ut, registrera, ta bort. Inget tas bort förrän du beställer det i det "
              "sista steget."),
            _("Mejlet tas bort hos alla som har fått det här i kommunen."),
            _("Raden i e-postloggen står kvar, men ämnet visas inte."),
        ],
        "cancel": reverse("register-record", args=[record_id]),
    }  # fmt: skip
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: AuthenticatedRequest, removal_id: int) -> HttpResponse:
    """One removal: the step that it is at, and what is known of it."""
    page = _page(request, removal_id)
    form = _form(page, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form is not None and form.is_valid():
        with found_or_404(), told_in(form):
            _take_step(request, page, form.cleaned_data)
            return redirect("removal", removal_id)
    found = _found(request, page)
    context = {
        "page": page, "form": form, "found": found, "answer": _answer(request, page),
        "choices": [lying for one in found for lying in one.lying if lying.how is How.CHOSEN],
        "trouble": _trouble(page.trouble),
    }  # fmt: skip
    return render(request, "register/removal.html", context, status=422 if form is not None and form.errors else 200)


@require_safe
def printout(request: AuthenticatedRequest, removal_id: int) -> HttpResponse:
    """The mail as a document to print. Made anew each time, handed over, and not kept."""
    row = _removal(request, removal_id)
    try:
        raw = store().get(row.raw_digest)
        document = make_printout(removal=row, raw=raw, actor=request.actor, now=request.now)
    except BlobError as absent:
        raise Http404 from absent
    except TooLarge:
        messages.error(request, _("Mejlet är för långt för en utskrift. Hämta det som fil och skriv ut det därifrån."))
        return redirect("removal", removal_id)
    try:
        removing.note_print(
            actor=request.actor, removal_id=removal_id, digest=sha256(document).hexdigest(), size=len(document),
            now=request.now,
        )  # fmt: skip
    except RegisterRefused as refusal:
        messages.error(request, refusal_words(refusal.code))
        return redirect("removal", removal_id)
    return _download(document, f"utskrift-{removal_id}.pdf", "application/pdf")


@require_safe
def file(request: AuthenticatedRequest, removal_id: int, place: int) -> HttpResponse:
    """The mail or an attachment, to print what cannot be set as text. Always to save, never to open here."""
    row = _removal(request, removal_id)
    try:
        content = file_bytes(row.message, place)
    except (BlobError, IndexError) as absent:
        raise Http404 from absent
    if place == 0:
        removing.note_print(
            actor=request.actor, removal_id=removal_id, digest=sha256(content).hexdigest(), size=len(content),
            now=request.now,
        )  # fmt: skip
    return _download(content, f"mejl-{removal_id}.eml" if place == 0 else f"bilaga-{place}", "application/octet-stream")


@require_safe
def protocol(request: AuthenticatedRequest, removal_id: int) -> HttpResponse:
    """The protocol as PDF/A."""
    page = _page(request, removal_id)
    if not page.is_gone:
        raise Http404
    document = make_protocol(page=page, actor=request.actor, now=request.now)
    return _download(document, f"protokoll-{removal_id}.pdf", "application/pdf")


@require_POST
def by_hand(request: AuthenticatedRequest, removal_id: int, step_id: int) -> HttpResponse:
    """What we do not reach has been removed by a person."""
    _removal(request, removal_id)
    with found_or_404():
        try:
            removing.settle_by_hand(actor=request.actor, removal_id=removal_id, step_id=step_id, now=request.now)
        except RegisterRefused as refusal:
            messages.error(request, refusal_words(refusal.code))
        else:
            messages.success(request, _("Tack. Det står i protokollet."))
    return redirect("removal", removal_id)


@require_http_methods(["GET", "HEAD", "POST"])
def break_off(request: AuthenticatedRequest, removal_id: int) -> HttpResponse:
    """It was not secret after all: nothing has been removed."""
    row = _removal(request, removal_id)
    if request.method == "POST":
        try:
            with found_or_404():
                removing.break_off(actor=request.actor, removal_id=removal_id, now=request.now)
        except RegisterRefused as refusal:
            messages.error(request, refusal_words(refusal.code))
            return redirect("removal", removal_id)
        messages.success(request, _("Avbrutet. Inget har tagits bort."))
        return redirect("register-record", row.record_id)
    context = {
        "title": _("Avbryt"), "question": _("Ska mejlet vara kvar?"), "action": _("Avbryt, behåll mejlet"),
        "consequences": [_("Inget har tagits bort. Är mejlet registrerat står diarieposten kvar.")],
        "cancel": reverse("removal", args=[removal_id]),
    }  # fmt: skip
    return render(request, "confirm.html", context)


@require_POST
def answer(request: AuthenticatedRequest, removal_id: int) -> HttpResponse:
    """A draft to the sender: that it has come, and how to send such things. Nothing of what they wrote."""
    row = _removal(request, removal_id)
    text = answer_for(request.actor, removal_id)
    try:
        draft = composing.start_new(
            actor=request.actor, mailbox_id=_mailbox_to_write_from(request, row), now=request.now,
            fields={"to": row.message.sender_address, "subject": ANSWER_SUBJECT, "body": text},
        )  # fmt: skip
    except (NotVisible, NotAllowed):
        refusal = _("Du har ingen brevlåda att svara från. Låt den som svarar för brevlådan skicka texten.")
        messages.error(request, refusal)
        return redirect("removal", removal_id)
    return redirect("compose", draft)


def _mailbox_to_write_from(request: AuthenticatedRequest, row: Removal) -> int:
    """The mailbox that it came to, if it is the registrar's too; else one of their own."""
    came = Delivery.objects.filter(message=row.message, direction=Direction.IN, mailbox__isnull=False)
    own = request.actor.mailbox_ids
    boxes = [pk for pk in came.values_list("mailbox_id", flat=True) if pk in own] or sorted(own)
    return boxes[0] if boxes else 0


def _page(request: AuthenticatedRequest, removal_id: int) -> RemovalPage:
    check(request, Permission.REGISTER_REMOVE)
    with found_or_404():
        return removal_page(request.actor, removal_id, places=PLACES, now=request.now)


def _removal(request: AuthenticatedRequest, removal_id: int) -> Removal:
    check(request, Permission.REGISTER_REMOVE)
    with found_or_404():
        return get_removal(request.actor, removal_id)


def _form(page: RemovalPage, asked: Mapping[str, Any] | None) -> forms.Form | None:
    if page.state == RemovalState.BEGUN:
        return PrintedForm(asked, files=[one.place for one in page.files if one.place])
    if page.state == RemovalState.PRINTED:
        initial = {"title": NEUTRAL, "document_type": NEUTRAL, "counterpart": page.sender, "secrecy": "strong"}
        return SecretEntryForm(asked, initial=initial, is_registered=page.record_state == RecordState.REGISTERED)
    if page.state == RemovalState.REGISTERED:
        return OrderForm(asked, initial={"decision": last_decision()})
    return None


def _take_step(request: AuthenticatedRequest, page: RemovalPage, asked: Mapping[str, Any]) -> None:
    common: dict[str, Any] = {"actor": request.actor, "removal_id": page.id, "now": request.now}
    if page.state == RemovalState.BEGUN:
        removing.confirm_printed(**common)
        messages.success(request, _("Utskriften är noterad. Registrera nu mejlet."))
    elif page.state == RemovalState.PRINTED:
        if page.record_state != RecordState.REGISTERED:
            _register(request, page, asked)
        removing.link_entry(**common)
        messages.success(request, _("Mejlet är registrerat. Nu kan det tas bort."))
    else:
        chosen = set(request.POST.getlist("chosen"))
        removing.order(**common, decision=asked["decision"], chosen=chosen, places=PLACES)
        messages.success(request, _("Mejlet tas bort. Sidan visar hur långt det har kommit."))


def _register(request: AuthenticatedRequest, page: RemovalPage, asked: Mapping[str, Any]) -> None:
    row = get_removal(request.actor, page.id)
    number = asked["case_number"].strip()
    committee_id = row.record.committee_id or 0
    case = CaseFile.objects.filter(designation__iexact=number, committee_id=committee_id) if number else None
    facts = EntryFacts(
        direction=row.record.direction, dated_at=row.record.at, counterpart=asked["counterpart"], title=asked["title"],
        public_title=asked["public_title"], public_counterpart="", document_type=asked["document_type"],
        handler_id=None, secrecy=asked["secrecy"],
    )  # fmt: skip
    entry = NewEntry(record_ids=(row.record_id,), facts=facts, provisions=asked["provisions"])
    # A number that leads nowhere is refused by the action.
    case_id = None if case is None else case.values_list("pk", flat=True).first() or 0
    register(actor=request.actor, committee_id=committee_id, entries=[entry], case_id=case_id, now=request.now)


def _found(request: AuthenticatedRequest, page: RemovalPage) -> list[Found]:
    if page.state != RemovalState.REGISTERED:
        return []
    return removing.find_everywhere(actor=request.actor, removal_id=page.id, places=PLACES)


def _answer(request: AuthenticatedRequest, page: RemovalPage) -> str:
    return answer_for(request.actor, page.id) if page.is_gone else ""


def _trouble(code: str) -> str:
    with suppress(KeyError):
        return refusal_words(code) if code else ""
    return _("Det gick inte just nu. Ett nytt försök görs av sig självt.")


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = FILE_POLICY
    # Neither the browser nor anything between keeps what is to be gone.
    response["Cache-Control"] = "no-store"
    return response
