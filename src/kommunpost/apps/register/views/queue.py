"""The queue, and one record: registered, or said why not, or asked about."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.register import actions
from kommunpost.apps.register.actions import NewCase, NewEntry
from kommunpost.apps.register.forms import (
    NEW_CASE,
    OTHER_CASE,
    NotRegisterForm,
    QuestionForm,
    RegisterForm,
    moment_text,
)
from kommunpost.apps.register.kinds import Exemption, Ground, RecordState
from kommunpost.apps.register.models import CaseFile
from kommunpost.apps.register.queries.lists import count_decided, count_questions
from kommunpost.apps.register.queries.queue import QueueFilter, QueuePage, next_in_queue, queue_page
from kommunpost.apps.register.queries.records import RecordPage, prefill_of_sibling, record_page
from kommunpost.apps.register.queries.removals import count_open
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.views.doors import check, found_or_404, number, told_in
from kommunpost.apps.register.wording import refusal_words

SHORT_LIST = (
    "exempt:small_importance",
    "not_record:working_material",
    "not_record:private",
    "not_record:union_political",
)


@require_safe
def queue(request: AuthenticatedRequest) -> HttpResponse:
    """What waits to be registered."""
    check(request, Permission.REGISTER_DECIDE)
    return render(request, "register/queue.html", queue_context(request))


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """One record beside its mail; registered with one press, and the next one shown."""
    check(request, Permission.REGISTER_DECIDE)
    with found_or_404():
        page = record_page(request.actor, record_id, now=request.now)
    if request.method != "POST":
        return _show_record(request, page, _form(page))
    form = _form(page, data=request.POST)
    if not form.is_valid():
        return _show_record(request, page, form, status=422)
    done: Sequence[actions.Registered] = ()
    with found_or_404(), told_in(form):
        done = _register(request, page, form)
    if not done:
        return _show_record(request, page, form, status=422)
    numbers = ", ".join(one.designation for one in done)
    messages.success(request, _("Mejlet är registrerat. Diarienummer %(number)s.") % {"number": numbers})
    return _to_next(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
def not_register(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """Say why a record is not registered: exempt, kept in order, or no public record."""
    check(request, Permission.REGISTER_DECIDE)
    with found_or_404():
        page = record_page(request.actor, record_id, now=request.now)
    asked = request.POST if request.method == "POST" else None
    form = NotRegisterForm(asked, choices=_reasons(page), initial={"why": request.GET.get("skal", "")})
    if asked is not None and form.is_valid():
        with found_or_404(), told_in(form):
            _decide(request, record_id, form.cleaned_data)
            messages.success(request, _("Beslutet är sparat. Du kan ändra det under Undantagna."))
            return _to_next(request, page)
    context = {**queue_context(request), "page": page, "form": form}
    return render(request, "register/not_register.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """Back to the queue, after a question."""
    check(request, Permission.REGISTER_DECIDE)
    if request.method == "POST":
        try:
            with found_or_404():
                actions.reopen(actor=request.actor, record_id=record_id, now=request.now)
        except RegisterRefused as refusal:
            messages.error(request, refusal_words(refusal.code))
        else:
            messages.success(request, _("Mejlet ligger i kön igen."))
        return redirect("register-record", record_id)
    with found_or_404():
        page = record_page(request.actor, record_id, now=request.now)
    question = _("Ska ”%(subject)s” läggas tillbaka i kön?") % {"subject": page.subject or _("Inget ämne")}
    context = {
        "title": _("Lägg tillbaka i kön"), "question": question, "action": _("Lägg tillbaka"),
        "consequences": [
            _("Det ska då registreras senast nästa arbetsdag."), _("Det tidigare beslutet syns i spåret."),
        ],
        "cancel": reverse("register-decided"),
    }  # fmt: skip
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """Ask the registrar about a record."""
    check(request, Permission.REGISTER_DECIDE)
    with found_or_404():
        page = record_page(request.actor, record_id, now=request.now)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with found_or_404(), told_in(form):
            actions.ask(actor=request.actor, record_id=record_id, text=form.cleaned_data["text"], now=request.now)
            messages.success(request, _("Frågan är skickad till registratorn. Svaret kommer till din startsida."))
            return redirect("register-record", record_id)
    context = {**queue_context(request), "page": page, "form": form}
    return render(request, "register/ask.html", context, status=422 if form.errors else 200)


def queue_context(request: AuthenticatedRequest) -> dict[str, object]:
    """The list on the left, the tabs above it, and what it is narrowed to."""
    wanted = _wanted(request)
    page: QueuePage = queue_page(request.actor, wanted=wanted, after=request.GET.get("efter", ""), now=request.now)
    narrow = "&".join(
        f"{name}={value}"
        for name, value in (("brevlada", wanted.mailbox_id), ("namnd", wanted.committee_id))
        if value is not None
    )
    secret = count_open(request.actor) if request.actor.may(Permission.REGISTER_REMOVE) else None
    return {"queue": page, "narrow": narrow, "tabs": _tabs(request, page), "secret": secret}


def _tabs(request: AuthenticatedRequest, page: QueuePage) -> list[dict[str, object]]:
    here = request.resolver_match.url_name if request.resolver_match else ""
    tabs = [
        ("register", _("Kön"), page.waiting, here not in {"register-decided", "register-questions"}),
        ("register-decided", _("Undantagna"), count_decided(request.actor, RecordState.EXEMPT), False),
    ]
    if request.actor.may(Permission.REGISTER_ANSWER):
        tabs.insert(1, ("register-questions", _("Frågor"), count_questions(request.actor), False))
    return [
        {"url": reverse(name), "label": f"{label} {count}", "is_current": is_current or name == here}
        for name, label, count, is_current in tabs
    ]


def _wanted(request: AuthenticatedRequest) -> QueueFilter:
    return QueueFilter(
        mailbox_id=number(request.GET.get("brevlada", "")), committee_id=number(request.GET.get("namnd", ""))
    )


def _form(page: RecordPage, data: Mapping[str, Any] | None = None) -> RegisterForm:
    filled = page.prefill
    first_case = f"case-{page.cases[0].id}" if page.cases else NEW_CASE
    initial = {
        "direction": filled.direction, "dated_at": moment_text(filled.dated_at), "counterpart": filled.counterpart,
        "title": filled.title, "public_title": filled.public_title, "public_counterpart": filled.public_counterpart,
        "document_type": filled.document_type, "secrecy": filled.secrecy, "provisions": ", ".join(filled.provisions),
        "case": first_case, "case_title": filled.title,
        "kept_files": [str(file.place) for file in page.files if file.place],
        "siblings": [],
    }  # fmt: skip
    return RegisterForm(
        data,
        initial=initial,
        cases=[(f"case-{case.id}", f"{case.designation} {case.title}") for case in page.cases],
        files=[(str(file.place), file.name) for file in page.files if file.place],
        siblings=[(str(one.id), f"{one.sender}: {one.subject or _('Inget ämne')}") for one in page.siblings],
        needs_committee=page.committee_id is None,
    )


def _show_record(
    request: AuthenticatedRequest, page: RecordPage, form: RegisterForm, *, status: int = 200
) -> HttpResponse:
    context = {
        **queue_context(request), "page": page, "form": form, "short_reasons": _short_reasons(page),
        "may_remove_secret": request.actor.may(Permission.REGISTER_REMOVE),
    }  # fmt: skip
    return render(request, "register/record.html", context, status=status)


def _register(request: AuthenticatedRequest, page: RecordPage, form: RegisterForm) -> Sequence[actions.Registered]:
    asked = form.cleaned_data
    facts = form.facts()
    committee_id = page.committee_id or int(asked["committee"] or 0)
    chosen = {int(place) for place in asked["kept_files"]}
    left_out = frozenset(
        (page.message_id, file.place) for file in page.files if file.place and file.place not in chosen
    )
    own = NewEntry(record_ids=(page.id,), facts=facts, provisions=asked["provisions"], left_out=left_out)
    siblings = [prefill_of_sibling(request.actor, int(pk)) for pk in asked["siblings"]]
    case_id, new_case = _chosen_case(asked, facts.secrecy, committee_id)
    return actions.register(
        actor=request.actor, committee_id=committee_id, case_id=case_id, new_case=new_case, now=request.now,
        entries=sorted([own, *siblings], key=lambda entry: entry.facts.dated_at),
    )  # fmt: skip


def _chosen_case(asked: Mapping[str, Any], secrecy: str, committee_id: int) -> tuple[int | None, NewCase | None]:
    choice = asked["case"]
    if choice.startswith("case-"):
        return int(choice.removeprefix("case-")), None
    if choice == OTHER_CASE:
        found = CaseFile.objects.filter(designation__iexact=asked["case_number"].strip(), committee_id=committee_id)
        # A number that leads nowhere is refused by the action, like one of another committee's.
        return found.values_list("pk", flat=True).first() or 0, None
    if choice == NEW_CASE:
        title = asked["case_title"] or asked["title"]
        return None, NewCase(
            title=title, public_title=asked["public_title"], secrecy=secrecy, handler_id=asked["handler"]
        )
    return None, None


def _to_next(request: AuthenticatedRequest, page: RecordPage) -> HttpResponse:
    wanted = _wanted(request)
    following = next_in_queue(request.actor, after=page.due_key, wanted=wanted)
    return redirect("register-record", following) if following else redirect("register")


def _reasons(page: RecordPage) -> list[tuple[str, str]]:
    exemptions = [(f"exempt:{value}", str(label)) for value, label in Exemption.choices]
    order = [(f"ordered:{pk}", _("Hålls ordnad i %(name)s") % {"name": name}) for pk, name in page.collections]
    return [*exemptions, *order, *((f"not_record:{value}", str(label)) for value, label in Ground.choices)]


def _short_reasons(page: RecordPage) -> list[tuple[str, str]]:
    words = dict(_reasons(page))
    # What came from outside is never working material: the choice would only be refused.
    return [
        (value, words[value])
        for value in SHORT_LIST
        if not (value.endswith("working_material") and page.status.is_forced)
    ]


def _decide(request: AuthenticatedRequest, record_id: int, asked: Mapping[str, str]) -> None:
    kind, _colon, value = asked["why"].partition(":")
    if kind == "exempt":
        actions.exempt(
            actor=request.actor, record_id=record_id, exemption=value, reference=asked["reference"],
            reason=asked["reason"], now=request.now,
        )  # fmt: skip
    elif kind == "ordered":
        actions.keep_in_order(actor=request.actor, record_id=record_id, collection_id=int(value), now=request.now)
    else:
        number = asked["reference"].strip() if value == Ground.WORKING_MATERIAL else ""
        found = CaseFile.objects.filter(designation__iexact=number).values_list("pk", flat=True)
        actions.decide_not_record(
            actor=request.actor, record_id=record_id, ground=value, reason=asked["reason"], now=request.now,
            case_id=(found.first() or 0) if number else None,
        )  # fmt: skip
