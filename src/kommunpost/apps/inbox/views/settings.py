"""A mailbox's settings, rota and statistics; and when somebody wants digests."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.inbox.actions import settings as choosing
from kommunpost.apps.inbox.actions.automatic import STANDARD_TEXT, reset_fuse
from kommunpost.apps.inbox.actions.watching import STANDARD_TIMES
from kommunpost.apps.inbox.calendar import phone_times
from kommunpost.apps.inbox.forms import DigestForm, MailboxForm, ShiftForm
from kommunpost.apps.inbox.models import DigestChoice, Fuse, MailboxSettings, Shift
from kommunpost.apps.inbox.queries.page import members_of
from kommunpost.apps.inbox.queries.statistics import statistics_of
from kommunpost.apps.inbox.rules.receipts import FUSE
from kommunpost.apps.inbox.rules.rota import open_spans, uncovered
from kommunpost.apps.inbox.views.doors import attempt, managed_or_404, queue_or_404

DAYS = 10


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """Receipts, watch, and the rota of the coming days."""
    mailbox = managed_or_404(request, mailbox_id)
    chosen = MailboxSettings.objects.filter(pk=mailbox.pk).first() or MailboxSettings(mailbox=mailbox)
    initial = {
        "receipt_on": chosen.receipt_on,
        "receipt_text": chosen.receipt_text or STANDARD_TEXT,
        "watch_on": chosen.watch_on,
    }
    form = MailboxForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and attempt(
        request,
        lambda: choosing.save_settings(
            actor=request.actor, mailbox_id=mailbox.pk, now=request.now, **form.cleaned_data
        ),
        done=_("Valen är sparade."),
    ):
        return redirect("mailbox-settings", mailbox.pk)
    return _show(request, mailbox, form, None)


@require_POST
def reset(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """Somebody has looked at why the fuse blew: receipts may go again."""
    mailbox = managed_or_404(request, mailbox_id)
    reset_fuse(actor=request.actor, now=request.now)
    messages.success(request, _("Mottagningsbevis går igen."))
    return redirect("mailbox-settings", mailbox.pk)


@require_POST
def add_shift(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """Put somebody on the rota."""
    mailbox = managed_or_404(request, mailbox_id)
    form = ShiftForm(request.POST, members=members_of(mailbox.pk))
    if not form.is_valid():
        return _show(request, mailbox, None, form)
    asked = form.cleaned_data
    attempt(
        request,
        lambda: choosing.add_shift(
            actor=request.actor,
            mailbox_id=mailbox.pk,
            person_id=int(asked["person"]),
            day=asked["day"],
            start=asked["start"],
            end=asked["end"],
            now=request.now,
        ),
        done=_("Passet är tillagt."),
    )
    return redirect("mailbox-settings", mailbox.pk)


@require_POST
def remove_shift(request: AuthenticatedRequest, mailbox_id: int, shift_id: int) -> HttpResponse:
    """Take a shift off the rota."""
    mailbox = managed_or_404(request, mailbox_id)
    choosing.remove_shift(actor=request.actor, mailbox_id=mailbox.pk, shift_id=shift_id, now=request.now)
    messages.success(request, _("Passet är borttaget."))
    return redirect("mailbox-settings", mailbox.pk)


def _show(
    request: AuthenticatedRequest, mailbox: Mailbox, form: MailboxForm | None, shift_form: ShiftForm | None
) -> HttpResponse:
    chosen = MailboxSettings.objects.filter(pk=mailbox.pk).first() or MailboxSettings(mailbox=mailbox)
    initial = {"receipt_on": chosen.receipt_on, "receipt_text": chosen.receipt_text or STANDARD_TEXT,
               "watch_on": chosen.watch_on}  # fmt: skip
    is_wrong = bool((form and form.errors) or (shift_form and shift_form.errors))
    context = {
        "box": mailbox,
        "form": form or MailboxForm(initial=initial),
        "shift_form": shift_form or ShiftForm(members=members_of(mailbox.pk), initial=_shift(request)),
        "is_blown": Fuse.objects.filter(pk=FUSE).exists(),
        "phone": phone_times(mailbox),
        "days": _rota(mailbox, localdate(request.now)),
    }
    return render(request, "inbox/settings.html", context, status=422 if is_wrong else 200)


def _shift(request: AuthenticatedRequest) -> dict[str, object]:
    return {"day": localdate(request.now), "start": "08:00", "end": "12:00"}


def _rota(mailbox: Mailbox, today: date) -> list[dict[str, object]]:
    """The coming days with phone hours: shifts, and what nobody has. One query."""
    calendar = phone_times(mailbox).calendar
    days = [day for number in range(DAYS) if open_spans(day := today + timedelta(days=number), calendar=calendar)]
    shifts = list(Shift.objects.filter(mailbox=mailbox, day__in=days).select_related("person").order_by("day", "start"))
    rows = []
    for day in days:
        mine = [one for one in shifts if one.day == day]
        gaps = uncovered(open_spans(day, calendar=calendar), [(one.start, one.end) for one in mine])
        rows.append({"day": day, "shifts": mine, "gaps": gaps})
    return rows


@require_safe
def statistics(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """How fast the mailbox answers, week by week."""
    box = queue_or_404(request, mailbox_id)
    if mailbox_id not in request.actor.mailbox_ids or not request.actor.may(Permission.MAILBOX_SETTINGS):
        raise PermissionDenied
    context = {"box": box, "statistics": statistics_of(mailbox_id, now=request.now)}
    return render(request, "inbox/statistics.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def digests(request: AuthenticatedRequest) -> HttpResponse:
    """When the reader wants to hear what waits (clause ``quiet-notifications``)."""
    choice = DigestChoice.objects.filter(pk=request.actor.person_id).first()
    times = choice.times if choice else STANDARD_TIMES
    form = DigestForm(request.POST if request.method == "POST" else None, initial={"times": ", ".join(times)})
    if form.is_valid() and attempt(
        request,
        lambda: choosing.save_digest_times(person_id=request.actor.person_id, times=form.chosen()),
        done=_("Tiderna är sparade."),
    ):
        return redirect("digests")
    return render(request, "inbox/digests.html", {"form": form}, status=422 if form.is_bound else 200)
