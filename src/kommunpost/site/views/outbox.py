"""A person says what became of a mail whose fate is unknown. Here, for the log must hear of it (``subscriptions``)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kommunpost.apps.composing.doors import queued_mail
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow.actions.outbox import resolve_unknown
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.mailflow.rules.outbox import OutboxRefused
from kommunpost.site.subscriptions import DELIVERY_LISTENERS


@require_POST
def resolve(request: AuthenticatedRequest, draft_id: int) -> HttpResponse:
    """It reached them (``was_sent=1``), or it did not and goes once more. For those who answer for the mailbox."""
    if not request.actor.may(Permission.OUTBOX_WRITE):
        raise PermissionDenied
    try:
        draft = queued_mail(request.actor, draft_id, to_change=True)
    except NotVisible as absent:
        raise Http404 from absent
    answer = request.POST.get("was_sent")
    if draft.outgoing_id is None or answer not in {"0", "1"}:
        return redirect("compose-sent", draft_id)
    try:
        resolve_unknown(
            outgoing_id=draft.outgoing_id, was_sent=answer == "1", listeners=DELIVERY_LISTENERS,
            by=request.actor.reference, now=request.now,
        )  # fmt: skip
    except OutboxRefused:
        messages.warning(request, _("Någon har redan svarat på det."))
    else:
        messages.success(request, _("Tack. Utkorgen visar hur det gick."))
    return redirect("compose-sent", draft_id)
