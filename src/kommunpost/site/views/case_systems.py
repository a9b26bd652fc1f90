"""Which case system each committee hands its entries to. For the IT unit: an address here is where records go."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.directory.models import Mailbox, MailboxKind
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.register.actions.handing_over.systems import choose_system
from kommunpost.apps.register.queries.handovers import SystemRow, list_systems
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.wording import refusal_words
from kommunpost.site.case_system_forms import CaseSystemForm


@require_safe
def case_systems(request: AuthenticatedRequest) -> HttpResponse:
    """Every committee, and where its entries go."""
    _check(request)
    return render(request, "operations/case_systems.html", {"rows": list_systems()})


@require_http_methods(["GET", "HEAD", "POST"])
def case_system(request: AuthenticatedRequest, committee_id: int) -> HttpResponse:
    """One committee's. The key is never shown; an empty field keeps it."""
    _check(request)
    row = next((one for one in list_systems() if one.committee_id == committee_id), None)
    if row is None:
        raise Http404
    form = CaseSystemForm(
        request.POST if request.method == "POST" else None, mailboxes=_mailboxes(), initial=_initial(row)
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_system(actor=request.actor, committee_id=committee_id, way=form.way(), now=request.now)
        except RegisterRefused as refusal:
            form.add_error(None, refusal_words(refusal.code))
        else:
            messages.success(request, _("Valet är sparat. Det gäller det som registreras från och med nu."))
            return redirect("case-systems")
    context = {"form": form, "row": row, "cancel": reverse("case-systems")}
    return render(request, "operations/case_system.html", context, status=422 if form.errors else 200)


def _initial(row: SystemRow) -> dict[str, object]:
    names = ("kind", "name", "url", "address", "is_protected")
    return {name: getattr(row, name) for name in names} | {"mailbox": str(row.mailbox_id or "")}


def _mailboxes() -> list[tuple[int, str]]:
    shared = Mailbox.objects.filter(is_active=True).exclude(kind=MailboxKind.PERSONAL)
    return list(shared.order_by("address").values_list("pk", "address"))


def _check(request: AuthenticatedRequest) -> None:
    if not request.actor.may(Permission.CASE_SYSTEM_EDIT):
        raise PermissionDenied
