"""``/judgement``: what a mail probably is, in this municipality."""

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError

from kommunpost.apps.register.judging import municipality_world
from kommunpost.core.judgement import MailRecordError, from_record, judge
from kommunpost.core.judgement.as_json import judgement_data
from kommunpost.site.api.door import PROBLEMS, api, check
from kommunpost.site.api.models import ApiScope
from kommunpost.site.api.schemas import JudgementOut, MailIn


@api.post("/judgement", response={200: JudgementOut, **PROBLEMS}, by_alias=True, operation_id="judgement")
def judgement(request: HttpRequest, mail: MailIn) -> dict[str, Any]:
    """Record or not, registration, unit, secrecy and the rest, with reasons. Nothing of the mail is kept or logged."""
    check(request, ApiScope.JUDGEMENT)
    world = municipality_world()
    try:
        facts = from_record(mail.model_dump(by_alias=True), domains=world.domains)
    except MailRecordError as error:
        raise HttpError(422, "") from error
    return judgement_data(judge(facts, world))
