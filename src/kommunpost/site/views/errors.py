"""Pages for what went wrong. They repeat nothing of what was asked for: an address may hold personal data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it
    return _error(
        request,
        400,
        _("Det gick inte att läsa"),
        _("Vi förstod inte vad webbläsaren skickade. Gå tillbaka och försök igen."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _error(
        request,
        403,
        _("Du får inte göra det här"),
        _("Dina roller räcker inte, eller så är sidan för gammal. Gå till startsidan och börja om."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """The same page whether the thing does not exist or is not for this reader."""
    return _error(request, 404, _("Sidan finns inte"), _("Vi hittar ingen sådan sida, eller så får du inte se den."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Touches no table: the database may be what is broken."""
    return _error(
        request,
        500,
        _("Något gick fel hos oss"),
        _("Felet är antecknat. Försök igen om en stund. Inget mejl har gått förlorat."),
    )


def _error(request: HttpRequest, status: int, heading: str, explanation: str) -> HttpResponse:
    return render(request, "error.html", {"heading": heading, "explanation": explanation}, status=status)
