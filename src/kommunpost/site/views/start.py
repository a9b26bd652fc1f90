"""The start page: what waits for whoever signed in."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from kommunpost.apps.composing.queries.drafts import list_reminders
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow import queries as mailflow
from kommunpost.apps.maillog.queries import LogFilter, counts_by_day
from kommunpost.apps.register.queries.handovers import NEEDS, count_group
from kommunpost.apps.register.queries.lists import count_new_answers, count_questions
from kommunpost.site.agenda import Numbers, TaskKind, count_tasks, list_tasks
from kommunpost.site.context import open_rooms

NEWEST = 5
TAB_TEXTS = {TaskKind.ANSWER: _lazy("Svara"), TaskKind.REGISTER: _lazy("Registrera")}


@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """What to answer and to register by its last day, the newest mail, and the pen for those who may empty it."""
    actor, now = request.actor, request.now
    cards = mailflow.list_cards(actor, now=now)
    numbers = count_tasks(actor, now=now)
    chosen = next((kind for kind in numbers.kinds if kind == request.GET.get("visa", "")), None)
    kinds = [chosen] if chosen else list(numbers.kinds)
    addresses = {card.id: card.address for card in cards}
    context = {
        "numbers": numbers,
        "tabs": _tabs(numbers, chosen) if len(numbers.kinds) > 1 else (),
        "chosen": chosen,
        "groups": list_tasks(actor, kinds=kinds, addresses=addresses, numbers=numbers, now=now),
        "newest": mailflow.list_newest(actor, limit=NEWEST),
        "ways": _ways(request),
        "cards": cards,
        "due": list_reminders(actor, now=now, due_only=True),
        "pen": mailflow.count_pen() if actor.may(Permission.PEN_READ) else None,
        "stuck": count_group(NEEDS) if actor.may(Permission.REGISTER_HANDOVER) else 0,
        "asked": _asked(request),
        "intake": _intake(now) if actor.may(Permission.STATUS_READ) else None,
    }
    return render(request, "start.html", context)


def _asked(request: AuthenticatedRequest) -> dict[str, int] | None:
    """Questions for the registrar, and answers for whoever asked."""
    if not request.actor.may(Permission.REGISTER_DECIDE):
        return None
    return {"questions": count_questions(request.actor), "answers": count_new_answers(request.actor)}


def _tabs(numbers: Numbers, chosen: TaskKind | None) -> list[dict[str, object]]:
    here = reverse("start")
    kinds = [(f"{here}?visa={kind}", TAB_TEXTS[kind], number, kind) for kind, number in numbers.kinds.items()]
    every = [(here, _("Allt"), numbers.total, None), *kinds]
    return [
        {"url": url, "label": f"{label} {number}", "is_current": kind == chosen} for url, label, number, kind in every
    ]


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
