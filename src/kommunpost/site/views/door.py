"""Coming in, going out, and the own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from kommunpost.apps.directory import preferences, queries
from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.site.forms import PreferencesForm, SignInForm
from kommunpost.site.roles import demo_accounts, role_list
from kommunpost.site.sign_in import SignInRefusedError, check_password, client_address

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door. The same words and the same time for an unknown address as for a wrong password."""
    if isinstance(request.user, Account):
        return redirect(_next(request))
    if request.method != "POST":
        return _show_door(request, SignInForm())
    form = SignInForm(request.POST)
    if form.is_valid() and (account := _try_form(request, form)):
        return _let_in(request, account)
    return _show_door(request, form)


@login_not_required
@never_cache
@require_POST
def sign_in_as(request: HttpRequest, account_id: int) -> HttpResponse:
    """One click into a role of the example municipality. Exists in the demo only."""
    if not settings.DEMO:
        raise Http404
    account = Account.objects.filter(pk=account_id, is_active=True, person__is_active=True).first()
    if account is None:
        raise Http404
    return _let_in(request, account)


@login_not_required
@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Account):
        preferences.note_sign_out(account_id=request.user.pk, now=timezone.now())
    logout(request)
    messages.success(request, _("Du är utloggad."))
    return redirect("sign-in")


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: AuthenticatedRequest) -> HttpResponse:
    """The own account: roles, language, colours, and the way out."""
    chosen = {name: getattr(request.user, name) for name in ("language", "colour_scheme", "single_keys")}
    form = PreferencesForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        preferences.save_preferences(account_id=request.user.pk, now=request.now, **form.cleaned_data)
        messages.success(request, _("Vi har sparat dina val."))
        return redirect("account")
    mailboxes = queries.list_mailboxes(only_ids=request.actor.mailbox_ids)
    return render(
        request, "account.html", {"form": form, "role_list": role_list(request.actor), "mailboxes": mailboxes}
    )


@sensitive_variables("form")
def _try_form(request: HttpRequest, form: SignInForm) -> Account | None:
    client = client_address(request.META, trusted=settings.TRUSTED_PROXIES)
    try:
        return check_password(request=request, client=client, now=timezone.now(), **form.cleaned_data)
    except SignInRefusedError as refusal:
        form.add_error(None, _refusal_text(refusal.code))
        return None


def _refusal_text(code: str) -> str:
    if code == "throttled":
        return _("Det har varit för många försök. Vänta en kvart och försök igen.")
    return _("Adressen och lösenordet hör inte ihop. Kontrollera båda och försök igen.")


def _let_in(request: HttpRequest, account: Account) -> HttpResponse:
    target = _next(request)
    login(request, account, backend=BACKEND)
    preferences.note_sign_in(account_id=account.pk, now=timezone.now())
    return redirect(target)


def _next(request: HttpRequest) -> str:
    """Where the visitor was heading, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure()):
        return wanted
    return resolve_url("start")


def _show_door(request: HttpRequest, form: SignInForm) -> HttpResponse:
    accounts = demo_accounts() if settings.DEMO else ()
    status = 200 if request.method != "POST" else 422
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next") or "", "accounts": accounts}
    return render(request, "sign_in.html", context, status=status)
