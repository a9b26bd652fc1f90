"""What every answer carries and every request knows: the content security policy, who is asking, and the time."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from kommunpost.apps.directory import queries as directory
from kommunpost.apps.directory.models import Account

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "script-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
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
