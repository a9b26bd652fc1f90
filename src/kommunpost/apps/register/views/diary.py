"""The diary: search, one entry with its history, corrections."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory import searches
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.models import Message
from kommunpost.apps.register import actions
from kommunpost.apps.register.exports import export_diary
from kommunpost.apps.register.files import file_bytes
from kommunpost.apps.register.forms import CorrectForm, DiaryForm, ReasonForm, moment_text
from kommunpost.apps.register.queries.entries import DiaryFilter, Entry, get_entry, search_entries
from kommunpost.apps.register.queries.handovers import NEEDS, count_group
from kommunpost.apps.register.queries.scope import record_scope
from kommunpost.apps.register.views.doors import check, found_or_404, number, told_in

ROOM = "diary"
FILE_POLICY = "default-src 'none'; sandbox"


@require_http_methods(["GET", "HEAD", "POST"])
def diary(request: AuthenticatedRequest) -> HttpResponse:
    """The newest entries; a search is posted here and shown under a key of its own (ADR 0008)."""
    check(request, Permission.REGISTER_READ)
    if request.method != "POST":
        return _show(request, DiaryForm({}), key="")
    form = DiaryForm(request.POST)
    if not form.is_valid():
        return render(request, "register/diary.html", {"form": form}, status=422)
    terms = {name: request.POST.get(name, "").strip() for name in form.fields}
    return redirect("diary-search", key=searches.keep(request.session, terms, room=ROOM))


@require_safe
def diary_search(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """A search that was kept."""
    check(request, Permission.REGISTER_READ)
    terms = searches.recall(request.session, key, room=ROOM)
    if terms is None:
        messages.info(request, _("Sökningen finns inte kvar. Sök igen."))
        return redirect("diary")
    return _show(request, DiaryForm(dict(terms)), key=key)


@require_POST
def diary_export(request: AuthenticatedRequest) -> HttpResponseBase:
    """The entries that the form asks for, as CSV."""
    check(request, Permission.REGISTER_READ)
    form = DiaryForm(request.POST)
    if not form.is_valid():
        return render(request, "register/diary.html", {"form": form}, status=422)
    chunks = export_diary(actor=request.actor, wanted=filter_of(form.cleaned_data), now=request.now)
    headers = {
        "Content-Disposition": f'attachment; filename="diarium-{request.now:%Y-%m-%d}.csv"',
        "Content-Security-Policy": FILE_POLICY,
    }
    return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def entry(request: AuthenticatedRequest, entry_id: int) -> HttpResponse:
    """One entry, with files, markings and corrections."""
    found = _entry(request, entry_id)
    may_change = (
        request.actor.may(Permission.REGISTER_DECIDE)
        and record_scope(request.actor).holds(found.committee_id)
        and found.voided_at is None
    )
    may_hand_over = request.actor.may(Permission.REGISTER_HANDOVER)
    context = {"entry": found, "may_change": may_change, "may_hand_over": may_hand_over}
    return render(request, "register/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: AuthenticatedRequest, entry_id: int) -> HttpResponse:
    """Correct an entry; how it stood, and why it was changed, stay."""
    found = _entry(request, entry_id)
    check(request, Permission.REGISTER_DECIDE)
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=_as_form(found))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        with found_or_404(), told_in(form):
            actions.correct_entry(
                actor=request.actor, entry_id=entry_id, seen_version=asked["seen"], facts=form.facts(),
                provisions=asked["provisions"], reason=asked["reason"], now=request.now,
            )  # fmt: skip
            messages.success(request, _("Rättelsen är sparad."))
            return redirect("diary-entry", entry_id)
    return render(request, "register/correct.html", {"form": form, "entry": found}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def void(request: AuthenticatedRequest, entry_id: int) -> HttpResponse:
    """Void an entry, after a question."""
    found = _entry(request, entry_id)
    check(request, Permission.REGISTER_DECIDE)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"seen": found.version})
    if request.method == "POST" and form.is_valid():
        with found_or_404(), told_in(form):
            actions.void_entry(
                actor=request.actor, entry_id=entry_id, seen_version=form.cleaned_data["seen"] or 0,
                reason=form.cleaned_data["reason"], now=request.now,
            )  # fmt: skip
            messages.success(request, _("Diarieposten är makulerad. Mejlet ligger i kön igen."))
            return redirect("diary-entry", entry_id)
    context = {
        "title": _("Makulera diarieposten"),
        "question": _("Ska %(number)s makuleras?") % {"number": found.designation},
        "consequences": [
            _("Posten står kvar i diariet, överstruken, med nummer och historik."),
            _("Mejlet ska registreras på nytt eller undantas."),
        ],
        "action": _("Makulera"), "danger": True, "form": form, "cancel": reverse("diary-entry", args=[entry_id]),
    }  # fmt: skip
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_safe
def entry_file(request: AuthenticatedRequest, entry_id: int, message_id: int, place: int) -> HttpResponse:
    """A file of an entry: always to save, never to open here."""
    found = _entry(request, entry_id)
    file = next((one for one in found.files if (one.message_id, one.place) == (message_id, place)), None)
    if file is None:
        raise Http404
    try:
        content = file_bytes(Message.objects.get(pk=message_id), place)
    except (BlobError, IndexError) as absent:
        raise Http404 from absent
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    response["Content-Security-Policy"] = FILE_POLICY
    return response


def filter_of(asked: Mapping[str, object]) -> DiaryFilter:
    """What a valid form asks for."""
    first, last = asked.get("first"), asked.get("last")
    return DiaryFilter(
        text=str(asked.get("text") or ""), committee_id=number(str(asked.get("committee") or "")),
        direction=str(asked.get("direction") or ""), first=first if isinstance(first, date) else None,
        last=last if isinstance(last, date) else None,
    )  # fmt: skip


def _entry(request: AuthenticatedRequest, entry_id: int) -> Entry:
    check(request, Permission.REGISTER_READ)
    with found_or_404():
        return get_entry(request.actor, entry_id, now=request.now)


def _show(request: AuthenticatedRequest, form: DiaryForm, *, key: str) -> HttpResponse:
    if not form.is_valid():
        return render(request, "register/diary.html", {"form": form}, status=422)
    before = request.GET.get("fore", "")
    page = search_entries(request.actor, wanted=filter_of(form.cleaned_data), before=before)
    here = reverse("diary-search", args=[key]) if key else reverse("diary")
    context = {
        "form": form, "page": page, "is_search": bool(key), "newer": here if before else "",
        "older": f"{here}?fore={page.older}" if page.older else "",
        "stuck": count_group(NEEDS) if request.actor.may(Permission.REGISTER_HANDOVER) else 0,
    }  # fmt: skip
    return render(request, "register/diary.html", context)


def _as_form(found: Entry) -> dict[str, object]:
    names = ("direction", "counterpart", "title", "public_title", "public_counterpart", "document_type", "secrecy")
    return {
        **{name: getattr(found, name) for name in names},
        "dated_at": moment_text(found.dated_at),
        "provisions": ", ".join(one.provision for one in found.standing),
        "handler": found.handler,
        "seen": found.version,
    }
