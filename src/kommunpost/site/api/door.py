"""The door of the API, version 1: tokens, rates, and how it says no.

Errors are ``{"code", "says"}`` with 401, 403, 413, 422 or 429.
"""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from kommunpost import __version__
from kommunpost.site.api.clients import Client, client_of
from kommunpost.site.api.limits import MAX_BODY_BYTES, Limiter
from kommunpost.site.api.models import ApiScope
from kommunpost.site.api.schemas import ProblemOut

SAYS = {
    401: ("token_wrong", "Skicka en giltig token: Authorization: Bearer …"),
    403: ("scope_missing", "Klienten saknar behörighet för det här."),
    413: ("too_large", f"Högst {MAX_BODY_BYTES} byte."),
    422: ("malformed", "Fälten stämmer inte med beskrivningen i openapi.json."),
    429: ("too_often", "För många anrop. Vänta en minut."),
}
PROBLEMS = dict.fromkeys(SAYS, ProblemOut)
limiter = Limiter()


class Token(HttpBearer):
    """The client of the token, within its rate."""

    def authenticate(self, _request: HttpRequest, token: str) -> Client | None:
        client = client_of(token)
        if client is not None and not limiter.take(client.id):
            raise HttpError(429, "")
        return client


# No page of documentation: its scripts would need a looser policy. openapi.json can be opened in any viewer.
api = NinjaAPI(title="Kommunpost", version=__version__, docs_url=None, auth=Token(), urls_namespace="api-1")


def check(request: HttpRequest, scope: ApiScope) -> None:
    """Raises 403 for a client without the scope."""
    client: Client = request.auth  # type: ignore[attr-defined]
    if scope not in client.scopes:
        raise HttpError(403, "")


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(request, error.status_code)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return _problem(request, 401)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, _error: ValidationError) -> HttpResponse:
    """Never says what was sent: it may be a letter."""
    return _problem(request, 422)


def _problem(request: HttpRequest, status: int) -> HttpResponse:
    code, says = SAYS.get(status, SAYS[422])
    return api.create_response(request, {"code": code, "says": says}, status=status)
