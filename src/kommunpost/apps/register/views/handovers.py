"""Handovers to case systems: what waits for a person, one of them, and the page that says what lies where."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory import searches
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.register.actions.handing_over import settling
from kommunpost.apps.register.handover_forms import NumberForm, WhereForm
from kommunpost.apps.register.handover_wording import trouble_words
from kommunpost.apps.register.kinds import HandoverState
from kommunpost.apps.register.queries import handovers as queries
from kommunpost.apps.register.queries.handovers import HandoverRow
from kommunpost.apps.register.queries.lists import list_collections
from kommunpost.apps.register.rules.handing_over import NEEDS_A_PERSON
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.views.doors import check, found_or_404, told_in
from kommunpost.apps.register.wording import refusal_words

ROOM = "whereabouts"
MARKS: Mapping[str, str] = {
    HandoverState.RECEIVED: "done", HandoverState.REFUSED: "late", HandoverState.DEAD: "late",
    HandoverState.UNKNOWN: "wait", HandoverState.SENT: "wait", HandoverState.WITHDRAWN: "plain",
    HandoverState.WAITING: "plain", HandoverState.SENDING: "plain",
}  # fmt: skip
TABS = (
    (queries.NEEDS, gettext_lazy("Behöver dig")),
    (queries.UNDER_WAY, gettext_lazy("På väg")),
    (queries.DONE, gettext_lazy("Klara")),
)
AGAIN = (HandoverState.DEAD, HandoverState.REFUSED, HandoverState.WITHDRAWN)
WITHDRAWN_FROM = (HandoverState.DEAD, HandoverState.REFUSED, HandoverState.WAITING, HandoverState.UNKNOWN)
BY_HAND = (*AGAIN, HandoverState.SENT, HandoverState.UNKNOWN, HandoverState.RECEIVED)


@require_safe
def handovers(request: AuthenticatedRequest) -> HttpResponse:
    """One group of them, newest first; what needs a person unless another is asked for."""
    check(request, Permission.REGISTER_HANDOVER)
    asked = request.GET.get("visa", queries.NEEDS)
    group = asked if asked in queries.GROUPS else queries.NEEDS
    rows, older = queries.list_handovers(group=group, before=request.GET.get("fore", ""))
    here = reverse("handovers")
    context = {
        "rows": [(row, MARKS[row.state], trouble_words(row)) for row in rows], "group": group,
        "tabs": [
            # What is done is only ever more; nobody needs its number.
            {"url": f"{here}?visa={name}", "label": label, "is_current": name == group,
             "count": None if name == queries.DONE else queries.count_group(name)}
            for name, label in TABS
        ],
        "older": f"{here}?visa={group}&fore={older}" if older else "",
        "may_open": request.actor.may(Permission.REGISTER_READ_ALL),
        "may_set_up": request.actor.may(Permission.CASE_SYSTEM_EDIT),
        "can_retry": any(row.state in NEEDS_A_PERSON for row in rows),
    }  # fmt: skip
    return render(request, "register/handovers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: AuthenticatedRequest, handover_id: int) -> HttpResponse:
    """One of them; posted to, it takes the number that a person has read in the case system."""
    check(request, Permission.REGISTER_HANDOVER)
    row = _row(handover_id)
    form = NumberForm(request.POST if request.method == "POST" else None, initial={"number": row.number})
    if request.method == "POST":
        check(request, Permission.REGISTER_HANDOVER_SETTLE)
        if form.is_valid() and _take_number(request, form, handover_id):
            messages.success(request, _("Numret är sparat."))
            return redirect("handover", handover_id)
    return _show(request, row, form)


@require_POST
def retry(request: AuthenticatedRequest, handover_id: int) -> HttpResponse:
    """Try one again."""
    check(request, Permission.REGISTER_HANDOVER)
    _tell(
        request, _("Överlämningen försöker igen om några sekunder."),
        lambda: settling.retry(actor=request.actor, handover_id=handover_id, now=request.now),
    )  # fmt: skip
    return redirect("handover", handover_id)


@require_POST
def retry_all(request: AuthenticatedRequest) -> HttpResponse:
    """Try all that came to nothing again."""
    check(request, Permission.REGISTER_HANDOVER)
    done, of = settling.retry_all(actor=request.actor, now=request.now)
    words = ngettext("%d överlämning försöker igen.", "%d överlämningar försöker igen.", done) % done
    messages.success(request, words)
    if done < of:
        messages.warning(request, _("Några kan inte försöka igen. De står kvar, med skälet."))
    return redirect("handovers")


@require_POST
def withdraw(request: AuthenticatedRequest, handover_id: int) -> HttpResponse:
    """It need not go."""
    check(request, Permission.REGISTER_HANDOVER_SETTLE)
    _tell(
        request, _("Handlingen lämnas inte över. Den ligger bara i diariet här."),
        lambda: settling.withdraw(actor=request.actor, handover_id=handover_id, now=request.now),
    )  # fmt: skip
    return redirect("handover", handover_id)


@require_http_methods(["GET", "HEAD", "POST"])
def whereabouts(request: AuthenticatedRequest) -> HttpResponse:
    """What lies where, and which number is which. A search is kept under a key (ADR 0008)."""
    check(request, Permission.REGISTER_READ)
    if request.method == "POST":
        form = WhereForm(request.POST)
        if not form.is_valid():
            return _show_where(request, form, key="", status=422)
        key = searches.keep(request.session, {"number": form.cleaned_data["number"]}, room=ROOM)
        return redirect("whereabouts-search", key=key)
    return _show_where(request, WhereForm(), key="")


@require_safe
def whereabouts_search(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """A search that was kept."""
    check(request, Permission.REGISTER_READ)
    terms = searches.recall(request.session, key, room=ROOM)
    if terms is None:
        messages.info(request, _("Sökningen finns inte kvar. Sök igen."))
        return redirect("whereabouts")
    return _show_where(request, WhereForm(dict(terms)), key=key)


def _show_where(request: AuthenticatedRequest, form: WhereForm, *, key: str, status: int = 200) -> HttpResponse:
    found = queries.find_number(request.actor, form.cleaned_data["number"]) if key and form.is_valid() else []
    collections = [one for one in list_collections() if one.is_active]
    context = {
        "form": form, "found": found, "is_search": bool(key), "systems": queries.list_systems(),
        "collections": collections, "may_package": request.actor.may(Permission.REGISTER_PACKAGE),
        "may_see": request.actor.may(Permission.REGISTER_HANDOVER),
    }  # fmt: skip
    return render(request, "register/whereabouts.html", context, status=status)


def _show(request: AuthenticatedRequest, row: HandoverRow, form: NumberForm) -> HttpResponse:
    may_settle = request.actor.may(Permission.REGISTER_HANDOVER_SETTLE)
    context = {
        "row": row, "mark": MARKS[row.state], "trouble": trouble_words(row), "form": form,
        "may_open": request.actor.may(Permission.REGISTER_READ_ALL), "can_retry": row.state in AGAIN,
        "can_settle": may_settle and row.state in BY_HAND,
        "can_withdraw": may_settle and row.state in WITHDRAWN_FROM,
    }  # fmt: skip
    return render(request, "register/handover.html", context, status=422 if form.errors else 200)


def _row(handover_id: int) -> HandoverRow:
    with found_or_404():
        return queries.get_handover(handover_id)


def _take_number(request: AuthenticatedRequest, form: NumberForm, handover_id: int) -> bool:
    with found_or_404(), told_in(form):
        settling.settle_by_hand(
            actor=request.actor, handover_id=handover_id, number=form.cleaned_data["number"], now=request.now
        )
    return not form.errors


def _tell(request: AuthenticatedRequest, done: str, deed: Callable[[], object]) -> None:
    try:
        with found_or_404():
            deed()
    except RegisterRefused as refusal:
        messages.error(request, refusal_words(refusal.code))
    else:
        messages.success(request, done)
