"""``/advice``: what the guidelines say of a draft, and what became of it, counted by unit and month."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError

from kommunpost.apps.composing.actions.counting import count_elsewhere
from kommunpost.apps.composing.knowing import context_of
from kommunpost.core.advice import Draft, Severity, advise, first_three
from kommunpost.core.advice.as_json import finding_data
from kommunpost.core.advice.from_mail import RecordRefused, draft_from_record
from kommunpost.site.api.door import PROBLEMS, api, check
from kommunpost.site.api.models import ApiScope
from kommunpost.site.api.schemas import AdviceOut, DraftIn, OutcomeIn, OutcomeOut


@api.post("/advice", response={200: AdviceOut, **PROBLEMS}, by_alias=True, operation_id="advice")
def advice(request: HttpRequest, draft: DraftIn) -> dict[str, Any]:
    """What the guidelines say of a draft. Nothing of it is kept or logged."""
    check(request, ApiScope.ADVICE)
    asked = draft_of(draft.model_dump(by_alias=True))
    findings = advise(asked, context_of(asked, now=timezone.now()))
    return {
        "findings": [finding_data(one) for one in findings],
        "first": [findings.index(one) for one in first_three(findings)],
        "stop": any(one.severity == Severity.STOP for one in findings),
    }


@api.post("/advice/outcome", response={200: OutcomeOut, **PROBLEMS}, by_alias=True, operation_id="advice-outcome")
def outcome(request: HttpRequest, told: OutcomeIn) -> dict[str, bool]:
    """Tell what became of advice when a mail was sent. Counted for a unit and a month, never for a person."""
    check(request, ApiScope.ADVICE)
    counted = count_elsewhere(
        sender=draft_of({"from": told.sender}).sender.address,
        is_sent=told.sent,
        shown=set(told.shown),
        fixed=set(told.fixed),
        dismissed={one.clause: one.reason for one in told.dismissed},
        now=timezone.now(),
    )
    return {"counted": counted}


def draft_of(record: Mapping[str, Any]) -> Draft:
    """The draft of a record that the schema has let through. Raises 422 for what the schema cannot see."""
    try:
        return draft_from_record(record)[0]
    except RecordRefused as refusal:
        raise HttpError(422, refusal.where) from refusal
