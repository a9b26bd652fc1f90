"""What the page shell needs on every page."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.site import timewords
from kommunpost.site.roles import role_list


@dataclass(frozen=True, slots=True)
class Room:
    """An entry of the rail. ``names`` are the url names that belong to the room."""

    url_name: str
    icon: str
    label: str | Promise
    names: frozenset[str]


ROOMS = (
    Room("start", "House", _("Start"), frozenset({"start"})),
    Room("inbox", "Inbox", _("Inkorg"), frozenset({"inbox", "mailbox", "pen", "message", "pen-message"})),
    Room("log", "BulletList", _("Logg"), frozenset({"log", "log-search", "log-extract"})),
)


def shell(request: HttpRequest) -> dict[str, object]:
    """The rail, today's date, who is signed in, and how the page is coloured. Touches no table of its own."""
    now = getattr(request, "now", None)
    actor = getattr(request, "actor", None)
    return {
        "now": now,
        "today": timewords.today_in_words(now) if now else "",
        "actor": actor,
        "scheme": getattr(getattr(request, "user", None), "colour_scheme", "auto"),
        "rail": _rail(request) if actor else (),
        "roles": ", ".join(str(role.name) for role in role_list(actor)) if actor else "",
        "demo": settings.DEMO,
    }


def _rail(request: HttpRequest) -> list[dict[str, object]]:
    match = request.resolver_match
    current = match.url_name if match else None
    return [
        {"url": reverse(room.url_name), "icon": room.icon, "label": room.label, "is_current": current in room.names}
        for room in ROOMS
    ]
