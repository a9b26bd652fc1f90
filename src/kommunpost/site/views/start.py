"""The start page: what waits for whoever signed in."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow import queries as mailflow
from kommunpost.apps.maillog.queries import LogFilter, counts_by_day
from kommunpost.site.context import open_rooms

NEWEST = 8


@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """The newest mail in the reader's mailboxes, today's numbers, and the pen for those who may empty it."""
    cards = mailflow.list_cards(request.actor, now=request.now)
    context = {
        "newest": mailflow.list_newest(request.actor, limit=NEWEST),
        "cards": cards,
        "today_count": sum(card.today for card in cards),
        "pen": mailflow.count_pen() if request.actor.may(Permission.PEN_READ) else None,
        "intake": _intake(request.now) if request.actor.may(Permission.STATUS_READ) else None,
    }
    return render(request, "start.html", context)


def _intake(now: datetime) -> dict[str, object]:
    """What has come and gone today, from the log's tallies, and when something last did."""
    today = localdate(now)
    days = counts_by_day(filter=LogFilter(since=today, until=today))
    return {
        "incoming": sum(day.incoming for day in days),
        "outgoing": sum(day.outgoing for day in days),
        "latest": mailflow.latest_at(),
    }


@require_safe
def keys(request: AuthenticatedRequest) -> HttpResponse:
    """All keys on one page, for those without script too."""
    return render(request, "keys.html", {"rooms": [room for room in open_rooms(request.actor) if room.key]})
