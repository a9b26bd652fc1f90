"""The add-in's files at steady addresses, under the address that Outlook came by, and with a policy of their own.

Outlook shows the pages in a frame and has them load Microsoft's ``office.js``, which must come from Microsoft's own
server. No other page of this site may be framed or load anything from elsewhere.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

FILES = Path(__file__).parent / "files"
PLACEHOLDER = "https://kommunpost.example"
TYPES: Mapping[str, str] = {
    "launch.html": "text/html; charset=utf-8",
    "handler.js": "text/javascript; charset=utf-8",
    "pane.js": "text/javascript; charset=utf-8",
    **{f"icon-{size}.png": "image/png" for size in (16, 32, 64, 80, 128)},
}
MICROSOFT = "https://appsforoffice.microsoft.com"
OUTLOOK = "https://outlook.office.com https://outlook.office365.com https://outlook.cloud.microsoft"
POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' {MICROSOFT}",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        f"frame-ancestors {OUTLOOK}",
    ]
)
"""``connect-src`` leaves out Microsoft's telemetry on purpose: the add-in has no need of it."""
HOUR = 3600


@login_not_required
@require_safe
@cache_control(max_age=HOUR, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """The manifest to install, with this site's address in it."""
    answer = HttpResponse(_text("manifest.xml", request), content_type="application/xml; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="kommunpost-outlook.xml"'
    return answer


@login_not_required
@require_safe
@xframe_options_exempt
def pane(request: HttpRequest) -> HttpResponse:
    """The pane where a mailbox is given its token. It knows nobody who is signed in to this site."""
    answer = render(request, "outlook/pane.html")
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@login_not_required
@require_safe
@xframe_options_exempt
@cache_control(max_age=HOUR, public=True)
def file(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the add-in. Kept for an hour, so that a new version reaches everybody the same day."""
    kind = TYPES.get(name)
    if kind is None:
        raise Http404
    content = _bytes(name) if kind == "image/png" else _text(name, request)
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@login_not_required
@require_safe
@cache_control(max_age=HOUR, public=True)
def allowed(request: HttpRequest) -> JsonResponse:
    """The script that classic Outlook on Windows may let ask this site (Microsoft: event-based activation and CORS)."""
    return JsonResponse({"allowed": [f"{origin_of(request)}/outlook/handler.js"]})


def origin_of(request: HttpRequest) -> str:
    """This site as Outlook knows it. Outlook takes nothing but https, wherever a proxy ends it."""
    return f"https://{request.get_host()}"


@cache
def _bytes(name: str) -> bytes:
    return (FILES / name).read_bytes()


def _text(name: str, request: HttpRequest) -> str:
    return _bytes(name).decode("utf-8").replace(PLACEHOLDER, origin_of(request))
