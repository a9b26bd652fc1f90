"""Connected mailboxes, for the IT unit: add one, try it, see how it goes, pause it, take it away. No mail is shown."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow.actions import connections
from kommunpost.apps.mailflow.models import Connection, FolderRole
from kommunpost.apps.mailflow.queries.connections import (
    NOT_READING,
    ConnectionRow,
    folders_of,
    get_connection,
    list_connections,
    unconnected_mailboxes,
)
from kommunpost.apps.mailflow.rules.sync import SyncRefused
from kommunpost.apps.mailflow.sync.contract import SourceError
from kommunpost.site.mailbox_forms import FORMS
from kommunpost.site.mailbox_wording import refusal_words, trouble_words
from kommunpost.site.serving.sources import open_source

MOST = 1 << 62
DEEDS = {
    "pausa": (connections.pause_connection, gettext_lazy("Brevlådan är pausad.")),
    "las-igen": (connections.resume_connection, gettext_lazy("Brevlådan läses igen.")),
    "las-nu": (connections.read_now, gettext_lazy("Brevlådan läses och räknas om några sekunder.")),
}


@require_safe
def mailboxes(request: AuthenticatedRequest) -> HttpResponse:
    """All of them, with how it goes."""
    _check(request)
    rows = [(row, status_of(row), trouble_words(row.trouble)) for row in list_connections(now=request.now)]
    return render(request, "operations/mailboxes.html", {"rows": rows})


@require_safe
def mailbox(request: AuthenticatedRequest, connection_id: int) -> HttpResponse:
    """One, with its folders."""
    row = _row_or_404(request, connection_id)
    context = {
        "row": row, "status": status_of(row), "trouble": trouble_words(row.trouble), "folders": folders_of(row.id),
    }  # fmt: skip
    return render(request, "operations/mailbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """A new connection."""
    _check(request)
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST if request.method == "POST" else None, boxes=unconnected_mailboxes())
    if form.is_valid():
        try:
            pk = connections.add_connection(
                actor=request.actor, mailbox_id=int(form.cleaned_data["mailbox"]), reach=form.reach(), now=request.now
            )
        except SyncRefused as refusal:
            form.add_error(None, refusal_words(refusal.code))
        else:
            messages.success(request, _("Brevlådan är ansluten. Prova den, och se sedan att den läses."))
            return redirect("mailbox-connection", pk)
    context = {"form": form, "title": _("Anslut en brevlåda"), "cancel": reverse("mailbox-connections"), "kind": kind}
    return render(request, "operations/mailbox_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedRequest, connection_id: int) -> HttpResponse:
    """Other settings. The secret is never shown; an empty field keeps it."""
    row = _row_or_404(request, connection_id)
    names = ("host", "port", "security", "tenant", "login", "move_to", "stores_sent")
    initial = {name: getattr(row, name) for name in names}
    form = FORMS[row.kind](request.POST if request.method == "POST" else None, boxes=(), row=row, initial=initial)
    if form.is_valid():
        try:
            connections.change_connection(
                actor=request.actor, connection_id=row.id, reach=form.reach(), now=request.now
            )
        except SyncRefused as refusal:
            form.add_error(None, refusal_words(refusal.code))
        else:
            messages.success(request, _("Anslutningen är ändrad."))
            return redirect("mailbox-connection", row.id)
    cancel = reverse("mailbox-connection", args=[row.id])
    context = {"form": form, "title": row.address, "cancel": cancel, "kind": row.kind}
    return render(request, "operations/mailbox_form.html", context, status=422 if form.errors else 200)


@require_POST
def probe(request: AuthenticatedRequest, connection_id: int) -> HttpResponse:
    """Sign in and look at the folders, now, and say how it went. Takes in nothing."""
    row = _row_or_404(request, connection_id)
    try:
        source = open_source(Connection.objects.select_related("mailbox").get(pk=row.id))
        try:
            folders = source.folders()
        finally:
            source.close()
    except SourceError as error:
        messages.error(request, trouble_words(error.code))
    else:
        number = sum(one.role is not FolderRole.DRAFTS for one in folders)
        said = ngettext("Inloggningen gick bra. %d mapp läses.", "Inloggningen gick bra. %d mappar läses.", number)
        messages.success(request, said % number)
        if not any(one.role is FolderRole.SENT for one in folders):
            messages.warning(request, _("Ingen mapp är märkt som Skickat, så svar från e-postprogram syns inte."))
    return redirect("mailbox-connection", row.id)


@require_POST
def do(request: AuthenticatedRequest, connection_id: int, deed: str) -> HttpResponse:
    """Pause, resume, or read now."""
    row = _row_or_404(request, connection_id)
    if deed not in DEEDS:
        raise Http404
    action, done = DEEDS[deed]
    if _attempt(request, lambda: action(actor=request.actor, connection_id=row.id, now=request.now)):
        messages.success(request, done)
    return redirect("mailbox-connection", row.id)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, connection_id: int) -> HttpResponse:
    """Ask, then take the connection away."""
    row = _row_or_404(request, connection_id)
    if request.method == "POST":
        connections.remove_connection(actor=request.actor, connection_id=row.id, now=request.now)
        messages.success(request, _("Anslutningen är borttagen."))
        return redirect("mailbox-connections")
    context = {
        "title": _("Ta bort anslutningen"),
        "question": row.address,
        "consequences": [
            _("Ny post i brevlådan kommer inte hit."),
            _("Mejl som är intagna ligger kvar, och inget ändras i e-postsystemet."),
            _("Ansluter du brevlådan igen läses allt om, och inget dubbleras."),
        ],
        "action": _("Ta bort"),
        "cancel": reverse("mailbox-connection", args=[row.id]),
        "danger": True,
    }
    return render(request, "confirm.html", context)


def status_of(row: ConnectionRow) -> tuple[str, str]:
    """(key of the status component, words)."""
    if row.state in NOT_READING or row.is_late:
        return "late", row.state_label
    return {"live": "done", "paused": "hold"}.get(row.state, "wait"), row.state_label


def _attempt(request: AuthenticatedRequest, deed: Callable[[], object]) -> bool:
    try:
        deed()
    except SyncRefused as refusal:
        messages.error(request, refusal_words(refusal.code))
        return False
    return True


def _row_or_404(request: AuthenticatedRequest, connection_id: int) -> ConnectionRow:
    _check(request)
    if connection_id >= MOST:
        raise Http404
    try:
        return get_connection(connection_id, now=request.now)
    except SyncRefused as absent:
        raise Http404 from absent


def _check(request: AuthenticatedRequest) -> None:
    if not request.actor.may(Permission.CONNECTION_EDIT):
        raise PermissionDenied
