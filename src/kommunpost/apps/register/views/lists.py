"""What has been exempted or kept in order, questions to the registrar, and the guidance that came of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.register import actions
from kommunpost.apps.register.forms import AnswerForm
from kommunpost.apps.register.kinds import Exemption, Ground, QuestionState, RecordState
from kommunpost.apps.register.queries import lists
from kommunpost.apps.register.queries.records import record_page
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.views.doors import check, found_or_404, told_in
from kommunpost.apps.register.wording import refusal_words

STATES = (RecordState.EXEMPT, RecordState.ORDERED, RecordState.NOT_RECORD)


@require_safe
def decided(request: AuthenticatedRequest) -> HttpResponse:
    """What is not registered, and why: each kind with its number, each row with a way back."""
    check(request, Permission.REGISTER_DECIDE)
    asked = request.GET.get("visa", "")
    state = RecordState(asked) if asked in STATES else RecordState.EXEMPT
    why = request.GET.get("skal", "")
    rows, counts, older = lists.list_decided(request.actor, state=state, why=why, before=request.GET.get("fore", ""))
    here = reverse("register-decided")
    words = dict(Exemption.choices) | dict(Ground.choices)
    context = {
        "rows": rows,
        "state": state,
        "counts": [
            (words[key], number, f"{here}?visa={state}&skal={key}", key == why)
            for key, number in counts.items()
            if key in words
        ],
        "tabs": [{"url": f"{here}?visa={one}", "label": one.label, "is_current": one == state} for one in STATES],
        "older": f"{here}?visa={state}&skal={why}&fore={older}" if older else "",
    }
    return render(request, "register/decided.html", context)


@require_safe
def questions(request: AuthenticatedRequest) -> HttpResponse:
    """The registrar's queue of questions, the answered ones, and the guidance that is shown."""
    check(request, Permission.REGISTER_ANSWER)
    context = {
        "waiting": lists.list_questions(request.actor),
        "answered": lists.list_questions(request.actor, state=QuestionState.ANSWERED),
        "guidance": lists.list_guidance(),
    }
    return render(request, "register/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: AuthenticatedRequest, question_id: int) -> HttpResponse:
    """One question beside its mail, and the answer to it."""
    check(request, Permission.REGISTER_ANSWER)
    with found_or_404():
        asked = actions.get_question_to_answer(request.actor, question_id)
        page = record_page(request.actor, asked.record_id, now=request.now)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with found_or_404(), told_in(form):
            actions.answer(actor=request.actor, question_id=question_id, now=request.now, **form.cleaned_data)
            messages.success(request, _("Svaret är skickat till den som frågade."))
            return redirect("register-questions")
    context = {"page": page, "form": form, "asked": asked.text, "asked_by": asked.asked_by.person.name,
               "asked_at": asked.asked_at, "is_open": asked.state == QuestionState.OPEN}  # fmt: skip
    return render(request, "register/question.html", context, status=422 if form.errors else 200)


@require_safe
def my_questions(request: AuthenticatedRequest) -> HttpResponse:
    """What the reader has asked, with the answers; those that are shown are new no more."""
    check(request, Permission.REGISTER_DECIDE)
    rows = lists.list_my_questions(request.actor)
    for row in rows:
        if row.is_new:
            actions.note_seen(actor=request.actor, question_id=row.id, now=request.now)
    return render(request, "register/my_questions.html", {"rows": rows})


@require_POST
def withdraw(request: AuthenticatedRequest, question_id: int) -> HttpResponse:
    """The asker needs no answer any more."""
    check(request, Permission.REGISTER_DECIDE)
    try:
        with found_or_404():
            actions.withdraw(actor=request.actor, question_id=question_id, now=request.now)
    except RegisterRefused as refusal:
        messages.error(request, refusal_words(refusal.code))
    else:
        messages.success(request, _("Frågan är tillbakatagen."))
    return redirect("register-my-questions")


@require_POST
def retire_guidance(request: AuthenticatedRequest, guidance_id: int) -> HttpResponse:
    """Show a piece of guidance no more."""
    with found_or_404():
        actions.retire_guidance(actor=request.actor, guidance_id=guidance_id, now=request.now)
    messages.success(request, _("Vägledningen visas inte längre."))
    return redirect("register-questions")
