"""Lists: drafts, outbox, reminders; the page of the common signature; the text for the intranet."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kommunpost.apps.composing.actions.reminders import close_reminder
from kommunpost.apps.composing.queries.directory import lists_among
from kommunpost.apps.composing.queries.drafts import (
    count_drafts,
    list_drafts,
    list_outbox,
    list_reminders,
    sender_choices,
)
from kommunpost.apps.composing.queries.signatures import profile, signature_facts, signature_of
from kommunpost.apps.composing.rules.recipients import read_typed
from kommunpost.apps.composing.views.doors import ask, draft_or_404
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow.queries import NotVisible


@require_safe
def drafts(request: AuthenticatedRequest) -> HttpResponse:
    """What the reader is writing, and where to begin a new mail."""
    ask(request, Permission.OUTBOX_WRITE)
    context = {
        "rows": list_drafts(request.actor),
        "senders": sender_choices(request.actor),
        "tabs": tabs(request, "drafts"),
        "due": list_reminders(request.actor, now=request.now, due_only=True),
    }
    return render(request, "composing/drafts.html", context)


@require_safe
def discarded(request: AuthenticatedRequest) -> HttpResponse:
    """Drafts thrown away during the last week."""
    ask(request, Permission.OUTBOX_WRITE)
    context = {"rows": list_drafts(request.actor, discarded=True), "tabs": tabs(request, "compose-discarded")}
    return render(request, "composing/discarded.html", context)


@require_safe
def outbox(request: AuthenticatedRequest) -> HttpResponse:
    """Every mail that was sent from the reader's mailboxes, with what became of it."""
    ask(request, Permission.OUTBOX_READ)
    before = request.GET.get("fore", "")
    rows, older = list_outbox(request.actor, before=before, now=request.now)
    here = reverse("outbox")
    context = {
        "rows": rows,
        "older_url": f"{here}?fore={older}" if older else "",
        "newer_url": here if before else "",
        "tabs": tabs(request, "outbox"),
        "may_write": request.actor.may(Permission.OUTBOX_WRITE),
    }
    return render(request, "composing/outbox.html", context)


@require_safe
def reminders(request: AuthenticatedRequest) -> HttpResponse:
    """Answers that somebody asked for by a day, in the reader's mailboxes."""
    ask(request, Permission.OUTBOX_READ)
    rows = list_reminders(request.actor, now=request.now)
    return render(request, "composing/reminders.html", {"rows": rows, "tabs": tabs(request, "reminders")})


@require_POST
def close(request: AuthenticatedRequest, reminder_id: int) -> HttpResponse:
    """Nobody waits for this answer any longer."""
    ask(request, Permission.OUTBOX_WRITE)
    try:
        close_reminder(actor=request.actor, reminder_id=reminder_id, now=request.now)
    except NotVisible:
        messages.warning(request, _("Bevakningen är redan avslutad."))
    else:
        messages.success(request, _("Bevakningen är avslutad."))
    return redirect("reminders")


@require_safe
def signature(request: AuthenticatedRequest) -> HttpResponse:
    """How the common signature is built, mailbox by mailbox, and where each line is changed."""
    ask(request, Permission.OUTBOX_WRITE)
    built = [
        {
            "sender": label,
            "text": signature_of(person_id=request.actor.person_id, mailbox_id=mailbox_id),
            "facts": signature_facts(person_id=request.actor.person_id, mailbox_id=mailbox_id),
        }
        for mailbox_id, label in sender_choices(request.actor)
    ]
    return render(request, "composing/signature.html", {"built": built, "tabs": tabs(request, "signature")})


@require_safe
def intranet(request: AuthenticatedRequest, draft_id: int) -> HttpResponse:
    """The text of a mail that was meant for many, ready to be put on the intranet (clause ``no-mass-mail``)."""
    draft = draft_or_404(request, draft_id)
    addresses = [one.address for text in (draft.to, draft.cc, draft.bcc) for one in read_typed(text).addresses]
    lists = lists_among(addresses)
    context = {
        "draft": {"id": draft.pk, "subject": draft.subject, "body": draft.body},
        "lists": lists,
        "reached": sum(one.number for one in lists) + len(set(addresses)) - len(lists),
        "link": profile().municipality.intranet_link,
    }
    return render(request, "composing/intranet.html", context)


def tabs(request: AuthenticatedRequest, here: str) -> list[dict[str, object]]:
    """The tabs of the room; ``here`` is the url name of the one that is open."""
    labels = [
        ("drafts", _("Utkast"), count_drafts(request.actor)),
        ("outbox", _("Utkorg"), None),
        ("reminders", _("Bevakningar"), None),
        ("canned", _("Standardtexter"), None),
        ("signature", _("Signatur"), None),
        ("compose-discarded", _("Kastat"), None),
    ]
    return [
        {"url": reverse(name), "label": label, "is_current": name == here, "count": count}
        for name, label, count in labels
    ]
