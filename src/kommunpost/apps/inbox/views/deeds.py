"""What is done with a conversation by a button: one table, each deed one action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import Permission
from kommunpost.apps.inbox.actions import linking, steps
from kommunpost.apps.inbox.forms import ContactForm
from kommunpost.apps.inbox.models import Ending
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.views.doors import attempt, conversation_or_404, queue_or_404

MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Deed:
    """``act`` returns the conversation to go to, or None for the same one. ``done`` is said when it has gone well."""

    act: Callable[[AuthenticatedRequest, int], int | None]
    done: str | Promise


@require_POST
def deed(request: AuthenticatedRequest, conversation_id: int, deed: str) -> HttpResponse:
    """Do one of the table's deeds, then show the conversation."""
    chosen = DEEDS.get(deed)
    conversation_or_404(request, conversation_id)
    if chosen is None:
        raise Http404
    led: list[int | None] = []
    attempt(request, lambda: led.append(chosen.act(request, conversation_id)), done=str(chosen.done))
    return redirect("conversation", (led[0] if led else None) or conversation_id)


@require_http_methods(["GET", "HEAD", "POST"])
def note_contact(request: AuthenticatedRequest, mailbox_id: int) -> HttpResponse:
    """Write down a telephone call or a visit as a conversation."""
    box = queue_or_404(request, mailbox_id)
    if mailbox_id not in request.actor.mailbox_ids or not request.actor.may(Permission.CONVERSATION_WORK):
        raise PermissionDenied
    form = ContactForm(request.POST if request.method == "POST" else None)
    made: list[int] = []
    if form.is_valid() and attempt(
        request,
        lambda: made.append(
            steps.note_contact(actor=request.actor, mailbox_id=mailbox_id, now=request.now, **form.cleaned_data)
        ),
        done=_gettext("Tjänsteanteckningen är sparad."),
    ):
        return redirect("conversation", made[0])
    status = 422 if form.is_bound else 200
    return render(request, "inbox/contact.html", {"form": form, "box": box}, status=status)


def _number(request: AuthenticatedRequest, name: str) -> int:
    """A posted id; 0, which is nobody's, for what is no number."""
    text = str(request.POST.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS else 0


def _take(request: AuthenticatedRequest, pk: int) -> None:
    steps.take(actor=request.actor, conversation_id=pk, now=request.now)


def _give(request: AuthenticatedRequest, pk: int) -> None:
    person = _number(request, "person") or None
    steps.give(actor=request.actor, conversation_id=pk, person_id=person, now=request.now)


def _note(request: AuthenticatedRequest, pk: int) -> None:
    steps.write_note(actor=request.actor, conversation_id=pk, text=request.POST.get("text", ""), now=request.now)


def _follow(request: AuthenticatedRequest, pk: int) -> None:
    follows = request.POST.get("follows") == "1"
    steps.follow(actor=request.actor, conversation_id=pk, follows=follows, now=request.now)


def _wait(request: AuthenticatedRequest, pk: int) -> None:
    steps.wait_for_them(actor=request.actor, conversation_id=pk, now=request.now)


def _close(request: AuthenticatedRequest, pk: int) -> None:
    ending = request.POST.get("ending", Ending.NONE)
    steps.close(actor=request.actor, conversation_id=pk, ending=ending, now=request.now)


def _reopen(request: AuthenticatedRequest, pk: int) -> None:
    steps.reopen(actor=request.actor, conversation_id=pk, now=request.now)


def _call(request: AuthenticatedRequest, pk: int) -> None:
    steps.answered_by_call(actor=request.actor, conversation_id=pk, text=request.POST.get("text", ""), now=request.now)


def _merge(request: AuthenticatedRequest, pk: int) -> int:
    into = _number(request, "into")
    if not into:
        raise InboxRefused("same")
    linking.merge(actor=request.actor, conversation_id=pk, into_id=into, now=request.now)
    return into


def _unmerge(request: AuthenticatedRequest, pk: int) -> int:
    merged = _number(request, "conversation") or pk
    linking.unmerge(actor=request.actor, conversation_id=merged, now=request.now)
    return merged


def _split(request: AuthenticatedRequest, pk: int) -> int:
    return linking.split(actor=request.actor, conversation_id=pk, entry_id=_number(request, "entry"), now=request.now)


def _unsplit(request: AuthenticatedRequest, pk: int) -> int:
    return linking.unsplit(actor=request.actor, conversation_id=pk, now=request.now)


def _dismiss(request: AuthenticatedRequest, pk: int) -> None:
    number = _number(request, "suggestion")
    linking.dismiss_suggestion(actor=request.actor, conversation_id=pk, suggestion_id=number, now=request.now)


DEEDS: Mapping[str, Deed] = {
    "ta": Deed(_take, _("Konversationen är din.")),
    "ge": Deed(_give, _("Ansvaret är ändrat.")),
    "anteckna": Deed(_note, _("Anteckningen är sparad.")),
    "folj": Deed(_follow, ""),
    "vanta": Deed(_wait, _("Konversationen väntar på avsändaren.")),
    "avsluta": Deed(_close, _("Konversationen är avslutad.")),
    "oppna": Deed(_reopen, _("Konversationen är öppen igen.")),
    "samtal": Deed(_call, _("Svaret är antecknat och klockan har stannat.")),
    "sammanfor": Deed(_merge, _("Konversationerna visas nu tillsammans. Det går att ångra.")),
    "ta-isar": Deed(_unmerge, _("Konversationen står för sig själv igen.")),
    "dela": Deed(_split, _("Mejlet är nu en egen konversation. Det går att ångra.")),
    "for-tillbaka": Deed(_unsplit, _("Mejlet är tillbaka i sin konversation.")),
    "avfarda": Deed(_dismiss, ""),
}
"""By the last part of the address."""
