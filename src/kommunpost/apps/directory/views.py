"""The directory's screens: lists, search, entries, roles, and closing what is no longer in use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kommunpost.apps.directory import actions, entries, lists, searches
from kommunpost.apps.directory.actions import EntryRefused
from kommunpost.apps.directory.editing import EDITORS, MEMBER_DEEDS
from kommunpost.apps.directory.forms import MemberForm
from kommunpost.apps.directory.queries import NoSuchEntry
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import PERMISSION_TEXTS, ROLE_PERMISSIONS, ROLE_TEXTS, Permission
from kommunpost.apps.directory.wording import refusal_text


@dataclass(frozen=True, slots=True)
class Kind:
    """A list of the directory: its key in ``lists.KINDS``, its page, its words, and what closes and opens a row."""

    key: str
    url_name: str
    label: str | Promise
    headings: tuple[str | Promise, ...]
    close: Callable[..., None]
    reopen: Callable[..., None]
    consequences: tuple[str | Promise, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab over the list; ``count`` only where something was searched for."""

    label: str | Promise
    url: str
    is_current: bool
    count: int | None = None


_PHONE, _UNIT = gettext_lazy("Telefon"), gettext_lazy("Enhet")
KINDS: Mapping[str, Kind] = {
    "enheter": Kind(
        "unit", "directory", gettext_lazy("Enheter"), (gettext_lazy("Chef"), gettext_lazy("Nämnd"), _PHONE),
        actions.deactivate_unit, actions.reactivate_unit,
        (gettext_lazy("Enheten kan inte längre väljas. Det som hänt i den står kvar."),),
    ),
    "personer": Kind(
        "person", "directory-people", gettext_lazy("Personer"), (gettext_lazy("Titel"), _UNIT, _PHONE),
        actions.deactivate_person, actions.reactivate_person,
        (
            gettext_lazy("Personens konto stängs, och alla inloggningar upphör genast."),
            gettext_lazy("Det som personen har gjort står kvar."),
        ),
    ),
    "brevlador": Kind(
        "mailbox", "directory-mailboxes", gettext_lazy("Brevlådor"),
        (gettext_lazy("Slag"), gettext_lazy("Ägare"), _UNIT),
        actions.deactivate_mailbox, actions.reactivate_mailbox,
        (
            gettext_lazy("Nya mejl till adressen hamnar bland dem som saknar mottagare."),
            gettext_lazy("Mejlen i brevlådan och raderna i loggen står kvar."),
        ),
    ),
    "grupper": Kind(
        "group", "directory-groups", gettext_lazy("Grupper"), (), actions.deactivate_group, actions.reactivate_group,
        (gettext_lazy("Adressen räknas inte längre som en sändlista. Medlemmarna står kvar."),),
    ),
}  # fmt: skip


@require_safe
def units(request: AuthenticatedRequest) -> HttpResponse:
    """Units with their committees."""
    return _list(request, "enheter")


@require_safe
def people(request: AuthenticatedRequest) -> HttpResponse:
    """The people who work here."""
    return _list(request, "personer")


@require_safe
def mailboxes(request: AuthenticatedRequest) -> HttpResponse:
    """Mailboxes of every kind."""
    return _list(request, "brevlador")


@require_safe
def groups(request: AuthenticatedRequest) -> HttpResponse:
    """Address groups: one address for many."""
    return _list(request, "grupper")


@require_POST
def search(request: AuthenticatedRequest) -> HttpResponse:
    """Keep the words on the server and show the first list that holds them (ADR 0008)."""
    _check(request, Permission.DIRECTORY_READ)
    text = request.POST.get("text", "").strip()[:200]
    if not text:
        return redirect("directory")
    numbers = lists.counts(text)
    slug = max(KINDS, key=lambda one: (numbers[KINDS[one].key] > 0, one == "personer"))
    return redirect("directory-found", key=searches.keep(request.session, {"text": text}, room="directory"), kind=slug)


@require_safe
def found(request: AuthenticatedRequest, key: str, kind: str) -> HttpResponse:
    """A search that was kept. Whoever else opens the address, or opens it too late, starts anew."""
    _check(request, Permission.DIRECTORY_READ)
    terms = searches.recall(request.session, key, room="directory")
    if terms is None or kind not in KINDS:
        messages.info(request, _("Sökningen finns inte kvar. Sök igen."))
        return redirect("directory")
    return _list(request, kind, key=key, text=terms["text"])


@require_safe
def entry(request: AuthenticatedRequest, kind: str, entry_id: int) -> HttpResponse:
    """The page of a unit, a person, a mailbox or a group."""
    _check(request, Permission.DIRECTORY_READ)
    context = {
        "entry": _entry_or_404(kind, entry_id),
        "slug": kind,
        "list_url": reverse(KINDS[kind].url_name),
        "may_edit": request.actor.may(Permission.DIRECTORY_EDIT),
    }
    if context["may_edit"] and kind in MEMBER_DEEDS:
        context["member_form"] = MemberForm()
    return render(request, "directory/entry.html", context)


@require_safe
def roles(request: AuthenticatedRequest) -> HttpResponse:
    """Writes itself from the rules: what each role may do, and who holds it."""
    _check(request, Permission.DIRECTORY_READ)
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
    return render(request, "directory/roles.html", {"roles": shown, "tabs": _tabs("roller")})


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AuthenticatedRequest, kind: str, entry_id: int) -> HttpResponse:
    """Ask, saying what will happen; then close. The opposite deed opens it again."""
    _check(request, Permission.DIRECTORY_EDIT)
    shown = _entry_or_404(kind, entry_id)
    if request.method == "POST":
        return _do(request, KINDS[kind].close, kind, entry_id, _("Stängd: %(name)s.") % {"name": shown.title})
    question = _("Vill du stänga %(name)s? Du kan öppna igen senare.") % {"name": shown.title}
    return _ask(request, kind, entry_id, title=_("Stäng"), question=question, consequences=KINDS[kind].consequences)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: AuthenticatedRequest, kind: str, entry_id: int) -> HttpResponse:
    """The opposite of ``close``."""
    _check(request, Permission.DIRECTORY_EDIT)
    shown = _entry_or_404(kind, entry_id)
    if request.method == "POST":
        return _do(request, KINDS[kind].reopen, kind, entry_id, _("Öppen igen: %(name)s.") % {"name": shown.title})
    question = _("Vill du öppna %(name)s igen?") % {"name": shown.title}
    return _ask(request, kind, entry_id, title=_("Öppna igen"), question=question, consequences=())


def _ask(
    request: AuthenticatedRequest, kind: str, entry_id: int, *, title: str, question: str,
    consequences: tuple[str | Promise, ...],
) -> HttpResponse:  # fmt: skip
    context = {
        "title": title,
        "question": question,
        "consequences": consequences,
        "action": title,
        "cancel": reverse("directory-entry", args=[kind, entry_id]),
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


def _list(request: AuthenticatedRequest, slug: str, *, key: str = "", text: str = "") -> HttpResponse:
    _check(request, Permission.DIRECTORY_READ)
    kind, asked = KINDS[slug], request.GET.get("efter", "")
    after = int(asked) if asked.isdecimal() and len(asked) < len(str(1 << 62)) else None
    page = lists.page_of(kind.key, text=text, after=after)
    here = _list_url(slug, key)
    context = {
        "kind": kind.key,
        "slug": slug,
        "label": kind.label,
        "headings": kind.headings,
        "page": page,
        "text": text,
        "tabs": _tabs(slug, key=key, text=text),
        "new_label": EDITORS[slug].new,
        "new_url": reverse("directory-add", args=[slug]) if request.actor.may(Permission.DIRECTORY_EDIT) else "",
        "first_url": here if after else "",
        "next_url": f"{here}?efter={page.after}" if page.after else "",
    }
    return render(request, "directory/list.html", context)


def _tabs(current: str, *, key: str = "", text: str = "") -> list[Tab]:
    numbers: Mapping[str, int] = lists.counts(text) if key else {}
    tabs = [
        Tab(kind.label, _list_url(slug, key), slug == current, numbers.get(kind.key)) for slug, kind in KINDS.items()
    ]
    return tabs if key else [*tabs, Tab(_("Roller"), reverse("directory-roles"), current == "roller")]


def _list_url(slug: str, key: str) -> str:
    return reverse("directory-found", args=[key, slug]) if key else reverse(KINDS[slug].url_name)


def _entry_or_404(kind: str, entry_id: int) -> entries.Entry:
    if kind not in KINDS or entry_id >= 1 << 62:
        raise Http404
    try:
        return entries.get_entry(KINDS[kind].key, entry_id)
    except NoSuchEntry as error:
        raise Http404 from error


def _check(request: AuthenticatedRequest, permission: Permission) -> None:
    if not request.actor.may(permission):
        raise PermissionDenied
