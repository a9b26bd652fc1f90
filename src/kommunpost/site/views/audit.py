"""The audit room: the trail in words, filtered, as a file; and the proof that it is whole."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.audit.queries import EventFilter, heads
from kommunpost.apps.directory import searches
from kommunpost.apps.directory.queries import list_accounts
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.site.operations.actions import ask_verification
from kommunpost.site.operations.errors import OperationRefused
from kommunpost.site.operations.queries.proof import latest_verification, latest_whole, verification_under_way
from kommunpost.site.operations.sentences import BREAKS, GROUPS
from kommunpost.site.operations.trail import export_trail, note_reading, subject_of, trail_page

NOTED = "trail_readings"
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/jsonl; charset=utf-8"}
REFERENCE = re.compile(r"[a-z_]+:[A-Za-z0-9_.:-]{1,70}")
_DAY = ["%Y-%m-%d"]


class TrailForm(forms.Form):
    actor = forms.ChoiceField(label=gettext_lazy("Vem"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Vad"), required=False)
    subject = forms.CharField(label=gettext_lazy("Gäller"), max_length=254, required=False)
    chain = forms.ChoiceField(label=gettext_lazy("Kedja"), required=False)
    since = forms.DateField(label=gettext_lazy("Från"), input_formats=_DAY, required=False)
    until = forms.DateField(label=gettext_lazy("Till"), input_formats=_DAY, required=False)

    def __init__(self, data: Mapping[str, str] | None) -> None:
        super().__init__(data)
        everybody = [(f"account:{one.id}", one.name) for one in list_accounts()]
        self.fields["actor"].choices = [("", _("Alla")), *everybody]  # type: ignore[attr-defined]
        self.fields["office"].choices = [("", _("Allt")), *GROUPS.items()]  # type: ignore[attr-defined]
        chains = [(head.chain, head.chain) for head in heads()]
        self.fields["chain"].choices = [("", _("Alla")), *chains]  # type: ignore[attr-defined]
        self.fields["subject"].widget.attrs["placeholder"] = _("adress eller mejl 12")

    def clean_subject(self) -> str:
        """The thing as the trail names it, however the person wrote it."""
        written = self.cleaned_data["subject"]
        try:
            subject = subject_of(written)
        except ObjectDoesNotExist as absent:
            raise forms.ValidationError(_("Ingen brevlåda har den adressen.")) from absent
        if subject and not REFERENCE.fullmatch(subject):
            raise forms.ValidationError(_("Skriv en brevlådas adress, eller till exempel mejl 12."))
        return subject

    def wanted(self) -> EventFilter:
        """What is asked for; the last day is included."""
        asked = self.cleaned_data
        return EventFilter(
            actor=asked["actor"],
            subject=asked["subject"],
            office=asked["office"],
            chain=asked["chain"],
            since=_midnight(asked["since"]),
            until=_midnight(asked["until"] and asked["until"] + timedelta(days=1)),
        )


@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: AuthenticatedRequest) -> HttpResponse:
    """The newest events; a search is posted, kept on the server, and shown under a key of its own (ADR 0008)."""
    _check(request)
    if request.method != "POST":
        return _show(request, TrailForm({}), key="")
    form = TrailForm(request.POST)
    if not form.is_valid():
        return render(request, "audit/audit.html", {"form": form}, status=422)
    terms = {name: str(request.POST.get(name, "")).strip() for name in form.fields}
    return redirect("audit-search", key=searches.keep(request.session, terms, room="audit"))


@require_safe
def audit_search(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """A search that was kept. Whoever else opens the address, or opens it too late, starts anew."""
    _check(request)
    terms = searches.recall(request.session, key, room="audit")
    if terms is None:
        messages.info(request, _("Sökningen finns inte kvar. Sök igen."))
        return redirect("audit")
    return _show(request, TrailForm(terms), key=key)


@require_POST
def audit_export(request: AuthenticatedRequest) -> HttpResponseBase:
    """The events that the form asks for, as a file. The trail gets its event with it."""
    _check(request)
    form, kind = TrailForm(request.POST), request.POST.get("format", "")
    if not form.is_valid() or kind not in FORMATS:
        return render(request, "audit/audit.html", {"form": form}, status=422)
    lines = export_trail(reader=request.actor, wanted=form.wanted(), kind=kind, now=request.now)
    name = f"granskningsspar-{request.now:%Y%m%d-%H%M}.{'jsonl' if kind == 'json' else kind}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return StreamingHttpResponse(lines, content_type=FORMATS[kind], headers=headers)


@require_POST
def audit_verify(request: AuthenticatedRequest) -> HttpResponse:
    """Ask the worker to verify everything; the page then shows how far it has come."""
    _check(request)
    try:
        ask_verification(scope="whole", by=request.actor, now=request.now)
    except OperationRefused:
        messages.info(request, _("En kontroll pågår redan."))
    return redirect("audit")


def _show(request: AuthenticatedRequest, form: TrailForm, *, key: str) -> HttpResponse:
    if not form.is_valid():
        return render(request, "audit/audit.html", {"form": form}, status=422)
    before = request.GET.get("fore", "")
    wanted = form.wanted()
    noted = request.session.get(NOTED, [])
    if key not in noted:
        note_reading(reader=request.actor, wanted=wanted, now=request.now)
        request.session[NOTED] = [*noted, key]
    page = trail_page(
        reader=request.actor,
        wanted=wanted,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,  # noqa: PLR2004
    )
    here = reverse("audit-search", args=[key]) if key else reverse("audit")
    latest = latest_verification()
    context = {
        "form": form,
        "page": page,
        "older_url": f"{here}?fore={page.before}" if page.before else "",
        "newer_url": here if before else "",
        "formats": tuple(FORMATS),
        "whole": latest_whole(),
        "latest": latest,
        "breaks": [(BREAKS.get(one.kind, one.kind), one.subject) for one in latest.breaks] if latest else [],
        "under_way": verification_under_way(),
        "heads": heads(),
        "here": here,
    }
    return render(request, "audit/audit.html", context)


def _check(request: AuthenticatedRequest) -> None:
    if not request.actor.may(Permission.AUDIT_READ):
        raise PermissionDenied


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC) if day else None
