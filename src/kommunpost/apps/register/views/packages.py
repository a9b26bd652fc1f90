"""Packages for the archive: which closed cases, how far it has come, and the file."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory.queries import list_committees
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.register import actions
from kommunpost.apps.register.kinds import CaseState, PackageStandard, PackageState
from kommunpost.apps.register.queries.cases import list_cases
from kommunpost.apps.register.queries.packages import get_package, list_packages
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.views.diary import FILE_POLICY
from kommunpost.apps.register.views.doors import check, found_or_404, number
from kommunpost.apps.register.wording import refusal_words

MARKS = {
    PackageState.WAITING: "plain", PackageState.MAKING: "plain", PackageState.READY: "done",
    PackageState.FAILED: "late", PackageState.REMOVED: "plain",
}  # fmt: skip


@require_safe
def packages(request: AuthenticatedRequest) -> HttpResponse:
    """The packages, newest first."""
    check(request, Permission.REGISTER_PACKAGE)
    rows, older = list_packages(before=request.GET.get("fore", ""))
    under_way = next((row for row in rows if row.state in (PackageState.MAKING, PackageState.WAITING)), None)
    here = reverse("packages")
    context = {
        "rows": [(row, MARKS[PackageState(row.state)]) for row in rows], "under_way": under_way, "here": here,
        "done": under_way.entry_count * under_way.percent // 100 if under_way else 0,
        "older": f"{here}?fore={older}" if older else "",
    }  # fmt: skip
    return render(request, "register/packages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_package(request: AuthenticatedRequest) -> HttpResponse:
    """Choose among the closed cases of a committee."""
    check(request, Permission.REGISTER_PACKAGE)
    refusal = ""
    if request.method == "POST":
        chosen = [found for one in request.POST.getlist("case") if (found := number(one)) is not None]
        try:
            with found_or_404():
                actions.ask_package(
                    actor=request.actor,
                    case_ids=chosen,
                    standard=request.POST.get("standard", PackageStandard.FGS2),
                    now=request.now,
                )
        except RegisterRefused as refused:
            refusal = refusal_words(refused.code) if chosen else _("Välj minst ett ärende.")
        else:
            messages.success(request, _("Paketet görs nu. Det syns här när det är klart."))
            return redirect("packages")
    return _choose(request, refusal)


@require_safe
def package_file(request: AuthenticatedRequest, package_id: int) -> HttpResponseBase:
    """The file, to save. That it was fetched is in the trail."""
    check(request, Permission.REGISTER_PACKAGE)
    with found_or_404():
        path = actions.note_fetched(actor=request.actor, package_id=package_id, now=request.now)
        row = get_package(package_id)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=row.name, content_type="application/zip")
    response["Content-Security-Policy"] = FILE_POLICY
    return response


@require_POST
def remove_package(request: AuthenticatedRequest, package_id: int) -> HttpResponse:
    """Remove the file."""
    check(request, Permission.REGISTER_PACKAGE)
    try:
        with found_or_404():
            actions.remove_package(actor=request.actor, package_id=package_id, now=request.now)
    except RegisterRefused as refusal:
        messages.error(request, refusal_words(refusal.code))
    else:
        messages.success(request, _("Paketets fil är borttagen."))
    return redirect("packages")


@require_POST
def again(request: AuthenticatedRequest, package_id: int) -> HttpResponse:
    """Try once more what could not be made."""
    check(request, Permission.REGISTER_PACKAGE)
    try:
        with found_or_404():
            actions.try_again(actor=request.actor, package_id=package_id, now=request.now)
    except RegisterRefused as refusal:
        messages.error(request, refusal_words(refusal.code))
    else:
        messages.success(request, _("Paketet görs nu. Det syns här när det är klart."))
    return redirect("packages")


def _choose(request: AuthenticatedRequest, refusal: str) -> HttpResponse:
    committees = [(pk, name) for pk, _code, name in list_committees()]
    asked = number(request.GET.get("namnd", "")) or (committees[0][0] if committees else None)
    before = request.GET.get("fore", "")
    rows, older = list_cases(request.actor, state=CaseState.CLOSED, committee_id=asked, before=before)
    here = reverse("package-new")
    context = {
        "rows": rows, "refusal": refusal, "cancel": reverse("packages"),
        "tabs": [{"url": f"{here}?namnd={pk}", "label": name, "is_current": pk == asked} for pk, name in committees],
        "standards": PackageStandard.choices, "standard": request.POST.get("standard", PackageStandard.FGS2),
        "older": f"{here}?namnd={asked}&fore={older}" if older else "",
        "chosen": {number(one) for one in (*request.POST.getlist("case"), request.GET.get("arende", ""))},
    }  # fmt: skip
    return render(request, "register/new_package.html", context, status=422 if refusal else 200)
