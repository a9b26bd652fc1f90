"""What the page shell needs on every page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.inbox.queries.queue import count_to_answer
from kommunpost.apps.register.queries.queue import count_to_register
from kommunpost.site import timewords
from kommunpost.site.roles import role_list

MOST_ON_RAIL = 99
"""More than that nobody reads off a number so small."""


@dataclass(frozen=True, slots=True)
class Room:
    """An entry of the rail. ``names`` are the url names that belong to the room, its own first.

    ``needs``: one of these permissions opens it; none: it is for everybody. ``group``: 1 daily work, 2 records,
    3 the house itself, 4 knowledge; a line parts the groups. ``key``: the letter after G.
    """

    url_name: str
    icon: str
    label: str | Promise
    names: frozenset[str]
    group: int
    needs: tuple[Permission, ...] = ()
    key: str = ""


ROOMS = (
    Room("start", "House", _("Start"), frozenset({"start"}), 1, key="s"),
    Room(
        "inbox", "Inbox", _("Inkorg"), frozenset(
            {
                "inbox", "queue", "conversation", "note-contact", "conversation-acknowledge", "conversation-pass-on",
                "mailbox-settings", "mailbox-statistics", "inbox-search", "mailbox", "pen",
                "message", "pen-message",
            }
        ), 1,
        (Permission.MESSAGE_READ, Permission.PEN_READ), "i",
    ),
    Room(
        "drafts", "NotePencil", _("Skriv"),
        frozenset(
            {
                "drafts", "outbox", "reminders", "signature", "canned", "canned-add", "canned-change", "canned-remove",
                "compose", "compose-sent", "compose-send", "compose-discarded", "compose-intranet",
            }
        ),
        1, (Permission.OUTBOX_WRITE,), "n",
    ),
    Room(
        "register", "FolderPlus", _("Registrera"),
        frozenset(
            {
                "register", "register-record", "register-not", "register-ask", "register-decided", "register-reopen",
                "register-questions", "register-question", "register-my-questions",
            }
        ),
        2, (Permission.REGISTER_DECIDE,), "r",
    ),
    Room(
        "diary", "Files", _("Diarium"),
        frozenset(
            {
                "diary", "diary-search", "diary-entry", "diary-correct", "diary-void", "cases", "case", "case-new",
                "case-change", "case-close", "diaries", "diary-settings", "collection-new", "packages", "package-new",
                "handovers", "handover", "whereabouts", "whereabouts-search",
            }
        ),
        2, (Permission.REGISTER_READ, Permission.REGISTER_SET_UP), "d",
    ),
    Room(
        "log", "BulletList", _("Logg"), frozenset({"log", "log-search", "log-extract"}), 2,
        (Permission.LOG_READ, Permission.LOG_READ_ALL), "l",
    ),
    Room(
        "directory", "PersonGroup", _("Katalog"),
        frozenset(
            {
                "directory", "directory-people", "directory-mailboxes", "directory-groups", "directory-roles",
                "directory-committees",
                "directory-found", "directory-entry", "directory-close", "directory-reopen",
                "directory-add", "directory-change",
            }
        ),
        3, (Permission.DIRECTORY_READ,), "k",
    ),
    Room(
        "audit", "ShieldCheckmark", _("Granskning"), frozenset({"audit", "audit-search", "audit-export"}), 3,
        (Permission.AUDIT_READ,),
    ),
    Room(
        "operations", "Wrench", _("Drift"),
        frozenset(
            {
                "operations", "programs", "program-revoke", "mailbox-connections", "mailbox-connection",
                "mailbox-connect", "mailbox-connection-change", "mailbox-connection-remove", "case-systems",
                "case-system",
            }
        ),
        3, (Permission.STATUS_READ,),
    ),
    Room(
        "knowledge", "LightBulb", _("Kunskap"),
        frozenset({"knowledge", "knowledge-search", "article", "article-add", "article-change"}), 4,
        (Permission.KNOWLEDGE_READ,),
    ),
    Room(
        "handbook", "OpenBook", _("Handbok"), frozenset({"handbook", "handbook-clause", "handbook-choices"}), 4, key="h"
    ),
)  # fmt: skip


def shell(request: HttpRequest) -> dict[str, object]:
    """The rail with its numbers, today's date, who is signed in, and how the page is coloured."""
    now = getattr(request, "now", None)
    actor = getattr(request, "actor", None)
    return {
        "now": now,
        "today": timewords.today_in_words(now) if now else "",
        "actor": actor,
        "scheme": getattr(getattr(request, "user", None), "colour_scheme", "auto"),
        "single_keys": getattr(getattr(request, "user", None), "single_keys", False),
        "rail": _rail(request, actor) if actor else (),
        "actor_roles": ", ".join(str(role.name) for role in role_list(actor)) if actor else "",
        "demo": settings.DEMO,
    }


def open_rooms(actor: Actor) -> list[Room]:
    """The rooms that ``actor`` may enter, in the order of the rail."""
    return [room for room in ROOMS if not room.needs or any(actor.may(one) for one in room.needs)]


def _waiting(actor: Actor, rooms: Sequence[Room]) -> dict[str, str]:
    """How much waits behind a room, for the number on it; nothing where nothing does. Two queries of capped counts."""
    counts = {"inbox": count_to_answer, "register": count_to_register}
    found = {
        room.url_name: counts[room.url_name](actor, most=MOST_ON_RAIL) for room in rooms if room.url_name in counts
    }
    return {name: f"{number}+" if number == MOST_ON_RAIL else str(number) for name, number in found.items() if number}


def _rail(request: HttpRequest, actor: Actor) -> list[dict[str, object]]:
    """The rooms that ``actor`` may enter, group by group; the first of a group but the first has a line above."""
    match = request.resolver_match
    current = match.url_name if match else None
    rooms = open_rooms(actor)
    waiting = _waiting(actor, rooms)
    return [
        {
            "url": reverse(room.url_name),
            "icon": room.icon,
            "label": room.label,
            "key": room.key,
            "is_current": current in room.names,
            "waiting": waiting.get(room.url_name, ""),
            "begins_group": number > 0 and rooms[number - 1].group != room.group,
        }
        for number, room in enumerate(rooms)
    ]
