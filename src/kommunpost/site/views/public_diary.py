"""The public diary: for everybody, without signing in. It shows what committees have opened, and public texts alone.

Words that are searched for stay out of addresses (ADR 0008): they are posted, and the next page is asked for by posting
them again. Whoever asks too often waits.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.register.forms import DiaryForm
from kommunpost.apps.register.kinds import EntryDirection
from kommunpost.apps.register.queries import public
from kommunpost.apps.register.views.diary import filter_of
from kommunpost.core.swedish.working_days import STOCKHOLM
from kommunpost.site.sign_in import client_address

MOST_A_MINUTE = 60
MINUTE = 60


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def diary(request: HttpRequest) -> HttpResponse:
    """The newest entries of the open diaries, or those that were searched for."""
    committees = _open_or_404()
    if _asks_too_often(request):
        return _wait(request)
    choices = [(str(pk), name) for pk, _code, name in committees]
    form = DiaryForm(request.POST if request.method == "POST" else {}, committees=choices)
    if not form.is_valid():
        return render(request, "public/diary.html", {"form": form}, status=422)
    before = request.POST.get("fore", "")
    page = public.public_page(wanted=filter_of(form.cleaned_data), before=before)
    return render(request, "public/diary.html", {"form": form, "page": page, "is_later": bool(before)})


@login_not_required
@require_safe
def postlist(request: HttpRequest) -> HttpResponse:
    """What is dated in the last two weeks, day by day."""
    _open_or_404()
    if _asks_too_often(request):
        return _wait(request)
    rows = public.postlist(today=_today(request))
    return render(request, "public/postlist.html", {"rows": rows, "days": public.POSTLIST_DAYS})


@login_not_required
@require_safe
def case(request: HttpRequest, designation: str) -> HttpResponse:
    """A case of an open diary. Its number is never secret (OSL 5:2)."""
    _open_or_404()
    if _asks_too_often(request):
        return _wait(request)
    found = public.public_case(designation)
    if found is None:
        raise Http404
    return render(request, "public/case.html", {"case": found[0], "rows": found[1]})


@login_not_required
@require_safe
def postlist_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON: ``{"entries": [{"designation", "committee_code", …, "dated_on": "2026-11-18"}]}``."""
    _open_or_404()
    if _asks_too_often(request):
        return JsonResponse({"error": "too_many_requests"}, status=429, headers={"Retry-After": str(MINUTE)})
    rows: list[dict[str, Any]] = [asdict(row) for row in public.postlist(today=_today(request))]
    return JsonResponse({"entries": [row | {"dated_on": row["dated_on"].isoformat()} for row in rows]})


@login_not_required
@require_safe
def postlist_rss(request: HttpRequest) -> HttpResponse:
    """The list as RSS 2.0."""
    _open_or_404()
    if _asks_too_often(request):
        return HttpResponse(status=429, headers={"Retry-After": str(MINUTE)})
    link = request.build_absolute_uri(reverse("public-postlist"))
    feed = Rss201rev2Feed(
        title=_("Postlista"), link=link, description=_("Nya poster i kommunens diarier"), language="sv"
    )
    for row in public.postlist(today=_today(request)):
        words = [str(EntryDirection(row.direction).label), row.counterpart, row.committee]
        day = datetime(row.dated_on.year, row.dated_on.month, row.dated_on.day, tzinfo=STOCKHOLM)
        feed.add_item(
            title=f"{row.designation} {row.title or _('Uppgiften utelämnad')}", link=link, unique_id=row.designation,
            unique_id_is_permalink=False, description=escape(", ".join(filter(None, words))), pubdate=day,
        )  # fmt: skip
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def _open_or_404() -> list[tuple[int, str, str]]:
    # While no committee has opened its diary there is no such page.
    committees = public.open_committees()
    if not committees:
        raise Http404
    return committees


def _today(request: HttpRequest) -> Any:
    return localdate(getattr(request, "now", None))


def _asks_too_often(request: HttpRequest) -> bool:
    """Whether this visitor has asked more than ``MOST_A_MINUTE`` times in the minute. By process; keeps no address."""
    now: datetime = request.now  # type: ignore[attr-defined]
    minute = int(now.timestamp()) // MINUTE
    who = salted_hmac(
        "kommunpost.public_diary", client_address(request.META, trusted=settings.TRUSTED_PROXIES), algorithm="sha256"
    ).hexdigest()[:32]
    key = f"public-diary:{minute}:{who}"
    cache.add(key, 0, timeout=int(timedelta(minutes=2).total_seconds()))
    return bool(cache.incr(key) > MOST_A_MINUTE)


def _wait(request: HttpRequest) -> HttpResponse:
    answer = render(request, "public/too_often.html", status=429)
    answer["Retry-After"] = str(MINUTE)
    return answer
