"""Files out of mail, to save: always as bytes without a type, and never an infected one by an ordinary click."""

import re
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import NotAllowed, Permission
from kommunpost.apps.mailflow.actions.scanning import take_out
from kommunpost.apps.mailflow.queries.scans import infection_of

FILE_POLICY = "default-src 'none'; sandbox"
NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._()+=@&,~!#$^'{}\[\]-]")
INFECTED_ENDING = ".virus"
"""After the file's own name, so that no double click runs it."""


def hand_out(
    request: AuthenticatedRequest, *, message_id: int, number: int | None, content: bytes, name: str, back: str
) -> HttpResponse:
    """The file; or, where clamd found a virus in it, a page that says so. A POST from there takes it out all the same.

    ``number`` None: the whole mail, which has a virus when one of its files has. ``back``: the page of the mail.
    """
    signature = infection_of(message_id, number=number)
    if not signature:
        return download(content, name)
    if request.method == "POST":
        try:
            take_out(actor=request.actor, message_id=message_id, number=number, now=request.now)
        except NotAllowed as refusal:
            raise PermissionDenied from refusal
        return download(content, name + INFECTED_ENDING)
    may_take = request.actor.may(Permission.INFECTED_TAKE)
    context = {"signature": signature, "name": name, "back": back, "may_take": may_take, "is_mail": number is None}
    return render(request, "mailflow/infected.html", context, status=403)


def download(content: bytes, name: str) -> HttpResponse:
    """Bytes to save under ``name``, never to open here."""
    # RFC 6266: an ASCII name for old clients, the true one in UTF-8. The type is never the mail's own claim.
    plain = NOT_PLAIN.sub("_", name)
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
