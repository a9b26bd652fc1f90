"""Pages for what went wrong. They repeat nothing of what was asked for: an address may hold personal data.

Whoever is signed in keeps the rail, but for errors of our own: then the database may be what is broken, so the page
touches neither tables nor session.
"""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

RETRY_AFTER = "60"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _error(
            request,
            413,
            _("Det var för stort"),
            _("Filen eller texten är större än vi tar emot. Dela upp den eller skicka en mindre fil."),
        )
    return _error(
        request,
        400,
        _("Det gick inte att läsa"),
        _("Vi förstod inte vad webbläsaren skickade. Gå tillbaka och försök igen."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    return _error(
        request,
        403,
        _("Du får inte göra det här"),
        _("Det hör till en annan roll än dina. Behöver du det i ditt arbete, fråga den som är administratör."),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """A page that lay open too long, or a form from somewhere else. What was sent is not shown again."""
    return _error(
        request,
        403,
        _("Sidan var för gammal"),
        _("Inget är sparat. Gå tillbaka, ladda om sidan och skicka igen. Kopiera först det du har skrivit."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """The same page whether the thing does not exist or is not for this reader."""
    return _error(request, 404, _("Sidan finns inte"), _("Vi hittar ingen sådan sida, eller så får du inte se den."))


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - nothing of it may be touched
    """500, or 503 when it is the database that does not answer."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = _page(
            _("Vi är strax tillbaka"),
            _("Databasen svarar inte just nu. Försök igen om en minut. Inget mejl går förlorat, det väntar."),
        )
        return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER})
    page = _page(
        _("Något gick fel hos oss"),
        _("Felet är antecknat. Försök igen om en stund. Inget mejl har gått förlorat."),
    )
    return HttpResponse(page, status=500)


def _page(heading: str, explanation: str) -> str:
    return render_to_string("error.html", {"heading": heading, "explanation": explanation, "base": "bare.html"})


def _error(request: HttpRequest, status: int, heading: str, explanation: str) -> HttpResponse:
    base = "shell.html" if hasattr(request, "actor") else "bare.html"
    context = {"heading": heading, "explanation": explanation, "base": base}
    return render(request, "error.html", context, status=status)
