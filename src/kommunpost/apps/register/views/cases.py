"""Cases: the list, one case, its parties and notes, and how it is closed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory.queries import list_committees
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.register import actions
from kommunpost.apps.register.actions import NewCase
from kommunpost.apps.register.forms import CaseForm, NoteForm, PartyForm
from kommunpost.apps.register.kinds import CaseState, NoteState
from kommunpost.apps.register.queries.cases import Case, get_case, list_cases
from kommunpost.apps.register.queries.scope import record_scope
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.views.doors import check, found_or_404, number, told_in
from kommunpost.apps.register.wording import refusal_words


@require_safe
def cases(request: AuthenticatedRequest) -> HttpResponse:
    """The cases that the reader sees from within."""
    check(request, Permission.REGISTER_READ)
    state = request.GET.get("visa", CaseState.OPEN)
    committee = number(request.GET.get("namnd", ""))
    rows, older = list_cases(request.actor, state=state, committee_id=committee, before=request.GET.get("fore", ""))
    here = reverse("cases")
    tabs = [(CaseState.OPEN, _("Pågår")), (CaseState.CLOSED, _("Avslutade")), ("alla", _("Alla"))]
    context = {
        "rows": rows,
        "tabs": [{"url": f"{here}?visa={key}", "label": label, "is_current": key == state} for key, label in tabs],
        "older": f"{here}?visa={state}&fore={older}" if older else "",
        "may_open": request.actor.may(Permission.REGISTER_DECIDE),
        "may_package": request.actor.may(Permission.REGISTER_PACKAGE),
    }
    return render(request, "register/cases.html", context)


@require_safe
def case(request: AuthenticatedRequest, case_id: int) -> HttpResponse:
    """One case with its entries, parties and notes."""
    found = _case(request, case_id)
    context = {
        "case": found, "party_form": PartyForm(), "note_form": NoteForm(),
        "may_package": request.actor.may(Permission.REGISTER_PACKAGE),
    }  # fmt: skip
    return render(request, "register/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: AuthenticatedRequest) -> HttpResponse:
    """A case before any record of it has come."""
    check(request, Permission.REGISTER_DECIDE)
    scope = record_scope(request.actor)
    committees = [(pk, name) for pk, _code, name in list_committees() if scope.holds(pk)]
    form = CaseForm(request.POST if request.method == "POST" else None, committees=committees or [(0, "–")])
    if request.method == "POST" and form.is_valid():
        with found_or_404(), told_in(form):
            made = actions.open_case(
                actor=request.actor, committee_id=int(form.cleaned_data["committee"]), new=_new(form), now=request.now
            )
            messages.success(request, _("Ärendet är upplagt."))
            return redirect("case", made)
    context = {"form": form, "title": _("Nytt ärende"), "cancel": reverse("cases")}
    return render(request, "register/case_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change_case(request: AuthenticatedRequest, case_id: int) -> HttpResponse:
    """Titles, handler, secrecy of a case."""
    found = _case(request, case_id, to_change=True)
    names = ("title", "public_title", "secrecy", "handler")
    initial = {name: getattr(found, name) for name in names} | {"seen": found.version}
    form = CaseForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with found_or_404(), told_in(form):
            actions.change_case(
                actor=request.actor, case_id=case_id, seen_version=form.cleaned_data["seen"] or 0, new=_new(form),
                now=request.now,
            )  # fmt: skip
            messages.success(request, _("Ändringen är sparad."))
            return redirect("case", case_id)
    context = {"form": form, "title": found.designation, "cancel": reverse("case", args=[case_id])}
    return render(request, "register/case_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def close_case(request: AuthenticatedRequest, case_id: int) -> HttpResponse:
    """Close a case: every memo, draft and mail of working material is cleared away or archived (TF 2:12, AF 3)."""
    found = _case(request, case_id, to_change=True)
    refusal = ""
    if request.method == "POST":
        answers, looked = _answers(request, found), "titles" in request.POST
        try:
            with found_or_404():
                actions.close_case(
                    actor=request.actor, case_id=case_id, titles_looked_at=looked, now=request.now, **answers
                )
        except RegisterRefused as refused:
            refusal = refusal_words(refused.code)
        else:
            messages.success(request, _("Ärendet är avslutat."))
            return redirect("case", case_id)
    context = {"case": found, "refusal": refusal, "choices": [
        (NoteState.CLEARED, _("Rensa")), (NoteState.ARCHIVED, _("Arkivera")),
    ]}  # fmt: skip
    return render(request, "register/close_case.html", context, status=422 if refusal else 200)


@require_POST
def reopen_case(request: AuthenticatedRequest, case_id: int) -> HttpResponse:
    """Open a closed case again."""
    return _do(request, case_id, _("Ärendet är öppet igen."), actions.reopen_case)


@require_POST
def add_party(request: AuthenticatedRequest, case_id: int) -> HttpResponse:
    """Add a party."""
    asked = {"name": request.POST.get("name", ""), "role": request.POST.get("role", "")}
    return _do(request, case_id, _("Parten är tillagd."), actions.add_party, **asked)


@require_POST
def remove_party(request: AuthenticatedRequest, case_id: int, party_id: int) -> HttpResponse:
    """Take a party off the list."""
    return _do(request, case_id, _("Parten är borttagen."), actions.remove_party, party_id=party_id)


@require_POST
def add_note(request: AuthenticatedRequest, case_id: int) -> HttpResponse:
    """Write a note."""
    asked = {"kind": request.POST.get("kind", ""), "text": request.POST.get("text", "")}
    return _do(request, case_id, _("Anteckningen är sparad."), actions.add_note, **asked)


def _do(request: AuthenticatedRequest, case_id: int, done: str, act: object, **asked: object) -> HttpResponse:
    check(request, Permission.REGISTER_DECIDE)
    assert callable(act)  # noqa: S101 - for the type checker
    try:
        with found_or_404():
            act(actor=request.actor, case_id=case_id, now=request.now, **asked)
    except RegisterRefused as refusal:
        messages.error(request, refusal_words(refusal.code))
    else:
        messages.success(request, done)
    return redirect("case", case_id)


def _case(request: AuthenticatedRequest, case_id: int, *, to_change: bool = False) -> Case:
    check(request, Permission.REGISTER_DECIDE if to_change else Permission.REGISTER_READ)
    with found_or_404():
        if to_change:
            actions.get_case_to_change(request.actor, case_id)
        return get_case(request.actor, case_id, now=request.now)


def _new(form: CaseForm) -> NewCase:
    asked = form.cleaned_data
    return NewCase(
        title=asked["title"], public_title=asked["public_title"], secrecy=asked["secrecy"], handler_id=asked["handler"]
    )


def _answers(request: AuthenticatedRequest, found: Case) -> dict[str, dict[int, NoteState]]:
    allowed = {str(NoteState.CLEARED): NoteState.CLEARED, str(NoteState.ARCHIVED): NoteState.ARCHIVED}
    said = {name: allowed[value] for name, value in request.POST.items() if value in allowed}
    notes = {note.id: said[f"note-{note.id}"] for note in found.unsettled if f"note-{note.id}" in said}
    ids = [one.record_id for one in found.material]
    return {"notes": notes, "material": {pk: said[f"mail-{pk}"] for pk in ids if f"mail-{pk}" in said}}
