"""The way in, and a mailbox's queue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.inbox.queries import queue as queues
from kommunpost.apps.inbox.queries.queue import Counts, Page, Row, Tab
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.inbox.views.doors import queue_or_404
from kommunpost.apps.inbox.wording import group_label, status_of
from kommunpost.apps.mailflow import queries as mailflow

TAB_TEXTS: dict[Tab, str | Promise] = {
    Tab.TO_ANSWER: _("Att svara"),
    Tab.MINE: _("Mina"),
    Tab.WAITING: _("Väntar"),
    Tab.ALL: _("Alla"),
}
EMPTY_TEXTS: dict[Tab, str | Promise] = {
    Tab.TO_ANSWER: _("Ingen väntar på svar här."),
    Tab.MINE: _("Du har inget att svara på här."),
    Tab.WAITING: _("Ingen konversation väntar på avsändaren."),
    Tab.ALL: _("Inget har kommit hit än."),
}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with its address and its state in words."""

    row: Row
    url: str
    status: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading. ``count`` covers rows on other pages too; None when nobody counted."""

    label: str
    count: int | None
    rows: tuple[ShownRow, ...]


@require_safe
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """The mailboxes that the reader answers for: shared ones with what waits in them, then their own, then others."""
    cards = mailflow.list_cards(request.actor, now=request.now)
    boxes = queues.list_boxes(request.actor, now=request.now) if request.actor.may(Permission.MESSAGE_READ) else []
    shared = {box.id for box in boxes}
    context = {
        "boxes": boxes,
        "cards": [card for card in cards if card.id not in shared],
        "count": len(cards),
        "others": mailflow.list_other_mailboxes(request.actor),
        "shared_kinds": SHARED_KINDS,
        "pen": mailflow.count_pen() if request.actor.may(Permission.PEN_READ) else None,
    }
    return render(request, "inbox/overview.html", context)


@require_safe
def queue(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """What awaits an answer in a shared mailbox, by its last day."""
    box = queue_or_404(request, mailbox_id)
    return render(request, "inbox/queue.html", queue_context(request, mailbox_id, box.address))


def queue_context(request: AuthenticatedRequest, mailbox_id: int, address: str) -> dict[str, object]:
    """The list as the queue's page and the conversation's page both show it. Five queries, however long it is."""
    tab, after = _asked(request)
    person_id = request.actor.person_id
    page = queues.list_queue(mailbox_id=mailbox_id, tab=tab, person_id=person_id, after=after, now=request.now)
    counts = queues.count_queue(mailbox_id=mailbox_id, person_id=person_id, now=request.now)
    base = reverse("queue", args=[mailbox_id])
    kept = {} if tab is Tab.TO_ANSWER else {"visa": str(tab)}
    here = {**kept, "efter": after} if after else kept
    return {
        "queue_title": address.partition("@")[0] + "@",
        "queue_mailbox_id": mailbox_id,
        "tabs": _tabs(base, tab, counts),
        "groups": _groups(request, page, tab, counts, query=f"?{urlencode(here)}" if here else ""),
        "empty_text": EMPTY_TEXTS[tab],
        "queue_url": f"{base}?{urlencode(here)}" if here else base,
        "first_url": (f"{base}?{urlencode(kept)}" if kept else base) if after else "",
        "next_url": f"{base}?{urlencode({**kept, 'efter': page.after})}" if page.after else "",
    }


def _asked(request: AuthenticatedRequest) -> tuple[Tab, str]:
    wanted = request.GET.get("visa", "")
    tab = Tab(wanted) if wanted in set(Tab) else Tab.TO_ANSWER
    return tab, request.GET.get("efter", "")


def _tabs(base: str, current: Tab, counts: Counts) -> list[dict[str, object]]:
    return [
        {
            "url": base if tab is Tab.TO_ANSWER else f"{base}?visa={tab}",
            "label": TAB_TEXTS[tab],
            "count": _figure(counts.tabs[tab]) if tab in counts.tabs else None,
            "is_current": tab is current,
        }
        for tab in Tab
    ]


def _figure(count: int) -> str:
    return f"{count}+" if count >= queues.MOST_COUNTED else str(count)


def _groups(request: AuthenticatedRequest, page: Page, tab: Tab, counts: Counts, *, query: str) -> Sequence[RowGroup]:
    shown = [shown_row(row, query) for row in page.rows]
    if tab not in {Tab.TO_ANSWER, Tab.MINE}:
        return [RowGroup("", None, tuple(shown))] if shown else []
    found = []
    for group, rows in groupby(shown, key=lambda one: one.row.standing.group if one.row.standing else None):
        members = tuple(rows)
        standing = members[0].row.standing
        if group is None or standing is None:
            continue
        label = group_label(group, now=request.now, last=standing.last)
        found.append(RowGroup(label, counts.groups[group] if tab is Tab.TO_ANSWER else None, members))
    return found


def shown_row(row: Row, query: str) -> ShownRow:
    """A row with the address of its page; ``query`` keeps the page of the list that it was opened from."""
    url = reverse("conversation", args=[row.id]) + query
    at = row if row.standing else replace(row, at=row.last_at)
    return ShownRow(at, url, status_of(row.standing) if row.standing else None)
