"""What an administrator does for somebody who cannot get in, and the link that such a person is given."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.site import passwords, second_factor
from kommunpost.site.forms import NewPasswordForm
from kommunpost.site.passwords import PasswordRefusedError
from kommunpost.site.refusals import refusal_text
from kommunpost.site.second_factor import SecondFactorRefusedError

GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
def reset_second_factor(request: AuthenticatedRequest, account_id: int) -> HttpResponse:
    """Take away somebody's lost app. ``next`` says where to go afterwards; not allowed answers as not there."""
    account = Account.objects.select_related("person").filter(pk=account_id).first()
    if account is None or not request.actor.may(Permission.ROLE_GRANT):
        raise Http404
    back = _back(request)
    if request.method == "POST":
        _reset(request, account)
        return redirect(back)
    context = {
        "title": _("Nollställ inloggning med kod"),
        "question": _("Ska %(name)s få logga in utan kod och lägga till en ny app?") % {"name": account.person.name},
        "consequences": [
            _("Den gamla appen och alla reservkoder slutar gälla direkt, och personen loggas ut överallt."),
            _("Tills en ny app är tillagd räcker lösenordet. Ring och kontrollera att det är rätt person som frågar."),
            _("Det antecknas att du gjorde det."),
        ],
        "action": _("Nollställ"),
        "danger": True,
        "cancel": back,
    }
    return render(request, "confirm.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """A link that is good once: choose a password, then sign in with it."""
    account = passwords.account_of_link(uidb64, token)
    if account is None:
        return render(request, "set_password_gone.html", status=GONE)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _try_link(form, account):
        messages.success(request, _("Lösenordet är sparat. Logga in med det."))
        return redirect("sign-in")
    return render(
        request, "set_password.html", {"form": form, "account": account}, status=422 if form.is_bound else 200
    )


def _reset(request: AuthenticatedRequest, account: Account) -> None:
    try:
        second_factor.reset_second_factor(account_id=account.pk, by=request.actor, now=request.now)
    except SecondFactorRefusedError as refusal:
        messages.warning(request, refusal_text(refusal.code))
    else:
        messages.success(request, _("Inloggning med kod är nollställd för %(name)s.") % {"name": account.person.name})


def _try_link(form: NewPasswordForm, account: Account) -> bool:
    try:
        passwords.set_password_by_link(account=account, new=form.cleaned_data["new"], now=timezone.now())
    except PasswordRefusedError as refusal:
        for sentence in refusal.why:
            form.add_error("new", sentence)
        return False
    return True


def _back(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url("start")
