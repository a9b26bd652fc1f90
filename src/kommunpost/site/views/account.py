"""The own account: choices, password, the second step, and where one is signed in."""

from collections.abc import Callable

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from kommunpost.apps.directory import preferences, queries
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.site import passwords, second_factor, sessions
from kommunpost.site.forms import ChangePasswordForm, CodeForm, EnrolForm, PreferencesForm
from kommunpost.site.passwords import PasswordRefusedError
from kommunpost.site.refusals import refusal_text
from kommunpost.site.roles import role_list
from kommunpost.site.second_factor import Enrolment, SecondFactorRefusedError
from kommunpost.site.views.door import client_of

CHOICES = ("language", "colour_scheme", "single_keys")


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: AuthenticatedRequest) -> HttpResponse:
    """The own account: roles, choices, how one signs in, and the way out."""
    chosen = {name: getattr(request.user, name) for name in CHOICES}
    form = PreferencesForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        preferences.save_preferences(account_id=request.user.pk, now=request.now, **form.cleaned_data)
        messages.success(request, _("Vi har sparat dina val."))
        return redirect("account")
    context = {
        "form": form,
        "role_list": role_list(request.actor),
        "mailboxes": queries.list_mailboxes(only_ids=request.actor.mailbox_ids),
        "factor": second_factor.standing_of(request.user.pk),
        "sessions": sessions.list_sessions(
            account_id=request.user.pk, session_key=request.session.session_key or "", now=request.now
        ),
    }
    return render(request, "account.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: AuthenticatedRequest) -> HttpResponse:
    """A new password, for who knows the old one. Signs out everywhere else."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _try_password(request, form):
        messages.success(request, _("Lösenordet är bytt. Du är utloggad överallt utom här."))
        return redirect("account")
    return render(request, "change_password.html", {"form": form}, status=_status(form))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: AuthenticatedRequest) -> HttpResponse:
    """Show the square code; the first code from the app turns the second step on and gives the recovery codes."""
    form = EnrolForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (codes := _try_code(request, form, second_factor.confirm_enrolment)) is not None:
        return _show_codes(request, codes, is_new=True)
    try:
        enrolment = second_factor.begin_enrolment(account_id=request.user.pk, now=request.now)
    except SecondFactorRefusedError:
        return redirect("account")
    context = {
        "form": form,
        "secret": _in_fours(enrolment.secret),
        "square": _square(enrolment),
        "is_required": second_factor.is_required(request.actor, required=settings.REQUIRE_TOTP),
    }
    return render(request, "second_factor_enrol.html", context, status=_status(form))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: AuthenticatedRequest) -> HttpResponse:
    """Ten new recovery codes instead of the old."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (codes := _try_code(request, form, second_factor.renew_recovery_codes)) is not None:
        return _show_codes(request, codes, is_new=False)
    context = {
        "title": _("Gör nya reservkoder"),
        "question": _("Vill du ha tio nya reservkoder?"),
        "consequences": [_("De gamla koderna slutar gälla direkt."), _("De nya visas en enda gång.")],
        "form": form,
        "action": _("Gör nya koder"),
    }
    return _confirm(request, context, form)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def remove_second_factor(request: AuthenticatedRequest) -> HttpResponse:
    """Back to the password alone."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _try_code(request, form, _remove) is not None:
        request.session.pop("enrolled", None)
        messages.success(request, _("Du loggar nu in med bara lösenordet."))
        return redirect("account")
    context = {
        "title": _("Sluta logga in med kod"),
        "question": _("Vill du logga in med bara lösenordet?"),
        "consequences": [
            _("Appen och reservkoderna slutar gälla direkt."),
            _("Den som får tag på ditt lösenord kan då logga in som du."),
        ],
        "form": form,
        "action": _("Sluta med kod"),
        "danger": True,
    }
    return _confirm(request, context, form)


@require_POST
def sign_out_everywhere(request: AuthenticatedRequest) -> HttpResponse:
    """End every sign-in, this one too."""
    sessions.end_sessions(account_id=request.user.pk, but=None, by=request.actor.reference, now=request.now)
    logout(request)
    messages.success(request, _("Du är utloggad överallt."))
    return redirect("sign-in")


def _try_password(request: AuthenticatedRequest, form: ChangePasswordForm) -> bool:
    given = form.cleaned_data
    old_key = request.session.session_key or ""
    try:
        changed = passwords.change_password(
            account_id=request.user.pk,
            present=given["present"],
            new=given["new"],
            client=client_of(request),
            now=request.now,
        )
    except PasswordRefusedError as refusal:
        _explain(form, refusal)
        return False
    update_session_auth_hash(request, changed)
    sessions.move_session(old_key=old_key, new_key=request.session.session_key or "")
    return True


def _explain(form: ChangePasswordForm, refusal: PasswordRefusedError) -> None:
    if refusal.code == "weak":
        for sentence in refusal.why:
            form.add_error("new", sentence)
    else:
        form.add_error("present", refusal_text("wrong_present" if refusal.code == "wrong" else refusal.code))


@sensitive_variables("form")
def _try_code(request: AuthenticatedRequest, form: forms.Form, use_case: Callable[..., list[str]]) -> list[str] | None:
    """What the use case gave, or nothing and the refusal at the field."""
    try:
        return use_case(
            account_id=request.user.pk, code=form.cleaned_data["code"], client=client_of(request), now=request.now
        )
    except SecondFactorRefusedError as refusal:
        form.add_error("code", refusal_text(refusal.code))
        return None


def _remove(**arguments: object) -> list[str]:
    second_factor.remove_second_factor(**arguments)  # type: ignore[arg-type]
    return []


def _show_codes(request: AuthenticatedRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    """The answer to the post itself: the codes are never on a page that can be fetched again."""
    if is_new:
        # Whoever was signed in with the password alone is not any more.
        sessions.end_sessions(
            account_id=request.user.pk, but=request.session.session_key, by=request.actor.reference, now=request.now
        )
    return render(request, "recovery_codes.html", {"codes": codes, "is_new": is_new})


def _confirm(request: AuthenticatedRequest, context: dict[str, object], form: forms.Form) -> HttpResponse:
    return render(request, "account_confirm.html", context, status=_status(form))


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound else 200


def _square(enrolment: Enrolment) -> SafeString:
    drawn = segno.make(enrolment.uri, error="m", micro=False)
    return mark_safe(drawn.svg_inline(scale=4, border=4, light="#fff", dark="#000", omitsize=True))  # noqa: S308 - segno draws paths only


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
