"""The directory's screens: an entry's page, the roles, and closing what is no longer in use."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kommunpost.apps.directory import lists
from kommunpost.apps.directory.actions import EntryRefused
from kommunpost.apps.directory.doors import check, entry_or_404
from kommunpost.apps.directory.editing import MEMBER_DEEDS
from kommunpost.apps.directory.entries import Entry
from kommunpost.apps.directory.forms import MemberForm, RoleForm
from kommunpost.apps.directory.granting import KIND, account_panel
from kommunpost.apps.directory.kinds import KINDS
from kommunpost.apps.directory.listing import list_url, tabs
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import PERMISSION_TEXTS, ROLE_PERMISSIONS, ROLE_TEXTS, Permission
from kommunpost.apps.directory.wording import refusal_text


@require_safe
def entry(request: AuthenticatedRequest, kind: str, entry_id: int) -> HttpResponse:
    """The page of a unit, a person, a mailbox or a group."""
    check(request, Permission.DIRECTORY_READ)
    context = {
        "entry": entry_or_404(kind, entry_id),
        "slug": kind,
        "list_url": list_url(kind),
        "may_edit": request.actor.may(Permission.DIRECTORY_EDIT),
    }
    if context["may_edit"] and kind in MEMBER_DEEDS:
        context["member_form"] = MemberForm()
    if kind == KIND and request.actor.may(Permission.ROLE_GRANT):
        panel = account_panel(entry_id, reader=request.actor)
        context |= {"account": panel, "role_form": RoleForm() if panel.id and not panel.is_own else None}
    return render(request, "directory/entry.html", context)


@require_safe
def roles(request: AuthenticatedRequest) -> HttpResponse:
    """Writes itself from the rules: what each role may do, and who holds it."""
    check(request, Permission.DIRECTORY_READ)
    holders = lists.role_holders()
    shown = [
        {
            "name": text.name,
            "does": text.does,
            "permissions": [PERMISSION_TEXTS[one] for one in PERMISSION_TEXTS if one in ROLE_PERMISSIONS[role]],
            "holders": [one for one in holders if one.role == role],
        }
        for role, text in ROLE_TEXTS.items()
    ]
    return render(request, "directory/roles.html", {"roles": shown, "tabs": tabs("roller")})


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AuthenticatedRequest, kind: str, entry_id: int) -> HttpResponse:
    """Ask, saying what will happen; then close. The opposite deed opens it again."""
    check(request, Permission.DIRECTORY_EDIT)
    shown = entry_or_404(kind, entry_id)
    if request.method == "POST":
        return _do(request, KINDS[kind].close, kind, entry_id, _("Stängd: %(name)s.") % {"name": shown.title})
    question = _("Vill du stänga %(name)s? Du kan öppna igen senare.") % {"name": shown.title}
    return _ask(request, kind, shown, title=_("Stäng"), question=question, consequences=KINDS[kind].consequences)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: AuthenticatedRequest, kind: str, entry_id: int) -> HttpResponse:
    """The opposite of ``close``."""
    check(request, Permission.DIRECTORY_EDIT)
    shown = entry_or_404(kind, entry_id)
    if request.method == "POST":
        return _do(request, KINDS[kind].reopen, kind, entry_id, _("Öppen igen: %(name)s.") % {"name": shown.title})
    question = _("Vill du öppna %(name)s igen?") % {"name": shown.title}
    return _ask(request, kind, shown, title=_("Öppna igen"), question=question, consequences=())


def _ask(
    request: AuthenticatedRequest, kind: str, shown: Entry, *, title: str, question: str,
    consequences: tuple[str | Promise, ...],
) -> HttpResponse:  # fmt: skip
    here = reverse("directory-entry", args=[kind, shown.id])
    context = {
        "title": title,
        "crumbs": (
            {"label": _("Katalog"), "url": reverse("directory")},
            {"label": shown.title, "url": here},
            {"label": title, "url": ""},
        ),
        "question": question,
        "consequences": consequences,
        "action": title,
        "cancel": here,
    }
    return render(request, "confirm.html", context)


def _do(request: AuthenticatedRequest, deed: Callable[..., None], kind: str, entry_id: int, said: str) -> HttpResponse:
    try:
        deed(by=request.actor, now=request.now, **{f"{KINDS[kind].key}_id": entry_id})
    except EntryRefused as refusal:
        messages.warning(request, refusal_text(refusal))
    else:
        messages.success(request, said)
    return redirect("directory-entry", kind=kind, entry_id=entry_id)
