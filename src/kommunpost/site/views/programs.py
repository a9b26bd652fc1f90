"""The programs that may ask the API or hand in mail: make one, see its token once, close it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.site.api.clients import MAX_NAME, ClientRefused, ClientRow, list_clients, make_client, revoke_client
from kommunpost.site.api.models import ApiScope
from kommunpost.site.refusals import refusal_text


class ProgramForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Programmets namn"),
        help_text=gettext_lazy("Till exempel Outlook, eller namnet på det system som ska fråga."),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Vad programmet får göra"),
        choices=ApiScope.choices,
        widget=forms.CheckboxSelectMultiple,
    )


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def programs(request: AuthenticatedRequest) -> HttpResponse:
    """All programs and a form for a new one. The answer to the form shows the token, this once."""
    _check(request)
    form = ProgramForm(request.POST if request.method == "POST" else None)
    token = _made(request, form) if form.is_valid() else ""
    context = {
        "form": ProgramForm() if token else form,
        "token": token,
        "rows": [(row, _scopes(row)) for row in list_clients()],
    }
    return render(request, "operations/programs.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke_program(request: AuthenticatedRequest, client_id: int) -> HttpResponse:
    """Ask, and close the program's way in."""
    _check(request)
    row = next((one for one in list_clients() if one.id == client_id and not one.revoked_at), None)
    if row is None:
        raise Http404
    if request.method == "POST":
        revoke_client(client_id=client_id, by=request.actor.reference, now=request.now)
        messages.success(request, _("Nyckeln är återkallad. Programmet kommer inte längre in."))
        return redirect("programs")
    context = {
        "title": _("Återkalla nyckeln"),
        "question": _("Vill du stänga ute %(program)s?") % {"program": row.name},
        "consequences": [_("Nyckeln slutar gälla direkt och kan inte öppnas igen.")],
        "action": _("Återkalla"),
        "cancel": reverse("programs"),
        "danger": True,
    }
    return render(request, "confirm.html", context)


def _made(request: AuthenticatedRequest, form: ProgramForm) -> str:
    """The new program's token; empty, with the reason in the form, when it was refused."""
    try:
        return make_client(**form.cleaned_data, by=request.actor.reference, now=request.now)
    except ClientRefused as refusal:
        form.add_error("name", refusal_text(refusal.code))
        return ""


def _scopes(row: ClientRow) -> list[str]:
    words = dict(ApiScope.choices)
    return [str(words.get(one, one)) for one in row.scopes]


def _check(request: AuthenticatedRequest) -> None:
    if not request.actor.may(Permission.PROGRAM_MANAGE):
        raise PermissionDenied
