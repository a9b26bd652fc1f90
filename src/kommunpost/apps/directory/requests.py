"""The request that views behind the sign-in get. The middleware of the site fills it in."""

from datetime import datetime

from django.http import HttpRequest

from kommunpost.apps.directory.models import Account
from kommunpost.apps.directory.rules import Actor


class AuthenticatedRequest(HttpRequest):
    """Somebody has signed in. ``now`` is aware and the same all through the request."""

    user: Account
    actor: Actor
    now: datetime
