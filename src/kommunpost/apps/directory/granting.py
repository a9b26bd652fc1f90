"""A person's account on screen: give one, close and open it, its roles, and a link to choose a password by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kommunpost.apps.directory import actions
from kommunpost.apps.directory.actions import EntryRefused
from kommunpost.apps.directory.doors import MOST, check
from kommunpost.apps.directory.forms import RoleForm
from kommunpost.apps.directory.models import Account, Person
from kommunpost.apps.directory.password_links import path_of_link
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import ROLE_TEXTS, Actor, NotAllowed, Permission, Role
from kommunpost.apps.directory.wording import refusal_text

KIND = "personer"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that an account holds. ``unit_id`` is empty for the whole municipality."""

    role: str
    name: str | Promise
    unit_id: int | None
    unit_name: str


@dataclass(frozen=True, slots=True)
class AccountPanel:
    """A person's account as whoever grants roles sees it. ``id`` is None where there is none."""

    id: int | None
    is_active: bool
    is_own: bool
    roles: tuple[HeldRole, ...]


def account_panel(person_id: int, *, reader: Actor) -> AccountPanel:
    """The account of a person, with its roles in the order of the table. Two queries."""
    account = Account.objects.filter(person_id=person_id).first()
    if account is None:
        return AccountPanel(None, is_active=False, is_own=False, roles=())
    order = list(Role)
    held = sorted(account.roles.select_related("unit"), key=lambda one: order.index(Role(one.role)))
    roles = tuple(
        HeldRole(one.role, ROLE_TEXTS[Role(one.role)].name, one.unit_id, one.unit.name if one.unit else "")
        for one in held
    )
    return AccountPanel(account.pk, is_active=account.is_active, is_own=account.pk == reader.account_id, roles=roles)


@require_POST
def change_account(request: AuthenticatedRequest, entry_id: int) -> HttpResponse:
    """One deed on a person's account: ``deed`` is a key of ``DEEDS``. What is refused is told on the person's page."""
    check(request, Permission.ROLE_GRANT)
    person = _person_or_404(entry_id)
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    try:
        said = deed(request, person)
    except EntryRefused as refusal:
        messages.warning(request, refusal_text(refusal))
    except NotAllowed:
        messages.warning(request, _("Du kan inte ändra dina egna roller. Be en annan administratör."))
    else:
        messages.success(request, said)
    return redirect("directory-entry", kind=KIND, entry_id=entry_id)


@require_POST
@never_cache
def give_link(request: AuthenticatedRequest, entry_id: int) -> HttpResponse:
    """A link that is good once, to choose a password by. It stands on this page alone: in no address and no log."""
    check(request, Permission.ROLE_GRANT)
    person = _person_or_404(entry_id)
    try:
        account = actions.make_password_link(by=request.actor, account_id=_account_id(person), now=request.now)
    except EntryRefused as refusal:
        messages.warning(request, refusal_text(refusal))
        return redirect("directory-entry", kind=KIND, entry_id=entry_id)
    context = {
        "person": person.name,
        "entry_url": reverse("directory-entry", args=[KIND, entry_id]),
        "link": request.build_absolute_uri(path_of_link(account)),
        "days": settings.PASSWORD_RESET_TIMEOUT // _DAY,
    }
    return render(request, "directory/link.html", context)


def _add(request: AuthenticatedRequest, person: Person) -> str:
    actions.create_account(by=request.actor, person_id=person.pk, password=None, now=request.now)
    return _("Kontot finns. Ge det en roll, och gör en länk så att personen kan välja lösenord.")


def _close(request: AuthenticatedRequest, person: Person) -> str:
    actions.deactivate_account(by=request.actor, account_id=_account_id(person), now=request.now)
    return _("Kontot är stängt, och personen är utloggad överallt.")


def _open(request: AuthenticatedRequest, person: Person) -> str:
    actions.reactivate_account(by=request.actor, account_id=_account_id(person), now=request.now)
    return _("Kontot är öppet igen, med sina roller.")


def _grant(request: AuthenticatedRequest, person: Person) -> str:
    role, unit_id = _role_asked_for(request)
    actions.grant_role(by=request.actor, account_id=_account_id(person), role=role, unit_id=unit_id, now=request.now)
    return _("Personen har rollen.")


def _revoke(request: AuthenticatedRequest, person: Person) -> str:
    role, unit_id = _role_asked_for(request)
    actions.revoke_role(by=request.actor, account_id=_account_id(person), role=role, unit_id=unit_id, now=request.now)
    return _("Personen har inte rollen längre.")


DEEDS: Mapping[str, Callable[[AuthenticatedRequest, Person], str]] = {
    "add": _add,
    "close": _close,
    "open": _open,
    "grant": _grant,
    "revoke": _revoke,
}


def _role_asked_for(request: AuthenticatedRequest) -> tuple[Role, int | None]:
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise EntryRefused("role_unknown")
    return Role(form.cleaned_data["role"]), form.cleaned_data["unit_id"]


def _person_or_404(entry_id: int) -> Person:
    person = Person.objects.filter(pk=min(entry_id, MOST)).first()
    if person is None:
        raise Http404
    return person


def _account_id(person: Person) -> int:
    found = Account.objects.filter(person=person).values_list("pk", flat=True).first()
    if found is None:
        raise EntryRefused("account_absent")
    return found
