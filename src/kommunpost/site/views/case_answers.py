"""Where a case system calls back with its number, signed with the key that we share (docs/reference/webhook.md)."""

import json
import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kommunpost.apps.register.actions.handing_over.answers import get_by_key, take_answer
from kommunpost.apps.register.connectors.contract import ConnectorFailed, Outcome, Receipt
from kommunpost.apps.register.kinds import SystemKind
from kommunpost.apps.register.models import CaseSystem
from kommunpost.apps.register.rules.handing_over import clean_number
from kommunpost.apps.register.rules.signing import SIGNATURE, TIMESTAMP, is_genuine
from kommunpost.site.case_systems import open_key

MOST_READ = 10_000


@login_not_required
@csrf_exempt
@never_cache
@require_POST
def answer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """200 when the answer is written down, also the second time; 422 for nonsense. All strangers get the same 401."""
    handover = get_by_key(None, str(key))
    if handover is None or handover.kind != SystemKind.WEBHOOK or not _is_genuine(request, handover.system):
        return JsonResponse({"error": "not_genuine"}, status=401)
    receipt = _receipt(request.body)
    if receipt is None:
        return JsonResponse({"error": "unreadable"}, status=422)
    take_answer(handover_id=handover.pk, receipt=receipt, now=timezone.now())
    return JsonResponse({"key": str(key)})


def _is_genuine(request: HttpRequest, system: CaseSystem) -> bool:
    length = request.headers.get("Content-Length", "")
    # Looked at before anything is read: a stranger's body costs us nothing.
    if not length.isdecimal() or len(length) > len(str(MOST_READ)) or int(length) > MOST_READ:
        return False
    try:
        secret = open_key(system)
    except ConnectorFailed:
        return False
    return is_genuine(
        request.body, key=secret, timestamp=request.headers.get(TIMESTAMP, ""),
        signature=request.headers.get(SIGNATURE, ""), now=timezone.now(),
    )  # fmt: skip


def _receipt(body: bytes) -> Receipt | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    if told.get("state") == Outcome.REFUSED:
        return Receipt(Outcome.REFUSED, trouble="refused")
    number = clean_number(told.get("number"))
    return Receipt(Outcome.ACCEPTED, number) if told.get("state") == Outcome.ACCEPTED and number else None
