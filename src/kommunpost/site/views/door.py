"""Coming in, in one step or two, and going out."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from kommunpost.apps.directory import preferences
from kommunpost.apps.directory.models import Account
from kommunpost.site import second_factor, sessions
from kommunpost.site.forms import CodeForm, SignInForm
from kommunpost.site.refusals import refusal_text
from kommunpost.site.roles import demo_accounts
from kommunpost.site.second_factor import SecondFactorRefusedError
from kommunpost.site.sign_in import SignInRefusedError, check_password, client_address
from kommunpost.site.tries import WINDOW

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITING = "second_step"
"""The session's note that a password was right. It opens nothing: nobody is signed in until the second step."""
WAITS_FOR = timedelta(minutes=10)


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
        return _first_step_done(request, account)
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
    return _first_step_done(request, account)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """A code from the app, or a recovery code. Whoever comes without a right password is sent to the door."""
    account = _waiting_account(request)
    if account is None:
        request.session.pop(WAITING, None)
        return redirect("sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _try_code(request, form, account):
        return _let_in(request, account, target=request.session[WAITING]["next"])
    return _answer(request, "second_step.html", {"form": form}, form)


@login_not_required
@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave, in this browser."""
    if isinstance(request.user, Account):
        preferences.note_sign_out(account_id=request.user.pk, now=timezone.now())
        sessions.forget_session(session_key=request.session.session_key or "")
    logout(request)
    messages.success(request, _("Du är utloggad."))
    return redirect("sign-in")


def client_of(request: HttpRequest) -> str:
    """The network address that tries are counted against."""
    return client_address(request.META, trusted=settings.TRUSTED_PROXIES)


@sensitive_variables("form")
def _try_form(request: HttpRequest, form: SignInForm) -> Account | None:
    try:
        return check_password(request=request, client=client_of(request), now=timezone.now(), **form.cleaned_data)
    except SignInRefusedError as refusal:
        form.add_error(None, ValidationError(refusal_text(refusal.code), code=refusal.code))
        return None


@sensitive_variables("form")
def _try_code(request: HttpRequest, form: CodeForm, account: Account) -> bool:
    try:
        was_recovery = second_factor.check_second_step(
            account_id=account.pk, client=client_of(request), now=timezone.now(), **form.cleaned_data
        )
    except SecondFactorRefusedError as refusal:
        form.add_error("code", ValidationError(refusal_text(refusal.code), code=refusal.code))
        return False
    if was_recovery:
        messages.warning(request, _("Du använde en reservkod. Den gäller inte igen. Gör nya om de börjar ta slut."))
    return True


def _first_step_done(request: HttpRequest, account: Account) -> HttpResponse:
    """In at once, or on to the second step. Until that is done the session knows of a right password, no more."""
    target = _next(request)
    if not second_factor.is_enrolled(account.pk):
        return _let_in(request, account, target=target)
    request.session.cycle_key()
    request.session[WAITING] = {
        "account": account.pk,
        # Changes with the password: a note that outlives it is worth nothing.
        "password": account.get_session_auth_hash(),
        "until": (timezone.now() + WAITS_FOR).timestamp(),
        "next": target,
    }
    return redirect("second-step")


def _waiting_account(request: HttpRequest) -> Account | None:
    waiting = request.session.get(WAITING)
    if not waiting or timezone.now().timestamp() > waiting["until"]:
        return None
    account = Account.objects.filter(pk=waiting["account"], is_active=True, person__is_active=True).first()
    return account if account is not None and account.get_session_auth_hash() == waiting["password"] else None


def _let_in(request: HttpRequest, account: Account, *, target: str) -> HttpResponse:
    now = timezone.now()
    request.session.pop(WAITING, None)
    login(request, account, backend=BACKEND)
    preferences.note_sign_in(account_id=account.pk, now=now)
    sessions.note_session(
        account_id=account.pk,
        session_key=request.session.session_key or "",
        agent=request.headers.get("User-Agent", ""),
        now=now,
    )
    return redirect(target)


def _next(request: HttpRequest) -> str:
    """Where the visitor was heading, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure()):
        return wanted
    return resolve_url("start")


def _show_door(request: HttpRequest, form: SignInForm) -> HttpResponse:
    first, others = demo_accounts() if settings.DEMO else ([], [])
    asked = request.POST.get("next") or request.GET.get("next") or ""
    context = {"form": form, "next": asked, "first_accounts": first, "accounts": others}
    return _answer(request, "sign_in.html", context, form)


def _answer(request: HttpRequest, template: str, context: dict[str, object], form: forms.Form) -> HttpResponse:
    """422 for a form that needs mending, 429 when it was tried too often."""
    if not any(form.has_error(field, "throttled") for field in form.errors):
        return render(request, template, context, status=422 if form.is_bound else 200)
    response = render(request, template, context, status=429)
    response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response
