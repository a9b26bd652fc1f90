"""The IT unit's page: what answers, what waits, what failed, what is silent; and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.mailflow.actions.outbox import resolve_unknown
from kommunpost.apps.mailflow.relay import Relay, RelayUnset
from kommunpost.apps.mailflow.rules.outbox import OutboxRefused
from kommunpost.site.operations import actions
from kommunpost.site.operations.errors import OperationRefused
from kommunpost.site.operations.finding_texts import in_words
from kommunpost.site.operations.queries import status
from kommunpost.site.operations.queries.proof import latest_whole, verification_under_way
from kommunpost.site.operations.queries.rhythm import Hour, SilentMailbox, hours, silent_mailboxes
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

BASE, HEIGHT, LEFT, STEP, BAR = 76, 60, 36, 51, 34
STATES = {"wrong": "late", "note": "today", "ok": "done"}


@dataclass(frozen=True, slots=True)
class HourBar:
    """One hour of the chart; coordinates as text, for a template would write a decimal comma. ``y``, ``height`` in."""

    label: str
    x: str
    y: str
    height: str
    incoming: int
    outgoing: int


@require_safe
def operations(request: AuthenticatedRequest) -> HttpResponse:
    """The state of the house, right now."""
    _check(request)
    intake = hours(now=request.now)
    round_ = status.doctors_round()
    context = {
        "doors": status.doors(),
        "database": status.database_version(),
        "relay": _relay(),
        "may_connect": request.actor.may(Permission.CONNECTION_EDIT),
        "may_choose_system": request.actor.may(Permission.CASE_SYSTEM_EDIT),
        "workers": status.workers(now=request.now),
        "kinds": status.task_kinds(),
        "failed": status.failed_tasks(),
        "set_aside": status.set_aside(),
        "queues": status.queues(),
        "unknown": status.unknown_mails(),
        "silent": [(one.address, why(one)) for one in silent_mailboxes(now=request.now)],
        "bars": bars(intake),
        "incoming": sum(one.incoming for one in intake),
        "outgoing": sum(one.outgoing for one in intake),
        "round": round_,
        "findings": [(STATES[one["level"]], *in_words(one)) for one in round_.findings],
        "whole": latest_whole(),
        "under_way": verification_under_way(),
        "may_manage_programs": request.actor.may(Permission.PROGRAM_MANAGE),
    }
    return render(request, "operations/operations.html", context)


@require_POST
def ask_doctor(request: AuthenticatedRequest) -> HttpResponse:
    """Ask for a round of the doctor; the worker goes it within seconds."""
    _check(request)
    try:
        actions.ask_examination(by=request.actor, now=request.now)
    except OperationRefused:
        messages.info(request, _("En hälsokontroll är redan på väg."))
    return redirect("operations")


@require_POST
def ask_proof(request: AuthenticatedRequest) -> HttpResponse:
    """Ask the worker to verify everything."""
    _check(request)
    try:
        actions.ask_verification(scope="whole", by=request.actor, now=request.now)
    except OperationRefused:
        messages.info(request, _("En kontroll pågår redan."))
    return redirect("operations")


@require_POST
def see_to_task(request: AuthenticatedRequest, task_id: UUID) -> HttpResponse:
    """Run a failed task again, or set it aside with a reason."""
    _check(request)
    try:
        if request.POST.get("do") == "rerun":
            actions.rerun_task(task_id=str(task_id), by=request.actor, now=request.now)
            messages.success(request, _("Arbetet ligger i kön igen."))
        else:
            reason = request.POST.get("reason", "")
            actions.set_task_aside(task_id=str(task_id), reason=reason, by=request.actor, now=request.now)
            messages.success(request, _("Arbetet är avskrivet."))
    except OperationRefused as refusal:
        if refusal.code != "reason_missing":
            raise Http404 from refusal
        messages.warning(request, _("Skriv varför arbetet avskrivs."))
    return redirect("operations")


@require_POST
def resolve_mail(request: AuthenticatedRequest, outgoing_id: int) -> HttpResponse:
    """Say what became of a mail of unknown fate: it went, or it is sent again."""
    _check(request)
    answer = request.POST.get("sent")
    if answer not in {"yes", "no"}:
        raise Http404
    try:
        resolve_unknown(
            outgoing_id=outgoing_id, was_sent=answer == "yes", listeners=DELIVERY_LISTENERS,
            by=request.actor.reference, now=request.now,
        )  # fmt: skip
    except OutboxRefused as refusal:
        raise Http404 from refusal
    messages.success(request, _("Mejlet räknas som skickat.") if answer == "yes" else _("Mejlet skickas en gång till."))
    return redirect("operations")


def why(one: SilentMailbox) -> str:
    """The sentence that tells why a mailbox is thought to be silent."""
    words = _(
        "Brukar få %(usual)s mejl på en %(weekday)s. "
        "Inget har kommit sedan %(day)s, fast omkring %(expected)s var väntade."
    )
    return words % {
        "usual": f"{one.usual:.0f}",
        "weekday": str(WEEKDAYS[one.weekday]).lower(),
        "day": timezone.localtime(one.last_at).strftime("%Y-%m-%d %H.%M") if one.last_at else "–",
        "expected": f"{one.expected:.0f}",
    }


def bars(intake: Sequence[Hour]) -> list[HourBar]:
    """The incoming mail of each hour as a bar from 0; the tallest fills the chart."""
    top = max((one.incoming for one in intake), default=0) or 1
    drawn = []
    for number, one in enumerate(intake):
        height = one.incoming * HEIGHT / top
        label = f"{timezone.localtime(one.at):%H}"
        x, y = f"{LEFT + number * STEP}", f"{BASE - height:.1f}"
        drawn.append(HourBar(label, x, y, f"{height:.1f}", one.incoming, one.outgoing))
    return drawn


def _relay() -> str:
    # Host and port alone: the address may hold a password.
    try:
        relay = Relay.at(settings.RELAY_URL)
    except RelayUnset:
        return ""
    return f"{relay.host}:{relay.port}"


def _check(request: AuthenticatedRequest) -> None:
    if not request.actor.may(Permission.STATUS_READ):
        raise PermissionDenied
