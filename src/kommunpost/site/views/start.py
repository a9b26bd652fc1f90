"""The start page: what waits for whoever signed in."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kommunpost.apps.composing.queries.drafts import list_reminders
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow import queries as mailflow
from kommunpost.apps.mailflow.models import Direction
from kommunpost.apps.maillog.queries import LogFilter, counts_by_day
from kommunpost.apps.register.queries.lists import count_new_answers, count_questions
from kommunpost.apps.register.queries.queue import count_waiting, list_late
from kommunpost.site.context import open_rooms

NEWEST = 12
MOST_TABS = 6
MOST_LATE = 3


@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """The newest mail in the reader's mailboxes, today's numbers, and the pen for those who may empty it."""
    cards = mailflow.list_cards(request.actor, now=request.now)
    chosen = _chosen(request, cards)
    context = {
        "newest": _newest(request, chosen),
        "chosen": chosen,
        "tabs": _tabs(cards, chosen) if 1 < len(cards) < MOST_TABS else (),
        "ways": _ways(request),
        "cards": cards,
        "today_count": sum(card.today for card in cards),
        "due": list_reminders(request.actor, now=request.now, due_only=True),
        "pen": mailflow.count_pen() if request.actor.may(Permission.PEN_READ) else None,
        "register": _register(request),
        "intake": _intake(request.now) if request.actor.may(Permission.STATUS_READ) else None,
    }
    return render(request, "start.html", context)


def _register(request: AuthenticatedRequest) -> dict[str, object] | None:
    """What waits to be registered, and what is late; questions for the registrar; answers for whoever asked."""
    if not request.actor.may(Permission.REGISTER_DECIDE):
        return None
    waiting, late = count_waiting(request.actor, now=request.now)
    return {
        "waiting": waiting,
        "late": late,
        "rows": list_late(request.actor, now=request.now, limit=MOST_LATE) if late else (),
        "questions": count_questions(request.actor),
        "answers": count_new_answers(request.actor),
    }


def _chosen(request: AuthenticatedRequest, cards: Sequence[mailflow.Card]) -> int | None:
    """The one of the reader's mailboxes that the page is narrowed to."""
    asked = request.GET.get("brevlada", "")
    return next((card.id for card in cards if str(card.id) == asked), None)


def _newest(request: AuthenticatedRequest, chosen: int | None) -> tuple[mailflow.Row, ...]:
    if chosen is None:
        return mailflow.list_newest(request.actor, limit=NEWEST)
    return mailflow.list_page(mailbox_id=chosen, direction=Direction.IN).rows[:NEWEST]


def _tabs(cards: Sequence[mailflow.Card], chosen: int | None) -> list[dict[str, object]]:
    here = reverse("start")
    boxes = [(f"{here}?brevlada={card.id}", card.address.partition("@")[0] + "@", card.id) for card in cards]
    every = [(here, _("Allt"), None), *boxes]
    return [{"url": url, "label": label, "is_current": number == chosen} for url, label, number in every]


def _ways(request: AuthenticatedRequest) -> list[dict[str, object]]:
    """Where people go next: the rooms that the reader may enter, each with what it is good for."""
    says = {
        "drafts": _("Nya mejl, utkast och utkorgen."),
        "log": _("Vem skrev till vem, och när."),
        "register": _("Det som ska in i diariet, och när."),
        "diary": _("Det som är registrerat, och ärendena."),
        "directory": _("Vem som svarar för vad."),
        "audit": _("Vem som gjorde och läste vad."),
        "operations": _("Vad som svarar, väntar och har tystnat."),
        "handbook": _("Riktlinjerna, punkt för punkt."),
    }
    return [
        {"url": reverse(room.url_name), "icon": room.icon, "label": room.label, "says": says[room.url_name]}
        for room in open_rooms(request.actor)
        if room.url_name in says
    ]


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
