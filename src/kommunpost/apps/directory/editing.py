"""The screens that add and change an entry: one pair of views for every kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kommunpost.apps.directory import actions
from kommunpost.apps.directory.actions import EntryRefused, stamp_of
from kommunpost.apps.directory.forms import (
    CommitteeForm,
    EntryForm,
    GroupForm,
    MailboxForm,
    MemberForm,
    PersonForm,
    UnitForm,
)
from kommunpost.apps.directory.models import AddressGroup, Committee, Mailbox, Person, Unit
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.directory.wording import refusal_text


@dataclass(frozen=True, slots=True)
class Editor:
    """How a kind is edited. ``key_name`` is the field that stays once written: an address, a short name, a code."""

    key: str
    model: type[Model]
    form: type[EntryForm]
    facts: Callable[..., object]
    add: Callable[..., int]
    change: Callable[..., None]
    new: str | Promise
    key_name: str = "address"


EDITORS: Mapping[str, Editor] = {
    "personer": Editor(
        "person", Person, PersonForm, actions.PersonFacts, actions.add_person, actions.change_person,
        gettext_lazy("Ny person"),
    ),
    "brevlador": Editor(
        "mailbox", Mailbox, MailboxForm, actions.MailboxFacts, actions.add_mailbox, actions.change_mailbox,
        gettext_lazy("Ny brevlåda"),
    ),
    "grupper": Editor(
        "group", AddressGroup, GroupForm, actions.GroupFacts, actions.add_group, actions.change_group,
        gettext_lazy("Ny grupp"),
    ),
    "enheter": Editor(
        "unit", Unit, UnitForm, actions.UnitFacts, actions.add_unit, actions.change_unit, gettext_lazy("Ny enhet"),
        "slug",
    ),
    "namnder": Editor(
        "committee", Committee, CommitteeForm, actions.CommitteeFacts, actions.add_committee, actions.change_committee,
        gettext_lazy("Ny nämnd"), "code",
    ),
}  # fmt: skip


MEMBER_DEEDS: Mapping[str, Mapping[str, Callable[..., None]]] = {
    "brevlador": {"add": actions.add_member, "remove": actions.remove_member},
    "grupper": {"add": actions.add_group_member, "remove": actions.remove_group_member},
}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """A new entry, under an address (a unit: a short name) that then stays."""
    editor = _editor(request, kind)
    form = editor.form(request.POST if request.method == "POST" else None)
    form.fields = {editor.key_name: _key_field(editor), **form.fields}
    if form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name not in {"seen", editor.key_name}}
        key = {editor.key_name: form.cleaned_data[editor.key_name]}
        try:
            entry_id = editor.add(by=request.actor, now=request.now, facts=editor.facts(**facts), **key)
        except EntryRefused as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            messages.success(request, _("Tillagt i katalogen."))
            return redirect("directory-entry", kind=kind, entry_id=entry_id)
    return _show(request, form, title=str(editor.new), cancel=reverse("directory"))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedRequest, kind: str, entry_id: int) -> HttpResponse:
    """Change what stands. Has somebody else changed it meanwhile, what was written stays in the form."""
    editor = _editor(request, kind)
    row = editor.model._default_manager.filter(pk=min(entry_id, 1 << 62)).first()  # noqa: SLF001 - documented API
    if row is None:
        raise Http404
    form = editor.form(request.POST if request.method == "POST" else None, initial=_initial(editor, row))
    here = reverse("directory-entry", args=[kind, entry_id])
    if form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        seen, about = form.cleaned_data["seen"], {f"{editor.key}_id": entry_id}
        try:
            editor.change(by=request.actor, now=request.now, facts=editor.facts(**facts), seen=seen, **about)
        except EntryRefused as refusal:
            form.add_error(None, refusal_text(refusal))
            form.data = {**request.POST.dict(), "seen": stamp_of(row)}
        else:
            messages.success(request, _("Ändringen är sparad."))
            return redirect(here)
    return _show(request, form, title=_("Ändra %(name)s") % {"name": row.name}, cancel=here)  # type: ignore[attr-defined]


@require_POST
def set_member(request: AuthenticatedRequest, kind: str, entry_id: int) -> HttpResponse:
    """Put somebody among the members of a mailbox or a group, or take them out; the other deed undoes it."""
    editor, form = _editor(request, kind), MemberForm(request.POST)
    deed = MEMBER_DEEDS.get(kind, {}).get(request.POST.get("deed", ""))
    row = editor.model._default_manager.filter(pk=min(entry_id, 1 << 62)).first()  # noqa: SLF001 - documented API
    if deed is None or row is None:
        raise Http404
    if not form.is_valid():
        messages.warning(request, " ".join(str(error) for error in form.errors["person"]))
    else:
        about = {f"{editor.key}_id": entry_id, "person_id": form.cleaned_data["person"]}
        try:
            deed(by=request.actor, now=request.now, **about)
        except EntryRefused as refusal:
            messages.warning(request, refusal_text(refusal))
        else:
            messages.success(request, _("Medlemmarna är ändrade."))
    return redirect("directory-entry", kind=kind, entry_id=entry_id)


def _editor(request: AuthenticatedRequest, kind: str) -> Editor:
    if not request.actor.may(Permission.DIRECTORY_EDIT):
        raise PermissionDenied
    if kind not in EDITORS:
        raise Http404
    return EDITORS[kind]


def _key_field(editor: Editor) -> forms.Field:
    if editor.key_name == "slug":
        return forms.SlugField(
            label=_("Kortnamn"),
            max_length=60,
            help_text=_("Små bokstäver och bindestreck, som gata-park. Ändras inte."),
        )
    if editor.key_name == "code":
        return forms.CharField(label=_("Kod"), max_length=12, help_text=_("Som i diarienummer: SBN. Ändras inte."))
    return forms.CharField(label=_("E-postadress"), max_length=254, help_text=_("Ändras inte när den är sparad."))


def _initial(editor: Editor, row: Any) -> dict[str, object]:
    people = {"owner_id": "owner", "manager_id": "manager"}
    values = {name: getattr(row, name) for name in editor.form.base_fields if name != "seen" and name not in people}
    named = {name: getattr(row, way) for name, way in people.items() if name in editor.form.base_fields}
    addresses = {name: person.address if person else "" for name, person in named.items()}
    return {**values, **addresses, "seen": stamp_of(row)}


def _show(request: AuthenticatedRequest, form: forms.Form, *, title: str, cancel: str) -> HttpResponse:
    context = {"form": form, "title": title, "cancel": cancel}
    return render(request, "directory/form.html", context, status=422 if form.is_bound else 200)
