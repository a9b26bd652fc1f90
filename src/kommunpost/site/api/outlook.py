"""``/outlook/on-send``: what the add-in asks when somebody presses Send. It says itself what the writer is to read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kommunpost.apps.composing.actions.counting import count_elsewhere
from kommunpost.apps.composing.knowing import context_of
from kommunpost.core.advice import Finding, Severity, advise, first_three
from kommunpost.site.api.advising import draft_of
from kommunpost.site.api.door import PROBLEMS, api, check
from kommunpost.site.api.models import ApiScope
from kommunpost.site.api.schemas import SendingIn, SendingOut

LONGEST_MESSAGE = 500
"""Longer texts are refused by ``event.completed`` (Office.js, SmartAlertsEventCompletedOptions)."""
PATH = "/api/v1/outlook/on-send"


@api.post("/outlook/on-send", response={200: SendingOut, **PROBLEMS}, by_alias=True, operation_id="outlook-on-send")
def on_send(request: HttpRequest, sending: SendingIn) -> dict[str, Any]:
    """Whether the mail may go at once, or what to ask its writer first. Counted by unit, never by person."""
    check(request, ApiScope.ADVICE)
    if not settings.OUTLOOK_ADVICE:
        return {"active": False, "allow": True, "stop": False, "message": "", "shown": []}
    asked = draft_of(sending.model_dump(by_alias=True))
    now = timezone.now()
    findings = advise(asked, context_of(asked, now=now))
    first = first_three(findings)
    _count(asked.sender.address, before=set(sending.shown), findings=findings, first=first, now=now)
    return {
        "active": True,
        "allow": not first,
        "stop": any(one.severity == Severity.STOP for one in findings),
        "message": _message(first, language=sending.language),
        "shown": [one.clause for one in first],
    }


def _count(
    sender: str, *, before: set[str], findings: Sequence[Finding], first: Sequence[Finding], now: datetime
) -> None:
    """A mail is one mail however often its writer goes back to it; advice that is gone the next time was followed."""
    count_elsewhere(
        sender=sender,
        is_sent=not before,
        shown={one.clause for one in first} - before,
        fixed=before - {one.clause for one in findings},
        now=now,
    )


def _message(first: Sequence[Finding], *, language: str) -> str:
    """At most so long as Outlook takes; whole pieces of advice, the weightiest first."""
    if not first:
        return ""
    with translation.override("en" if language.lower().startswith("en") else "sv"):
        is_stop = any(one.severity == Severity.STOP for one in first)
        lead = _("Kommunen vill inte att mejlet skickas så här.") if is_stop else _("Innan du skickar:")
    message = lead
    for one in first:
        longer = f"{message}\n• {one.says}"
        if len(longer) > LONGEST_MESSAGE:
            break
        message = longer
    return message
