"""Where the API lies. Its views need no sign-in: a token is asked for in each."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from kommunpost.site.api import advising, judging, outlook
from kommunpost.site.api.door import SAYS, api
from kommunpost.site.api.limits import MAX_BODY_BYTES
from kommunpost.site.outlook.views import origin_of

app_name = "ninja"
ROOMS = (advising, judging, outlook)
"""The modules whose addresses the door has; they put them there when they are read."""


def _opened(pattern: URLPattern) -> URLPattern:
    """The pattern with its view behind the limit of size, and without the sign-in of people."""
    inner: Callable[..., HttpResponseBase] = pattern.callback

    def view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.path == outlook.PATH:
            return with_cors(request, lambda: sized(request, *args, **kwargs))
        return sized(request, *args, **kwargs)

    def sized(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        length = request.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            code, says = SAYS[413]
            return JsonResponse({"code": code, "says": says}, status=413)
        return inner(request, *args, **kwargs)

    view.__doc__ = inner.__doc__
    return path(str(pattern.pattern), login_not_required(never_cache(csrf_exempt(view))), name=pattern.name)


def with_cors(request: HttpRequest, answered: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Classic Outlook on Windows asks first whether the add-in's own address may ask (a preflight); nobody else may."""
    answer = HttpResponse(status=204) if request.method == "OPTIONS" else answered()
    answer.headers["Access-Control-Allow-Origin"] = origin_of(request)
    answer.headers["Access-Control-Allow-Methods"] = "POST"
    answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    answer.headers["Access-Control-Max-Age"] = "600"
    return answer


urlpatterns = [_opened(one) for one in api.urls[0] if isinstance(one, URLPattern)]
