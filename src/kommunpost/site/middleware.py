"""What every answer carries and every request knows: the content security policy, who is asking, and the time."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from kommunpost.apps.directory import queries as directory
from kommunpost.apps.directory.models import Account
from kommunpost.site.second_factor import is_enrolled, is_required

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
UNSHOWN = frozenset({"csrfmiddlewaretoken", "password", "present", "new", "again", "code", "next"})
"""Fields that are nobody's text: tokens and secrets."""
SHORTEST_TEXT = 20
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class ContentSecurityPolicyMiddleware:
    """Give every answer the strict policy, but those that set one of their own (the framed mail, the attachments)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class SignedInMiddleware(LoginRequiredMiddleware):
    """Nothing opens without signing in. Whoever was signed out while writing gets the text back, to send again.

    Django's check against forged forms comes first, so nobody else can put words on this page.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        return _with_texts(request) if refused is not None and request.method == "POST" else refused


class ActorMiddleware:
    """Set ``request.now`` for all, and for those signed in ``request.actor`` and the language of their account.

    What is shown to somebody signed in is never kept by a browser or a proxy: most pages hold mail.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        if not isinstance(request.user, Account):
            return self.get_response(request)
        try:
            request.actor = directory.actor_for(request.user.pk)  # type: ignore[attr-defined]
        except directory.NoSuchEntry:  # The person has left: the open session ends here.
            logout(request)
            return self.get_response(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language() or "sv"
        response = self.get_response(request)
        patch_cache_control(response, no_store=True, private=True)
        return response


class SecondFactorMiddleware:
    """Where the setting asks for a second step, nothing opens before an app has been added.

    Who has added one is remembered in the session, so that the table is asked once a sign-in.
    """

    OPEN = frozenset({"enrol", "keys"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], *_rest: object
    ) -> HttpResponseBase | None:
        actor = getattr(request, "actor", None)
        match = request.resolver_match
        if actor is None or (match is not None and match.url_name in self.OPEN):
            return None
        if not getattr(view, "login_required", True) or not is_required(actor, required=settings.REQUIRE_TOTP):
            return None
        return None if self._is_enrolled(request, actor.account_id) else redirect("enrol")

    def _is_enrolled(self, request: HttpRequest, account_id: int) -> bool:
        if not request.session.get("enrolled"):
            if not is_enrolled(account_id):
                return False
            request.session["enrolled"] = True
        return True


def _with_texts(request: HttpRequest) -> HttpResponse:
    sent = (pair for pair in request.POST.items() if pair[0] not in UNSHOWN and isinstance(pair[1], str))
    texts = [text for _name, text in sent if len(text) >= SHORTEST_TEXT]
    return render(request, "session_expired.html", {"texts": texts}, status=401)
