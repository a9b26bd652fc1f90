"""One conversation: its mails and notes, whose it is, how long there is left, what has happened."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.composing.queries.drafts import OutboxRow, list_held
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.inbox.actions.reading import trace_reading
from kommunpost.apps.inbox.actions.steps import note_presence
from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.inbox.queries.knowledge import suggest, suggest_authority
from kommunpost.apps.inbox.queries.letters import Letter, open_entry, open_letters, question_of
from kommunpost.apps.inbox.queries.page import Shown, show
from kommunpost.apps.inbox.queries.signs import signs_of
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.states import Move, may_move
from kommunpost.apps.inbox.views.answering import editor_for
from kommunpost.apps.inbox.views.doors import conversation_or_404
from kommunpost.apps.inbox.views.queue import queue_context
from kommunpost.apps.inbox.wording import day_words, status_of
from kommunpost.apps.mailflow import reading
from kommunpost.apps.mailflow.framing import FRAME_POLICY
from kommunpost.apps.mailflow.handing_out import hand_out
from kommunpost.apps.mailflow.queries import NotVisible

MANY = 3
"""Mails and notes that stand open; those before are folded."""


@require_safe
def conversation(request: AuthenticatedRequest, conversation_id: int) -> HttpResponse:
    """The conversation beside its queue."""
    found = conversation_or_404(request, conversation_id)
    return render(request, "inbox/conversation.html", page_context(request, found))


def page_context(request: AuthenticatedRequest, found: Conversation) -> dict[str, object]:
    """All that the page shows. Notes that the reader is here, and traces a reading in somebody else's mailbox."""
    is_ours = found.mailbox_id in request.actor.mailbox_ids
    if is_ours:
        note_presence(actor=request.actor, conversation_id=found.pk, now=request.now)
    else:
        trace_reading(actor=request.actor, conversation_id=found.pk, now=request.now)
    shown = show(found, actor=request.actor, now=request.now)
    letters = open_letters(shown.items)
    held = _held(request, found) if is_ours else {}
    rows = [
        (item, letters.get(item.id) if item.kind == "mail" else None, held.get(item.outgoing_id))
        for item in shown.items
    ]
    return {
        **queue_context(request, found.mailbox_id, found.mailbox.address),
        "shown": shown,
        "mail_count": len(letters),
        "note_count": sum(item.kind == "note" for item in shown.items),
        "earlier": rows[:-MANY],
        "latest": rows[-MANY:],
        "status": status_of(shown.standing) if shown.standing else None,
        "last_day": day_words(shown.standing.last) if shown.standing else "",
        "steps": _steps(shown),
        **_help(found, shown, letters),
        "editor": editor_for(request, found) if is_ours else None,
        "is_ours": is_ours,
        "to_register": _to_register(shown),
        "can_split": found.message_count > 1,
        "merged_into": found.merged_into_id,
        "can": {move.value: may_move(found.state, move) for move in Move},
        "deeds": reverse("conversation-deed", args=[found.pk, "x"]).removesuffix("x/"),
        "base": reverse("conversation", args=[found.pk]),
    }


def _held(request: AuthenticatedRequest, found: Conversation) -> dict[int, OutboxRow]:
    """The answers that have not left yet, by their place in the outbox: for a while they can be taken back."""
    rows = list_held(request.actor, belongs_to=f"conversation:{found.pk}", now=request.now)
    return {row.outgoing_id: row for row in rows}


def _help(found: Conversation, shown: Shown, letters: dict[int, Letter]) -> dict[str, object]:
    """What may help whoever answers: articles for the question, another authority, secrecy, tone."""
    signs = signs_of(found)
    if shown.standing is None:
        return {"signs": signs}
    question = question_of(found.subject, letters.values())
    return {"signs": signs, "suggested": suggest(question), "redirect": suggest_authority(question)}


def _to_register(shown: Shown) -> int | None:
    """The message whose record stands beside the conversation: the newest from outside, else the newest of ours."""
    mails = [item for item in shown.items if item.kind == "mail"]
    newest = max(mails, key=lambda item: (not item.is_out, item.at), default=None)
    return newest.message_id if newest else None


def _steps(shown: Shown) -> tuple[bool, ...]:
    """The two working days as boxes, filled as they pass."""
    if shown.standing is None or shown.is_promised:
        return ()
    gone = 2 - max(0, min(2, shown.standing.days))
    return tuple(number < gone for number in range(2))


@require_safe
@xframe_options_sameorigin
def body(request: AuthenticatedRequest, conversation_id: int, entry_id: int) -> HttpResponse:
    """The formatted body of one mail alone, for the sandboxed frame."""
    framed = reading.framed_for_frame(_entry_or_404(request, conversation_id, entry_id))
    if framed is None:
        raise Http404
    response = render(request, "mailflow/body.html", {"body": mark_safe(framed.html)})  # noqa: S308 - the sanitiser's work
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def attachment(request: AuthenticatedRequest, conversation_id: int, entry_id: int, number: int) -> HttpResponse:
    """A file out of a mail of the conversation: always to save, never to open here."""
    opened = _entry_or_404(request, conversation_id, entry_id)
    if opened.mail is None:
        raise Http404
    try:
        found = reading.file_at(opened.mail, number)
    except NotVisible as absent:
        raise Http404 from absent
    return hand_out(
        request, message_id=opened.message_id, number=number, content=found.content,
        name=reading.file_name(found, number), back=reverse("conversation", args=[conversation_id]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: AuthenticatedRequest, conversation_id: int, entry_id: int) -> HttpResponse:
    """The mail as it came, byte for byte."""
    opened = _entry_or_404(request, conversation_id, entry_id)
    if opened.raw is None:
        raise Http404
    return hand_out(
        request, message_id=opened.message_id, number=None, content=opened.raw, name=f"mejl-{entry_id}.eml",
        back=reverse("conversation", args=[conversation_id]),
    )  # fmt: skip


def _entry_or_404(request: AuthenticatedRequest, conversation_id: int, entry_id: int) -> reading.Opened:
    found = conversation_or_404(request, conversation_id)
    try:
        return open_entry(found, entry_id)
    except InboxRefused as absent:
        raise Http404 from absent
