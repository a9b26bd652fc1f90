"""Mailboxes, mail, and what a mail holds. Every page here is behind the sign-in (middleware of the site)."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.mailflow import queries, reading
from kommunpost.apps.mailflow.framing import FRAME_POLICY
from kommunpost.apps.mailflow.handing_out import hand_out
from kommunpost.apps.mailflow.models import Direction
from kommunpost.apps.mailflow.queries import NotVisible, Page
from kommunpost.apps.mailflow.queries.scans import verdicts_of
from kommunpost.apps.mailflow.wording import invitation_facts, report_answer, report_words
from kommunpost.core.mail import ParsedMail, read_invitation, shown_sender

OUTGOING = "ut"


@require_safe
def mailbox(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """A mailbox's mail, newest first."""
    return render(request, "mailflow/mailbox.html", _list_context(request, mailbox_id))


@require_safe
def pen(request: AuthenticatedRequest) -> HttpResponse:
    """Mail that no mailbox answers for."""
    return render(request, "mailflow/mailbox.html", _list_context(request, None))


@require_safe
def message(request: AuthenticatedRequest, delivery_id: int, mailbox_id: int | None = None) -> HttpResponse:
    """One mail: text, formatted body in a frame of its own, files, facts."""
    opened = _open(request, mailbox_id, delivery_id)
    mail, lies_in = opened.mail, opened.delivery.mailbox.address if opened.delivery.mailbox else ""
    is_framed = bool(mail and mail.html and request.GET.get("form") == "html")
    context = {
        **_list_context(request, mailbox_id),
        "opened": opened,
        "mail": mail,
        "sender": reading.sender_of(mail) if mail else None,
        "parts": reading.parts_of(mail) if mail and not is_framed else [],
        "framed": reading.framed_for_page(opened) if is_framed else None,
        "files": reading.files_of(mail, verdicts_of([opened.message_id])[opened.message_id]) if mail else [],
        "remarks": reading.remarks_on(opened),
        "automatic": reading.automatic_text(mail) if mail else "",
        "recipients": reading.people_of(mail.headers.to, beside=lies_in) if mail else None,
        "copies": reading.people_of(mail.headers.cc, beside=lies_in) if mail else None,
        "header_text": reading.header_text(opened.raw) if opened.raw else "",
        "ways": reading.list_ways(request.actor, opened.message_id),
        "base": request.path,
        "neighbours": queries.list_neighbours(mailbox_id=mailbox_id, delivery_id=delivery_id, thread=opened.thread),
        **(_said_in(mail) if mail else {}),
    }
    return render(request, "mailflow/message.html", context)


def _said_in(mail: ParsedMail) -> dict[str, object]:
    """What the mail's machine-written parts say: a bounce, a receipt, an invitation."""
    invitation = read_invitation(mail.attachments)
    return {
        "sender_name": shown_sender(mail.headers.sender.name, mail.headers.sender.address),
        "report": report_words(mail.report),
        "report_answer": report_answer(mail.report),
        "invitation": invitation_facts(invitation, sender=mail.headers.sender.address),
        "is_cancelled": bool(invitation and invitation.is_cancelled),
    }


@require_safe
@xframe_options_sameorigin
def body(request: AuthenticatedRequest, delivery_id: int, mailbox_id: int | None = None) -> HttpResponse:
    """The formatted body alone, for the sandboxed frame."""
    framed = reading.framed_for_frame(_open(request, mailbox_id, delivery_id))
    if framed is None:
        raise Http404
    response = render(request, "mailflow/body.html", {"body": mark_safe(framed.html)})  # noqa: S308 - this is the sanitiser's work
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def attachment(
    request: AuthenticatedRequest, delivery_id: int, number: int, mailbox_id: int | None = None
) -> HttpResponse:
    """A file out of a mail: always to save, never to open here."""
    opened = _open(request, mailbox_id, delivery_id)
    if opened.mail is None:
        raise Http404
    try:
        found = reading.file_at(opened.mail, number)
    except NotVisible as absent:
        raise Http404 from absent
    return hand_out(
        request, message_id=opened.message_id, number=number, content=found.content,
        name=reading.file_name(found, number), back=_page_of(mailbox_id, delivery_id),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: AuthenticatedRequest, delivery_id: int, mailbox_id: int | None = None) -> HttpResponse:
    """The mail as it came, byte for byte."""
    opened = _open(request, mailbox_id, delivery_id)
    if opened.raw is None:
        raise Http404
    return hand_out(
        request, message_id=opened.message_id, number=None, content=opened.raw, name=f"mejl-{delivery_id}.eml",
        back=_page_of(mailbox_id, delivery_id),
    )  # fmt: skip


def _page_of(mailbox_id: int | None, delivery_id: int) -> str:
    if mailbox_id is None:
        return reverse("pen-message", args=[delivery_id])
    return reverse("message", args=[mailbox_id, delivery_id])


def _open(request: AuthenticatedRequest, mailbox_id: int | None, delivery_id: int) -> reading.Opened:
    try:
        return reading.open_message(request.actor, mailbox_id=mailbox_id, delivery_id=delivery_id, now=request.now)
    except NotVisible as absent:
        raise Http404 from absent


def _list_context(request: AuthenticatedRequest, mailbox_id: int | None) -> dict[str, object]:
    is_out = request.GET.get("visa") == OUTGOING
    direction = Direction.OUT if is_out else Direction.IN
    before = request.GET.get("fore", "")
    try:
        if mailbox_id is None:
            page: Page = queries.list_pen(request.actor, before=before)
            return {"mailbox": None, "page": page, **_list_addresses(reverse("pen"), before, page)}
        box = queries.check_mailbox(request.actor, mailbox_id)
    except NotVisible as absent:
        raise Http404 from absent
    page = queries.list_page(mailbox_id=mailbox_id, direction=direction, before=before)
    addresses = _list_addresses(reverse("mailbox", args=[mailbox_id]), before, page, visa=OUTGOING if is_out else "")
    return {"mailbox": box, "page": page, "is_out": is_out, "title": box.address.partition("@")[0] + "@", **addresses}


def _list_addresses(base: str, before: str, page: Page, *, visa: str = "") -> dict[str, str]:
    """Where the list's links lead. A mail keeps the page of the list that it was opened from."""
    kept = {"visa": visa} if visa else {}
    here = {**kept, "fore": before} if before else kept
    return {
        "before": before,
        "list_query": f"?{urlencode(here)}" if here else "",
        "list_url": f"{base}?{urlencode(here)}" if here else base,
        "newer_url": (f"{base}?{urlencode(kept)}" if kept else base) if before else "",
        "older_url": f"{base}?{urlencode({**kept, 'fore': page.older})}" if page.older else "",
    }
