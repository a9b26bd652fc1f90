"""A document library in SharePoint, by Microsoft Graph. Tried against a double of our own, not against Microsoft."""

import json
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from django.utils.translation import gettext

from kommunpost.apps.composing.rooms.asking import ask
from kommunpost.apps.composing.rooms.contract import Placed, RoomFailed, numbered

LARGEST_SIMPLE = 250_000_000
"""Bytes that Graph takes in one PUT; a mail's files are far smaller."""
FULL = frozenset({413, 507})


@dataclass(frozen=True, slots=True)
class SharePointRoom:
    """``base`` is the folder in Graph's own form: ``https://graph.microsoft.com/v1.0/drives/{id}/root:/Mejl``.

    Signs in as an application (client credentials) with ``Files.ReadWrite.All`` or, better, ``Sites.Selected``.
    """

    base: str
    login: str
    tenant: str
    client: str
    secret: str = field(repr=False)

    @property
    def name(self) -> str:
        return gettext("SharePoint (provad mot en efterbildning, inte mot Microsoft)")

    def place(self, *, name: str, content: bytes, folder: str) -> Placed:
        path = f"{quote(numbered(folder, 1))}/{quote(numbered(name, 1))}"
        # Graph makes the folders of the path itself, and gives another name rather than write over a file.
        url = f"{self.base}/{path}:/content?{urlencode({'@microsoft.graph.conflictBehavior': 'rename'})}"
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/octet-stream"}
        put = ask("PUT", url, body=content, headers=headers)
        if put.status in FULL:
            raise RoomFailed("full")
        if put.status not in {200, 201}:
            raise RoomFailed("refused")
        return Placed(_text(put.body, "webUrl"))

    def _token(self) -> str:
        asked = {
            "client_id": self.client,
            "client_secret": self.secret,
            "grant_type": "client_credentials",
            "scope": "https://graph.microsoft.com/.default",
        }
        answer = ask(
            "POST",
            f"{self.login}/{quote(self.tenant)}/oauth2/v2.0/token",
            body=urlencode(asked).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        if answer.status != 200:  # noqa: PLR2004
            raise RoomFailed("refused")
        return _text(answer.body, "access_token")


def _text(body: bytes, key: str) -> str:
    try:
        value = json.loads(body)[key]
    except (ValueError, KeyError, TypeError) as error:
        raise RoomFailed("refused") from error
    if not isinstance(value, str) or not value:
        raise RoomFailed("refused")
    return value
