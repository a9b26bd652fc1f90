"""The e-mail log: search, chart, rows, extracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory import queries as directory
from kommunpost.apps.directory import searches
from kommunpost.apps.directory.models import MailboxKind
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.mailflow.queries import readable_mailbox_ids
from kommunpost.apps.maillog.chart import Chart, Column, columns_of, draw
from kommunpost.apps.maillog.exports import ExtractRefused, Format, make_extract
from kommunpost.apps.maillog.forms import PEN, Choice, LogForm
from kommunpost.apps.maillog.highlights import all_marked, marked, marked_address, pattern_of
from kommunpost.apps.maillog.queries import LogFilter, Row, count, counts_by_day, search, visible_filter

PAGE = 50
MOST_COUNTED = 1000
BEGUN = "kp_extract"
MOST_MARK = 16
_YOUNG = 7
"""The last day of a month on which the log opens with the month before as well."""
SHARED_KINDS = (MailboxKind.FUNCTION, MailboxKind.CONTACT_CENTRE, MailboxKind.OFFICIAL)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with the address of its mail, for those who may read it."""

    row: Row
    url: str
    sender: SafeString
    recipients: list[SafeString]
    subject: SafeString
    narrows: tuple[str, str]
    """The field, and what to write in it, that leaves only the rows of the same mailbox."""


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: AuthenticatedRequest) -> HttpResponse:
    """The newest log; a search is posted here, kept on the server, and shown under a key of its own (ADR 0008)."""
    choices = _mailbox_choices(request.actor)
    if request.method != "POST":
        return _show(request, LogForm(first_shown(localdate(request.now)), mailboxes=choices), key="")
    asked = _asked(request)
    form = LogForm(asked, mailboxes=choices)
    if not form.is_valid():
        return render(request, "maillog/log.html", {"form": form}, status=422)
    terms = {name: asked.get(name, "").strip() for name in form.fields}
    return redirect("log-search", key=searches.keep(request.session, terms, room="log"))


def _asked(request: AuthenticatedRequest) -> dict[str, str]:
    """The form as posted; a button for a period stands for its two days."""
    asked = {name: str(value) for name, value in request.POST.items()}
    first, slash, last = asked.pop("period", "").partition("/")
    return {**asked, "first": first, "last": last} if slash else asked


@require_safe
def log_search(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """A search that was kept. Whoever else opens the address, or opens it too late, starts anew."""
    if not request.actor.may(Permission.LOG_READ):
        raise PermissionDenied
    terms = searches.recall(request.session, key, room="log")
    if terms is None:
        messages.info(request, _("Sökningen finns inte kvar. Sök igen."))
        return redirect("log")
    return _show(request, LogForm(terms, mailboxes=_mailbox_choices(request.actor)), key=key)


@require_POST
def log_extract(request: AuthenticatedRequest) -> HttpResponseBase:
    """The rows that the form asks for, as a file. The audit trail gets its event with it."""
    if not request.actor.may(Permission.LOG_EXPORT):
        raise PermissionDenied
    form = LogForm(request.POST, mailboxes=_mailbox_choices(request.actor))
    kind = request.POST.get("format", "")
    if not form.is_valid() or kind not in set(Format):
        return render(request, "maillog/log.html", {"form": form}, status=422)
    try:
        extract = make_extract(
            filter=filter_of(request.actor, form), kind=Format(kind), by=request.actor, now=request.now
        )
    except ExtractRefused as refusal:
        form.add_error(
            None, _("En PDF rymmer högst %(most)d rader. Välj en kortare tid, eller CSV.") % {"most": refusal.most}
        )
        return render(request, "maillog/log.html", {"form": form}, status=422)
    disposition = f'attachment; filename="{extract.file_name}"'
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "default-src 'none'; sandbox"}
    response = StreamingHttpResponse(extract.chunks(), content_type=extract.content_type, headers=headers)
    _say_begun(response, request.POST.get("begun", ""))
    return response


def _say_begun(response: HttpResponseBase, mark: str) -> None:
    """The page's script waits for its mark in a cookie: then the file has begun to come, and the waiting is over."""
    if mark.isascii() and mark.isdecimal() and len(mark) <= MOST_MARK:
        response.set_cookie(BEGUN, mark, max_age=60, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE)


def filter_of(actor: Actor, form: LogForm) -> LogFilter:
    """What the form asks for, narrowed to what ``actor`` may see."""
    asked = form.cleaned_data
    chosen = frozenset({int(asked["mailbox"])}) if asked["mailbox"] else None
    wanted = LogFilter(
        mailbox_ids=chosen,
        direction=asked["direction"],
        since=asked["first"],
        until=asked["last"],
        text=asked["text"],
    )
    return visible_filter(actor, wanted)


def _show(request: AuthenticatedRequest, form: LogForm, *, key: str) -> HttpResponse:
    if not form.is_valid():
        return render(request, "maillog/log.html", {"form": form}, status=422)
    wanted = filter_of(request.actor, form)
    page = search(filter=wanted, before=_row_key(request, "fore"), after=_row_key(request, "efter"), limit=PAGE)
    here = reverse("log-search", args=[key]) if key else reverse("log")
    context = {
        "form": form,
        "wanted": wanted,
        "rows": _shown(request.actor, page.rows, wanted.text, chosen=_chosen_among(form)),
        "is_first": page.newer is None,
        "presets": _presets(localdate(request.now), wanted),
        "older_url": f"{here}?fore={page.older}" if page.older else "",
        "newer_url": f"{here}?efter={page.newer}" if page.newer else "",
        "formats": tuple(Format) if request.actor.may(Permission.LOG_EXPORT) else (),
        **_numbers(wanted),
    }
    return render(request, "maillog/log.html", context)


def _numbers(wanted: LogFilter) -> dict[str, object]:
    """The figures over the rows. Tallies know days, not words: a search for words gets its number and no chart."""
    if wanted.conditions:
        found = count(filter=wanted, most=MOST_COUNTED)
        return {"found": found.number, "found_more": found.more, "period": _period_words(wanted.since, wanted.until)}
    counts = [Column(one.day, one.incoming, one.outgoing) for one in counts_by_day(filter=wanted)]
    incoming, outgoing = sum(one.incoming for one in counts), sum(one.outgoing for one in counts)
    return {
        "found": incoming + outgoing,
        "incoming": incoming,
        "outgoing": outgoing,
        "period": _period_words(wanted.since, wanted.until),
        "chart": _chart(counts, wanted) if counts else None,
    }


def _chart(counts: list[Column], wanted: LogFilter) -> Chart:
    """From the first day asked for, or with rows, to the last; a period far wider than its rows shrinks to them."""
    first, last = wanted.since or counts[0].day, wanted.until or counts[-1].day
    if (last - first).days > 2 * 366:
        first, last = counts[0].day, counts[-1].day
    weekdays = {number: str(name)[:2].lower() for number, name in WEEKDAYS_ABBR.items()}
    months = {number: str(name) for number, name in MONTHS_3.items()}
    return draw(columns_of(counts, first=first, last=last), weekdays=weekdays, months=months)


def _period_words(since: date | None, until: date | None) -> str:
    """``i oktober 2025``, ``den 5 oktober 2025``, or the two days."""
    if not since and not until:
        return _("i hela loggen")
    if not since or not until:
        return _("från %(day)s") % {"day": since} if since else _("till och med %(day)s") % {"day": until}
    if since == until:
        return _("den %(day)d %(month)s %(year)d") % {
            "day": since.day,
            "month": MONTHS[since.month],
            "year": since.year,
        }
    if since.day == 1 and until == _last_of_month(since):
        return _("i %(month)s %(year)d") % {"month": MONTHS[since.month], "year": since.year}
    return _("%(first)s till %(last)s") % {"first": since, "last": until}


def _shown(actor: Actor, rows: tuple[Row, ...], text: str, *, chosen: frozenset[str]) -> list[ShownRow]:
    readable, may_pen = readable_mailbox_ids(actor), actor.may(Permission.PEN_READ)
    pattern = pattern_of(text)
    return [
        ShownRow(
            row=row,
            url=_mail_url(row, readable, may_pen=may_pen),
            sender=marked_address(row.sender, pattern),
            recipients=all_marked(row.recipients, pattern),
            subject=marked(row.subject, pattern),
            narrows=_narrows(row, chosen),
        )
        for row in rows
    ]


def _chosen_among(form: LogForm) -> frozenset[str]:
    """The mailboxes that the form offers."""
    return frozenset(str(value) for value, _label in form.mailboxes)


def _narrows(row: Row, choices: frozenset[str]) -> tuple[str, str]:
    """A mailbox that the form does not offer (a person's own, for those who see all) is found by its address."""
    number = str(row.mailbox_id or PEN)
    return ("mailbox", number) if number in choices else ("text", row.mailbox)


def _presets(today: date, wanted: LogFilter) -> list[dict[str, object]]:
    """Periods that are asked for often: what they are called, and their days."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = first - timedelta(days=1)
    periods = (
        (_("I dag"), today, today),
        (_("Denna vecka"), monday, monday + timedelta(days=6)),
        (_("Denna månad"), first, _last_of_month(first)),
        (_("Förra månaden"), before.replace(day=1), before),
    )
    return [
        {"label": label, "first": since, "last": until, "is_current": (wanted.since, wanted.until) == (since, until)}
        for label, since, until in periods
    ]


def _mail_url(row: Row, readable: frozenset[int] | None, *, may_pen: bool) -> str:
    if not row.delivery_id:
        return ""
    if row.mailbox_id is None:
        return reverse("pen-message", args=[row.delivery_id]) if may_pen else ""
    may_read = readable is None or row.mailbox_id in readable
    return reverse("message", args=[row.mailbox_id, row.delivery_id]) if may_read else ""


def _mailbox_choices(actor: Actor) -> list[Choice]:
    """All that the actor sees; those who see the whole log choose among shared mailboxes, and find people by words."""
    if not actor.may(Permission.LOG_READ):
        raise PermissionDenied
    visible = directory.visible_mailbox_ids(actor)
    if visible is not None:
        rows = directory.list_mailboxes(only_ids=visible, include_inactive=True)
        return [("", _("Alla dina brevlådor (%(number)d)") % {"number": len(rows)}), *_choices(rows)]
    rows = [row for kind in SHARED_KINDS for row in directory.list_mailboxes(kind=kind, include_inactive=True)]
    return [("", _("Alla brevlådor")), (PEN, _("Utan mottagare")), *_choices(rows)]


def _choices(rows: list[directory.MailboxRow]) -> list[Choice]:
    return [(str(row.id), row.address) for row in sorted(rows, key=lambda row: row.address)]


def _row_key(request: AuthenticatedRequest, name: str) -> int | None:
    """A row's id from the address. What is no number, or no row could have, gives the first page."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= len(str(1 << 62)) else None


def first_shown(today: date) -> Mapping[str, str]:
    """This month; while it is younger than a week the month before too, or the log would open on an empty page."""
    first = today.replace(day=1)
    since = (first - timedelta(days=1)).replace(day=1) if today.day <= _YOUNG else first
    return {"first": since.isoformat(), "last": _last_of_month(first).isoformat()}


def _last_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
