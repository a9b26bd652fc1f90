"""How the diaries are kept: formats, openness, and what is kept in order."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.register import actions
from kommunpost.apps.register.forms import CollectionForm, SettingsForm
from kommunpost.apps.register.queries.lists import list_collections, list_diaries
from kommunpost.apps.register.views.doors import check, found_or_404, told_in


@require_safe
def diaries(request: AuthenticatedRequest) -> HttpResponse:
    """Every committee's diary, and the collections that are kept in order."""
    check(request, Permission.REGISTER_SET_UP)
    context = {"diaries": list_diaries(), "collections": list_collections()}
    return render(request, "register/diaries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_diary(request: AuthenticatedRequest, committee_id: int) -> HttpResponse:
    """One committee's format, and whether its diary is open."""
    check(request, Permission.REGISTER_SET_UP)
    row = next((one for one in list_diaries() if one.committee_id == committee_id), None)
    if row is None:
        raise Http404
    initial = {"number_format": row.number_format, "is_public": row.is_public}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with found_or_404(), told_in(form):
            actions.set_diary(
                actor=request.actor, committee_id=committee_id, now=request.now,
                number_format=form.cleaned_data["number_format"], is_public=form.cleaned_data["is_public"],
            )  # fmt: skip
            messages.success(request, _("Inställningen är sparad."))
            return redirect("diaries")
    context = {"form": form, "title": row.name, "cancel": reverse("diaries")}
    return render(request, "register/setting_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new_collection(request: AuthenticatedRequest) -> HttpResponse:
    """A collection that is kept in order."""
    check(request, Permission.REGISTER_SET_UP)
    form = CollectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        with found_or_404(), told_in(form):
            actions.add_collection(
                actor=request.actor, committee_id=int(asked["committee"]), name=asked["name"],
                sorted_by=asked["sorted_by"], responsible_id=asked["responsible"], now=request.now,
            )  # fmt: skip
            messages.success(request, _("Samlingen är upplagd."))
            return redirect("diaries")
    context = {"form": form, "title": _("Ny ordnad samling"), "cancel": reverse("diaries")}
    return render(request, "register/setting_form.html", context, status=422 if form.errors else 200)


@require_POST
def close_collection(request: AuthenticatedRequest, collection_id: int) -> HttpResponse:
    """Nothing more goes into the collection."""
    check(request, Permission.REGISTER_SET_UP)
    with found_or_404():
        actions.close_collection(actor=request.actor, collection_id=collection_id, now=request.now)
    messages.success(request, _("Samlingen är stängd."))
    return redirect("diaries")
