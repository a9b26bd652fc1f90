"""The start page: what waits for whoever signed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow import mailbox_lists

NEWEST = 8


@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """The newest mail in the reader's mailboxes, today's numbers, and the pen for those who may empty it."""
    cards = mailbox_lists.list_cards(request.actor, now=request.now)
    context = {
        "newest": mailbox_lists.list_newest(request.actor, limit=NEWEST),
        "cards": cards,
        "today_count": sum(card.today for card in cards),
        "pen": mailbox_lists.count_pen() if request.actor.may(Permission.PEN_READ) else None,
        "intake": mailbox_lists.intake_today(now=request.now) if request.actor.may(Permission.STATUS_READ) else None,
    }
    return render(request, "start.html", context)
